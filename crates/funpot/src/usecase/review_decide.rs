//! A person's judgement on what waits: an event is opened, a result is carried out, or neither.

use super::audit_record::{Act, Acting, append};
use super::event_open::Opener;
use super::result_report::Reporter;
use super::worker_events::judged_report;
use crate::app::App;
use crate::domain::ids::{EventId, ResultId, ReviewId};
use crate::domain::result::ResultState;
use crate::refusals;
use crate::store::reviews::{self, ReviewRow};
use crate::store::{events, results};
use kernel::{Meaning, Refusal, Timestamp};
use serde_json::json;
use store::{StoreError, Tx};

pub use crate::store::reviews::ReviewRow as Review;

/// Those that wait, oldest first, after number `after`.
pub async fn open(app: &App, after: i64, limit: i64) -> Result<Vec<ReviewRow>, StoreError> {
    app.store.read(move |tx| reviews::open(tx, after, limit)).await
}

/// Judges. Errors: 404, 409 where it was judged before, and what opening an event refuses.
pub async fn run(app: &App, acting: Acting, id: ReviewId, is_accepted: bool) -> Result<(), Refusal> {
    let judge = Judge { opener: Opener::of(app), reporter: Reporter::of(app), now: app.clock.now() };
    app.store.write(move |tx| judge.run(tx, &acting, id, is_accepted)).await
}

struct Judge {
    opener: Opener,
    reporter: Reporter,
    now: Timestamp,
}

impl Judge {
    fn run(&self, tx: &mut Tx<'_>, acting: &Acting, id: ReviewId, is_accepted: bool) -> Result<(), Refusal> {
        let row = reviews::lock(tx, id.0)?.ok_or_else(|| Refusal::not_found("review"))?;
        if row.state != "open" {
            return Err(Refusal::new(Meaning::Conflict, "CONFLICT", "This was judged before."));
        }
        let word = if is_accepted { "accepted" } else { "rejected" };
        reviews::decide(tx, row.id, word, &acting.actor, self.now)?;
        match (row.kind.as_str(), is_accepted) {
            ("event", true) => {
                let report = judged_report(&row, acting.actor.trim_start_matches("user:"))?;
                self.opener.open(tx, &report)?.map_err(refusals::of_create)?;
            }
            ("result", true) => self.accept_result(tx, &row)?,
            ("result", false) => self.reject_result(tx, &row)?,
            _ => {}
        }
        let act = Act {
            action: "review.decide",
            target: format!("review:{}", row.id),
            before: Some(json!({ "state": "open", "reason": row.reason })),
            after: Some(json!({ "state": word })),
        };
        Ok(append(tx, acting, act, self.now)?)
    }

    fn accept_result(&self, tx: &mut Tx<'_>, row: &ReviewRow) -> Result<(), Refusal> {
        let (result, event) = (row.result.map(ResultId), row.event.map(EventId));
        let result = result.map(|id| results::by_id(tx, id)).transpose()?.flatten();
        let event = event.map(|id| events::lock_one(tx, id)).transpose()?.flatten();
        let (Some(result), Some(mut event)) = (result, event) else {
            return Err(Refusal::not_found("result"));
        };
        crate::domain::result::check_open(&event).map_err(refusals::of_result)?;
        Ok(self.reporter.accept(tx, &mut event, &result)?)
    }

    fn reject_result(&self, tx: &mut Tx<'_>, row: &ReviewRow) -> Result<(), Refusal> {
        match row.result {
            Some(id) => Ok(results::set_state(tx, ResultId(id), ResultState::Rejected)?),
            None => Ok(()),
        }
    }
}
