//! When something is sold: windows resolved from zone over show over event, the cut-off, and the decision at a moment.

use super::field::Form;
use super::offer::{Offer, OfferState};
use kernel::Timestamp;

/// From when to when; an open end is taken from the level above.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct SaleWindow {
    /// The first moment of the sale.
    pub starts_at: Option<Timestamp>,
    /// The first moment after the sale.
    pub ends_at: Option<Timestamp>,
}

impl SaleWindow {
    /// This window, with what it leaves open taken from `above`.
    #[must_use]
    pub fn or(self, above: Self) -> Self {
        Self { starts_at: self.starts_at.or(above.starts_at), ends_at: self.ends_at.or(above.ends_at) }
    }

    /// The first moment at which a show that begins at `show_starts_at` is no longer sold: the window's end or the cut-off.
    #[must_use]
    pub fn closes_at(self, show_starts_at: Timestamp, cutoff_secs: i64) -> Timestamp {
        let cutoff = show_starts_at.plus_secs(-cutoff_secs);
        self.ends_at.map_or(cutoff, |end| end.min(cutoff))
    }

    /// Notes a problem with `field` unless the end comes after the start.
    pub fn check(self, form: &mut Form, field: &'static str) {
        if let (Some(starts_at), Some(ends_at)) = (self.starts_at, self.ends_at) {
            form.check(field, starts_at < ends_at, "must be after the start of the sale");
        }
    }
}

/// Why an offer is not sold at a moment.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum SaleRefusal {
    /// Not published, cancelled or over, or its tenant is switched off.
    EventIsNotAvailable,
    /// The show was cancelled or is over.
    ShowIsNotAvailable,
    /// The zone is switched off.
    ZoneIsInactive,
    /// Too early.
    SaleHasNotStarted {
        /// When it starts.
        starts_at: Timestamp,
    },
    /// Too late.
    SaleHasEnded {
        /// When it ended.
        ended_at: Timestamp,
    },
}

/// Whether `offer` is sold at `now`. Guards run in the order of [`SaleRefusal`]'s variants.
pub fn decide(now: Timestamp, offer: &Offer) -> Result<(), SaleRefusal> {
    match offer.state {
        OfferState::Open => {}
        OfferState::EventNotAvailable => return Err(SaleRefusal::EventIsNotAvailable),
        OfferState::ShowNotAvailable => return Err(SaleRefusal::ShowIsNotAvailable),
        OfferState::ZoneInactive => return Err(SaleRefusal::ZoneIsInactive),
    }
    if let Some(starts_at) = offer.opens_at.filter(|opens_at| now < *opens_at) {
        return Err(SaleRefusal::SaleHasNotStarted { starts_at });
    }
    if now >= offer.closes_at {
        return Err(SaleRefusal::SaleHasEnded { ended_at: offer.closes_at });
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::ids::{EventId, ShowId, ZoneId};
    use kernel::{Currency, TenantId};

    const HOUR: i64 = 3600;

    fn at(secs: i64) -> Timestamp {
        Timestamp::from_secs(secs)
    }

    fn window(starts: Option<i64>, ends: Option<i64>) -> SaleWindow {
        SaleWindow { starts_at: starts.map(at), ends_at: ends.map(at) }
    }

    fn offer(state: OfferState, window: SaleWindow, closes_at: Timestamp) -> Offer {
        Offer {
            tenant: TenantId(1),
            event: EventId(2),
            show: ShowId(3),
            zone: ZoneId(4),
            price_minor: 100,
            currency: Currency::ALL[0],
            min_per_order: 1,
            max_per_order: 10,
            max_per_user: 4,
            hold_secs: 600,
            state,
            opens_at: window.starts_at,
            closes_at,
        }
    }

    #[test]
    fn a_zone_overrides_its_show_which_overrides_its_event_end_by_end() {
        let event = window(Some(10), Some(100));
        let show = window(None, Some(80));
        let zone = window(Some(20), None);
        assert_eq!(zone.or(show).or(event), window(Some(20), Some(80)));
        assert_eq!(SaleWindow::default().or(SaleWindow::default()).or(event), event);
    }

    #[test]
    fn the_sale_ends_with_the_window_or_the_cut_off_whichever_comes_first() {
        let show = at(100 * HOUR);
        assert_eq!(window(None, None).closes_at(show, HOUR), at(99 * HOUR));
        assert_eq!(window(None, Some(50 * HOUR)).closes_at(show, HOUR), at(50 * HOUR));
        assert_eq!(window(None, Some(200 * HOUR)).closes_at(show, HOUR), at(99 * HOUR));
        assert_eq!(window(None, None).closes_at(show, 0), show);
    }

    #[test]
    fn the_first_moment_sells_and_the_last_one_does_not() {
        let offer = offer(OfferState::Open, window(Some(10), Some(20)), at(20));
        let tick = |from: Timestamp, micros: i64| Timestamp::from_micros(from.as_micros() + micros);
        for (now, expected) in [
            (tick(at(10), -1), Err(SaleRefusal::SaleHasNotStarted { starts_at: at(10) })),
            (at(10), Ok(())),
            (tick(at(20), -1), Ok(())),
            (at(20), Err(SaleRefusal::SaleHasEnded { ended_at: at(20) })),
        ] {
            assert_eq!(decide(now, &offer), expected, "at {now:?}");
        }
    }

    #[test]
    fn what_is_not_on_offer_is_refused_before_any_time_is_looked_at() {
        for (state, expected) in [
            (OfferState::EventNotAvailable, SaleRefusal::EventIsNotAvailable),
            (OfferState::ShowNotAvailable, SaleRefusal::ShowIsNotAvailable),
            (OfferState::ZoneInactive, SaleRefusal::ZoneIsInactive),
        ] {
            assert_eq!(decide(at(0), &offer(state, window(Some(10), None), at(5))), Err(expected));
        }
    }
}
