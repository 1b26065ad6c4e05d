//! One connection at work: draws the next request, forms it, sends it, counts and remembers the answer.

use super::memory::{Ask, Memory, Order, Paid, Reserved};
use super::mix::Class;
use super::phase::Phase;
use super::stage::{Stage, ZoneOnSale};
use super::wire::{Connection, Draft, Key, uuid_text};
use rand::rngs::SmallRng;
use rand::{Rng, SeedableRng};
use std::io::Write as _;
use std::net::SocketAddr;
use std::sync::Arc;
use std::time::{Duration, Instant};

/// How long an answer is waited for. A buyer's browser would have given up.
const PATIENCE: Duration = Duration::from_secs(30);
/// Of ten orders this many are for two tickets, the others for one: caps and balances see more than ones.
const TWO_TICKETS_OF_TEN: u32 = 2;

const RESERVE_PATH: &[u8] = b"/rush/api/v1/bookings/reserve";
const CEILING_PATH: &[u8] = b"/rush/_load/ceiling";
const PAY_PATH: &[u8] = b"/rush/api/v1/payments?auto_process=true";

/// One connection with its memory; it lives through all phases of a run.
#[derive(Debug)]
pub struct Worker {
    stage: Arc<Stage>,
    connection: Connection,
    rng: SmallRng,
    keys: SmallRng,
    draft: Draft,
    began: Instant,
    /// What it learned.
    pub memory: Memory,
}

/// What makes the draws of a run.
#[derive(Debug, Clone, Copy)]
pub struct Seeds {
    /// Decides buyers, zones and kinds.
    pub choices: u64,
    /// Decides idempotency keys; another in every run, or a second run would replay the first.
    pub keys: u64,
    /// When the run began.
    pub began: Instant,
}

impl Worker {
    /// Worker number `number` of a run. Must be called on a runtime.
    #[must_use]
    pub fn new(number: u32, stage: Arc<Stage>, address: SocketAddr, seeds: Seeds) -> Self {
        let spread = u64::from(number).wrapping_mul(0x9e37_79b9_7f4a_7c15);
        Self {
            stage,
            connection: Connection::new(address, PATIENCE),
            rng: SmallRng::seed_from_u64(seeds.choices ^ spread),
            keys: SmallRng::seed_from_u64(seeds.keys ^ spread),
            draft: Draft::default(),
            began: seeds.began,
            memory: Memory::default(),
        }
    }

    /// Works through one phase and comes back.
    pub async fn run(mut self, phase: Arc<Phase>) -> Self {
        while let Some(start) = phase.pace.next().await {
            let (class, ask) = self.ask(&phase);
            let key = self.form(&ask);
            let request = self.draft.finish(&self.stage.host, key);
            let answer = self.connection.exchange(request).await;
            let now = Instant::now();
            let now_s = u32::try_from((now - self.began).as_secs()).unwrap_or(u32::MAX);
            let outcome = self.memory.learn(&ask, answer, now_s);
            let mut tally = phase.tally.lock();
            tally.count(class, &outcome, now - start.intended);
            tally.late += u64::from(start.late);
        }
        self
    }

    /// Draws what to ask next. What cannot be asked yet (nothing to replay) becomes a reserve.
    fn ask(&mut self, phase: &Phase) -> (Class, Ask) {
        if let Some(paid) = self.memory.paid.take() {
            return (Class::Confirm, Ask::Confirm(paid));
        }
        let class = phase.class(&mut self.rng);
        let ask = match class {
            Class::Ceiling => Some(Ask::Ceiling(self.order(false))),
            Class::SoldOut if !self.stage.sold_out.is_empty() => Some(Ask::Reserve(self.order(true))),
            Class::Replay => self.memory.any(&mut self.rng).map(Ask::Replay),
            Class::Pay => self.memory.take_open(&mut self.rng).map(Ask::Pay),
            Class::Cancel => self.memory.take_open(&mut self.rng).map(Ask::Cancel),
            Class::Reserve | Class::SoldOut | Class::Confirm => None,
        };
        match ask {
            Some(ask) => (class, ask),
            None => (Class::Reserve, Ask::Reserve(self.order(false))),
        }
    }

    fn order(&mut self, sold_out: bool) -> Order {
        let zones = if sold_out { self.stage.sold_out.len() } else { self.stage.open.len() };
        Order {
            buyer: self.rng.random_range(0..self.stage.buyers),
            sold_out,
            zone: u16::try_from(self.rng.random_range(0..zones)).unwrap_or(0),
            quantity: if self.rng.random_range(0..10) < TWO_TICKETS_OF_TEN { 2 } else { 1 },
            key: self.key(),
        }
    }

    fn key(&mut self) -> Key {
        Key(self.keys.random(), self.keys.random())
    }

    /// Fills the draft and returns the idempotency key to send it under.
    fn form(&mut self, ask: &Ask) -> Key {
        self.draft.clear();
        match ask {
            Ask::Ceiling(order) => self.form_order(CEILING_PATH, order),
            Ask::Reserve(order) | Ask::Replay(Reserved { order, .. }) => self.form_order(RESERVE_PATH, order),
            Ask::Pay(reserved) => self.form_payment(reserved),
            Ask::Confirm(paid) => self.form_confirm(paid),
            Ask::Cancel(reserved) => self.form_cancel(reserved),
        }
    }

    fn form_order(&mut self, path: &[u8], order: &Order) -> Key {
        self.draft.path.extend_from_slice(path);
        self.stage.mint(order.buyer, &mut self.draft.token);
        let zone = zone_of(&self.stage, order);
        self.draft.body.extend_from_slice(&zone.body);
        self.draft.body.extend_from_slice(&[b'0' + order.quantity, b'}']);
        order.key
    }

    fn form_payment(&mut self, reserved: &Reserved) -> Key {
        self.draft.path.extend_from_slice(PAY_PATH);
        self.stage.mint(reserved.order.buyer, &mut self.draft.token);
        let zone = zone_of(&self.stage, &reserved.order);
        let amount = zone.price_minor * i64::from(reserved.order.quantity);
        let (booking, currency) = (uuid_text(&reserved.booking), &zone.currency);
        write!(
            self.draft.body,
            r#"{{"booking_id":"{booking}","amount":{amount},"currency":"{currency}","method":"credit_card","metadata":{{"card":"4242424242424242"}}}}"#
        )
        .expect("writing to memory cannot fail");
        self.key()
    }

    fn form_confirm(&mut self, paid: &Paid) -> Key {
        self.form_booking_verb(&paid.reserved, "confirm");
        write!(self.draft.body, r#"{{"payment_id":"{}"}}"#, paid.payment)
            .expect("writing to memory cannot fail");
        self.key()
    }

    fn form_cancel(&mut self, reserved: &Reserved) -> Key {
        self.form_booking_verb(reserved, "cancel");
        self.draft.body.extend_from_slice(b"{}");
        self.key()
    }

    fn form_booking_verb(&mut self, reserved: &Reserved, verb: &str) {
        let booking = uuid_text(&reserved.booking);
        write!(self.draft.path, "/rush/api/v1/bookings/{booking}/{verb}")
            .expect("writing to memory cannot fail");
        self.stage.mint(reserved.order.buyer, &mut self.draft.token);
    }
}

fn zone_of<'a>(stage: &'a Stage, order: &Order) -> &'a ZoneOnSale {
    let zones = if order.sold_out { &stage.sold_out } else { &stage.open };
    &zones[usize::from(order.zone)]
}
