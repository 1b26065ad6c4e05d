//! What one connection remembers of the responses to its own requests, and what it can request next because of them.
//! What does not live here: sending. Nothing here waits.

use super::journal::{AcknowledgedState, EntryAt, Journal};
use crate::results::Outcome;
use crate::wire::{ExchangeError, IdempotencyKey, Response, string_field, uuid_bytes};
use rand::Rng;
use std::borrow::Cow;

/// Answered reserves a connection can still replay, pay or cancel. More would only cost cache.
const RECENT_MAX: usize = 1024;
/// Draws before giving up to find a booking that is still open.
const OPEN_DRAWS_MAX: u32 = 8;
/// With a code these are what buyers must expect; everything else is a failure.
const REFUSALS: [u16; 5] = [402, 409, 410, 422, 429];

/// Who buys how many tickets of which zone, under which key: a replay repeats exactly this.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Order {
    /// Number of the buyer.
    pub buyer: u32,
    /// The zone is one of the sold-out ones.
    pub sold_out: bool,
    /// Number of the zone among its kind.
    pub zone: u16,
    /// Tickets.
    pub quantity: u8,
    /// The idempotency key.
    pub key: IdempotencyKey,
}

/// An acknowledged reserve.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Reserved {
    /// What was ordered.
    pub order: Order,
    /// The booking's public id.
    pub booking: [u8; 16],
    /// A hash of the whole response, which a replay must repeat.
    response: u64,
    entry: EntryAt,
    /// Neither paid nor cancelled by this connection.
    open: bool,
}

/// A booking whose payment succeeded and whose confirm is next.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Paid {
    /// The booking.
    pub reserved: Reserved,
    /// The payment's public id.
    pub payment: String,
}

/// A request.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum RushRequest {
    /// The fixed response.
    Ceiling(Order),
    /// A new reserve, in an open or a sold-out zone.
    Reserve(Order),
    /// The same reserve again.
    Replay(Reserved),
    /// A payment with automatic processing.
    Pay(Reserved),
    /// The confirm after it.
    Confirm(Paid),
    /// A release.
    Cancel(Reserved),
}

/// What one connection remembers.
#[derive(Debug, Default)]
pub struct History {
    /// Everything acknowledged.
    pub journal: Journal,
    /// The confirm to send next, if a payment succeeded.
    pub paid: Option<Paid>,
    /// Shortest hold the server promised, in its own words (RFC 3339), with the second it was answered.
    pub first_deadline: Option<(String, u32)>,
    recent: Vec<Reserved>,
}

impl History {
    /// Some acknowledged reserve, drawn at random.
    pub fn any_booking(&self, rng: &mut impl Rng) -> Option<Reserved> {
        (!self.recent.is_empty()).then(|| self.recent[rng.random_range(0..self.recent.len())])
    }

    /// Some acknowledged reserve that is still open; it is not handed out a second time.
    pub fn take_open(&mut self, rng: &mut impl Rng) -> Option<Reserved> {
        if self.recent.is_empty() {
            return None;
        }
        for _ in 0..OPEN_DRAWS_MAX {
            let at = rng.random_range(0..self.recent.len());
            if self.recent[at].open {
                self.recent[at].open = false;
                return Some(self.recent[at]);
            }
        }
        None
    }

