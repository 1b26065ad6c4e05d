//! A booking: a hold of seats that is confirmed, cancelled or expires.

use super::ids::{BookingId, EventId, PaymentId, ShowId, ZoneId};
use super::offer::Offer;
#[cfg(test)]
use super::offer::OfferState;
use super::refund_policy::RefundPolicy;
use super::role;
use kernel::{Actor, Currency, TenantId, Timestamp, UserId};

/// Where a booking is in its life. Terminal: cancelled, expired, refunded.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum BookingStatus {
    /// Seats are held until `expires_at`.
    Reserved,
    /// Paid; the seats are the buyer's.
    Confirmed,
    /// Given back by the buyer, or after the last decline.
    Cancelled,
    /// Given back because time ran out.
    Expired,
    /// Paid and returned.
    Refunded,
}

impl BookingStatus {
    /// As written in tables and answers.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Reserved => "reserved",
            Self::Confirmed => "confirmed",
            Self::Cancelled => "cancelled",
            Self::Expired => "expired",
            Self::Refunded => "refunded",
        }
    }

    /// Reads what `as_str` wrote.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        [Self::Reserved, Self::Confirmed, Self::Cancelled, Self::Expired, Self::Refunded]
            .into_iter()
            .find(|status| status.as_str() == text)
    }
}

/// A booking as stored. Its number is also that of its pending transfer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Booking {
    /// Its number.
    pub id: BookingId,
    /// Whose event it is for.
    pub tenant: TenantId,
    /// Whose it is.
    pub user: UserId,
    /// The event.
    pub event: EventId,
    /// The show.
    pub show: ShowId,
    /// The zone.
    pub zone: ZoneId,
    /// Seats, 1..=10.
    pub quantity: i64,
    /// Catalogue price of one seat when it was reserved, minor units.
    pub unit_price_minor: i64,
    /// Quantity times unit price.
    pub total_minor: i64,
    /// The currency.
    pub currency: Currency,
    /// The state.
    pub status: BookingStatus,
    /// Why it is in a terminal state (`user_cancelled`, `payment_declined`, `timeout`, …).
    pub status_reason: Option<String>,
    /// Hash of the request that made it: the same key with another one is refused.
    pub request_hash: i64,
    /// When seats were held.
    pub reserved_at: Timestamp,
    /// Until when.
    pub expires_at: Timestamp,
    /// When it was paid.
    pub confirmed_at: Option<Timestamp>,
    /// `BK-YYYYMMDD-XXXXXX`, unique per tenant.
    pub confirmation_code: Option<String>,
    /// The payment that confirmed it.
    pub payment: Option<i64>,
    /// Whether its buyer has asked for the confirmation since the payment settled it.
    pub acknowledged: bool,
    /// When it was cancelled.
    pub cancelled_at: Option<Timestamp>,
    /// Seats that refunds gave back, 0 to quantity.
    pub returned_quantity: i64,
    /// The refund table and the start of the show as they were when it was paid.
    pub bought: Option<(RefundPolicy, Timestamp)>,
}

impl Booking {
    /// Seats that are its buyer's: those that were paid for, less those that were given back.
    #[must_use]
    pub const fn seats_owned(&self) -> i64 {
        match self.status {
            BookingStatus::Confirmed => self.quantity - self.returned_quantity,
            BookingStatus::Reserved
            | BookingStatus::Cancelled
            | BookingStatus::Expired
            | BookingStatus::Refunded => 0,
        }
    }

    /// A fresh hold of `quantity` seats of `offer`. `None`: the total would leave `i64`.
    #[must_use]
    pub fn reserve(
        id: BookingId,
        user: UserId,
        offer: &Offer,
        quantity: i64,
        request_hash: i64,
        now: Timestamp,
    ) -> Option<Self> {
        Some(Self {
            id,
            tenant: offer.tenant,
            user,
            event: offer.event,
            show: offer.show,
            zone: offer.zone,
            quantity,
            unit_price_minor: offer.price_minor,
            total_minor: offer.price_minor.checked_mul(quantity)?,
            currency: offer.currency,
            status: BookingStatus::Reserved,
            status_reason: None,
            request_hash,
            reserved_at: now,
            expires_at: now.plus_secs(offer.hold_secs),
            confirmed_at: None,
            confirmation_code: None,
            payment: None,
            acknowledged: false,
            cancelled_at: None,
            returned_quantity: 0,
            bought: None,
        })
    }

