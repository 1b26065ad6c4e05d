//! An operator's hands on events: opening one, closing it early, saying how it ended, counting it anew. Each act is on record.

use super::audit_record::{Act, Acting, append};
use super::event_close;
use super::event_open::{Opener, Report};
use super::result_report::{self, Received, ResultReport};
use crate::app::App;
use crate::domain::event::{PotEvent, State};
use crate::domain::ids::EventId;
use crate::refusals;
use crate::store::{events, votes};
use kernel::{Meaning, Refusal, Timestamp};
use serde_json::{Value, json};
use std::sync::Arc;

/// Opens an event. Errors: what opening refuses.
pub async fn open(app: &App, acting: Acting, report: Report) -> Result<PotEvent, Refusal> {
    let (opener, now) = (Opener::of(app), app.clock.now());
    app.store
        .write(move |tx| {
            let event = opener.open(tx, &report)?.map_err(refusals::of_create)?;
            let after = json!({ "title": event.title, "cost": event.cost });
            append(tx, &acting, act("event.open", event.id, None, after), now)?;
            Ok(event)
        })
        .await
}

/// Closes an event early. Errors: 404, 409.
pub async fn close(app: &App, acting: Acting, id: EventId) -> Result<PotEvent, Refusal> {
    let (ids, now) = (Arc::clone(&app.ids), app.clock.now());
    app.store
        .write(move |tx| {
            let mut event = events::lock_one(tx, id)?.ok_or_else(|| Refusal::not_found("event"))?;
            if event.state != State::Live {
                return Err(Refusal::new(Meaning::Conflict, "EVENT_CLOSED", "This event is closed already."));
            }
            event_close::close(tx, &ids, &mut event, State::Closed, now)?;
            events::save_state(tx, &event, now)?;
            append(tx, &acting, act("event.close", id, None, json!({ "state": "closed" })), now)?;
            Ok(event)
        })
        .await
}

/// Says how an event ended; no option: every stake goes back. Errors: 404, 409, 422.
pub async fn decide(
    app: &App,
    acting: Acting,
    report: ResultReport,
    (id, reason): (EventId, Option<String>),
) -> Result<Received, Refusal> {
    let action = if report.option.is_some() { "event.resolve" } else { "event.void" };
    let after = json!({ "optionId": report.option, "reason": reason });
    let received = result_report::decide(app, report).await?;
    let now = app.clock.now();
    app.store.write(move |tx| append(tx, &acting, act(action, id, None, after.clone()), now)).await?;
    Ok(received)
}

/// What counting anew found.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Recount {
    /// As it was written.
    pub before: Vec<[i64; 2]>,
    /// As the votes say.
    pub after: Vec<[i64; 2]>,
}

/// Makes the tallies of an event anew from its votes and says what differed. Errors: 404.
pub async fn recalculate(app: &App, acting: Acting, id: EventId) -> Result<Recount, Refusal> {
    let now = app.clock.now();
    app.store
        .write(move |tx| {
            let mut event = events::lock_one(tx, id)?.ok_or_else(|| Refusal::not_found("event"))?;
            let ever = Timestamp::from_micros(i64::MAX);
            let tallies = votes::tallies(tx, id, event.options.len(), ever)?;
            let pairs = |tallies: &[crate::domain::event::Tally]| -> Vec<[i64; 2]> {
                tallies.iter().map(|tally| [tally.votes, tally.stake]).collect()
            };
            let recount = Recount { before: pairs(&event.tallies), after: pairs(&tallies) };
            event.votes = tallies.iter().map(|tally| tally.votes).sum();
            event.stakes = tallies.iter().map(|tally| tally.stake).sum();
            event.tallies = tallies;
            events::recount(tx, &event)?;
            let (before, after) = (json!(recount.before), json!(recount.after));
            append(tx, &acting, act("event.recalculate", id, Some(before), after), now)?;
            Ok::<_, Refusal>(recount)
        })
        .await
}

fn act(action: &'static str, id: EventId, before: Option<Value>, after: Value) -> Act {
    Act { action, target: format!("event:{}", id.0), before, after: Some(after) }
}
