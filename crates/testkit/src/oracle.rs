//! An oracle of the ledger that shares no code with it: a plain list of what happened, replayed from its beginning for
//! every question, in `i128`.
//!
//! It has its own words on purpose: places (accounts), orders (transfers), a hold that is taken (posted) or returned
//! (voided). Nothing here may import the ledger; tests translate between the two and compare.

/// A place where units lie.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Place {
    /// Its number.
    pub id: i64,
    /// What lies there.
    pub asset: &'static str,
    /// What must stay, holds to leave counted.
    pub least: Option<i64>,
    /// What may lie there at most, holds to come counted.
    pub most: Option<i64>,
}

/// What an order does.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Act {
    /// Units move at once.
    Move,
    /// Units are held until a moment in microseconds.
    Hold {
        /// The moment.
        until: i64,
    },
    /// A hold is taken, whole or in part.
    Take {
        /// The hold's name.
        hold: i64,
    },
    /// A hold is returned.
    Return {
        /// The hold's name.
        hold: i64,
    },
}

/// Something asked for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Order {
    /// The asker's name for it.
    pub name: i64,
    /// Where units leave.
    pub from: i64,
    /// Where they arrive.
    pub to: i64,
    /// How many.
    pub units: i64,
    /// What happens.
    pub act: Act,
    /// A number that only has to come back.
    pub reason: i64,
}

/// The sums of a place.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Sums {
    /// Held to leave.
    pub leaving: i128,
    /// Left.
    pub left: i128,
    /// Held to come.
    pub coming: i128,
    /// Came.
    pub came: i128,
}

impl Sums {
    /// What lies there: came minus left.
    #[must_use]
    pub fn lies(&self) -> i128 {
        self.came - self.left
    }

    /// What is on its way: coming minus leaving.
    #[must_use]
    pub fn under_way(&self) -> i128 {
        self.coming - self.leaving
    }

    fn fits(&self) -> bool {
        let most = i128::from(i64::MAX);
        self.left + self.leaving <= most && self.came + self.coming <= most
    }
}

/// An accepted order: when, and what lay and was under way at both ends right after it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Fact {
    /// The order.
    pub order: Order,
    /// When.
    pub at: i64,
    /// `(lies, under way)` where units leave.
    pub from_after: (i128, i128),
    /// `(lies, under way)` where units arrive.
    pub to_after: (i128, i128),
}

/// The list.
#[derive(Debug, Clone, Default)]
pub struct Oracle {
    places: Vec<Place>,
    facts: Vec<Fact>,
}

impl Oracle {
    /// Adds a place. False: the number is taken.
    pub fn open(&mut self, place: Place) -> bool {
        let free = self.place(place.id).is_none();
        if free {
            self.places.push(place);
        }
        free
    }

    /// Every place.
    #[must_use]
    pub fn places(&self) -> &[Place] {
        &self.places
    }

    /// Everything that happened.
    #[must_use]
    pub fn facts(&self) -> &[Fact] {
        &self.facts
    }

    /// The sums of place `id`, replayed from the beginning; zeros for a place that is not there.
    #[must_use]
    pub fn sums(&self, id: i64) -> Sums {
        let mut sums = Sums::default();
        for fact in &self.facts {
            let units = i128::from(fact.order.units);
            let (leaves, arrives) = (fact.order.from == id, fact.order.to == id);
            match fact.order.act {
                Act::Move | Act::Take { .. } if leaves => sums.left += units,
                Act::Move | Act::Take { .. } if arrives => sums.came += units,
                Act::Hold { .. } if leaves && self.is_open(fact.order.name) => sums.leaving += units,
                Act::Hold { .. } if arrives && self.is_open(fact.order.name) => sums.coming += units,
                _ => {}
            }
        }
        sums
    }

    /// Whether hold `name` is there and neither taken nor returned.
    #[must_use]
    pub fn is_open(&self, name: i64) -> bool {
        self.hold(name).is_some() && !self.is_resolved(name)
    }

    /// Whether hold `name` was taken or returned.
    #[must_use]
    pub fn is_resolved(&self, name: i64) -> bool {
        let about = |fact: &Fact| match fact.order.act {
            Act::Take { hold } | Act::Return { hold } => hold == name,
            Act::Move | Act::Hold { .. } => false,
        };
        self.facts.iter().any(about)
    }

    /// The order that made hold `name`.
    #[must_use]
    pub fn hold(&self, name: i64) -> Option<Order> {
        let made = self.facts.iter().find(|fact| fact.order.name == name)?;
        matches!(made.order.act, Act::Hold { .. }).then_some(made.order)
    }

