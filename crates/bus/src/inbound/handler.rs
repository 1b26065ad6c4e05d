//! What a stall does with events of others.

use super::InboundMessage;
use crate::Failure;
use kernel::Timestamp;
use store::Tx;

/// What every event says, whatever its kind.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Envelope {
    /// Its publisher's name for it, at most 255 bytes.
    pub event_id: String,
    /// What happened.
    pub kind: String,
    /// Events of one key keep their order.
    pub key: String,
    /// Whose it is, where that is known.
    pub owner: Option<i64>,
    /// Who counts it, and its number, where its publisher counts.
    pub sequence: Option<(String, i64)>,
}

/// Why an event can never be applied.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Rejection {
    /// The stable code.
    pub code: &'static str,
    /// A sentence for operators.
    pub text: String,
}

/// What cannot be read, and as much of its envelope as could.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Unreadable {
    /// Its name, if it has one.
    pub event_id: Option<String>,
    /// Why.
    pub rejection: Rejection,
}

/// What came of an event. Both are committed with what the handler wrote.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Handled {
    /// Applied; its effect in words for a preview, a JSON object.
    Applied(Option<String>),
    /// Never to be applied: a dead letter.
    Rejected(Rejection),
}

/// Applies events. It runs inside the transaction that notes the event's name, so its effect happens once.
pub trait InboundHandler: Send + Sync + 'static {
    /// Its name in metrics and logs.
    fn name(&self) -> &'static str;
    /// Reads what all events share. Errors: it can never be applied.
    fn read(&self, message: &InboundMessage) -> Result<Envelope, Unreadable>;
    /// Applies one event. Errors roll back what was written: [`Failure::Retry`] is tried again later, [`Failure::GiveUp`] is dead.
    fn handle(
        &self,
        tx: &mut Tx<'_>,
        envelope: &Envelope,
        message: &InboundMessage,
        now: Timestamp,
    ) -> Result<Handled, Failure>;
}
