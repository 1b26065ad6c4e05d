//! The proof of a settled bet of Tap: what was signed, what the column was, what the bet should have paid and what it did pay.
//!
//! What the file says, key by key, is in `docs/proof.md`. To add a claim: a file with a `verify`, its line in [`RULES`], and a
//! forgery in `tests` that makes it fail.

mod blocks;
mod evidence;
mod head;
mod normal;
mod outcome;
mod proof;
mod quote;
mod seal;
mod session_key;
mod signature;
mod text;
mod touch;

#[cfg(test)]
pub(crate) mod tests;

use crate::claim::{Claim, RuleResult};
use crate::{Claims, ProofKind};
use proof::Proof;

/// The row of this kind.
pub(crate) const BET: ProofKind = ProofKind { format: text::FORMAT, bytes_max: text::BYTES_MAX, claims };
/// The row of bets whose text names the least acceptable rate.
pub(crate) const BET_WITH_LEAST_RATE: ProofKind =
    ProofKind { format: text::FORMAT_WITH_LEAST_RATE, bytes_max: text::BYTES_MAX, claims };

fn claims<'a>(text: &'a str, head: Option<&'a str>) -> Claims<'a> {
    let read = text::read(text);
    let first = Claim::new("text", read.as_ref().map(|(_, found)| found.clone()).map_err(String::clone));
    let rest = read.ok().into_iter().flat_map(move |(proof, _)| {
        RULES.into_iter().map(move |(name, rule)| Claim::new(name, rule(&Case { text, head, proof: &proof })))
    });
    Box::new(std::iter::once(first).chain(rest))
}

/// What the rules after the first one verify.
struct Case<'a> {
    /// The file.
    text: &'a str,
    /// The published hash, if the caller has one.
    head: Option<&'a str>,
    /// What the file says.
    proof: &'a Proof,
}

/// A claim's name and what decides it.
type Rule = (&'static str, fn(&Case) -> RuleResult);

const RULES: [Rule; 7] = [
    ("seal", |case| seal::verify(case.text, case.proof)),
    ("blocks", |case| blocks::verify(case.proof)),
    ("head", |case| head::verify(case.proof, case.head)),
    ("evidence", |case| evidence::verify(case.proof)),
    ("signature", |case| signature::verify(case.proof)),
    ("quote", |case| quote::verify(case.proof)),
    ("outcome", |case| outcome::verify(case.proof)),
];
