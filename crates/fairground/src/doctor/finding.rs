//! One thing that was looked at: what was found, how good that is, what to change.

use serde::Serialize;
use std::fmt::Write as _;

/// How good it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum State {
    /// As it should be.
    Good,
    /// It works and could be better.
    Warn,
    /// A server should not run like this.
    Bad,
}

/// What was found.
#[derive(Debug, Clone, Serialize)]
pub struct Finding {
    /// What was looked at.
    pub name: &'static str,
    /// How good it is.
    pub state: State,
    /// What was found.
    pub found: String,
    /// What to change; empty where it is good.
    pub advice: String,
}

impl Finding {
    /// As it should be.
    pub fn good(name: &'static str, found: impl Into<String>) -> Self {
        Self { name, state: State::Good, found: found.into(), advice: String::new() }
    }

    /// It works and could be better.
    pub fn warn(name: &'static str, found: impl Into<String>, advice: impl Into<String>) -> Self {
        Self { name, state: State::Warn, found: found.into(), advice: advice.into() }
    }

    /// A server should not run like this.
    pub fn bad(name: &'static str, found: impl Into<String>, advice: impl Into<String>) -> Self {
        Self { name, state: State::Bad, found: found.into(), advice: advice.into() }
    }
}

/// A line each, and what to change below it.
pub fn as_text(findings: &[Finding]) -> String {
    let mut text = String::new();
    for finding in findings {
        let mark = match finding.state {
            State::Good => "good",
            State::Warn => "warn",
            State::Bad => "BAD",
        };
        // Writing into a `String` cannot fail.
        let _ = writeln!(text, "{mark:<5} {:<14} {}", finding.name, finding.found);
        if !finding.advice.is_empty() {
            let _ = writeln!(text, "{:<20} -> {}", "", finding.advice);
        }
    }
    text
}

/// `{"ok": bool, "findings": [{"name", "state", "found", "advice"}]}`.
pub fn as_json(findings: &[Finding]) -> String {
    let ok = findings.iter().all(|finding| finding.state != State::Bad);
    serde_json::json!({ "ok": ok, "findings": findings }).to_string() + "\n"
}
