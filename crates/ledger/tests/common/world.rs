//! A small world and what happens in it: few places and small amounts, so that limits, holds and names meet often.

use super::chance::Chance;
use testkit::oracle::{Act, Oracle, Order, Place};

/// When a history begins, microseconds.
pub const BEGINNING: i64 = 1_000_000;
/// A number that no place has.
const NOWHERE: i64 = 99;
const SEAT: &str = "SEAT";
const BAHT: &str = "THB";

/// One step of a history.
#[derive(Debug, Clone)]
pub enum Step {
    Submit(Order),
    SubmitAll(Vec<Order>),
    SetMost(i64, i64),
    Open(Place),
    OpenAndSubmit(Place, Order),
}

/// Makes one history step by step, knowing what the oracle knows.
pub struct World {
    pub chance: Chance,
    pub now: i64,
    /// Added to every number, so that histories can share tables.
    base: i64,
    next_name: i64,
    asked: Vec<Order>,
    places: Vec<i64>,
}

impl World {
    pub fn new(seed: u64) -> Self {
        Self::based(seed, 0)
    }

    /// A world whose numbers all lie within a thousand above `base`.
    pub fn based(seed: u64, base: i64) -> Self {
        let (asked, places) = (Vec::new(), Vec::new());
        Self { chance: Chance::new(seed), now: BEGINNING, base, next_name: base + 100, asked, places }
    }

    /// The places a history begins with: an issuer of each asset and two to four others of seats.
    pub fn first_places(&mut self) -> Vec<Place> {
        let mut places = vec![
            Place { id: self.base + 1, asset: SEAT, least: None, most: None },
            Place { id: self.base + 2, asset: BAHT, least: None, most: None },
        ];
        let more = self.chance.between(2, 4);
        places.extend((3..3 + more).map(|id| self.limited(self.base + id, SEAT)));
        self.places = places.iter().map(|place| place.id).filter(|id| *id != self.base + 2).collect();
        places
    }

    fn limited(&mut self, id: i64, asset: &'static str) -> Place {
        let least = self.chance.pick(&[Some(0), Some(0), Some(0), Some(-3), None]);
        let most = self.chance.pick(&[None, Some(4), Some(10), Some(i64::MAX)]);
        Place { id, asset, least, most }
    }

    /// The next step; time moves a little, and seldom back.
    pub fn step(&mut self, oracle: &Oracle) -> Step {
        self.now += self.chance.pick(&[0, 0, 1, 2, 5, -1]);
        match self.chance.below(100) {
            0..=3 => Step::SetMost(self.place(), self.chance.between(-2, 12)),
            4..=6 => Step::Open(self.new_place()),
            7..=9 => self.open_and_submit(),
            10..=23 => Step::SubmitAll(self.chain(oracle)),
            _ => Step::Submit(self.order(oracle)),
        }
    }

    /// Opens a place for an order that arrives there, as the first reservation of a buyer does.
    fn open_and_submit(&mut self) -> Step {
        let place = self.new_place();
        let order = Order { to: place.id, ..self.fresh() };
        self.asked.push(order);
        Step::OpenAndSubmit(place, order)
    }

    fn new_place(&mut self) -> Place {
        let id = self.base + self.chance.between(2, 9);
        if !self.places.contains(&id) {
            self.places.push(id);
        }
        let asset = self.chance.pick(&[SEAT, SEAT, BAHT]);
        self.limited(id, asset)
    }

    /// One to four orders; a later one may take or return a hold that an earlier one makes.
    fn chain(&mut self, oracle: &Oracle) -> Vec<Order> {
        let mut chain: Vec<Order> = Vec::new();
        for _ in 0..self.chance.between(1, 4) {
            let hold = chain.iter().rev().find(|order| matches!(order.act, Act::Hold { .. })).copied();
            let order = match hold {
                Some(hold) if self.chance.percent(50) => self.about(hold),
                _ => self.order(oracle),
            };
            chain.push(order);
        }
        chain
    }

