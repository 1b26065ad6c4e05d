//! What one connection does: draws the next request, writes it, remembers the response.

use super::fixture::{Fixture, ZoneOnSale};
use super::history::{History, Order, Paid, Reserved, RushRequest};
use super::mix::{Mix, RushKind};
use crate::results::Outcome;
use crate::stall::{Caller, Workload};
use crate::wire::{ExchangeError, IdempotencyKey, Method, RequestBuffer, Response, uuid_text};
use rand::rngs::SmallRng;
use rand::{Rng, SeedableRng};
use std::io::Write as _;
use std::sync::Arc;

/// Of ten orders this many are for two tickets, the others for one: caps and balances see more than ones.
const TWO_TICKETS_OF_TEN: u32 = 2;

const RESERVE_PATH: &[u8] = b"/rush/api/v1/bookings/reserve";
const CEILING_PATH: &[u8] = b"/rush/_load/ceiling";
const PAY_PATH: &[u8] = b"/rush/api/v1/payments?auto_process=true";

/// Buyers, as one connection plays them; it lives through all phases of a run.
#[derive(Debug)]
pub struct Buyers {
    fixture: Arc<Fixture>,
    mix: Mix,
    rng: SmallRng,
    keys: SmallRng,
    /// What it remembers.
    pub history: History,
}

/// What makes the draws of a run.
#[derive(Debug, Clone, Copy)]
pub struct Seeds {
    /// Decides buyers, zones and kinds.
    pub choices: u64,
    /// Decides idempotency keys; another in every run, or a second run would replay the first.
    pub keys: u64,
}

impl Buyers {
    /// Those of connection number `number` of a run.
    #[must_use]
    pub fn new(number: u32, fixture: Arc<Fixture>, mix: Mix, seeds: Seeds) -> Self {
        let spread = u64::from(number).wrapping_mul(0x9e37_79b9_7f4a_7c15);
        Self {
            fixture,
            mix,
            rng: SmallRng::seed_from_u64(seeds.choices ^ spread),
            keys: SmallRng::seed_from_u64(seeds.keys ^ spread),
            history: History::default(),
        }
    }

    fn order(&mut self, sold_out: bool) -> Order {
        let zones = if sold_out { self.fixture.sold_out.len() } else { self.fixture.open.len() };
        Order {
            buyer: self.rng.random_range(0..self.fixture.buyers),
            sold_out,
            zone: u16::try_from(self.rng.random_range(0..zones)).unwrap_or(0),
            quantity: if self.rng.random_range(0..10) < TWO_TICKETS_OF_TEN { 2 } else { 1 },
            key: self.key(),
        }
    }

    fn key(&mut self) -> IdempotencyKey {
        IdempotencyKey(self.keys.random(), self.keys.random())
    }

    fn write_order(&mut self, buffer: &mut RequestBuffer, path: &[u8], order: &Order) -> IdempotencyKey {
        buffer.path.extend_from_slice(path);
        self.fixture.mint(order.buyer, &mut buffer.token);
        let zone = zone_of(&self.fixture, order);
        buffer.body.extend_from_slice(&zone.body);
        buffer.body.extend_from_slice(&[b'0' + order.quantity, b'}']);
        order.key
    }

    fn write_payment(&mut self, buffer: &mut RequestBuffer, reserved: &Reserved) -> IdempotencyKey {
        buffer.path.extend_from_slice(PAY_PATH);
        self.fixture.mint(reserved.order.buyer, &mut buffer.token);
        let zone = zone_of(&self.fixture, &reserved.order);
        let amount = zone.price_minor * i64::from(reserved.order.quantity);
        let (booking, currency) = (uuid_text(&reserved.booking), &zone.currency);
        write!(
            buffer.body,
            r#"{{"booking_id":"{booking}","amount":{amount},"currency":"{currency}","method":"credit_card","metadata":{{"card":"4242424242424242"}}}}"#
        )
        .expect("writing to memory cannot fail");
        self.key()
    }

    fn write_confirm(&mut self, buffer: &mut RequestBuffer, paid: &Paid) -> IdempotencyKey {
        self.write_booking_verb(buffer, &paid.reserved, "confirm");
        write!(buffer.body, r#"{{"payment_id":"{}"}}"#, paid.payment).expect("writing to memory cannot fail");
        self.key()
    }

    fn write_cancel(&mut self, buffer: &mut RequestBuffer, reserved: &Reserved) -> IdempotencyKey {
        self.write_booking_verb(buffer, reserved, "cancel");
        buffer.body.extend_from_slice(b"{}");
        self.key()
    }

    fn write_booking_verb(&mut self, buffer: &mut RequestBuffer, reserved: &Reserved, verb: &str) {
        let booking = uuid_text(&reserved.booking);
        write!(buffer.path, "/rush/api/v1/bookings/{booking}/{verb}").expect("writing to memory cannot fail");
        self.fixture.mint(reserved.order.buyer, &mut buffer.token);
    }
}

impl Caller for Buyers {
    type Kind = RushKind;
    type Request = RushRequest;

    /// What cannot be asked yet (nothing to replay) becomes a reserve.
    fn next_request(&mut self, workload: Workload) -> (RushKind, RushRequest) {
        if let Some(paid) = self.history.paid.take_if(|_| workload == Workload::Mix) {
            return (RushKind::Confirm, RushRequest::Confirm(paid));
        }
        let kind = match workload {
            Workload::Mix => self.mix.pick(self.rng.random_range(0..self.mix.total())),
            Workload::Ceiling => RushKind::Ceiling,
        };
        let request = match kind {
            RushKind::Ceiling => Some(RushRequest::Ceiling(self.order(false))),
            RushKind::SoldOut if !self.fixture.sold_out.is_empty() => {
                Some(RushRequest::Reserve(self.order(true)))
            }
            RushKind::Replay => self.history.any_booking(&mut self.rng).map(RushRequest::Replay),
            RushKind::Pay => self.history.take_open(&mut self.rng).map(RushRequest::Pay),
            RushKind::Cancel => self.history.take_open(&mut self.rng).map(RushRequest::Cancel),
            RushKind::Reserve | RushKind::SoldOut | RushKind::Confirm => None,
        };
        match request {
            Some(request) => (kind, request),
            None => (RushKind::Reserve, RushRequest::Reserve(self.order(false))),
        }
    }

    fn write_request(&mut self, request: &RushRequest, buffer: &mut RequestBuffer) -> Method {
        Method::PostKeyed(match request {
            RushRequest::Ceiling(order) => self.write_order(buffer, CEILING_PATH, order),
            RushRequest::Reserve(order) | RushRequest::Replay(Reserved { order, .. }) => {
                self.write_order(buffer, RESERVE_PATH, order)
            }
            RushRequest::Pay(reserved) => self.write_payment(buffer, reserved),
            RushRequest::Confirm(paid) => self.write_confirm(buffer, paid),
            RushRequest::Cancel(reserved) => self.write_cancel(buffer, reserved),
        })
    }

    fn on_response<'a>(
        &mut self,
        request: &RushRequest,
        response: Result<Response<'a>, ExchangeError>,
        now_s: u32,
    ) -> Outcome<'a> {
        self.history.on_response(request, response, now_s)
    }
}

fn zone_of<'a>(fixture: &'a Fixture, order: &Order) -> &'a ZoneOnSale {
    let zones = if order.sold_out { &fixture.sold_out } else { &fixture.open };
    &zones[usize::from(order.zone)]
}
