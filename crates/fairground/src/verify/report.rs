//! What a claim came to, and how it is told.

use crate::cli::print_out;
use std::fmt;
use std::io::Read as _;
use std::path::Path;
use std::process::ExitCode;

/// Exit code when there is nothing to judge: no such file, too large, or an unusable `--head`.
const UNUSABLE: u8 = 2;

/// One claim of a proof and what came of it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Claim {
    /// text, seal, blocks, head, evidence, signature, quote or outcome.
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

/// A claim that holds.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Said {
    /// Recomputed.
    Proven(String),
    /// Taken as given.
    Given(String),
}

/// What a rule finds; the error says what does not hold.
pub(super) type Judged = Result<Said, String>;

impl Claim {
    pub(super) fn new(name: &'static str, judged: Judged) -> Self {
        let (verdict, sentence) = match judged {
            Ok(Said::Proven(sentence)) => (Verdict::Ok, sentence),
            Ok(Said::Given(sentence)) => (Verdict::Open, sentence),
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
pub(super) fn ensure(holds: bool, otherwise: impl FnOnce() -> String) -> Result<(), String> {
    if holds { Ok(()) } else { Err(otherwise()) }
}

/// Judges the file and prints a line per claim and a last one. Exit code 0: it holds; 1: it does not; 2: nothing to judge.
pub fn run(file: &Path, head: Option<&str>) -> ExitCode {
    match told(file, head) {
        Ok((text, holds)) => {
            print_out(&text);
            if holds { ExitCode::SUCCESS } else { ExitCode::FAILURE }
        }
        Err(reason) => {
            eprintln!("verify: {reason}");
            ExitCode::from(UNUSABLE)
        }
    }
}

/// What is printed, and whether the proof holds. Errors: why there is nothing to judge.
pub(super) fn told(file: &Path, head: Option<&str>) -> Result<(String, bool), String> {
    ensure(head.is_none_or(|head| super::hex::bytes::<32>(head).is_some()), || {
        "--head must be 64 lower-case hexadecimal digits".to_owned()
    })?;
    let bytes = read(file).map_err(|reason| format!("{}: {reason}", file.display()))?;
    let claims = judge_bytes(&bytes, head);
    Ok((print(&claims), holds(&claims)))
}

fn read(file: &Path) -> Result<Vec<u8>, String> {
    let file = std::fs::File::open(file).map_err(|error| error.to_string())?;
    let mut bytes = Vec::new();
    let limit = super::text::BYTES_MAX as u64 + 1;
    file.take(limit).read_to_end(&mut bytes).map_err(|error| error.to_string())?;
    ensure(bytes.len() <= super::text::BYTES_MAX, || "too large for a proof".to_owned())?;
    Ok(bytes)
}

fn judge_bytes(bytes: &[u8], head: Option<&str>) -> Vec<Claim> {
    match std::str::from_utf8(bytes) {
        Ok(text) => super::judge(text, head),
        Err(_) => vec![Claim::new("text", Err("the file is no text".to_owned()))],
    }
}

/// Whether no claim failed.
pub(super) fn holds(claims: &[Claim]) -> bool {
    !claims.iter().any(Claim::failed)
}

/// All lines.
pub(super) fn print(claims: &[Claim]) -> String {
    let lines: String = claims.iter().map(|claim| format!("{claim}\n")).collect();
    lines + &last_line(claims) + "\n"
}

fn last_line(claims: &[Claim]) -> String {
    let names = |verdict| {
        let those = claims.iter().filter(|claim| claim.verdict == verdict).map(|claim| claim.name);
        those.collect::<Vec<_>>().join(", ")
    };
    match (names(Verdict::Failed), names(Verdict::Open)) {
        (failed, _) if !failed.is_empty() => format!("the proof does NOT hold: {failed}"),
        (_, open) if !open.is_empty() => {
            format!("the proof holds, as far as this file can show; not checked by us: {open}")
        }
        _ => "the proof holds".to_owned(),
    }
}
