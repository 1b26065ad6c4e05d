//! What posting or voiding a hold does to a booking, inside somebody's transaction: the verbs around it decide whether.

use crate::availability::Seats;
use crate::domain::booking::{Booking, BookingStatus, confirmation_code};
use crate::domain::booking_event;
use crate::domain::ids::ZoneId;
use crate::domain::seats::{locator_kind, transfer_code};
use crate::store::bookings;
use kernel::{IdSource, Timestamp};
use ledger::{Book, Transfer, TransferRefusal};
use store::{StoreError, Tx, locator, outbox};

/// Times a confirmation code is drawn before we give up; 2^30 codes a day make a second draw rare.
const CODE_DRAWS_MAX: u32 = 8;

/// What a settling needs besides its booking.
pub struct Settling<'a> {
    /// New numbers.
    pub ids: &'a IdSource,
    /// The present.
    pub now: Timestamp,
    /// Chance for the confirmation code.
    pub random: u32,
}

/// Posts the hold of `booking` and confirms it by `payment`. `None`: the hold is gone or over, and nothing changed.
pub fn confirm(
    tx: &mut Tx<'_>,
    with: &Settling<'_>,
    booking: &mut Booking,
    payment: i64,
) -> Result<Option<Seats>, StoreError> {
    let mut book = Book::new();
    book.load_holds(tx, &[booking.id.0])?;
    let Some(hold) = book.hold(booking.id.0) else { return Ok(None) };
    let post = Transfer::post(with.ids.next(with.now), &hold, transfer_code::CONFIRM);
    if book.transfer(&post, with.now).is_err() {
        return Ok(None);
    }
    book.save(tx)?;
    record_confirmation(tx, with, booking, payment)?;
    Ok(seats_left(&book, booking.zone, post.id))
}

/// Takes the same seats again for money that came after the hold was over, and confirms. `None`: they are gone.
pub fn confirm_late(
    tx: &mut Tx<'_>,
    with: &Settling<'_>,
    booking: &mut Booking,
    payment: i64,
) -> Result<Option<Seats>, StoreError> {
    let account = locator::find(tx, booking.user.0, locator_kind::BUYER_ACCOUNT, booking.event.0)?;
    let Some(account) = account else { return Ok(None) };
    let mut book = Book::load(tx, &[booking.zone.0, account])?;
    let take = Transfer::single(
        with.ids.next(with.now),
        booking.zone.0,
        account,
        booking.quantity,
        transfer_code::LATE,
    );
    if book.transfer(&take, with.now).is_err() {
        return Ok(None);
    }
    book.save(tx)?;
    record_confirmation(tx, with, booking, payment)?;
    Ok(seats_left(&book, booking.zone, take.id))
}

/// Voids the hold of `booking` and marks it cancelled for `reason`. `None`: the hold is gone, and nothing changed.
pub fn cancel(
    tx: &mut Tx<'_>,
    with: &Settling<'_>,
    booking: &mut Booking,
    reason: &str,
) -> Result<Option<Seats>, StoreError> {
    let Some(seats) = void(tx, with, booking, transfer_code::RELEASE)? else { return Ok(None) };
    booking.status = BookingStatus::Cancelled;
    booking.status_reason = Some(reason.to_owned());
    booking.cancelled_at = Some(with.now);
    bookings::save_state(tx, booking)?;
    outbox::append(tx, &[booking_event::cancelled(with.ids.next(with.now), booking, with.now)])?;
    Ok(Some(seats))
}

/// Voids the hold of a booking whose time is over and marks it expired. `None`: the hold is gone, and nothing changed.
pub fn expire(
    tx: &mut Tx<'_>,
    with: &Settling<'_>,
    booking: &mut Booking,
) -> Result<Option<Seats>, StoreError> {
    let Some(seats) = void(tx, with, booking, transfer_code::EXPIRE)? else { return Ok(None) };
    booking.status = BookingStatus::Expired;
    booking.status_reason = Some("timeout".to_owned());
    bookings::save_state(tx, booking)?;
    outbox::append(tx, &[booking_event::expired(with.ids.next(with.now), booking, with.now)])?;
    Ok(Some(seats))
}

fn void(
    tx: &mut Tx<'_>,
    with: &Settling<'_>,
    booking: &Booking,
    code: i64,
) -> Result<Option<Seats>, StoreError> {
    let mut book = Book::new();
    book.load_holds(tx, &[booking.id.0])?;
    let Some(hold) = book.hold(booking.id.0) else { return Ok(None) };
    let void = Transfer::void(with.ids.next(with.now), &hold, code);
    book.transfer(&void, with.now).map_err(|refusal| unexpected(refusal, booking))?;
    book.save(tx)?;
    Ok(seats_left(&book, booking.zone, void.id))
}

fn record_confirmation(
    tx: &mut Tx<'_>,
    with: &Settling<'_>,
    booking: &mut Booking,
    payment: i64,
) -> Result<(), StoreError> {
    booking.status = BookingStatus::Confirmed;
    booking.status_reason = None;
    booking.confirmed_at = Some(with.now);
    booking.confirmation_code = Some(free_code(tx, with, booking)?);
    booking.payment = Some(payment);
    booking.acknowledged = false;
    bookings::save_state(tx, booking)?;
    outbox::append(tx, &[booking_event::confirmed(with.ids.next(with.now), booking, with.now)])
}

fn free_code(tx: &mut Tx<'_>, with: &Settling<'_>, booking: &Booking) -> Result<String, StoreError> {
    let draws = (0..CODE_DRAWS_MAX).map(|draw| with.random.wrapping_add(draw.wrapping_mul(0x9E37_79B9)));
    for random in draws {
        let code = confirmation_code(with.now, random);
        if !bookings::code_is_taken(tx, booking.tenant, &code)? {
            return Ok(code);
        }
    }
    Err(StoreError::Corrupt("no free confirmation code was drawn".into()))
}

fn seats_left(book: &Book, zone: ZoneId, stamp: i64) -> Option<Seats> {
    book.account(zone.0).map(|account| Seats::of(account, stamp))
}

fn unexpected(refusal: TransferRefusal, booking: &Booking) -> StoreError {
    StoreError::Corrupt(format!("the open hold of booking {} cannot be voided: {refusal}", booking.id.0))
}
