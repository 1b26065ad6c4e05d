//! Facts about the verifier, on proofs that are made here: each one that is true holds, each one that lies is found out.

mod bytes;
mod command;
mod forged_outcome;
mod forgery;
mod independence;
mod pricing;
mod sample;
mod truth;
mod vectors;

use super::report::Claim;

/// Names of the claims that fail.
fn failing(text: &str) -> Vec<&'static str> {
    super::judge(text, None).iter().filter(|claim| claim.failed()).map(|claim| claim.name).collect()
}

/// The claim of that name.
fn claim(text: &str, head: Option<&str>, name: &str) -> Claim {
    super::judge(text, head).into_iter().find(|claim| claim.name == name).expect("every proof has this claim")
}
