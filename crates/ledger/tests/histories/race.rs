//! One zone, a few buyers with a cap, and their verbs in any order: what a hot sale looks like to the rules.

use crate::Met;
use crate::common::chance::Chance;
use kernel::{AssetCode, Timestamp};
use ledger::rules::{Account, Pending, State, Transfer, TransferRefusal};
use std::collections::HashSet;

const SOURCE: i64 = 1;
const ZONE: i64 = 2;
/// Buyers are accounts 10, 11, …
const FIRST_BUYER: i64 = 10;
const BUYERS: i64 = 5;
const CAP: i64 = 4;
/// Microseconds that a hold lasts.
const HOLD: i64 = 20;

struct Sale {
    state: State,
    seats: i64,
    /// Every reservation that was accepted, with what is left to do on it in any order, also twice.
    bookings: Vec<i64>,
    paid: HashSet<i64>,
    next: i64,
    now: i64,
}

pub fn run(seed: u64, met: &mut Met) -> Result<(), String> {
    let mut chance = Chance::new(seed);
    let mut sale = Sale::open(chance.between(0, 12));
    let mut log = Vec::new();
    for _ in 0..chance.between(1, 60) {
        sale.now += chance.between(0, 3);
        let did = sale.act(&mut chance);
        *met.entry(did).or_default() += 1;
        log.push(did);
        sale.whole().map_err(|problem| format!("{problem} after {log:?}"))?;
    }
    Ok(())
}

impl Sale {
    fn open(seats: i64) -> Self {
        let asset = AssetCode::new("SEAT").expect("well spelled");
        let mut state = State::default();
        state.open(Account::new(SOURCE, asset, 1, 0, 0));
        state.open(Account::new(ZONE, asset, 2, 0, 0).with_floor(0));
        for buyer in 0..BUYERS {
            state.open(Account::new(FIRST_BUYER + buyer, asset, 3, 0, 0).with_floor(0).with_ceiling(CAP));
        }
        let mut sale = Self { state, seats, bookings: Vec::new(), paid: HashSet::new(), next: 100, now: 0 };
        if seats > 0 {
            let fill = Transfer::single(sale.name(), SOURCE, ZONE, seats, 1);
            sale.state.transfer(&fill, Timestamp::from_micros(0)).expect("an empty zone can be filled");
        }
        sale
    }

    fn name(&mut self) -> i64 {
        self.next += 1;
        self.next
    }

    fn act(&mut self, chance: &mut Chance) -> &'static str {
        let booking = if self.bookings.is_empty() { 0 } else { chance.pick(&self.bookings) };
        match chance.below(10) {
            0..=4 => self.reserve(FIRST_BUYER + chance.between(0, BUYERS - 1), chance.between(1, CAP)),
            _ if booking == 0 => "nothing to do",
            5 | 6 => self.confirm(booking),
            7 => self.release(booking, "released"),
            _ => self.expire(),
        }
    }

    fn reserve(&mut self, buyer: i64, seats: i64) -> &'static str {
        let until = Timestamp::from_micros(self.now + HOLD);
        let reserve = Transfer::pending(self.name(), (ZONE, buyer), seats, until, 2);
        match self.state.transfer(&reserve, Timestamp::from_micros(self.now)) {
            Ok(_) => {
                self.bookings.push(reserve.id);
                "reserved"
            }
            Err(TransferRefusal::DebitAccountWouldFallBelowItsFloor) => "sold out",
            Err(TransferRefusal::CreditAccountWouldExceedItsCeiling) => "over the cap",
            Err(_) => "refused otherwise",
        }
    }

    fn confirm(&mut self, booking: i64) -> &'static str {
        let name = self.name();
        let Some(Pending::Open(hold)) = self.state.pending(booking) else { return "confirmed too late" };
        match self.state.transfer(&Transfer::post(name, &hold, 3), Timestamp::from_micros(self.now)) {
            Ok(_) => {
                self.paid.insert(booking);
                "confirmed"
            }
            Err(_) => "confirmed after the time-out",
        }
    }

    fn release(&mut self, booking: i64, done: &'static str) -> &'static str {
        let name = self.name();
        let Some(Pending::Open(hold)) = self.state.pending(booking) else { return "released twice" };
        let void = self.state.transfer(&Transfer::void(name, &hold, 4), Timestamp::from_micros(self.now));
        if void.is_ok() { done } else { "refused otherwise" }
    }

    fn expire(&mut self) -> &'static str {
        let due = self.bookings.iter().copied().find(|id| {
            matches!(self.state.pending(*id), Some(Pending::Open(hold)) if hold.expires_at.as_micros() <= self.now)
        });
        due.map_or("nothing due", |booking| self.release(booking, "expired"))
    }

    /// Free is not negative; free + held + sold is all seats; sold is what was paid; nobody is over the cap.
    fn whole(&self) -> Result<(), String> {
        let zone = self.state.account(ZONE).ok_or("no zone")?.balances;
        let amount = |id: &i64| self.state.recorded(*id).map_or(0, |made| made.transfer.amount);
        let open = |id: &&i64| matches!(self.state.pending(**id), Some(Pending::Open(_)));
        let held: i64 = self.bookings.iter().filter(open).map(amount).sum();
        let sold: i64 = self.paid.iter().map(amount).sum();
        let buyers = (0..BUYERS).filter_map(|buyer| self.state.account(FIRST_BUYER + buyer));
        let over =
            buyers.clone().any(|buyer| buyer.balances.committed() > CAP || buyer.balances.posted() < 0);
        let theirs: i64 = buyers.map(|buyer| buyer.balances.posted()).sum();
        let free = zone.available();
        if free < 0
            || over
            || free + held + sold != self.seats
            || held != zone.debits_pending
            || sold != theirs
        {
            return Err(format!(
                "{} seats: free {free}, held {held}, sold {sold}/{theirs}, {zone:?}",
                self.seats
            ));
        }
        Ok(())
    }
}
