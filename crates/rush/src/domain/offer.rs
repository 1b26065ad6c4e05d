//! What is offered: everything a reservation must know of a zone, resolved from zone over show over event over tenant.

use super::ids::{EventId, ShowId, ZoneId};
use kernel::{Currency, TenantId, Timestamp};

/// Whether the zone can be bought at all, apart from time.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum OfferState {
    /// Published event, show not cancelled, zone active.
    Open,
    /// The event is not published or was cancelled.
    EventNotAvailable,
    /// The show was cancelled or is over.
    ShowNotAvailable,
    /// The zone is switched off.
    ZoneInactive,
}

/// One zone as it is sold.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Offer {
    /// Whose event it is.
    pub tenant: TenantId,
    /// The event.
    pub event: EventId,
    /// The show.
    pub show: ShowId,
    /// The zone; its number is also its account's.
    pub zone: ZoneId,
    /// Price of one seat in minor units of `currency`.
    pub price_minor: i64,
    /// The currency.
    pub currency: Currency,
    /// Least seats of one order.
    pub min_per_order: i64,
    /// Most seats of one order.
    pub max_per_order: i64,
    /// Most seats one buyer may hold and own at this event.
    pub max_per_user: i64,
    /// Seconds a reservation is held.
    pub hold_secs: i64,
    /// Apart from time.
    pub state: OfferState,
    /// From when on it is sold; none: since it is open.
    pub opens_at: Option<Timestamp>,
    /// From this moment on it is no longer sold: the narrowest window's end or the booking cut-off, whichever is first.
    pub closes_at: Timestamp,
}

impl Offer {
    /// Whether it can be bought, apart from time.
    #[must_use]
    pub fn is_open(&self) -> bool {
        self.state == OfferState::Open
    }
}
