//! One claim of a proof: what was found, and how that is written.

use std::fmt;

/// One claim of a proof and what came of it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Claim {
    /// What is claimed, a word: text, seal, blocks, head, signature … as its kind of proof has them.
    pub name: &'static str,
    /// Whether it holds.
    pub verdict: Verdict,
    /// What was found, as a sentence without its full stop.
    pub sentence: String,
}

/// Whether a claim holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Verdict {
    /// It was recomputed and holds.
    Ok,
    /// Nothing speaks against it, but a stranger cannot check it from the file alone.
    Open,
    /// It does not hold.
    Failed,
}

/// What was found of a claim that holds.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Finding {
    /// Recomputed.
    Proven(String),
    /// Taken as given.
    Given(String),
}

/// What a rule finds; the error says what does not hold.
pub(crate) type RuleResult = Result<Finding, String>;

impl Claim {
    pub(crate) fn new(name: &'static str, result: RuleResult) -> Self {
        let (verdict, sentence) = match result {
            Ok(Finding::Proven(sentence)) => (Verdict::Ok, sentence),
            Ok(Finding::Given(sentence)) => (Verdict::Open, sentence),
            Err(sentence) => (Verdict::Failed, sentence),
        };
        // It may quote the file, whose letters shall do nothing to a terminal.
        let sentence = sentence.replace(char::is_control, "?");
        Self { name, verdict, sentence }
    }

    /// Whether it does not hold.
    #[must_use]
    pub fn failed(&self) -> bool {
        self.verdict == Verdict::Failed
    }
}

impl fmt::Display for Claim {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let verdict = match self.verdict {
            Verdict::Ok => "ok",
            Verdict::Open => "open",
            Verdict::Failed => "FAILED",
        };
        write!(f, "{verdict:<6}  {:<9}  {}", self.name, self.sentence)
    }
}

/// Refuses with a sentence unless `holds`.
pub(crate) fn ensure(holds: bool, otherwise: impl FnOnce() -> String) -> Result<(), String> {
    if holds { Ok(()) } else { Err(otherwise()) }
}
