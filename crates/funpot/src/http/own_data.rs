//! What the stall knows of its caller, to be taken along or forgotten.

use super::answer::Data;
use super::event_data::{self, VoteData};
use super::profile::{ProfileData, profile_data};
use super::state::PotState;
use super::wallet::{EntryData, entry};
use super::withdrawals::{self, WithdrawalData};
use crate::domain::ids::TransferId;
use crate::usecase::audit_record::Acting;
use crate::usecase::{user_erase, user_export};
use axum::extract::State;
use serde::Serialize;
use serde_json::{Value, json};
use utoipa::ToSchema;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;
use web::{Caller, Refused, RequestFacts};

/// The routes.
pub fn routes() -> OpenApiRouter<PotState> {
    OpenApiRouter::new().routes(routes!(export)).routes(routes!(erase))
}

/// Everything the stall knows of somebody.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
struct ExportData {
    exported_at: String,
    profile: ProfileData,
    /// Every movement of the wallet, newest first.
    movements: Vec<EntryData>,
    votes: Vec<VoteData>,
    withdrawals: Vec<WithdrawalData>,
    bonuses: Vec<BonusData>,
}

/// A bonus for inviting.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
struct BonusData {
    id: String,
    #[serde(rename = "amountINT")]
    amount: i64,
    created_at: String,
}

/// Everything the stall knows of the caller.
#[utoipa::path(get, path = "/funpot/api/me/export", tag = "profile",
    responses((status = 200, body = ExportData), web::openapi::Refusals), security(("bearer" = [])))]
async fn export(State(state): State<PotState>, Caller(actor): Caller) -> Result<Data<ExportData>, Refused> {
    let (app, public) = (&state.app, &state.app.public);
    let found = user_export::run(app, actor.user).await?;
    let bonuses = found.bonuses.iter().map(|bonus| BonusData {
        id: public.encode(TransferId(bonus.id)),
        amount: bonus.amount,
        created_at: bonus.created_at.rfc3339(),
    });
    Ok(Data(ExportData {
        exported_at: app.clock.now().rfc3339(),
        profile: profile_data(app, &found.profile),
        movements: found.movements.iter().map(|one| entry(public, one)).collect(),
        votes: found.votes.iter().map(|(vote, event)| event_data::vote(public, vote, event)).collect(),
        withdrawals: found.withdrawals.iter().map(|row| withdrawals::data(public, row)).collect(),
        bonuses: bonuses.collect(),
    }))
}

/// Forgets the caller: tokens are over, what names them is gone, their movements stay under a number. What they had is the house's to
/// keep for nobody: withdraw first.
#[utoipa::path(delete, path = "/funpot/api/me", tag = "profile",
    responses((status = 200, body = Value), web::openapi::Refusals), security(("bearer" = [])))]
async fn erase(
    State(state): State<PotState>,
    Caller(actor): Caller,
    facts: RequestFacts,
) -> Result<Data<Value>, Refused> {
    user_erase::run(&state.app, Acting::user(actor.user, facts.client_ip), actor.user).await?;
    Ok(Data(json!({ "ok": true })))
}
