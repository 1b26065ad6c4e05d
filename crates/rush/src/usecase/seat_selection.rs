//! The seats a buyer chose: made into a request in one way, whichever way they came in, so that a repetition is recognized.

use crate::domain::ids::{EventId, ShowId, ZoneId};
use crate::domain::queue::PresentedPass;
use crate::domain::reserve::ReserveRequest;
use kernel::Actor;
use store::keyed::hash63;

/// Which seats, and how many.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct SeatSelection {
    /// The event.
    pub event: EventId,
    /// The show.
    pub show: ShowId,
    /// The zone.
    pub zone: ZoneId,
    /// Seats.
    pub quantity: i64,
}

impl SeatSelection {
    /// The request of `actor` for these seats under `key`. The same key with other seats has another hash and is refused.
    #[must_use]
    pub fn request(self, actor: Actor, key: &str) -> ReserveRequest {
        let Self { event, show, zone, quantity } = self;
        let parts = [event.0, show.0, zone.0, quantity].map(i64::to_be_bytes);
        ReserveRequest {
            user: actor.user,
            tenant: actor.tenant,
            event,
            show,
            zone,
            quantity,
            pass: PresentedPass::Missing,
            key_hash: hash63(&[key.as_bytes()]),
            request_hash: hash63(&parts.each_ref().map(<[u8; 8]>::as_slice)),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::role;
    use kernel::UserId;

    #[test]
    fn the_same_choice_is_the_same_request_and_another_one_is_not() {
        let actor = Actor { user: UserId(1), tenant: None, role: role::CUSTOMER };
        let chosen = SeatSelection { event: EventId(2), show: ShowId(3), zone: ZoneId(4), quantity: 1 };
        let request = chosen.request(actor, "key");
        assert_eq!(request, chosen.request(actor, "key"));
        let more = SeatSelection { quantity: 2, ..chosen }.request(actor, "key");
        assert_eq!(more.key_hash, request.key_hash);
        assert_ne!(more.request_hash, request.request_hash);
        assert_ne!(chosen.request(actor, "other").key_hash, request.key_hash);
        assert!(request.key_hash >= 0 && request.request_hash >= 0, "63 bits");
    }
}
