//! Why a catalogue verb is refused. Texts, codes and statuses stand in `refusals.rs`, at the edge.

use super::event_status::EventStatus;
use super::field::FieldProblem;

/// The things of the catalogue, for messages.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Noun {
    /// A tenant.
    Tenant,
    /// A category.
    Category,
    /// An event.
    Event,
    /// A show.
    Show,
    /// A zone.
    Zone,
}

/// A refused verb changed nothing.
#[derive(Debug, Clone, PartialEq)]
pub enum CatalogueRefusal {
    /// One or more fields cannot be taken.
    FieldsAreInvalid(Vec<FieldProblem>),
    /// A change that changes nothing.
    NothingIsToBeChanged,
    /// A tenant's slug is not spelled as slugs are.
    SlugIsMalformed,
    /// Not there, or not there for this caller.
    ThereIsNoSuch(Noun),
    /// The role does not allow it.
    RoleDoesNotAllowIt,
    /// Another tenant has this slug or domain.
    TenantExistsAlready,
    /// Another category or event of this tenant has this slug.
    SlugIsTaken,
    /// The category still has events.
    CategoryIsInUse,
    /// The state table has no such step.
    EventCannotGo {
        /// Where it is.
        from: EventStatus,
        /// Where it was to go.
        to: EventStatus,
    },
    /// Publishing needs at least one show with at least one active zone.
    EventHasNothingToSell,
    /// The event is over or cancelled and takes no change.
    EventIsClosed(EventStatus),
    /// The show is cancelled and takes no change.
    ShowIsCancelled,
    /// Seats are sold or held, so this would take them from people.
    SeatsAreTaken {
        /// Sold seats.
        sold: i64,
        /// Held seats.
        held: i64,
    },
    /// A zone may not be smaller than what is sold and held of it.
    TotalIsBelowTakenSeats {
        /// What was asked for.
        requested: i64,
        /// The least that is possible now.
        minimum: i64,
    },
    /// The tenant still has published events.
    TenantStillSells,
}