    /// Takes in the response to `request`, which came in second `now_s` of the run.
    pub fn on_response<'a>(
        &mut self,
        request: &RushRequest,
        response: Result<Response<'a>, ExchangeError>,
        now_s: u32,
    ) -> Outcome<'a> {
        match (request, Outcome::of(response, &REFUSALS, "\"code\""), response) {
            (RushRequest::Reserve(order), Outcome::Accepted, Ok(response)) => {
                self.record_reserve(*order, &response, now_s)
            }
            (RushRequest::Replay(first), Outcome::Accepted, Ok(response))
                if response.body_hash() != first.response =>
            {
                Outcome::Mismatch
            }
            (RushRequest::Pay(reserved), outcome, response) => {
                self.record_payment(reserved, outcome, response)
            }
            (RushRequest::Confirm(paid), outcome, _) => {
                self.record_change(&paid.reserved, &outcome, AcknowledgedState::Confirmed);
                outcome
            }
            (RushRequest::Cancel(reserved), outcome, _) => {
                self.record_change(reserved, &outcome, AcknowledgedState::Cancelled);
                outcome
            }
            (_, outcome, _) => outcome,
        }
    }

    fn record_reserve<'a>(&mut self, order: Order, response: &Response<'a>, now_s: u32) -> Outcome<'a> {
        let booking = string_field(response.body, "\"booking_id\"").and_then(uuid_bytes);
        let Some(booking) = booking else { return malformed() };
        if self.first_deadline.is_none() {
            let deadline = string_field(response.body, "\"expires_at\"");
            self.first_deadline = deadline.map(|deadline| (String::from(deadline), now_s));
        }
        let entry = self.journal.insert(booking, now_s);
        let response = response.body_hash();
        self.insert_recent(Reserved { order, booking, response, entry, open: true });
        Outcome::Accepted
    }

    fn insert_recent(&mut self, reserved: Reserved) {
        if self.recent.len() < RECENT_MAX {
            self.recent.push(reserved);
        } else {
            // The key is random, and overwriting a random one keeps old and new ones to replay.
            let at = reserved.order.key.1 as usize % RECENT_MAX;
            self.recent[at] = reserved;
        }
    }

    fn record_payment<'a>(
        &mut self,
        reserved: &Reserved,
        outcome: Outcome<'a>,
        response: Result<Response<'a>, ExchangeError>,
    ) -> Outcome<'a> {
        if !matches!(outcome, Outcome::Refused(_)) {
            self.journal.update(reserved.entry, AcknowledgedState::MaybeConfirmed);
        }
        let (Outcome::Accepted, Ok(response)) = (&outcome, response) else { return outcome };
        let payment = string_field(response.body, "\"payment_id\"").or(string_field(response.body, "\"id\""));
        let Some(payment) = payment else { return malformed() };
        if string_field(response.body, "\"status\"") == Some("succeeded") {
            self.paid = Some(Paid { reserved: *reserved, payment: String::from(payment) });
        }
        outcome
    }

    /// Records that `requested` was acknowledged, or may have happened; a refusal changes nothing.
    fn record_change(&mut self, reserved: &Reserved, outcome: &Outcome<'_>, requested: AcknowledgedState) {
        let state = match (outcome, requested) {
            (Outcome::Accepted, requested) => requested,
            (Outcome::Refused(_), _) => return,
            (_, AcknowledgedState::Confirmed) => AcknowledgedState::MaybeConfirmed,
            (_, _) => AcknowledgedState::MaybeCancelled,
        };
        self.journal.update(reserved.entry, state);
    }
}

fn malformed<'a>() -> Outcome<'a> {
    Outcome::Failed(Cow::Borrowed("malformed_answer"))
}

#[cfg(test)]
mod tests {
    use super::*;
    use rand::SeedableRng as _;
    use rand::rngs::SmallRng;

    const RESERVED: &[u8] =
        br#"{"success":true,"data":{"booking_id":"00000000-0000-8000-8000-000000000001","expires_at":"x"}}"#;
    const ORDER: Order = Order { buyer: 1, sold_out: false, zone: 0, quantity: 1, key: IdempotencyKey(1, 2) };