    /// Whether `actor` holds or bought these seats.
    #[must_use]
    pub fn belongs_to(&self, actor: Actor) -> bool {
        self.user == actor.user
    }

    /// Whether `actor` may look at it: its buyer, and who administers its tenant.
    #[must_use]
    pub fn is_visible_to(&self, actor: Actor) -> bool {
        let administers = role::may_administer(actor.role) && actor.tenant == Some(self.tenant);
        self.belongs_to(actor) || administers
    }

    /// Whether `actor` may request its confirmation: its buyer, and our own services.
    #[must_use]
    pub fn may_be_confirmed_by(&self, actor: Actor) -> bool {
        self.belongs_to(actor) || actor.role == role::SERVICE
    }
}

#[cfg(test)]
impl Booking {
    /// A hold of one seat that ends `seconds_left` after `now`. Tests change the fields they are about.
    pub(crate) fn sample(now: Timestamp, seconds_left: i64) -> Self {
        let offer = Offer {
            tenant: TenantId(2),
            event: EventId(4),
            show: ShowId(5),
            zone: ZoneId(6),
            price_minor: 150_000,
            currency: Currency::ALL[0],
            max_per_user: 4,
            min_per_order: 1,
            max_per_order: 4,
            hold_secs: seconds_left,
            state: OfferState::Open,
            opens_at: None,
            closes_at: now.plus_secs(seconds_left),
        };
        Self::reserve(BookingId(1), UserId(3), &offer, 1, 0, now).expect("one seat's price is an amount")
    }

    /// A confirmed booking of `quantity` seats.
    pub(crate) fn paid_sample(now: Timestamp, quantity: i64) -> Self {
        let mut booking = Self::sample(now, 600);
        booking.quantity = quantity;
        booking.total_minor = booking.unit_price_minor * quantity;
        booking.status = BookingStatus::Confirmed;
        booking
    }
}

/// Why a booking cannot be confirmed or released.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, thiserror::Error)]
pub enum BookingRefusal {
    /// Not there, or not this caller's: told alike.
    #[error("there is no such booking for this caller")]
    BookingNotFound,
    /// Confirmed before.
    #[error("the booking is already confirmed")]
    AlreadyConfirmed,
    /// Cancelled before.
    #[error("the booking is already released")]
    AlreadyReleased,
    /// Its time was over.
    #[error("the hold has expired")]
    HoldHasExpired,
    /// No succeeded payment of the exact amount.
    #[error("the booking is not paid")]
    NotPaid,
    /// A refunded booking moves nowhere.
    #[error("the booking is refunded")]
    AlreadyRefunded,
}

/// Whether a hold may be given back by its buyer. An unpaid hold whose time is over is expired, even before the sweep saw it.
pub fn may_release(booking: &Booking, now: Timestamp) -> Result<(), BookingRefusal> {
    match booking.status {
        BookingStatus::Reserved if booking.expires_at <= now => Err(BookingRefusal::HoldHasExpired),
        BookingStatus::Reserved => Ok(()),
        BookingStatus::Confirmed => Err(BookingRefusal::AlreadyConfirmed),
        BookingStatus::Cancelled => Err(BookingRefusal::AlreadyReleased),
        BookingStatus::Expired => Err(BookingRefusal::HoldHasExpired),
        BookingStatus::Refunded => Err(BookingRefusal::AlreadyRefunded),
    }
}

