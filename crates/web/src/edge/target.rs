//! Buckets of what a request is aimed at (an account, a mailbox): strangers pay from them beside the bucket of their address,
//! so that many addresses together buy no more guesses at one target than one does.

use super::{Edge, Limits};
use crate::refused::edge_refusals::too_many_requests;
use cluster::RateClass;
use kernel::Refusal;

impl Edge {
    /// Takes a token of `target`'s bucket of `class`. `target` is the look-up form of what the body names, existing or not.
    /// Errors: 429 `TOO_MANY_REQUESTS`.
    pub fn charge_target(&self, class: RateClass, target: &str) -> Result<(), Refusal> {
        let class = match self.0.settings.limits {
            Limits::Off => return Ok(()),
            Limits::Times(factor) => class.times(factor),
        };
        let subject = self.0.rates.keys.key(&class, ("target", target));
        let decision = self.0.parts.limiter.take(&class, subject, self.now());
        if decision.allowed { Ok(()) } else { Err(too_many_requests(decision.retry_after_s)) }
    }
}
