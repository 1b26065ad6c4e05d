//! What inviting brought.

use super::access::switched_on;
use super::answer::Data;
use super::profile::invite_url;
use super::query::PageQuery;
use super::state::PotState;
use crate::domain::ids::TransferId;
use crate::domain::live_config::{Flag, NumberKey};
use crate::usecase::referral_view::{self, Invitee};
use axum::extract::State;
use serde::Serialize;
use serde_json::Value;
use utoipa::ToSchema;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;
use web::{Caller, Query, Refused};

/// The routes.
pub fn routes() -> OpenApiRouter<PotState> {
    OpenApiRouter::new().routes(routes!(summary)).routes(routes!(payouts))
}

/// What a user's inviting brought.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
struct SummaryData {
    referral_code: String,
    url: String,
    /// Always single: nobody earns by the invitees of invitees.
    tier: &'static str,
    /// The share of top-ups, percent.
    #[schema(value_type = f64)]
    percent: Value,
    invited_count: i64,
    #[serde(rename = "earningsINT")]
    earnings: i64,
    invited: Vec<InviteeData>,
}

/// Somebody who was invited.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
struct InviteeData {
    user_id: String,
    joined_at: String,
    #[serde(rename = "earningsINT")]
    earnings: i64,
}

/// A bonus.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
struct PayoutData {
    id: String,
    #[serde(rename = "amountINT")]
    amount: i64,
    created_at: String,
    /// When its top-up went back, and the bonus with it.
    #[serde(skip_serializing_if = "Option::is_none")]
    reversed_at: Option<String>,
}

/// What the caller's inviting brought.
#[utoipa::path(get, path = "/funpot/api/referrals/summary", tag = "referrals",
    responses((status = 200, body = SummaryData), web::openapi::Refusals), security(("bearer" = [])))]
async fn summary(State(state): State<PotState>, Caller(actor): Caller) -> Result<Data<SummaryData>, Refused> {
    switched_on(&state, Flag::Referrals)?;
    let found = referral_view::summary(&state.app, actor.user).await?;
    let invitee = |invitee: &Invitee| InviteeData {
        user_id: state.app.public.encode(invitee.user),
        joined_at: invitee.joined_at.rfc3339(),
        earnings: invitee.earnings,
    };
    Ok(Data(SummaryData {
        url: invite_url(&state.app, &found.code),
        referral_code: found.code,
        tier: "single",
        percent: state.app.config.load().shown(NumberKey::ReferralPercent),
        invited_count: found.invited,
        earnings: found.earnings,
        invited: found.invitees.iter().map(invitee).collect(),
    }))
}

/// The caller's bonuses, newest first.
#[utoipa::path(get, path = "/funpot/api/referrals/payouts", tag = "referrals", params(PageQuery),
    responses((status = 200, body = Vec<PayoutData>), web::openapi::Refusals), security(("bearer" = [])))]
async fn payouts(
    State(state): State<PotState>,
    Caller(actor): Caller,
    Query(query): Query<PageQuery>,
) -> Result<Data<Vec<PayoutData>>, Refused> {
    switched_on(&state, Flag::Referrals)?;
    let public = &state.app.public;
    let page = query.page::<TransferId>(public)?;
    let rows = referral_view::payouts(&state.app, actor.user, page.before, page.limit).await?;
    let data = rows.iter().map(|row| PayoutData {
        id: public.encode(TransferId(row.id)),
        amount: row.amount,
        created_at: row.created_at.rfc3339(),
        reversed_at: row.reversed_at.map(|at| at.rfc3339()),
    });
    Ok(Data(data.collect()))
}
