//! How blocks and proofs are published: JSON, numbers as strings of digits (a browser's numbers end at 2^53), hashes in lower-case
//! hexadecimal. docs/sealing.md has the members.

use super::block::Block;
use super::hash::Hash;
use super::merkle::Step;
use super::proof::Inclusion;
use serde_json::{Value, json};
use std::fmt::Write as _;

/// How an inclusion proof names its kind.
pub const INCLUSION_FORMAT: &str = "fairground-inclusion-1";

/// A block without its ids.
#[must_use]
pub fn block(block: &Block) -> Value {
    json!({
        "height": block.height.to_string(),
        "at": block.at.as_micros().to_string(),
        "count": block.ids.len().to_string(),
        "root": hex(&block.root),
        "previous": hex(&block.previous),
        "hash": hex(&block.hash),
    })
}

/// A proof that `fairground verify` recomputes.
#[must_use]
pub fn inclusion(found: &Inclusion) -> Value {
    json!({
        "format": INCLUSION_FORMAT,
        "transfer": found.leaf_numbers().map(|number| number.to_string()),
        "asset": found.asset.as_str(),
        "path": found.path.iter().map(step).collect::<Vec<_>>(),
        "block": block(&found.block),
    })
}

fn step(step: &Step) -> Value {
    json!({ "side": if step.is_left { "left" } else { "right" }, "hash": hex(&step.hash) })
}

/// A hash as it is published.
#[must_use]
pub fn hex(hash: &Hash) -> String {
    hash.iter().fold(String::with_capacity(64), |mut text, byte| {
        let _ = write!(text, "{byte:02x}");
        text
    })
}
