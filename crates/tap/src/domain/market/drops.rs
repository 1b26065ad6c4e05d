//! Values that were not believed, and why; each is counted by venue and reason.

use crate::domain::venue_update::Venue;

/// Why a value was dropped.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum DropReason {
    /// No such slot is configured.
    UnknownVenue,
    /// Not more than 0, or not below `PRICE_E8_MAX`.
    PriceIsNoPrice,
    /// The bid is above the ask.
    BookIsCrossed,
    /// The trade's number was seen before, or is older than the newest.
    TradeIsOld,
    /// It jumped from its own last value and no other venue did so within 500 ms.
    JumpUnconfirmed,
    /// It stands more than 0.5 % from the median of the others.
    Deviates,
    /// The sources contradict each other and nothing says who is right.
    Disagrees,
    /// The venue is in quarantine.
    Quarantined,
}

impl DropReason {
    /// Every reason, in the order of the counters.
    pub const ALL: [Self; 8] = [
        Self::UnknownVenue,
        Self::PriceIsNoPrice,
        Self::BookIsCrossed,
        Self::TradeIsOld,
        Self::JumpUnconfirmed,
        Self::Deviates,
        Self::Disagrees,
        Self::Quarantined,
    ];

    /// The name in metrics and logs.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::UnknownVenue => "unknown_venue",
            Self::PriceIsNoPrice => "price_is_no_price",
            Self::BookIsCrossed => "book_is_crossed",
            Self::TradeIsOld => "trade_is_old",
            Self::JumpUnconfirmed => "jump_unconfirmed",
            Self::Deviates => "deviates",
            Self::Disagrees => "disagrees",
            Self::Quarantined => "quarantined",
        }
    }

    /// Whether three of these in ten seconds put the venue into quarantine. Old trades are the price of two connections.
    pub(super) const fn is_the_venues_fault(self) -> bool {
        matches!(self, Self::PriceIsNoPrice | Self::BookIsCrossed | Self::JumpUnconfirmed | Self::Deviates)
    }
}

/// One dropped value.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Drop {
    /// Whose.
    pub venue: Venue,
    /// Why.
    pub reason: DropReason,
}

/// How many were dropped, by venue and reason.
#[derive(Debug, Clone)]
pub(super) struct Counts {
    by_venue: Vec<[u64; DropReason::ALL.len()]>,
    pub(super) unknown_venue: u64,
}

impl Counts {
    pub(super) fn new(venues: usize) -> Self {
        Self { by_venue: vec![[0; DropReason::ALL.len()]; venues], unknown_venue: 0 }
    }

    pub(super) fn add(&mut self, venue: Venue, reason: DropReason) {
        if let Some(counts) = self.by_venue.get_mut(usize::from(venue.0)) {
            counts[reason as usize] += 1;
        }
    }

    pub(super) fn of(&self, venue: Venue, reason: DropReason) -> u64 {
        match self.by_venue.get(usize::from(venue.0)) {
            Some(counts) => counts[reason as usize],
            None if reason == DropReason::UnknownVenue => self.unknown_venue,
            None => 0,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_reason_has_its_own_counter_and_name() {
        let mut counts = Counts::new(1);
        for (place, reason) in DropReason::ALL.into_iter().enumerate() {
            assert_eq!(reason as usize, place);
            assert_eq!(DropReason::ALL.iter().filter(|other| other.as_str() == reason.as_str()).count(), 1);
            counts.add(Venue(0), reason);
            counts.add(Venue(9), reason);
            assert_eq!(counts.of(Venue(0), reason), 1, "{reason:?}");
        }
    }
}
