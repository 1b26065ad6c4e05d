//! What the server's own check says.

use serde::{Deserialize, Serialize};

/// The server's own invariants.
#[derive(Debug, Clone, Deserialize)]
pub struct CheckReport {
    /// All of them hold.
    pub ok: bool,
    /// One line each.
    #[serde(default)]
    pub lines: Vec<InvariantResult>,
}

/// One invariant.
#[derive(Debug, Clone, Deserialize, Serialize)]
pub struct InvariantResult {
    /// What must hold.
    pub name: String,
    /// How many things were looked at.
    pub count: i64,
    /// It holds for all.
    pub ok: bool,
    /// What is wrong.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub detail: Option<String>,
}