    fn order(&mut self, oracle: &Oracle) -> Order {
        let order = match self.chance.below(100) {
            0..=9 => self.repeated(),
            10..=44 => self.resolving(oracle),
            _ => self.fresh(),
        };
        self.asked.push(order);
        order
    }

    /// An order asked before, now and then with one term changed.
    fn repeated(&mut self) -> Order {
        if self.asked.is_empty() {
            return self.fresh();
        }
        let last = self.asked.len() - 1;
        let at = usize::try_from(self.chance.below(self.asked.len() as u64)).unwrap_or(last);
        let mut order = self.asked[at];
        match self.chance.below(8) {
            0 => order.units = self.units(),
            1 => order.to = self.place(),
            2 => order.from = self.place(),
            3 => order.reason += 1,
            4 => order.act = self.chance.pick(&[Act::Move, Act::Hold { until: self.now + 3 }]),
            _ => {}
        }
        order
    }

    fn fresh(&mut self) -> Order {
        let hold = Act::Hold { until: self.now + self.chance.between(-1, 20) };
        let act = self.chance.pick(&[Act::Move, hold]);
        // Mostly from a place that was filled before, so that more is accepted than refused.
        let from = if self.chance.percent(40) { self.base + 1 } else { self.place() };
        // Two looks for another place make an order from a place to itself rare, not impossible.
        let to = [self.place(), self.place()].into_iter().find(|to| *to != from).unwrap_or(from);
        Order { name: self.name(), from, to, units: self.units(), act, reason: 7 }
    }

    /// Takes or returns a hold: mostly an open one with its own terms.
    fn resolving(&mut self, oracle: &Oracle) -> Order {
        let holds: Vec<Order> = oracle
            .facts()
            .iter()
            .map(|fact| fact.order)
            .filter(|order| matches!(order.act, Act::Hold { .. }))
            .collect();
        if holds.is_empty() {
            return Order {
                act: Act::Take { hold: self.base + self.chance.between(95, 110) },
                ..self.fresh()
            };
        }
        let hold = self.open_or_any(&holds, oracle);
        self.about(hold)
    }

    /// Takes or returns `hold`, mostly with its own terms.
    fn about(&mut self, hold: Order) -> Order {
        let takes = self.chance.percent(60);
        let about = |hold| if takes { Act::Take { hold } } else { Act::Return { hold } };
        let mut order = Order { name: self.name(), act: about(hold.name), ..hold };
        match self.chance.below(12) {
            0 => order.units = self.units(),
            1 if takes && hold.units > 1 => order.units = self.chance.between(1, hold.units),
            2 => order.to = self.place(),
            3 => std::mem::swap(&mut order.from, &mut order.to),
            // The name of something that is no hold, or of nothing.
            4 => order.act = about(self.chance.between(self.base + 95, self.next_name)),
            _ => {}
        }
        order
    }

    fn open_or_any(&mut self, holds: &[Order], oracle: &Oracle) -> Order {
        let open: Vec<Order> = holds.iter().copied().filter(|hold| oracle.is_open(hold.name)).collect();
        let resolved_too = open.is_empty() || self.chance.percent(15);
        self.chance.pick(if resolved_too { holds } else { &open })
    }

    fn name(&mut self) -> i64 {
        self.next_name += 1;
        self.next_name
    }

    fn place(&mut self) -> i64 {
        match self.chance.below(100) {
            0..=3 => self.base + NOWHERE,
            // Most places hold seats; the issuer of the other asset is seldom meant.
            4..=9 => self.base + 2,
            _ => {
                let at = self.chance.below(self.places.len() as u64);
                self.places[usize::try_from(at).expect("smaller than the length")]
            }
        }
    }

    fn units(&mut self) -> i64 {
        if self.chance.percent(92) {
            return self.chance.between(1, 4);
        }
        self.chance.pick(&[0, -1, i64::MIN, i64::MAX, i64::MAX - 1, i64::MAX / 2, 1 << 62])
    }
}
