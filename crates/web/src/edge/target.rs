//! Doors at which strangers knock: the address pays, and beside it what the request is aimed at (an account, a mailbox), so that
//! many addresses together buy no more guesses at one target than one does.

use super::{Edge, Limits, RequestFacts, address_group};
use crate::refused::edge_refusals::too_many_requests;
use cluster::{RateClass, RateDecision};
use kernel::Refusal;

/// What a door takes from whom.
#[derive(Debug, Clone, Copy)]
pub struct Door {
    /// Of the address: wide, for a hall of people stands behind one. [`RateClass::by_address`].
    pub address: RateClass,
    /// Of what the body names, existing or not: narrow.
    pub target: RateClass,
}

impl Edge {
    /// Takes a token of `target`'s bucket; for routes whose rule takes the address's. `target` is a look-up form.
    /// Errors: 429 `TOO_MANY_REQUESTS`.
    pub fn charge_target(&self, facts: &RequestFacts, door: Door, target: &str) -> Result<(), Refusal> {
        let Some(class) = self.in_force(door.target) else { return Ok(()) };
        let decision = self.take_of(&class, ("target", target));
        if let Some(narrower) = &facts.narrower {
            let _ = narrower.set(decision);
        }
        admitted(decision)
    }

    /// Takes a token of the bucket of the request's address, for what a rule cannot tell.
    /// Errors: 429 `TOO_MANY_REQUESTS`.
    pub fn charge_address(&self, facts: &RequestFacts, class: RateClass) -> Result<(), Refusal> {
        let Some(class) = self.in_force(class) else { return Ok(()) };
        admitted(self.take_of(&class, ("address", address_group(facts.client_ip))))
    }

    /// Both, for forms of pages: a refused one is shown again as it was filled in, which the edge could not do.
    /// Errors: 429 `TOO_MANY_REQUESTS`.
    pub fn charge_door(&self, facts: &RequestFacts, door: Door, target: &str) -> Result<(), Refusal> {
        self.charge_address(facts, door.address)?;
        self.charge_target(facts, door, target)
    }

    fn in_force(&self, class: RateClass) -> Option<RateClass> {
        match self.0.settings.limits {
            Limits::Off => None,
            Limits::Times(factor) => Some(class.times(factor)),
        }
    }

    fn take_of(&self, class: &RateClass, subject: impl std::hash::Hash) -> RateDecision {
        let subject = self.0.rates.keys.key(class, subject);
        self.0.parts.limiter.take(class, subject, self.now())
    }
}

fn admitted(decision: RateDecision) -> Result<(), Refusal> {
    if decision.allowed { Ok(()) } else { Err(too_many_requests(decision.retry_after_s)) }
}
