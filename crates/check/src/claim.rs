//! A claim while it is being checked, and its result.

use std::fmt;

/// One invariant and how it fared.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ClaimResult {
    /// The invariant, a sentence.
    pub name: &'static str,
    /// How many rows or sums it was checked on.
    pub count: u64,
    /// Whether it holds for all of them.
    pub ok: bool,
    /// Where it does not: how often, and the first case. Empty when it holds.
    pub detail: String,
}

impl fmt::Display for ClaimResult {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { name, count, ok, detail } = self;
        if *ok {
            write!(f, "ok   {count:>10}  {name}")
        } else {
            write!(f, "FAIL {count:>10}  {name}: {detail}")
        }
    }
}

/// An invariant while it is being checked.
#[derive(Debug)]
pub(crate) struct Claim {
    name: &'static str,
    count: u64,
    wrong_count: u64,
    first_wrong: String,
}

impl Claim {
    pub(crate) fn new(name: &'static str) -> Self {
        Self { name, count: 0, wrong_count: 0, first_wrong: String::new() }
    }

    /// Checks one case; `case` is called only if it is the first wrong one.
    pub(crate) fn check(&mut self, holds: bool, case: impl FnOnce() -> String) {
        self.count += 1;
        if !holds {
            self.add_wrong(case);
        }
    }

    /// Adds a wrong case that was counted before, or that is none of the counted.
    pub(crate) fn add_wrong(&mut self, case: impl FnOnce() -> String) {
        if self.wrong_count == 0 {
            self.first_wrong = case();
        }
        self.wrong_count += 1;
    }

    /// Counts `cases` that need no check of their own.
    pub(crate) fn add_count(&mut self, cases: u64) {
        self.count += cases;
    }

    pub(crate) fn into_result(self) -> ClaimResult {
        let ok = self.wrong_count == 0;
        let detail = match ok {
            true => String::new(),
            false => format!("{} wrong, first: {}", self.wrong_count, self.first_wrong),
        };
        ClaimResult { name: self.name, count: self.count, ok, detail }
    }
}
