//! Votes over HTTP: parse, call, map.

use super::answer::Data;
use super::event_data::{self, VoteData};
use super::query::PageQuery;
use super::state::PotState;
use crate::domain::ids::EventId;
use crate::publish;
use crate::usecase::event_view;
use crate::usecase::vote_cast::{self, VoteOrder};
use axum::extract::State;
use axum::response::{IntoResponse, Response};
use kernel::{Meaning, Refusal};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;
use web::{Body, Caller, IdempotencyKey, Query, Refused, replayed};

/// The routes of votes.
pub fn routes() -> OpenApiRouter<PotState> {
    OpenApiRouter::new().routes(routes!(cast)).routes(routes!(mine))
}

/// A vote.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct VoteBody {
    /// On what.
    pub event_id: String,
    /// For which option.
    pub option_id: String,
    /// What the user was told it costs; refused where it costs something else.
    pub cost: Option<i64>,
}

/// A vote that is on disk.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct CastData {
    vote_id: String,
    /// What the user can spend afterwards.
    new_balance: i64,
    event_id: String,
    option_id: String,
}

/// Casts a vote. The answer is given when it is on disk; the same key again gets the same answer.
#[utoipa::path(post, path = "/funpot/api/votes", tag = "votes", request_body = VoteBody,
    params(("Idempotency-Key" = String, Header, description = "one per attempt; repeating it repeats the answer")),
    responses((status = 200, body = CastData), web::openapi::Refusals), security(("bearer" = [])))]
async fn cast(
    State(state): State<PotState>,
    Caller(actor): Caller,
    key: IdempotencyKey,
    Body(body): Body<VoteBody>,
) -> Result<Response, Refused> {
    let public = &state.app.public;
    let event: EventId = public.decode(&body.event_id).map_err(|_| Refusal::not_found("event"))?;
    let option_id = body.option_id.clone();
    let order = VoteOrder { user: actor.user, event, option: body.option_id, cost: body.cost, key: key.0 };
    let cast = vote_cast::run(&state.app, order).await;
    if let Err(refusal) = &cast
        && refusal.meaning == Meaning::TooMany
    {
        publish::notice_to(&state.app, actor.user.0, "rate_limited", &refusal.message);
    }
    let accepted = cast?;
    let answer = Data(CastData {
        vote_id: public.encode(accepted.vote.id),
        new_balance: accepted.vote.balance_after,
        event_id: public.encode(accepted.vote.event),
        option_id,
    });
    let answer = answer.into_response();
    Ok(if accepted.replayed { replayed(answer) } else { answer })
}

/// A page of votes.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
struct VotesData {
    votes: Vec<VoteData>,
    next_cursor: Option<String>,
}

/// The caller's own votes, newest event first, with what became of them.
#[utoipa::path(get, path = "/funpot/api/votes/mine", tag = "votes", params(PageQuery),
    responses((status = 200, body = VotesData), web::openapi::Refusals), security(("bearer" = [])))]
async fn mine(
    State(state): State<PotState>,
    Caller(actor): Caller,
    Query(query): Query<PageQuery>,
) -> Result<Data<VotesData>, Refused> {
    let public = &state.app.public;
    let page = query.page::<EventId>(public)?;
    let found = event_view::votes_of(&state.app, actor.user, page.before, page.limit).await?;
    let next_cursor = page.next(public, &found, |(vote, _)| vote.event);
    let votes = found.iter().map(|(vote, event)| event_data::vote(public, vote, event)).collect();
    Ok(Data(VotesData { votes, next_cursor }))
}
