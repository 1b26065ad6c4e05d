//! Counts what a suite did by reading its output: cargo's `test result:` lines, the reasons of ignored tests, and our own
//! `SKIPPED:` lines.

use std::collections::BTreeMap;

/// Tests by their end.
#[derive(Debug, Default, Clone, Copy, PartialEq, Eq)]
pub struct Totals {
    pub passed: usize,
    pub failed: usize,
    pub skipped: usize,
}

impl Totals {
    /// Adds another suite's counts.
    pub fn add(&mut self, other: Self) {
        self.passed += other.passed;
        self.failed += other.failed;
        self.skipped += other.skipped;
    }
}

/// What one suite did.
#[derive(Debug, Default)]
pub struct Outcome {
    pub totals: Totals,
    /// What was skipped and why, for the summary.
    pub skips: Vec<String>,
    /// Names of the failed tests, for the summary.
    pub failures: Vec<String>,
    /// How many tests were ignored, by their reason.
    ignored: BTreeMap<String, usize>,
}

impl Outcome {
    /// A suite of a single step.
    pub fn step(name: &str, passed: bool) -> Self {
        if passed {
            return Self { totals: Totals { passed: 1, ..Totals::default() }, ..Self::default() };
        }
        Self::broken(name)
    }

    /// A suite that could not run or did not end well: one failure.
    pub fn broken(reason: &str) -> Self {
        let totals = Totals { failed: 1, ..Totals::default() };
        Self { totals, failures: vec![reason.to_owned()], ..Self::default() }
    }

    /// A suite that cannot run here, said loudly.
    pub fn skipped(what: &str) -> Self {
        let totals = Totals { skipped: 1, ..Totals::default() };
        Self { totals, skips: vec![what.to_owned()], ..Self::default() }
    }

    /// Reads one line of a test program's output.
    pub fn read(&mut self, line: &str) {
        if let Some(counts) = line.strip_prefix("test result: ") {
            self.totals.passed += count_before(counts, " passed");
            self.totals.failed += count_before(counts, " failed");
            self.totals.skipped += count_before(counts, " ignored");
        } else if let Some((_, what)) = line.split_once("SKIPPED: ") {
            self.skips.push(what.to_owned());
        } else if let Some((name, end)) = line.strip_prefix("test ").and_then(|rest| rest.split_once(" ... "))
        {
            match end.strip_prefix("ignored") {
                Some(reason) => {
                    *self.ignored.entry(reason.trim_start_matches(", ").to_owned()).or_default() += 1
                }
                None if end == "FAILED" => self.failures.push(name.to_owned()),
                None => {}
            }
        }
    }

    /// Closes the count. A test that skips itself returns normally, so libtest has counted it as passed; and a
    /// run that failed without naming a test (it did not compile, it ran out of time) or that ran none is a failure
    /// all the same.
    pub fn close(mut self, ended: Result<(), String>) -> Self {
        let skipped = self.skips.len().min(self.totals.passed);
        self.totals.passed -= skipped;
        self.totals.skipped += skipped;
        let ignored = std::mem::take(&mut self.ignored);
        self.skips.extend(ignored.into_iter().map(|(reason, count)| format!("{count} tests: {reason}")));
        let ended = ended.and_then(|()| if self.ran_any() { Ok(()) } else { Err("no test ran".to_owned()) });
        if let Err(reason) = ended
            && self.totals.failed == 0
        {
            self.totals.failed = 1;
            self.failures.push(reason);
        }
        self
    }

    fn ran_any(&self) -> bool {
        self.totals != Totals::default()
    }
}

/// The number that stands directly before `label`, 0 when it is not there.
fn count_before(text: &str, label: &str) -> usize {
    let Some((before, _)) = text.split_once(label) else { return 0 };
    before.rsplit(' ').next().and_then(|number| number.parse().ok()).unwrap_or(0)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(lines: &[&str], ended: Result<(), String>) -> Outcome {
        let mut outcome = Outcome::default();
        for line in lines {
            outcome.read(line);
        }
        outcome.close(ended)
    }

    #[test]
    fn result_lines_of_several_programs_are_added() {
        let outcome = read(
            &[
                "test result: ok. 12 passed; 0 failed; 1 ignored; 0 measured; 0 filtered out; finished in 0.0s",
                "test reserve::sold_out ... FAILED",
                "test result: FAILED. 3 passed; 1 failed; 0 ignored; 0 measured; 0 filtered out",
            ],
            Err("exit code 101".to_owned()),
        );
        assert_eq!(outcome.totals, Totals { passed: 15, failed: 1, skipped: 1 });
        assert_eq!(outcome.failures, ["reserve::sold_out"]);
    }

    #[test]
    fn a_test_that_skipped_itself_is_not_counted_as_passed() {
        let outcome = read(
            &["SKIPPED: story (no PostgreSQL)", "test result: ok. 2 passed; 0 failed; 0 ignored"],
            Ok(()),
        );
        assert_eq!(outcome.totals, Totals { passed: 1, failed: 0, skipped: 1 });
        assert_eq!(outcome.skips, ["story (no PostgreSQL)"]);
    }

    #[test]
    fn ignored_tests_are_listed_by_their_reason() {
        let outcome = read(
            &[
                "test a::sqlite ... ok",
                "test a::postgres ... ignored, needs a server",
                "test b::postgres ... ignored, needs a server",
                "test result: ok. 1 passed; 0 failed; 2 ignored; 0 measured",
            ],
            Ok(()),
        );
        assert_eq!(outcome.totals, Totals { passed: 1, failed: 0, skipped: 2 });
        assert_eq!(outcome.skips, ["2 tests: needs a server"]);
    }

    #[test]
    fn a_run_without_any_test_is_a_failure() {
        let outcome = read(&["test result: ok. 0 passed; 0 failed; 0 ignored; 0 measured"], Ok(()));
        assert_eq!(
            (outcome.totals.failed, outcome.failures.as_slice()),
            (1, &["no test ran".to_owned()][..])
        );
    }

    #[test]
    fn a_run_that_failed_before_any_test_is_one_failure() {
        let outcome = read(&["error[E0425]: cannot find value"], Err("it did not compile".to_owned()));
        assert_eq!(outcome.totals.failed, 1);
        assert_eq!(outcome.failures, ["it did not compile"]);
    }
}
