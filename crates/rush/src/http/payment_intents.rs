//! Intents for browsers that talk to the gateway by themselves, the cards there are, and the gateway's portal; all of the
//! mock gateway.

use super::payment_data::{PaymentBody, PaymentData, PaymentMetadata};
use super::payments::{keyed, processed};
use crate::domain::ids::PaymentId;
use crate::domain::payment_card::TEST_CARDS;
use crate::http::state::RushState;
use crate::usecase::payment_charge::Keyed;
use crate::usecase::{payment_intent, payment_process};
use axum::extract::State;
use axum::http::StatusCode;
use kernel::Refusal;
use serde::{Deserialize, Serialize};
use std::sync::Arc;
use subtle::ConstantTimeEq;
use utoipa::ToSchema;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;
use web::idempotency::{self, Answered};
use web::{Caller, Data, IdempotencyKey, Refused};

/// The routes of intents, cards and portal.
pub fn routes() -> OpenApiRouter<RushState> {
    OpenApiRouter::new()
        .routes(routes!(intent))
        .routes(routes!(confirm_intent))
        .routes(routes!(methods))
        .routes(routes!(portal))
}

/// What a browser needs to pay at the gateway.
#[derive(Debug, Serialize, ToSchema)]
pub struct IntentData {
    payment_id: String,
    client_secret: String,
    payment_intent_id: String,
    /// Whole minor units.
    amount: i64,
    currency: &'static str,
    status: &'static str,
}

/// The gateway's name for the payment of `reference`.
fn intent_id(reference: &str) -> String {
    format!("pi_mock_{reference}")
}

/// Opens the payment of a held booking for a browser that will talk to the gateway; nothing is charged.
#[utoipa::path(post, path = "/rush/api/v1/payments/intent", tag = "payments", request_body = PaymentBody,
    params(("Idempotency-Key" = String, Header)),
    responses((status = 201, body = web::openapi::Wrapped<IntentData>), web::openapi::Refusals),
    security(("bearer" = [])))]
pub async fn intent(
    State(state): State<RushState>,
    idempotency::Keyed { actor, value, attempt }: idempotency::Keyed<PaymentBody>,
) -> Result<Answered, Refused> {
    let (booking, request) = value.read(&state.app.public)?;
    let app = Arc::clone(&state.app);
    let render = Arc::new(move |seen: &crate::usecase::payment_view::PaymentView| {
        let payment_id = app.public.encode(seen.payment.id);
        let data = IntentData {
            client_secret: app.payments.gateway().client_secret(&payment_id),
            payment_intent_id: intent_id(&payment_id),
            payment_id,
            amount: seen.payment.amount_minor,
            currency: seen.payment.currency.code,
            status: seen.payment.status.as_str(),
        };
        Ok((StatusCode::CREATED.as_u16(), web::success_bytes(&data, None)?))
    });
    let keyed = Keyed { attempt, render };
    Ok(Answered(payment_intent::run(&state.app, actor, booking, request, keyed).await?))
}

/// Which intent, its proof and the card.
#[derive(Deserialize, ToSchema)]
pub struct ConfirmIntentBody {
    /// `pi_mock_…`.
    payment_intent_id: String,
    /// As the intent was given.
    client_secret: String,
    /// The card.
    #[serde(default)]
    metadata: Option<PaymentMetadata>,
}

/// Charges an intent, as `process` charges a payment.
#[utoipa::path(post, path = "/rush/api/v1/payments/intent/confirm", tag = "payments",
    request_body = ConfirmIntentBody, params(("Idempotency-Key" = String, Header)),
    responses((status = 200, body = web::openapi::Wrapped<PaymentData>),
        (status = 202, body = web::openapi::Wrapped<PaymentData>), web::openapi::Refusals),
    security(("bearer" = [])))]
pub async fn confirm_intent(
    State(state): State<RushState>,
    idempotency::Keyed { actor, value: body, attempt }: idempotency::Keyed<ConfirmIntentBody>,
) -> Result<Answered, Refused> {
    let reference = body.payment_intent_id.strip_prefix("pi_mock_").unwrap_or_default();
    let named = state.app.public.decode::<PaymentId>(reference);
    let id = named.map_err(|_| Refusal::not_found("payment"))?;
    let secret = state.app.payments.gateway().client_secret(reference);
    if !bool::from(secret.as_bytes().ct_eq(body.client_secret.as_bytes())) {
        return Err(Refusal::field("client_secret", "is not the one of this intent").into());
    }
    let keyed = keyed(&state, attempt, processed);
    let card = body.metadata.unwrap_or_default().card()?;
    Ok(Answered(payment_process::run(&state.app, actor, id, card, keyed).await?))
}

/// A card to pay with.
#[derive(Debug, Serialize, ToSchema)]
pub struct CardData {
    /// Send it as `metadata.card`.
    token: &'static str,
    /// A number that no bank has given out.
    number: &'static str,
    brand: &'static str,
    last_four: &'static str,
    /// What the mock gateway does with it.
    effect: &'static str,
}

/// The cards there are: test cards, because the gateway is a mock.
#[utoipa::path(get, path = "/rush/api/v1/payments/methods", tag = "payments",
    responses((status = 200, body = web::openapi::Wrapped<Vec<CardData>>), web::openapi::Refusals),
    security(("bearer" = [])))]
pub async fn methods(Caller(_): Caller) -> Data<Vec<CardData>> {
    let cards = TEST_CARDS.iter().map(|card| CardData {
        token: card.name,
        number: card.number,
        brand: card.brand,
        last_four: &card.number[card.number.len() - 4..],
        effect: card.effect,
    });
    Data(cards.collect())
}

/// Where saved cards are managed.
#[derive(Debug, Serialize, ToSchema)]
pub struct PortalData {
    url: &'static str,
}

/// Where the caller manages saved cards: the mock has no portal of its own, so it is the caller's profile.
#[utoipa::path(post, path = "/rush/api/v1/payments/portal", tag = "payments",
    params(("Idempotency-Key" = String, Header)),
    responses((status = 200, body = web::openapi::Wrapped<PortalData>), web::openapi::Refusals),
    security(("bearer" = [])))]
pub async fn portal(Caller(_): Caller, _key: IdempotencyKey) -> Data<PortalData> {
    Data(PortalData { url: "/rush/profile" })
}
