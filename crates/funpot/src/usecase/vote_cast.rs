//! Cast a vote. Here is what can be decided without the database: what is switched off, and who asks too often. The rest is
//! decided in a batch on the writer.

use super::vote_batch::{Accepted, request_hash};
use crate::app::App;
use crate::domain::ids::EventId;
use crate::domain::live_config::Flag;
use crate::domain::vote::VoteRequest;
use crate::limits;
use crate::refusals;
use cluster::Claim;
use kernel::{Refusal, UserId};
use store::keyed::hash63;

/// A vote as a client sends it.
#[derive(Debug, Clone)]
pub struct VoteOrder {
    /// Who.
    pub user: UserId,
    /// On what.
    pub event: EventId,
    /// For which choice.
    pub option: String,
    /// What the user was told it costs.
    pub cost: Option<i64>,
    /// The user's name of this attempt.
    pub key: String,
}

/// The vote, on disk when it is answered; the same key gets the same vote.
pub async fn run(app: &App, order: VoteOrder) -> Result<Accepted, Refusal> {
    if !app.config.load().is_on(Flag::Votes) {
        return Err(refusals::feature_disabled(Flag::Votes));
    }
    let request = VoteRequest {
        key_hash: hash63(&[order.key.as_bytes()]),
        request_hash: request_hash(order.event, &order.option, order.cost),
        user: order.user,
        event: order.event,
        option: order.option,
        cost: order.cost,
        key: order.key,
    };
    take_token(app, &request)?;
    let answer = app.votes.submit(request).await?;
    answer.verdict.map_err(|refusal| refusals::of_vote(&refusal))
}

/// One token of the user's bucket for the event's streamer. The very same request within a minute takes none.
fn take_token(app: &App, request: &VoteRequest) -> Result<(), Refusal> {
    let attempt = format!("{} {} {}", request.user.0, request.key_hash, request.request_hash);
    // Where too many are known, everybody pays: a repeated request is then refused, and can be repeated later.
    if app.vote_attempts.claim("vote", &attempt, app.clock.now()) == Ok(Claim::Repeated) {
        return Ok(());
    }
    let streamer = app.live.get(request.event).map_or(0, |live| live.event.streamer.0);
    app.limits.take(limits::VOTE, &app.config.load(), (request.user.0, streamer), app.clock.now())
}
