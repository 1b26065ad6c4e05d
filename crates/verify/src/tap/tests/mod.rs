//! Facts about the verifier, on proofs that are made here: each one that is true holds, each one that lies is found out.

mod bytes;
mod forged_outcome;
mod forged_rates;
mod forgery;
mod pricing;
pub(crate) mod sample;
mod truth;
mod vectors;

use crate::claim::Claim;

/// Names of the claims that fail.
fn failing(text: &str) -> Vec<&'static str> {
    crate::verify(text, None).iter().filter(|claim| claim.failed()).map(|claim| claim.name).collect()
}

/// The claim of that name.
fn claim(text: &str, head: Option<&str>, name: &str) -> Claim {
    crate::verify(text, head)
        .into_iter()
        .find(|claim| claim.name == name)
        .expect("every proof has this claim")
}
