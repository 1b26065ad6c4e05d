//! What the check says: claims while counting, lines when done.

use std::fmt;

/// One invariant and how it fared.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Line {
    /// The invariant, a sentence.
    pub name: &'static str,
    /// How many rows or sums it was checked on.
    pub count: u64,
    /// Whether it holds for all of them.
    pub ok: bool,
    /// Where it does not: how often, and the first case. Empty when it holds.
    pub detail: String,
}

impl fmt::Display for Line {
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
pub(super) struct Claim {
    pub(super) name: &'static str,
    count: u64,
    wrong: u64,
    first: String,
}

impl Claim {
    pub(super) fn new(name: &'static str) -> Self {
        Self { name, count: 0, wrong: 0, first: String::new() }
    }

    /// Checks one case; `case` is asked for only if it is the first wrong one.
    pub(super) fn check(&mut self, holds: bool, case: impl FnOnce() -> String) {
        self.count += 1;
        if !holds {
            self.wrong(case);
        }
    }

    /// Notes a wrong case that was counted before, or that is none of the counted.
    pub(super) fn wrong(&mut self, case: impl FnOnce() -> String) {
        if self.wrong == 0 {
            self.first = case();
        }
        self.wrong += 1;
    }

    /// Counts `cases` that need no look of their own.
    pub(super) fn counted(&mut self, cases: u64) {
        self.count += cases;
    }

    pub(super) fn into_line(self) -> Line {
        let ok = self.wrong == 0;
        let detail = if ok { String::new() } else { format!("{} wrong, first: {}", self.wrong, self.first) };
        Line { name: self.name, count: self.count, ok, detail }
    }
}
