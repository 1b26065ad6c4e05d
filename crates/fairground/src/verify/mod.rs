//! `fairground verify`: recomputes a settled bet of Tap from its published proof, without a server and without trusting one.
//!
//! A second, independent implementation: it shares no code with what it judges, nor formulas where there is a choice of
//! method. What a proof says, key by key, is in `docs/proof.md`. To add a claim: a file with a `judge`, its line in
//! [`claims`], and a forgery in `tests` that makes it fail.

mod blocks;
mod evidence;
mod head;
mod hex;
mod normal;
mod outcome;
mod proof;
mod quote;
mod report;
mod seal;
mod session_key;
mod signature;
mod text;
mod touch;

#[cfg(test)]
mod tests;

pub use report::{Claim, run};

use proof::Proof;
use report::Judged;

/// Judges the exact text of a proof; `head` is the published hash (64 lower-case hex digits) to hold its chain against.
/// The claims come in a fixed order; after a text that cannot be read there are no others. Never panics.
#[must_use]
pub fn judge(text: &str, head: Option<&str>) -> Vec<Claim> {
    claims(text, head).collect()
}

/// The same, each claim judged when it is asked for.
fn claims<'a>(text: &'a str, head: Option<&'a str>) -> impl Iterator<Item = Claim> + 'a {
    let read = text::read(text);
    let first = Claim::new("text", read.as_ref().map(|(_, said)| said.clone()).map_err(String::clone));
    let rest = read.ok().into_iter().flat_map(move |(proof, _)| {
        RULES.into_iter().map(move |(name, rule)| Claim::new(name, rule(&Case { text, head, proof: &proof })))
    });
    std::iter::once(first).chain(rest)
}

/// What the rules after the first one judge.
struct Case<'a> {
    /// The file.
    text: &'a str,
    /// The published hash, if the caller has one.
    head: Option<&'a str>,
    /// What the file says.
    proof: &'a Proof,
}

/// A claim's name and what decides it.
type Rule = (&'static str, fn(&Case) -> Judged);

const RULES: [Rule; 7] = [
    ("seal", |case| seal::judge(case.text, case.proof)),
    ("blocks", |case| blocks::judge(case.proof)),
    ("head", |case| head::judge(case.proof, case.head)),
    ("evidence", |case| evidence::judge(case.proof)),
    ("signature", |case| signature::judge(case.proof)),
    ("quote", |case| quote::judge(case.proof)),
    ("outcome", |case| outcome::judge(case.proof)),
];
