//! What some seats of a paid booking give back at a moment: what was promised at the purchase, or more.

use super::booking::{Booking, BookingStatus};
use super::catalogue::Snapshot;
use super::event_status::EventStatus;
use super::refund::RefundRefusal;
use super::refund_policy::{RefundPolicy, refund_amount};
use kernel::{Currency, Timestamp};

/// What was promised to a buyer and what is promised now; whichever is better for them holds.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RefundTerms {
    /// As it was when the booking was paid; none: it was paid before such terms were kept.
    pub bought: Option<(RefundPolicy, Timestamp)>,
    /// The tenant's policy now.
    pub policy: RefundPolicy,
    /// When the show starts now.
    pub starts_at: Timestamp,
    /// Whether the event or the show was cancelled: then all of it comes back by itself.
    pub is_cancelled: bool,
}

impl RefundTerms {
    /// The policy that gives the most back at `now`, and when the show starts for it: an organizer may widen what was bought,
    /// never narrow it, and a show that was moved keeps the start that leaves the buyer more time.
    #[must_use]
    pub fn best(&self, now: Timestamp) -> (&RefundPolicy, Timestamp) {
        let Some((bought, bought_start)) = &self.bought else { return (&self.policy, self.starts_at) };
        let start = self.starts_at.max(*bought_start);
        let widened = self.policy.percent_at(start, now) > bought.percent_at(start, now);
        (if widened { &self.policy } else { bought }, start)
    }
}

/// What was and is promised for `booking`; none when its show or tenant is gone from the catalogue.
#[must_use]
pub fn terms_of(snapshot: &Snapshot, booking: &Booking) -> Option<RefundTerms> {
    let (policy, starts_at) = bought_now(snapshot, booking)?;
    let is_cancelled = is_cancelled(snapshot, booking);
    Some(RefundTerms { bought: booking.bought.clone(), policy, starts_at, is_cancelled })
}

/// What is promised to whoever pays for `booking` now.
#[must_use]
pub fn bought_now(snapshot: &Snapshot, booking: &Booking) -> Option<(RefundPolicy, Timestamp)> {
    let tenant = snapshot.tenant(booking.tenant)?;
    let policy = RefundPolicy::of(&tenant.fields.settings.refund_table);
    Some((policy, snapshot.show(booking.show)?.fields.starts_at))
}

/// Whether the event or the show of `booking` will not happen.
#[must_use]
pub fn is_cancelled(snapshot: &Snapshot, booking: &Booking) -> bool {
    snapshot.event(booking.event).is_some_and(|event| event.status == EventStatus::Cancelled)
        || snapshot.show(booking.show).is_some_and(|show| show.is_cancelled)
}

/// What some seats of a booking give back at a moment.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RefundQuote {
    /// Seats, 1 or more.
    pub quantity: i64,
    /// Seats that may still be given back.
    pub quantity_max: i64,
    /// Percent of what they cost, 0..=100.
    pub percent: i64,
    /// Minor units.
    pub amount_minor: i64,
    /// The booking's currency.
    pub currency: Currency,
    /// Until when the quote holds; none: it holds until the show starts, or is nothing.
    pub holds_until: Option<Timestamp>,
    /// The policy it follows.
    pub policy: RefundPolicy,
}

/// Quotes `quantity` seats of `booking` (all that are left without a number).
/// Guards: the booking is confirmed and has seats left; the event is not cancelled; the quantity fits.
pub fn quote(
    booking: &Booking,
    terms: &RefundTerms,
    quantity: Option<i64>,
    now: Timestamp,
) -> Result<RefundQuote, RefundRefusal> {
    let max = booking.seats_owned();
    if booking.status != BookingStatus::Confirmed || max == 0 {
        return Err(RefundRefusal::NotConfirmed(booking.status));
    }
    if terms.is_cancelled {
        return Err(RefundRefusal::ComesByItself);
    }
    let quantity = quantity.unwrap_or(max);
    if !(1..=max).contains(&quantity) {
        return Err(RefundRefusal::QuantityOutOfRange { max });
    }
    let (policy, starts_at) = terms.best(now);
    let percent = policy.percent_at(starts_at, now);
    let amount = refund_amount(booking.unit_price_minor, quantity, percent);
    Ok(RefundQuote {
        quantity,
        quantity_max: max,
        percent,
        amount_minor: amount.ok_or(RefundRefusal::QuantityOutOfRange { max })?,
        currency: booking.currency,
        holds_until: policy.holds_until(starts_at, now),
        policy: policy.clone(),
    })
}

#[cfg(test)]
impl RefundTerms {
    /// The usual policy, bought and kept, of a show that starts `hours_left` after `now`.
    pub(crate) fn sample(now: Timestamp, hours_left: i64) -> Self {
        let policy =
            RefundPolicy::of(&crate::domain::tenant_settings::TenantSettings::default().refund_table);
        let starts_at = now.plus_secs(hours_left * 3600);
        Self { bought: Some((policy.clone(), starts_at)), policy, starts_at, is_cancelled: false }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::tenant_settings::RefundStep;

    const NOW: Timestamp = Timestamp::from_secs(1_795_000_000);

    fn paid(quantity: i64) -> Booking {
        Booking::paid_sample(NOW, quantity)
    }

    fn terms(hours_left: i64) -> RefundTerms {
        RefundTerms::sample(NOW, hours_left)
    }

    #[test]
    fn a_quote_is_what_the_seats_still_give_back() {
        let percent = |hours| quote(&paid(3), &terms(hours), Some(2), NOW).map(|quote| quote.percent);
        assert_eq!((percent(168), percent(167), percent(72), percent(71)), (Ok(100), Ok(50), Ok(50), Ok(0)));
        let half = quote(&paid(3), &terms(100), Some(2), NOW).expect("a quote");
        assert_eq!((half.amount_minor, half.quantity_max), (150_000, 3));
        let all = quote(&paid(3), &terms(100), None, NOW).expect("a quote");
        assert_eq!((all.quantity, all.amount_minor), (3, 225_000));
    }

    #[test]
    fn an_organizer_widens_what_was_bought_and_never_narrows_it() {
        let mut terms = terms(100);
        terms.policy = RefundPolicy::default();
        assert_eq!(quote(&paid(1), &terms, None, NOW).map(|quote| quote.percent), Ok(50), "narrowed");
        terms.policy = RefundPolicy::of(&[RefundStep { hours_before: 1, percent: 90 }]);
        assert_eq!(quote(&paid(1), &terms, None, NOW).map(|quote| quote.percent), Ok(90), "widened");
        terms.policy = RefundPolicy::default();
        terms.starts_at = NOW.plus_secs(200 * 3600);
        assert_eq!(quote(&paid(1), &terms, None, NOW).map(|quote| quote.percent), Ok(100), "moved later");
        terms.starts_at = NOW.plus_secs(3600);
        assert_eq!(quote(&paid(1), &terms, None, NOW).map(|quote| quote.percent), Ok(50), "moved earlier");
        terms.bought = None;
        assert_eq!(quote(&paid(1), &terms, None, NOW).map(|quote| quote.percent), Ok(0), "nothing was kept");
    }
}