    fn ok(status: u16, body: &[u8]) -> Result<Response<'_>, ExchangeError> {
        Ok(Response { status, body })
    }

    fn with_one_reserve() -> (History, Reserved, SmallRng) {
        let (mut history, mut rng) = (History::default(), SmallRng::seed_from_u64(1));
        assert_eq!(
            history.on_response(&RushRequest::Reserve(ORDER), ok(201, RESERVED), 3),
            Outcome::Accepted
        );
        let reserved = history.take_open(&mut rng).unwrap();
        (history, reserved, rng)
    }

    fn state(history: &History) -> AcknowledgedState {
        history.journal.entries()[0].state
    }

    #[test]
    fn an_acknowledged_reserve_is_journaled_and_handed_out_once() {
        let (mut history, reserved, mut rng) = with_one_reserve();
        assert_eq!(
            (history.take_open(&mut rng), history.any_booking(&mut rng).map(|any| any.booking)),
            (None, Some(reserved.booking))
        );
        assert_eq!(
            (state(&history), history.journal.entries()[0].answered_at_s),
            (AcknowledgedState::Reserved, 3)
        );
        assert_eq!(history.first_deadline, Some((String::from("x"), 3)));
    }

    #[test]
    fn a_replay_with_another_answer_is_a_mismatch() {
        let (mut history, reserved, _) = with_one_reserve();
        assert_eq!(
            history.on_response(&RushRequest::Replay(reserved), ok(201, RESERVED), 4),
            Outcome::Accepted
        );
        assert_eq!(history.on_response(&RushRequest::Replay(reserved), ok(201, b"{}"), 4), Outcome::Mismatch);
        assert_eq!(history.journal.entries().len(), 1);
    }

    #[test]
    fn a_paid_booking_is_confirmed_next() {
        let (mut history, reserved, _) = with_one_reserve();
        let answer = br#"{"data":{"id":"p1","booking_id":"b","status":"succeeded"}}"#;
        assert_eq!(history.on_response(&RushRequest::Pay(reserved), ok(201, answer), 4), Outcome::Accepted);
        assert_eq!(state(&history), AcknowledgedState::MaybeConfirmed);
        let paid = history.paid.take().unwrap();
        assert_eq!(paid.payment, "p1");
        assert_eq!(history.on_response(&RushRequest::Confirm(paid), ok(200, b"{}"), 5), Outcome::Accepted);
        assert_eq!(state(&history), AcknowledgedState::Confirmed);
    }

    #[test]
    fn a_declined_payment_is_not_confirmed() {
        let (mut history, reserved, _) = with_one_reserve();
        let answer = br#"{"data":{"payment_id":"p1","status":"failed"}}"#;
        history.on_response(&RushRequest::Pay(reserved), ok(202, answer), 4);
        assert_eq!(history.paid, None);
    }

    #[test]
    fn an_unanswered_cancel_may_have_happened_and_a_refused_one_has_not() {
        let (mut history, reserved, _) = with_one_reserve();
        let refused = ok(409, br#"{"error":{"code":"ALREADY_RELEASED"}}"#);
        assert_eq!(
            history.on_response(&RushRequest::Cancel(reserved), refused, 4),
            Outcome::Refused("ALREADY_RELEASED".into())
        );
        assert_eq!(state(&history), AcknowledgedState::Reserved);
        assert_eq!(
            history.on_response(&RushRequest::Cancel(reserved), Err(ExchangeError::Timeout), 4),
            Outcome::Failed("timeout".into())
        );
        assert_eq!(state(&history), AcknowledgedState::MaybeCancelled);
        history.on_response(&RushRequest::Cancel(reserved), ok(200, b"{}"), 4);
        assert_eq!(state(&history), AcknowledgedState::Cancelled);
    }

    #[test]
    fn undocumented_refusals_and_server_errors_are_failures() {
        let mut history = History::default();
        let mut outcome = |status, body| {
            format!("{:?}", history.on_response(&RushRequest::Reserve(ORDER), ok(status, body), 0))
        };
        assert_eq!(outcome(503, b"{\"error\":{\"code\":\"BUSY\"}}"), "Failed(\"http_503_BUSY\")");
        assert_eq!(outcome(401, b""), "Failed(\"http_401_no_code\")");
        assert_eq!(outcome(409, b""), "Failed(\"http_409_no_code\")");
        assert_eq!(outcome(201, b"{}"), "Failed(\"malformed_answer\")");
    }
}
