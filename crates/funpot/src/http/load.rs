//! Endpoints of load runs, served in the load profile alone: voters with credit, open events, the ceiling, what became of votes, the check.
//! Reachable from loopback only, because the profile is.

use super::state::PotState;
use super::votes::VoteBody;
use crate::domain::event::PotEvent;
use crate::domain::ids::EventId;
use crate::domain::split::VoteOutcome;
use crate::domain::user::User;
use crate::usecase::load_audience::{self, LoadEvents, LoadVoters};
use axum::extract::State;
use axum::routing::{get, post};
use axum::{Json, Router};
use kernel::{PublicIds, Refusal, UserId};
use serde::Deserialize;
use serde_json::{Value, json};
use stall::CheckDatabase;
use web::{Body, Caller, IdempotencyKey, Refused};

/// Votes asked for at once.
const STATUSES_MAX: usize = 500;

/// The routes below `/funpot/_load`.
pub fn routes(check: CheckDatabase) -> Router<PotState> {
    Router::new()
        .route("/funpot/_load/voters", post(voters))
        .route("/funpot/_load/events", post(open_events))
        .route("/funpot/_load/decide", post(decide))
        .route("/funpot/_load/ceiling", post(ceiling))
        .route("/funpot/_load/statuses", post(statuses))
        .route("/funpot/_load/votes", get(votes))
        .route("/funpot/_load/check", post(move || async move { Json(check().await) }))
}

async fn voters(State(state): State<PotState>, Body(load): Body<LoadVoters>) -> Result<Json<Value>, Refused> {
    let (app, now) = (&state.app, state.app.clock.now());
    let made = load_audience::voters(app, load).await?;
    let shown = |user: &User| {
        let minted = app.tokens.mint(user, None, "load", now);
        json!({ "userId": app.public.encode(user.id), "token": minted.token })
    };
    Ok(Json(json!({ "voters": made.iter().map(shown).collect::<Vec<_>>() })))
}

async fn open_events(
    State(state): State<PotState>,
    Body(load): Body<LoadEvents>,
) -> Result<Json<Value>, Refused> {
    let public = &state.app.public;
    let shown = |event: &PotEvent| {
        let options: Vec<_> = event.options.iter().map(|choice| choice.id.as_str()).collect();
        json!({ "eventId": public.encode(event.id), "streamerId": public.encode(event.streamer), "options": options })
    };
    let opened = load_audience::open_events(&state.app, load).await?;
    Ok(Json(json!({ "events": opened.iter().map(shown).collect::<Vec<_>>() })))
}

/// Which event, and how it ended.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
struct DecideBody {
    event_id: String,
    option_id: String,
}

async fn decide(State(state): State<PotState>, Body(body): Body<DecideBody>) -> Result<Json<Value>, Refused> {
    let event = event_of(&state.app.public, &body.event_id)?;
    load_audience::decide(&state.app, event, body.option_id).await?;
    Ok(Json(json!({ "ok": true })))
}

/// The best that any design behind this edge could do: the token is verified, the same body and key are read, nothing is decided.
async fn ceiling(_: Caller, _: IdempotencyKey, Body(body): Body<VoteBody>) -> Json<Value> {
    Json(
        json!({ "voteId": "019d2a00-0000-8000-8000-000000000000", "newBalance": 999_900, "eventId": body.event_id,
        "optionId": body.option_id }),
    )
}

/// Which votes.
#[derive(Debug, Deserialize)]
struct StatusesBody {
    votes: Vec<PlaceBody>,
}

/// A vote, by who cast it on what.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
struct PlaceBody {
    user_id: String,
    event_id: String,
}

async fn statuses(
    State(state): State<PotState>,
    Body(body): Body<StatusesBody>,
) -> Result<Json<Value>, Refused> {
    if body.votes.len() > STATUSES_MAX {
        return Err(Refusal::field("votes", "at most 500 at once").into());
    }
    let public = &state.app.public;
    let place = |vote: &PlaceBody| {
        let user: UserId = public.decode(&vote.user_id).map_err(|_| Refusal::not_found("user"))?;
        Ok::<_, Refusal>((user, event_of(public, &vote.event_id)?))
    };
    let places = body.votes.iter().map(place).collect::<Result<Vec<_>, _>>()?;
    let found = load_audience::statuses(&state.app, places).await?;
    let shown = found.iter().map(|found| match found {
        Some((vote, event)) => json!({
            "voteId": public.encode(vote.id),
            "optionId": event.option_id(vote.option),
            "cost": vote.cost,
            "outcome": vote.outcome.map_or("none", VoteOutcome::as_str),
        }),
        None => Value::Null,
    });
    Ok(Json(json!({ "statuses": shown.collect::<Vec<_>>() })))
}

fn event_of(public: &PublicIds, text: &str) -> Result<EventId, Refusal> {
    public.decode(text).map_err(|_| Refusal::not_found("event"))
}

async fn votes(State(state): State<PotState>) -> Result<Json<Value>, Refused> {
    let count = load_audience::count(&state.app).await?;
    Ok(Json(json!({ "votes": count })))
}
