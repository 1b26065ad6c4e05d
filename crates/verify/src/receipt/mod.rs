//! The receipt of a settled event: `docs/receipt.md` says what the file holds, what is hashed and how the pot is split.

mod canonical;
mod split;

#[cfg(test)]
mod tests;

use crate::claim::{Claim, Finding, RuleResult, ensure};
use crate::{Claims, ProofKind, hex};
use ed25519_dalek::{Signature, VerifyingKey};
use serde_json::Value;
use sha2::{Digest, Sha256};
use split::Receipt;

/// How a receipt names its kind.
const FORMAT: &str = "fairground-funpot-receipt-1";
/// A million votes.
const BYTES_MAX: usize = 512 << 20;

/// The row of this kind.
pub(crate) const RECEIPT: ProofKind = ProofKind { format: FORMAT, bytes_max: BYTES_MAX, claims };

/// A receipt as it stands in its file.
struct Envelope {
    body: Value,
    hash: [u8; 32],
    signature: [u8; 64],
    key: [u8; 32],
}

fn claims<'a>(text: &'a str, key: Option<&'a str>) -> Claims<'a> {
    let read = Envelope::read(text).and_then(|envelope| Ok((Receipt::read(&envelope.body)?, envelope)));
    let found = |(receipt, _): &(Receipt, Envelope)| {
        Finding::Proven(format!("the file is a receipt of {} votes", receipt.votes.len()))
    };
    let first = Claim::new("text", read.as_ref().map(found).map_err(String::clone));
    let rest = read.ok().map(|(receipt, envelope)| {
        [
            Claim::new("hash", hash(&envelope)),
            Claim::new("signature", signature(&envelope, key)),
            Claim::new("totals", receipt.totals()),
            Claim::new("split", receipt.split()),
            Claim::new("payouts", receipt.payouts()),
            Claim::new("pot", receipt.pot()),
        ]
    });
    Box::new(std::iter::once(first).chain(rest.into_iter().flatten()))
}

impl Envelope {
    fn read(text: &str) -> Result<Self, String> {
        let file: Value = serde_json::from_str(text).map_err(|error| error.to_string())?;
        let word = |name: &str| file[name].as_str().ok_or_else(|| format!("{name} is missing"));
        let digits = |name: &str| format!("{name} is not hexadecimal of its length");
        Ok(Self {
            hash: hex::bytes(word("hash")?).ok_or_else(|| digits("hash"))?,
            signature: hex::bytes(word("signature")?).ok_or_else(|| digits("signature"))?,
            key: hex::bytes(word("publicKey")?).ok_or_else(|| digits("publicKey"))?,
            body: file.get("body").cloned().ok_or_else(|| "body is missing".to_owned())?,
        })
    }
}

/// The body, written in the one way of RFC 8785, has the hash.
fn hash(envelope: &Envelope) -> RuleResult {
    let again: [u8; 32] = Sha256::digest(canonical::text(&envelope.body).as_bytes()).into();
    ensure(again == envelope.hash, || "the body has another hash".to_owned())?;
    Ok(Finding::Proven(format!("the body has hash {}", hex::print(&again))))
}

/// The hash is signed by the key in the file, which is the published one where that is given.
fn signature(envelope: &Envelope, published: Option<&str>) -> RuleResult {
    let key = VerifyingKey::from_bytes(&envelope.key).map_err(|_| "the key is no key".to_owned())?;
    let signature = Signature::from_bytes(&envelope.signature);
    let is_signed = key.verify_strict(&envelope.hash, &signature).is_ok();
    ensure(is_signed, || "the hash is not signed by the key".to_owned())?;
    let own = hex::print(&envelope.key);
    let Some(published) = published else {
        return Ok(Finding::Given(format!("signed by key {own}: compare it with the published one")));
    };
    ensure(published == own, || "another key than the published one signed".to_owned())?;
    Ok(Finding::Proven("signed by the published key".to_owned()))
}
