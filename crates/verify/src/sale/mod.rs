//! The proof of a sale: `docs/sale.md` says what the file holds and what must be true of it.

mod blocks;
mod file;
mod money;
mod seats;

#[cfg(test)]
mod tests;

use crate::claim::{Claim, Finding, RuleResult, ensure};
use crate::{Claims, ProofKind, hex};
use ed25519_dalek::{Signature, VerifyingKey};
use file::Sale;
use sha2::{Digest, Sha256};

/// How a file names this kind.
const FORMAT: &str = "fairground-sale-1";
/// A sale of two million transfers.
const BYTES_MAX: usize = 512 << 20;
/// What is signed begins with this.
const CONTEXT: &[u8] = b"fairground rush sale 1\n";

/// The row of this kind.
pub(crate) const SALE: ProofKind = ProofKind { format: FORMAT, bytes_max: BYTES_MAX, claims };

fn claims<'a>(text: &'a str, head: Option<&'a str>) -> Claims<'a> {
    let read = Sale::read(text);
    let found = |sale: &Sale| {
        let (zones, bookings) = (sale.zones.len(), sale.bookings.len());
        Finding::Proven(format!(
            "the file is the sale of {zones} zones and {bookings} bookings, as of {}",
            sale.as_of
        ))
    };
    let first = Claim::new("text", read.as_ref().map(found).map_err(String::clone));
    let rest = read.ok().map(|sale| {
        [
            Claim::new("signature", signature(text, &sale)),
            Claim::new("chain", blocks::chain(&sale)),
            Claim::new("head", blocks::head(&sale, head)),
            Claim::new("leaves", blocks::leaves(&sale)),
            Claim::new("seats", seats::every_block(&sale)),
            Claim::new("states", seats::states(&sale)),
            Claim::new("caps", seats::caps(&sale)),
            Claim::new("money", money::matched(&sale)),
        ]
    });
    Box::new(std::iter::once(first).chain(rest.into_iter().flatten()))
}

/// The hash of everything before the signature is signed by the key in the file.
fn signature(text: &str, sale: &Sale) -> RuleResult {
    let at = text.rfind(",\"signature\":\"").ok_or_else(|| "there is no signature at the end".to_owned())?;
    let key = VerifyingKey::from_bytes(&sale.key).map_err(|_| "the key is no key".to_owned())?;
    let hash: [u8; 32] = Sha256::digest(&text.as_bytes()[..at]).into();
    let signed = [CONTEXT, hash.as_slice()].concat();
    let is_signed = key.verify_strict(&signed, &Signature::from_bytes(&sale.signature)).is_ok();
    ensure(is_signed, || "the file is not signed by its key".to_owned())?;
    Ok(Finding::Given(format!(
        "signed by key {}: compare it with those the shop publishes",
        hex::print(&sale.key)
    )))
}
