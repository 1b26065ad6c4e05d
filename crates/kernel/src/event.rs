//! The envelope of a fact that leaves through the outbox.

use crate::Timestamp;

/// One fact. It is written once with the state it tells of and may be delivered more than once.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Event {
    /// Its id; a consumer that has seen it does nothing more.
    pub id: i64,
    /// Where it is published (`booking-events`).
    pub topic: String,
    /// What happened (`booking.created`).
    pub kind: String,
    /// The aggregate it is about; events of one key keep their order.
    pub key: i64,
    /// When it happened.
    pub occurred_at: Timestamp,
    /// The facts, a JSON object.
    pub payload: String,
}
