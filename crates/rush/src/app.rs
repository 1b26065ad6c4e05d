//! What every verb of the stall works with. Built once by the binary, shared by all doors.

use crate::availability::Availability;
use crate::catalogue::Catalogue;
use crate::domain::ticket_keys::TicketKeys;
use crate::gateway::Payments;
use crate::usecase::check_in_batch::CheckInHandler;
use crate::usecase::queue_batch::JoinHandler;
use crate::usecase::queue_keys::QueueKeys;
use crate::usecase::reserve_batch::ReserveHandler;
use crate::usecase::sales_memory::SalesMemory;
use crate::waiting::WaitingRooms;
use kernel::{Clock, IdSource, PublicIds};
use std::sync::Arc;
use store::Batcher;
use store::keyed::Keys;

/// The stall's parts. Verbs take `&App` first.
pub struct App {
    /// The stall's database.
    pub store: store::Store,
    /// The present; pure rooms are handed its value.
    pub clock: Arc<dyn Clock>,
    /// New numbers.
    pub ids: Arc<IdSource>,
    /// Numbers inside, UUIDs outside.
    pub public: PublicIds,
    /// Who somebody is, and how that is proved.
    pub identity: identity::Identity,
    /// What is offered.
    pub catalogue: Arc<Catalogue>,
    /// What is left, as a hint.
    pub availability: Arc<Availability>,
    /// Which keys have made bookings, as far as memory knows.
    pub keys: Arc<Keys>,
    /// The queue of reservations.
    pub reserve: Batcher<ReserveHandler>,
    /// The queue of check-ins.
    pub door: Batcher<CheckInHandler>,
    /// What sales of events were summed up to.
    pub sales: SalesMemory,
    /// What signs tickets, and what doors check them with.
    pub ticket_keys: TicketKeys,
    /// The waiting rooms in memory.
    pub waiting: Arc<WaitingRooms>,
    /// The queue of those who want a place in one.
    pub joins: Batcher<JoinHandler>,
    /// The keys of passes and places.
    pub queue_keys: QueueKeys,
    /// Payments, through their gateway.
    pub payments: Payments,
}
