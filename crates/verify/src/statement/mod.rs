//! A trading's statement: balances, gains and the chain recomputed from its entries, and the seals of its last ones.
//! `docs/statement.md` says what the file holds and what is hashed.

mod balances;
mod chain;
mod file;
mod gains;
mod seals;

use crate::claim::{Claim, Finding};
use crate::{Claims, ProofKind};
use file::Statement;

/// The row of this kind.
pub(crate) const STATEMENT: ProofKind =
    ProofKind { format: file::FORMAT, bytes_max: file::BYTES_MAX, claims };

fn claims<'a>(text: &'a str, head: Option<&'a str>) -> Claims<'a> {
    let read = Statement::read(text);
    let found = |statement: &Statement| {
        Finding::Proven(format!("the file is a statement of {} entries", statement.entries.len()))
    };
    let first = Claim::new("text", read.as_ref().map(found).map_err(String::clone));
    let rest = read.ok().map(|statement| {
        [
            Claim::new("balances", balances::verify(&statement)),
            Claim::new("gains", gains::verify(&statement)),
            Claim::new("chain", chain::verify(&statement, head)),
            Claim::new("seals", seals::verify(&statement)),
        ]
    });
    Box::new(std::iter::once(first).chain(rest.into_iter().flatten()))
}
