//! `fairground verify`: recomputes a published proof from its file, without a server and without trusting one.
//!
//! A second, independent implementation: it depends on no other crate of ours, and uses other formulas where there is a choice
//! of method. Here is what every kind of proof shares: how a file names its kind, what a claim is, how claims are printed.
//! Each stall has a folder with its kinds.
//!
//! To add a kind of proof: a folder with a [`ProofKind`], its row in [`PROOFS`], a page in `docs/` that says what the file
//! holds, and for each claim a forgery in the folder's `tests` that makes it fail.

mod claim;
mod command;
mod hex;
mod ledger;
mod receipt;
mod sale;
mod sealed;
mod shuffle;
mod statement;
mod tap;
mod ticket;

#[cfg(test)]
mod tests;

pub use claim::{Claim, Verdict};
pub use command::run;

/// The claims of one proof, each verified when the iterator reaches it.
type Claims<'a> = Box<dyn Iterator<Item = Claim> + 'a>;

/// A kind of proof.
#[derive(Debug)]
pub struct ProofKind {
    /// How a file names this kind: the value of its key `format`, the first in the file.
    pub format: &'static str,
    /// The longest file of this kind, bytes.
    pub bytes_max: usize,
    /// Verifies the exact text of a file, which may be of any shape, against the published hash if there is one. The claims
    /// come in a fixed order, the first named `text`; after a text that cannot be read there are no others.
    claims: for<'a> fn(&'a str, Option<&'a str>) -> Claims<'a>,
}

/// Every kind of proof that we know.
pub const PROOFS: &[ProofKind] = &[
    tap::BET,
    tap::BET_WITH_LEAST_RATE,
    ledger::INCLUSION,
    receipt::RECEIPT,
    statement::STATEMENT,
    shuffle::SHUFFLE,
    sale::SALE,
    ticket::TICKET,
];

/// Verifies the exact text of a proof; `head` is the published hash (64 lower-case hex digits) to compare it with.
/// After a text that cannot be read there are no other claims. Never panics.
#[must_use]
pub fn verify(text: &str, head: Option<&str>) -> Vec<Claim> {
    claims(text, head).collect()
}

/// The same, each claim verified when it is asked for.
fn claims<'a>(text: &'a str, head: Option<&'a str>) -> Claims<'a> {
    match kind_of(text) {
        Ok(kind) => (kind.claims)(text, head),
        Err(sentence) => Box::new(std::iter::once(Claim::new("text", Err(sentence)))),
    }
}

/// The kind that a file names. Errors: it names none, or one that we do not know.
fn kind_of(text: &str) -> Result<&'static ProofKind, String> {
    let known = || PROOFS.iter().map(|kind| kind.format).collect::<Vec<_>>().join(", ");
    let format = format_of(text).ok_or_else(|| format!("the file names no format; we know {}", known()))?;
    let kind = PROOFS.iter().find(|kind| kind.format == format);
    kind.ok_or_else(|| format!("the format is {format:?}, we know {}", known()))
}

/// The text after the first key `format`. Lenient: whether the file is exact is for its kind to say.
fn format_of(text: &str) -> Option<&str> {
    let (_, rest) = text.split_once("\"format\"")?;
    let value = rest.trim_start().strip_prefix(':')?.trim_start().strip_prefix('"')?;
    value.split_once('"').map(|(format, _)| format)
}