/// What an explicit confirm finds. Settling a payment confirms the booking in the same commit, so the caller's first
/// confirm meets a confirmed, not yet acknowledged booking and is answered with it. `payment` is the one that was named;
/// `None` when the name is none of ours.
pub fn may_confirm(
    booking: &Booking,
    payment: Option<PaymentId>,
    now: Timestamp,
) -> Result<(), BookingRefusal> {
    let settled_by = |payment: PaymentId| booking.payment == Some(payment.0);
    match booking.status {
        BookingStatus::Confirmed if !booking.acknowledged && payment.is_some_and(settled_by) => Ok(()),
        BookingStatus::Confirmed => Err(BookingRefusal::AlreadyConfirmed),
        BookingStatus::Reserved if booking.expires_at > now => Err(BookingRefusal::NotPaid),
        BookingStatus::Reserved | BookingStatus::Expired => Err(BookingRefusal::HoldHasExpired),
        BookingStatus::Cancelled => Err(BookingRefusal::AlreadyReleased),
        BookingStatus::Refunded => Err(BookingRefusal::AlreadyRefunded),
    }
}

/// The letters of a confirmation code: Crockford's base 32, without I, L, O and U.
const CROCKFORD: &[u8; 32] = b"0123456789ABCDEFGHJKMNPQRSTVWXYZ";

/// `BK-YYYYMMDD-XXXXXX` from the day (UTC) and 30 random bits; the caller draws again when it is taken.
#[must_use]
pub fn confirmation_code(now: Timestamp, random: u32) -> String {
    let day: String = now.rfc3339().chars().filter(char::is_ascii_digit).take(8).collect();
    let letters = (0..6).map(|at| char::from(CROCKFORD[((random >> (5 * at)) & 31) as usize]));
    format!("BK-{day}-{}", letters.collect::<String>())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_confirmation_code_has_the_decided_format() {
        let now = Timestamp::from_secs(1_795_000_000);
        assert_eq!(confirmation_code(now, 0), "BK-20261118-000000");
        assert_eq!(confirmation_code(now, u32::MAX), "BK-20261118-ZZZZZZ");
    }

    #[test]
    fn where_a_booking_stands_comes_before_which_payment_is_named() {
        let now = Timestamp::from_secs(1_795_000_000);
        let standing = |status, seconds_left| Booking { status, ..Booking::sample(now, seconds_left) };
        for (booking, refusal) in [
            (standing(BookingStatus::Reserved, 1), BookingRefusal::NotPaid),
            (standing(BookingStatus::Reserved, 0), BookingRefusal::HoldHasExpired),
            (standing(BookingStatus::Confirmed, 1), BookingRefusal::AlreadyConfirmed),
            (standing(BookingStatus::Cancelled, 1), BookingRefusal::AlreadyReleased),
            (standing(BookingStatus::Expired, 0), BookingRefusal::HoldHasExpired),
            (standing(BookingStatus::Refunded, 1), BookingRefusal::AlreadyRefunded),
        ] {
            assert_eq!(may_confirm(&booking, None, now), Err(refusal), "{:?}", booking.status);
        }
        let paid = Booking { payment: Some(7), ..standing(BookingStatus::Confirmed, 1) };
        assert_eq!(may_confirm(&paid, Some(PaymentId(7)), now), Ok(()));
        assert_eq!(may_confirm(&paid, Some(PaymentId(8)), now), Err(BookingRefusal::AlreadyConfirmed));
    }

    #[test]
    fn a_booking_is_its_buyers_and_its_tenants_administrators_look_at_it() {
        let booking = Booking::sample(Timestamp::from_secs(1_795_000_000), 1);
        let actor = |user, tenant, role| Actor { user: UserId(user), tenant: Some(TenantId(tenant)), role };
        let rights = |actor| {
            (booking.belongs_to(actor), booking.is_visible_to(actor), booking.may_be_confirmed_by(actor))
        };
        assert_eq!(rights(actor(3, 9, role::CUSTOMER)), (true, true, true));
        assert_eq!(rights(actor(8, 2, role::ADMIN)), (false, true, false));
        assert_eq!(rights(actor(8, 9, role::ADMIN)), (false, false, false));
        assert_eq!(rights(actor(8, 2, role::SERVICE)), (false, false, true));
    }

    #[test]
    fn every_status_is_read_back() {
        for status in ["reserved", "confirmed", "cancelled", "expired", "refunded"] {
            assert_eq!(BookingStatus::parse(status).map(BookingStatus::as_str), Some(status));
        }
        assert_eq!(BookingStatus::parse("paid"), None);
    }
}
