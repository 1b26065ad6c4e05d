//! What one connection learns from the answers to its own requests, and what it can ask next because of them.
//! What does not live here: sending. Nothing here waits.

use super::journal::{EntryAt, Journal, Promise};
use crate::results::Outcome;
use crate::wire::{Answer, Failure, Key, string_field, uuid_bytes};
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
    pub key: Key,
}

/// An acknowledged reserve.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Reserved {
    /// What was ordered.
    pub order: Order,
    /// The booking's public id.
    pub booking: [u8; 16],
    /// A hash of the whole answer, which a replay must repeat.
    answer: u64,
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

/// One request as asked.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Ask {
    /// The fixed answer.
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

/// The memory of one connection.
#[derive(Debug, Default)]
pub struct Memory {
    /// Everything acknowledged.
    pub journal: Journal,
    /// The confirm to send next, if a payment succeeded.
    pub paid: Option<Paid>,
    /// Shortest hold the server promised, in its own words (RFC 3339), with the second it was answered.
    pub first_deadline: Option<(String, u32)>,
    recent: Vec<Reserved>,
}

impl Memory {
    /// Some acknowledged reserve, drawn at random.
    pub fn any(&self, rng: &mut impl Rng) -> Option<Reserved> {
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

    /// Learns from the answer to `ask`, which came in second `now_s` of the run.
    pub fn learn<'a>(&mut self, ask: &Ask, answer: Result<Answer<'a>, Failure>, now_s: u32) -> Outcome<'a> {
        match (ask, Outcome::of(answer, &REFUSALS, "\"code\""), answer) {
            (Ask::Reserve(order), Outcome::Accepted, Ok(answer)) => self.reserved(*order, &answer, now_s),
            (Ask::Replay(first), Outcome::Accepted, Ok(answer)) if answer.body_hash() != first.answer => {
                Outcome::Mismatch
            }
            (Ask::Pay(reserved), outcome, answer) => self.paid(reserved, outcome, answer),
            (Ask::Confirm(paid), outcome, _) => {
                self.settle(&paid.reserved, &outcome, Promise::Confirmed);
                outcome
            }
            (Ask::Cancel(reserved), outcome, _) => {
                self.settle(reserved, &outcome, Promise::Cancelled);
                outcome
            }
            (_, outcome, _) => outcome,
        }
    }

    fn reserved<'a>(&mut self, order: Order, answer: &Answer<'a>, now_s: u32) -> Outcome<'a> {
        let booking = string_field(answer.body, "\"booking_id\"").and_then(uuid_bytes);
        let Some(booking) = booking else { return malformed() };
        if self.first_deadline.is_none() {
            let deadline = string_field(answer.body, "\"expires_at\"");
            self.first_deadline = deadline.map(|deadline| (String::from(deadline), now_s));
        }
        let entry = self.journal.reserved(booking, now_s);
        let answer = answer.body_hash();
        self.remember(Reserved { order, booking, answer, entry, open: true });
        Outcome::Accepted
    }

    fn remember(&mut self, reserved: Reserved) {
        if self.recent.len() < RECENT_MAX {
            self.recent.push(reserved);
        } else {
            // The key is random, and overwriting a random one keeps old and new ones to replay.
            let at = reserved.order.key.1 as usize % RECENT_MAX;
            self.recent[at] = reserved;
        }
    }

    fn paid<'a>(
        &mut self,
        reserved: &Reserved,
        outcome: Outcome<'a>,
        answer: Result<Answer<'a>, Failure>,
    ) -> Outcome<'a> {
        if !matches!(outcome, Outcome::Refused(_)) {
            self.journal.promise(reserved.entry, Promise::MaybeConfirmed);
        }
        let (Outcome::Accepted, Ok(answer)) = (&outcome, answer) else { return outcome };
        let payment = string_field(answer.body, "\"payment_id\"").or(string_field(answer.body, "\"id\""));
        let Some(payment) = payment else { return malformed() };
        if string_field(answer.body, "\"status\"") == Some("succeeded") {
            self.paid = Some(Paid { reserved: *reserved, payment: String::from(payment) });
        }
        outcome
    }

    /// Notes that `asked` was acknowledged, or may have happened; a refusal changes nothing.
    fn settle(&mut self, reserved: &Reserved, outcome: &Outcome<'_>, asked: Promise) {
        let promise = match (outcome, asked) {
            (Outcome::Accepted, asked) => asked,
            (Outcome::Refused(_), _) => return,
            (_, Promise::Confirmed) => Promise::MaybeConfirmed,
            (_, _) => Promise::MaybeCancelled,
        };
        self.journal.promise(reserved.entry, promise);
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
    const ORDER: Order = Order { buyer: 1, sold_out: false, zone: 0, quantity: 1, key: Key(1, 2) };

    fn ok(status: u16, body: &[u8]) -> Result<Answer<'_>, Failure> {
        Ok(Answer { status, body })
    }

    fn with_one_reserve() -> (Memory, Reserved, SmallRng) {
        let (mut memory, mut rng) = (Memory::default(), SmallRng::seed_from_u64(1));
        assert_eq!(memory.learn(&Ask::Reserve(ORDER), ok(201, RESERVED), 3), Outcome::Accepted);
        let reserved = memory.take_open(&mut rng).unwrap();
        (memory, reserved, rng)
    }

    fn promise(memory: &Memory) -> Promise {
        memory.journal.entries()[0].promise
    }

    #[test]
    fn an_acknowledged_reserve_is_journaled_and_handed_out_once() {
        let (mut memory, reserved, mut rng) = with_one_reserve();
        assert_eq!(
            (memory.take_open(&mut rng), memory.any(&mut rng).map(|any| any.booking)),
            (None, Some(reserved.booking))
        );
        assert_eq!((promise(&memory), memory.journal.entries()[0].answered_at_s), (Promise::Reserved, 3));
        assert_eq!(memory.first_deadline, Some((String::from("x"), 3)));
    }

    #[test]
    fn a_replay_with_another_answer_is_a_mismatch() {
        let (mut memory, reserved, _) = with_one_reserve();
        assert_eq!(memory.learn(&Ask::Replay(reserved), ok(201, RESERVED), 4), Outcome::Accepted);
        assert_eq!(memory.learn(&Ask::Replay(reserved), ok(201, b"{}"), 4), Outcome::Mismatch);
        assert_eq!(memory.journal.entries().len(), 1);
    }

    #[test]
    fn a_paid_booking_is_confirmed_next() {
        let (mut memory, reserved, _) = with_one_reserve();
        let answer = br#"{"data":{"id":"p1","booking_id":"b","status":"succeeded"}}"#;
        assert_eq!(memory.learn(&Ask::Pay(reserved), ok(201, answer), 4), Outcome::Accepted);
        assert_eq!(promise(&memory), Promise::MaybeConfirmed);
        let paid = memory.paid.take().unwrap();
        assert_eq!(paid.payment, "p1");
        assert_eq!(memory.learn(&Ask::Confirm(paid), ok(200, b"{}"), 5), Outcome::Accepted);
        assert_eq!(promise(&memory), Promise::Confirmed);
    }

    #[test]
    fn a_declined_payment_is_not_confirmed() {
        let (mut memory, reserved, _) = with_one_reserve();
        let answer = br#"{"data":{"payment_id":"p1","status":"failed"}}"#;
        memory.learn(&Ask::Pay(reserved), ok(202, answer), 4);
        assert_eq!(memory.paid, None);
    }

    #[test]
    fn an_unanswered_cancel_may_have_happened_and_a_refused_one_has_not() {
        let (mut memory, reserved, _) = with_one_reserve();
        let refused = ok(409, br#"{"error":{"code":"ALREADY_RELEASED"}}"#);
        assert_eq!(
            memory.learn(&Ask::Cancel(reserved), refused, 4),
            Outcome::Refused("ALREADY_RELEASED".into())
        );
        assert_eq!(promise(&memory), Promise::Reserved);
        assert_eq!(
            memory.learn(&Ask::Cancel(reserved), Err(Failure::Timeout), 4),
            Outcome::Failed("timeout".into())
        );
        assert_eq!(promise(&memory), Promise::MaybeCancelled);
        memory.learn(&Ask::Cancel(reserved), ok(200, b"{}"), 4);
        assert_eq!(promise(&memory), Promise::Cancelled);
    }

    #[test]
    fn undocumented_refusals_and_server_errors_are_failures() {
        let mut memory = Memory::default();
        let mut outcome =
            |status, body| format!("{:?}", memory.learn(&Ask::Reserve(ORDER), ok(status, body), 0));
        assert_eq!(outcome(503, b"{\"error\":{\"code\":\"BUSY\"}}"), "Failed(\"http_503_BUSY\")");
        assert_eq!(outcome(401, b""), "Failed(\"http_401_no_code\")");
        assert_eq!(outcome(409, b""), "Failed(\"http_409_no_code\")");
        assert_eq!(outcome(201, b"{}"), "Failed(\"malformed_answer\")");
    }
}
