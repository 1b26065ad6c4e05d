//! The mind of one connection: draws the next request, forms it, remembers the answer.

use super::fixture::{Stage, ZoneOnSale};
use super::history::{Ask, Memory, Order, Paid, Reserved};
use super::mix::{Class, Mix};
use crate::results::Outcome;
use crate::stall::{Caller, Goal};
use crate::wire::{Answer, Draft, Failure, Form, Key, uuid_text};
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
    stage: Arc<Stage>,
    mix: Mix,
    rng: SmallRng,
    keys: SmallRng,
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
}

impl Buyers {
    /// Those of connection number `number` of a run.
    #[must_use]
    pub fn new(number: u32, stage: Arc<Stage>, mix: Mix, seeds: Seeds) -> Self {
        let spread = u64::from(number).wrapping_mul(0x9e37_79b9_7f4a_7c15);
        Self {
            stage,
            mix,
            rng: SmallRng::seed_from_u64(seeds.choices ^ spread),
            keys: SmallRng::seed_from_u64(seeds.keys ^ spread),
            memory: Memory::default(),
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

    fn form_order(&mut self, draft: &mut Draft, path: &[u8], order: &Order) -> Key {
        draft.path.extend_from_slice(path);
        self.stage.mint(order.buyer, &mut draft.token);
        let zone = zone_of(&self.stage, order);
        draft.body.extend_from_slice(&zone.body);
        draft.body.extend_from_slice(&[b'0' + order.quantity, b'}']);
        order.key
    }

    fn form_payment(&mut self, draft: &mut Draft, reserved: &Reserved) -> Key {
        draft.path.extend_from_slice(PAY_PATH);
        self.stage.mint(reserved.order.buyer, &mut draft.token);
        let zone = zone_of(&self.stage, &reserved.order);
        let amount = zone.price_minor * i64::from(reserved.order.quantity);
        let (booking, currency) = (uuid_text(&reserved.booking), &zone.currency);
        write!(
            draft.body,
            r#"{{"booking_id":"{booking}","amount":{amount},"currency":"{currency}","method":"credit_card","metadata":{{"card":"4242424242424242"}}}}"#
        )
        .expect("writing to memory cannot fail");
        self.key()
    }

    fn form_confirm(&mut self, draft: &mut Draft, paid: &Paid) -> Key {
        self.form_booking_verb(draft, &paid.reserved, "confirm");
        write!(draft.body, r#"{{"payment_id":"{}"}}"#, paid.payment).expect("writing to memory cannot fail");
        self.key()
    }

    fn form_cancel(&mut self, draft: &mut Draft, reserved: &Reserved) -> Key {
        self.form_booking_verb(draft, reserved, "cancel");
        draft.body.extend_from_slice(b"{}");
        self.key()
    }

    fn form_booking_verb(&mut self, draft: &mut Draft, reserved: &Reserved, verb: &str) {
        let booking = uuid_text(&reserved.booking);
        write!(draft.path, "/rush/api/v1/bookings/{booking}/{verb}").expect("writing to memory cannot fail");
        self.stage.mint(reserved.order.buyer, &mut draft.token);
    }
}

impl Caller for Buyers {
    type Kind = Class;
    type Ask = Ask;

    /// What cannot be asked yet (nothing to replay) becomes a reserve.
    fn draw(&mut self, goal: Goal) -> (Class, Ask) {
        if let Some(paid) = self.memory.paid.take_if(|_| goal == Goal::Mix) {
            return (Class::Confirm, Ask::Confirm(paid));
        }
        let class = match goal {
            Goal::Mix => self.mix.pick(self.rng.random_range(0..self.mix.total())),
            Goal::Ceiling => Class::Ceiling,
        };
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

    fn form(&mut self, ask: &Ask, draft: &mut Draft) -> Form {
        Form::Keyed(match ask {
            Ask::Ceiling(order) => self.form_order(draft, CEILING_PATH, order),
            Ask::Reserve(order) | Ask::Replay(Reserved { order, .. }) => {
                self.form_order(draft, RESERVE_PATH, order)
            }
            Ask::Pay(reserved) => self.form_payment(draft, reserved),
            Ask::Confirm(paid) => self.form_confirm(draft, paid),
            Ask::Cancel(reserved) => self.form_cancel(draft, reserved),
        })
    }

    fn learn<'a>(&mut self, ask: &Ask, answer: Result<Answer<'a>, Failure>, now_s: u32) -> Outcome<'a> {
        self.memory.learn(ask, answer, now_s)
    }
}

fn zone_of<'a>(stage: &'a Stage, order: &Order) -> &'a ZoneOnSale {
    let zones = if order.sold_out { &stage.sold_out } else { &stage.open };
    &zones[usize::from(order.zone)]
}
