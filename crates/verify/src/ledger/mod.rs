//! The proof that a transfer is in a block of a stall's ledger: `docs/sealing.md` says what the file holds and what is hashed.

mod inclusion;

#[cfg(test)]
mod tests;

use crate::claim::{Claim, Finding, RuleResult, ensure};
use crate::{Claims, ProofKind, hex, sealed};
use inclusion::Inclusion;

/// The row of this kind.
pub(crate) const INCLUSION: ProofKind =
    ProofKind { format: inclusion::FORMAT, bytes_max: inclusion::BYTES_MAX, claims };

fn claims<'a>(text: &'a str, head: Option<&'a str>) -> Claims<'a> {
    let read = Inclusion::read(text);
    let found = |_: &Inclusion| Finding::Proven("the file is an inclusion proof".to_owned());
    let first = Claim::new("text", read.as_ref().map(found).map_err(String::clone));
    let rest = read.ok().map(|proof| {
        [
            Claim::new("path", path(&proof)),
            Claim::new("block", block(&proof)),
            Claim::new("head", compare(&proof, head)),
        ]
    });
    Box::new(std::iter::once(first).chain(rest.into_iter().flatten()))
}

/// The leaf of the transfer leads to the block's root.
fn path(proof: &Inclusion) -> RuleResult {
    let leaf = sealed::leaf(&proof.transfer, &proof.asset);
    let top = proof.path.iter().fold(leaf, |below, step| match step.is_left {
        true => sealed::node(&step.hash, &below),
        false => sealed::node(&below, &step.hash),
    });
    ensure(top == proof.block.root, || "the transfer does not lead to the block's root".to_owned())?;
    let [id, _, debit, credit, amount, ..] = proof.transfer;
    let asset = &proof.asset;
    Ok(Finding::Proven(format!(
        "transfer {id} moved {amount} {asset} from account {debit} to account {credit}"
    )))
}

/// The block has the hash it says.
fn block(proof: &Inclusion) -> RuleResult {
    let again = proof.block.hashed();
    ensure(again == proof.block.hash, || "the block's hash is another".to_owned())?;
    Ok(Finding::Proven(format!("block {} has hash {}", proof.block.height, hex::print(&again))))
}

/// The block is the one that was published.
fn compare(proof: &Inclusion, head: Option<&str>) -> RuleResult {
    let own = hex::print(&proof.block.hash);
    let Some(head) = head else {
        return Ok(Finding::Given(
            "compare the block's hash with one that was published or noted".to_owned(),
        ));
    };
    ensure(head == own, || "the published hash is another block's".to_owned())?;
    Ok(Finding::Proven("the block is the published one".to_owned()))
}
