//! Faults that can be switched on, one at a time for each venue.

use super::Protocol;
use super::market::SimulatedVenue;
use std::sync::Arc;

/// What is wrong with a simulated venue.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
pub enum Fault {
    /// Nothing.
    #[default]
    None,
    /// Sockets stay open and pings are answered, but nothing more is said.
    Silence,
    /// Sockets are closed, and new ones at once.
    Disconnect,
    /// Every price is ten times what it is.
    Tenfold,
    /// Every second frame is cut in half.
    Malformed,
    /// Two trades of five never come; the history has them.
    Gap,
    /// Every trade comes twice.
    Twice,
    /// Every price is negative.
    Negative,
}

impl Fault {
    /// Every fault.
    pub const ALL: [Self; 8] = [
        Self::None,
        Self::Silence,
        Self::Disconnect,
        Self::Tenfold,
        Self::Malformed,
        Self::Gap,
        Self::Twice,
        Self::Negative,
    ];

    /// Its name at the control endpoint.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::None => "none",
            Self::Silence => "silence",
            Self::Disconnect => "disconnect",
            Self::Tenfold => "tenfold",
            Self::Malformed => "malformed",
            Self::Gap => "gap",
            Self::Twice => "twice",
            Self::Negative => "negative",
        }
    }

    /// The fault of that name; `None` when there is none.
    #[must_use]
    pub fn named(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|fault| fault.name() == name)
    }
}

/// The switches. Cloning it is cheap.
#[derive(Clone)]
pub struct FaultControl(Arc<[Arc<SimulatedVenue>]>);

impl FaultControl {
    pub(super) const fn new(venues: Arc<[Arc<SimulatedVenue>]>) -> Self {
        Self(venues)
    }

    /// Sets a venue's fault. Returns false when it is not simulated.
    pub fn set(&self, protocol: Protocol, fault: Fault) -> bool {
        let Some(venue) = self.0.iter().find(|venue| venue.profile.protocol == protocol) else {
            return false;
        };
        venue.fault.send_replace(fault);
        true
    }

    /// Each venue's fault.
    #[must_use]
    pub fn faults(&self) -> Vec<(Protocol, Fault)> {
        self.0.iter().map(|venue| (venue.profile.protocol, venue.fault())).collect()
    }
}
