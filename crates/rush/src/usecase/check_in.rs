//! Let somebody in. The decision is made in a batch on the writer; this is its door: what the code says, and who asks.

use super::door::DoorAccess;
use crate::app::App;
use crate::domain::booking::Booking;
use crate::domain::check_in::{Admission, CheckInRequest, DoorRefusal};
use crate::domain::ids::{BookingId, ShowId};
use crate::domain::scan::Scan;
use crate::domain::seat_code::{SeatCode, TypedCode};
use crate::refusals::door::of_door;
use crate::store::{bookings, tickets};
use kernel::{Refusal, Timestamp};
use store::StoreError;
use store::keyed::hash63;

/// Characters of the longest name of a door.
const GATE_CHARS_MAX: usize = 60;

/// What a door was shown.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Shown {
    /// The text of the code, scanned or typed.
    pub code: String,
    /// What the door is called; a gate's key says it better.
    pub gate: String,
    /// Which show the door is of; none: any of the event.
    pub show: Option<ShowId>,
    /// The scan's own key: repeating it repeats the answer.
    pub key: String,
    /// When it was scanned, where that was without a network.
    pub scanned_at: Option<Timestamp>,
}

/// Which ticket a code means.
struct Meant {
    booking: BookingId,
    seat: Option<i64>,
    generation: i64,
}

/// Lets somebody in, or says why not. The answer is on disk when it is given.
pub async fn run(app: &App, access: &DoorAccess, shown: Shown) -> Result<Admission, Refusal> {
    let decided = decide(app, access, shown).await?;
    decided.map_err(|refusal| of_door(&app.public, refusal))
}

/// The same with the refusal as a value, for those who go on after one.
pub(super) async fn decide(
    app: &App,
    access: &DoorAccess,
    shown: Shown,
) -> Result<Result<Admission, DoorRefusal>, Refusal> {
    let Some(meant) = meant(app, access, &shown.code).await? else { return Ok(Err(DoorRefusal::NotATicket)) };
    Ok(app.door.submit(request(access, meant, shown)).await?)
}

fn request(access: &DoorAccess, meant: Meant, shown: Shown) -> CheckInRequest {
    let staff = access.staff.name();
    let gate = access.gate.clone().unwrap_or(shown.gate);
    CheckInRequest {
        tenant: access.event.tenant,
        event: access.event.id,
        show: shown.show,
        booking: meant.booking,
        seat: meant.seat,
        generation: meant.generation,
        gate: gate.chars().filter(|letter| !letter.is_control()).take(GATE_CHARS_MAX).collect(),
        scan_key: hash63(&[staff.as_bytes(), b"\n", shown.key.as_bytes()]),
        staff: access.staff.clone(),
        scanned_at: shown.scanned_at,
    }
}

/// The ticket that a code means. `None`: it is no ticket of ours.
async fn meant(app: &App, access: &DoorAccess, code: &str) -> Result<Option<Meant>, Refusal> {
    let id = |text: &str| app.public.decode::<BookingId>(text).ok();
    Ok(match Scan::read(code, app.ticket_keys.public()) {
        None => None,
        Some(Scan::Seat(code)) => id(&code.booking).map(|booking| Meant {
            booking,
            seat: Some(code.seat),
            generation: code.generation,
        }),
        Some(Scan::Booking(code)) => {
            id(&code.booking).map(|booking| Meant { booking, seat: None, generation: 0 })
        }
        Some(Scan::Typed(typed)) => typed_ticket(app, access, typed).await?,
    })
}

/// A typed code is looked up, and compared with what the ticket's signed code gives now.
async fn typed_ticket(app: &App, access: &DoorAccess, typed: TypedCode) -> Result<Option<Meant>, Refusal> {
    let (tenant, code, seat) = (access.event.tenant, typed.code.clone(), typed.seat);
    let read = app.store.read(move |tx| {
        let Some(booking) = bookings::by_code(tx, tenant, &code)? else { return Ok(None) };
        let stored = tickets::of_booking(tx, booking.id)?;
        let generation =
            stored.iter().find(|ticket| ticket.seat == seat).map_or(0, |ticket| ticket.generation);
        Ok::<_, StoreError>(Some((booking, generation)))
    });
    let Some((booking, generation)) = read.await? else { return Ok(None) };
    let fits = typed.is_of(&seat_code(app, &booking, seat, generation), app.ticket_keys.signer());
    Ok(fits.then_some(Meant { booking: booking.id, seat: Some(seat), generation }))
}

/// What the signed code of a ticket says.
pub(super) fn seat_code(app: &App, booking: &Booking, seat: i64, generation: i64) -> SeatCode {
    SeatCode {
        booking: app.public.encode(booking.id),
        show: app.public.encode(booking.show),
        code: booking.confirmation_code.clone().unwrap_or_default(),
        seat,
        generation,
    }
}
