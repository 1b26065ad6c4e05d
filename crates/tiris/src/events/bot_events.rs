//! The way in for a bot's events: reads the envelope, hands the transaction to the verb. The same for NATS, HTTP and replays.

use crate::app::App;
use crate::domain::bot_event::{self, EventFault};
use crate::usecase::event_apply::{self, Applied};
use bus::Failure;
use bus::inbound::{Envelope, Handled, InboundHandler, InboundMessage, Rejection, Unreadable};
use kernel::Timestamp;
use std::sync::Arc;
use store::Tx;

/// Applies a bot's events.
pub struct BotEvents(pub Arc<App>);

fn unreadable(fault: EventFault) -> Unreadable {
    Unreadable { event_id: None, rejection: Rejection { code: fault.code, text: fault.text } }
}

impl InboundHandler for BotEvents {
    fn name(&self) -> &'static str {
        "bot_events"
    }

    fn read(&self, message: &InboundMessage) -> Result<Envelope, Unreadable> {
        let event =
            bot_event::read(&message.subject, &message.payload, &self.0.public).map_err(unreadable)?;
        Ok(Envelope {
            kind: event.kind.subject().to_owned(),
            key: event.key(),
            owner: Some(event.user.0),
            sequence: event.sequence.clone(),
            event_id: event.event_id,
        })
    }

    fn handle(
        &self,
        tx: &mut Tx<'_>,
        envelope: &Envelope,
        message: &InboundMessage,
        now: Timestamp,
    ) -> Result<Handled, Failure> {
        let event = bot_event::read(&message.subject, &message.payload, &self.0.public);
        let event = event.map_err(|fault| Failure::GiveUp(fault.text))?;
        match event_apply::run(&self.0, tx, &event, now)? {
            Applied::Done(effect) => {
                tracing::debug!(
                    event_id = envelope.event_id,
                    trace = message.trace.as_deref(),
                    "an event was applied"
                );
                Ok(Handled::Applied(Some(effect)))
            }
            Applied::Rejected { code, text } => Ok(Handled::Rejected(Rejection { code, text })),
            Applied::NotNow(text) => Err(Failure::Retry(text)),
        }
    }
}
