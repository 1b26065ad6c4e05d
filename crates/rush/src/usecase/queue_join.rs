//! Join: a place in an event's waiting room. The decision is made in a batch on the writer; this is its door.

use super::queue_batch::{GivenPlace, JoinCommand, NotJoined};
use super::queue_keys::hex;
use crate::app::App;
use crate::domain::ids::EventId;
use crate::domain::queue_work::{self, WorkRefusal};
use crate::refusals;
use kernel::{Actor, Refusal};
use waiting_room::CONTRIBUTION_BYTES;

/// What somebody brings to a room.
#[derive(Debug, Clone, Default)]
pub struct JoinOffer {
    /// Their own 16 random bytes; none: ours are taken.
    pub contribution: Option<[u8; CONTRIBUTION_BYTES]>,
    /// The work they show, where the room wants some.
    pub work: Option<String>,
    /// Where they come from.
    pub address: String,
}

/// A place, the first time or again.
#[derive(Debug, Clone)]
pub struct JoinedPlace {
    /// The place.
    pub given: GivenPlace,
    /// What must be shown to give it back.
    pub token: String,
}

/// Takes a place, or the one the caller has. It is on disk when it is answered.
pub async fn run(app: &App, actor: Actor, event: EventId, offer: JoinOffer) -> Result<JoinedPlace, Refusal> {
    check_work(app, actor, event, offer.work.as_deref())?;
    let mut contribution = [0; CONTRIBUTION_BYTES];
    match offer.contribution {
        Some(theirs) => contribution = theirs,
        None => getrandom::fill(&mut contribution).map_err(Refusal::internal)?,
    }
    let command = JoinCommand {
        user: actor.user,
        tenant: actor.tenant,
        event,
        address: app.queue_keys.address(event, &offer.address),
        contribution,
    };
    let outcome = app.joins.submit(command).await?;
    let given = outcome.map_err(|refusal| match refusal {
        NotJoined::EventNotFound => Refusal::not_found("event"),
        NotJoined::Refused(refusal) => refusals::of_join(refusal),
    })?;
    let token = app.queue_keys.leave_token(event, actor.user, given.place.number);
    Ok(JoinedPlace { given, token })
}

/// Work is asked of whoever does not stand in the room yet.
fn check_work(app: &App, actor: Actor, event: EventId, work: Option<&str>) -> Result<(), Refusal> {
    let snapshot = app.catalogue.current();
    let Some(queue) = snapshot.queue(event).filter(|queue| queue.room.settings.work_bits > 0) else {
        return Ok(());
    };
    if app.waiting.of(&queue.room).shown().place(actor.user.0).is_some() {
        return Ok(());
    }
    let (puzzle, bits) = (puzzle(app, actor, event), queue.room.settings.work_bits);
    match queue_work::check(&puzzle, bits, work) {
        Ok(()) => Ok(()),
        Err(refusal @ (WorkRefusal::WorkIsMissing | WorkRefusal::WorkIsTooLittle)) => {
            Err(refusals::of_work(refusal, &puzzle, bits))
        }
    }
}

/// What the work of somebody for a room begins with: nobody's work serves another.
#[must_use]
pub fn puzzle(app: &App, actor: Actor, event: EventId) -> String {
    hex(&app.queue_keys.address(event, &format!("work of {}", actor.user.0)).to_be_bytes())
}
