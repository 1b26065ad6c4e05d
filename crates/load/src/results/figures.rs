//! What a stall adds to the harness's own results.

use serde_json::{Map, Value};

/// What the server remembers of what it acknowledged.
#[derive(Debug, Default, PartialEq, Eq)]
pub struct Verified {
    /// How many things were acknowledged.
    pub acknowledged: u64,
    /// How many of them were asked for.
    pub verified: u64,
    /// How many are missing or in a state that breaks the promise.
    pub lost: u64,
    /// Some of the broken ones, in words.
    pub examples: Vec<String>,
}

/// What only one stall's report tells: JSON fields, and lines of the table (name, value, digits).
#[derive(Debug, Clone, Default)]
pub struct Own {
    /// Fields of the flat JSON object.
    pub fields: Map<String, Value>,
    /// Lines of the table; what could not be had is left out.
    pub lines: Vec<(&'static str, Option<f64>, usize)>,
}
