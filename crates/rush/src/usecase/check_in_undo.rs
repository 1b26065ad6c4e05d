//! Undo an admission: a wrong scan, or somebody who goes out again. What was recorded stays, with who undid it.

use super::door::DoorAccess;
use crate::app::App;
use crate::domain::check_in::CheckIn;
use crate::domain::ids::CheckInId;
use crate::refusals;
use crate::store::{bookings, check_ins, tickets};
use kernel::{Refusal, Timestamp};
use serde_json::json;
use store::Tx;
use store::audit::{self, Act, Level, Origin};

/// The admission as it is afterwards; undoing it again changes nothing. Errors: there is no such admission at this event.
pub async fn run(app: &App, access: &DoorAccess, id: CheckInId) -> Result<CheckIn, Refusal> {
    let (now, access) = (app.clock.now(), access.clone());
    app.store.write(move |tx| undo(tx, &access, id, now)).await
}

fn undo(tx: &mut Tx<'_>, access: &DoorAccess, id: CheckInId, now: Timestamp) -> Result<CheckIn, Refusal> {
    let of_event = |found: &CheckIn| found.event == access.event.id;
    let found = check_ins::by_id(tx, id)?.filter(of_event).ok_or_else(refusals::door::not_entered)?;
    bookings::lock(tx, found.booking)?;
    // Read again under the lock: another gate may have undone it while we waited.
    let mut check_in = check_ins::by_id(tx, id)?.ok_or_else(refusals::door::not_entered)?;
    if check_in.undone_at.is_some() {
        return Ok(check_in);
    }
    check_ins::undo(tx, &check_in, &access.staff.name(), now)?;
    tickets::leave(tx, check_in.booking, check_in.seat, id)?;
    audit::append(tx, &act(access, &check_in, now))?;
    check_in.undone_at = Some(now);
    Ok(check_in)
}

fn act(access: &DoorAccess, check_in: &CheckIn, now: Timestamp) -> Act {
    Act {
        at: now,
        scope: check_in.tenant.0,
        actor: access.staff.name(),
        action: "check_in.undo",
        target: format!("booking:{}", check_in.booking.0),
        level: Level::Info,
        origin: Origin::default(),
        details: json!({ "check_in": check_in.id.0, "seat": check_in.seat, "gate": check_in.gate }),
    }
}