    /// Changes what may lie at `id` at most, never below what lies there or comes.
    pub fn set_most(&mut self, id: i64, most: i64) {
        let sums = self.sums(id);
        let committed = i64::try_from(sums.lies() + sums.coming).expect("a sum that was accepted");
        if let Some(place) = self.places.iter_mut().find(|place| place.id == id) {
            place.most = Some(most.max(committed));
        }
    }

    /// Makes `order` happen at `now`, or says the name of the refusal and changes nothing.
    pub fn submit(&mut self, order: Order, now: i64) -> Result<Fact, &'static str> {
        if let Some(before) = self.facts.iter().find(|fact| fact.order.name == order.name) {
            return if before.order == order { Ok(*before) } else { Err("ExistsWithDifferentTerms") };
        }
        self.refuse_terms(&order)?;
        self.refuse_act(&order, now)?;
        // Supposes that it happened, looks, and takes it back if that must not be.
        self.facts.push(Fact { order, at: now, from_after: (0, 0), to_after: (0, 0) });
        let (from, to) = (self.sums(order.from), self.sums(order.to));
        if let Some(name) = self.refuse_outcome(&order, from, to) {
            self.facts.pop();
            return Err(name);
        }
        let fact = self.facts.last_mut().expect("pushed above");
        fact.from_after = (from.lies(), from.under_way());
        fact.to_after = (to.lies(), to.under_way());
        Ok(*fact)
    }

    /// Makes all of `orders` happen or none; the place and the name of the refusal.
    pub fn submit_all(&mut self, orders: &[Order], now: i64) -> Result<Vec<Fact>, (usize, &'static str)> {
        let before = self.facts.len();
        let mut done = Vec::new();
        for (at, order) in orders.iter().enumerate() {
            match self.submit(*order, now) {
                Ok(fact) => done.push(fact),
                Err(name) => {
                    self.facts.truncate(before);
                    return Err((at, name));
                }
            }
        }
        Ok(done)
    }

    /// Adds a place and makes `order` happen, or neither.
    pub fn open_and_submit(&mut self, place: Place, order: Order, now: i64) -> Result<Fact, &'static str> {
        let before = self.clone();
        self.open(place);
        let result = self.submit(order, now);
        if result.is_err() {
            *self = before;
        }
        result
    }

    fn place(&self, id: i64) -> Option<&Place> {
        self.places.iter().find(|place| place.id == id)
    }

    fn refuse_terms(&self, order: &Order) -> Result<(), &'static str> {
        let (from, to) = (self.place(order.from), self.place(order.to));
        let asset = |place: Option<&Place>| place.map(|place| place.asset);
        let faults = [
            (order.units <= 0, "AmountMustBePositive"),
            (order.from == order.to, "AccountsMustDiffer"),
            (from.is_none(), "DebitAccountNotFound"),
            (to.is_none(), "CreditAccountNotFound"),
            (asset(from) != asset(to), "AccountsHoldDifferentAssets"),
        ];
        first(&faults)
    }

    fn refuse_act(&self, order: &Order, now: i64) -> Result<(), &'static str> {
        let (name, takes) = match order.act {
            Act::Move => return Ok(()),
            Act::Hold { until } => return first(&[(until <= now, "TimeoutNotInTheFuture")]),
            Act::Take { hold } => (hold, true),
            Act::Return { hold } => (hold, false),
        };
        let hold = self.hold(name).ok_or("PendingTransferNotFound")?;
        let Act::Hold { until } = hold.act else { return Err("PendingTransferNotFound") };
        let wrong_amount = if takes { order.units > hold.units } else { order.units != hold.units };
        first(&[
            (self.is_resolved(name), "PendingTransferAlreadyResolved"),
            (order.from != hold.from || order.to != hold.to, "PendingTransferHasDifferentAccounts"),
            (takes && until <= now, "PendingTransferExpired"),
            (wrong_amount, "AmountExceedsPendingTransfer"),
        ])
    }

    fn refuse_outcome(&self, order: &Order, from: Sums, to: Sums) -> Option<&'static str> {
        let brings = matches!(order.act, Act::Move | Act::Hold { .. });
        let least = self.place(order.from)?.least.map(i128::from);
        let most = self.place(order.to)?.most.map(i128::from);
        let too_low = brings && least.is_some_and(|least| from.lies() - from.leaving < least);
        let too_high = brings && most.is_some_and(|most| to.lies() + to.coming > most);
        first(&[
            (!from.fits() || !to.fits(), "BalanceWouldOverflow"),
            (too_low, "DebitAccountWouldFallBelowItsFloor"),
            (too_high, "CreditAccountWouldExceedItsCeiling"),
        ])
        .err()
    }
}

fn first(faults: &[(bool, &'static str)]) -> Result<(), &'static str> {
    faults.iter().find(|(is, _)| *is).map_or(Ok(()), |(_, name)| Err(*name))
}
