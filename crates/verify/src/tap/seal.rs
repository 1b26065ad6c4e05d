//! The seal: a hash over everything before it. It finds accidents; against a forger who seals again stand the others.

use super::proof::Proof;
use crate::claim::{Finding, RuleResult, ensure};
use crate::hex;
use sha2::{Digest as _, Sha256};

/// `text` is in canonical form, so it ends with the seal as it was read.
pub(super) fn verify(text: &str, proof: &Proof) -> RuleResult {
    let tail = format!(",\"seal\":\"{}\"}}", proof.seal);
    let body = text.strip_suffix('\n').unwrap_or(text).strip_suffix(&tail).unwrap_or_default();
    ensure(of(body) == proof.seal, || {
        "the seal does not fit the text: it was changed after sealing".to_owned()
    })?;
    Ok(Finding::Proven("SHA-256 of the text before it".to_owned()))
}

/// The seal of an object whose text lacks only its closing brace.
pub(super) fn of(body: &str) -> String {
    hex::print(&Sha256::new().chain_update(body).chain_update("}").finalize())
}
