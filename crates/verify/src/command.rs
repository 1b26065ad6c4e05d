//! The command: reads a file, verifies it, prints a line per claim and what they come to.

use crate::claim::{Claim, Verdict, ensure};
use crate::{PROOFS, hex};
use std::io::{Read as _, Write as _};
use std::path::Path;
use std::process::ExitCode;

/// Exit code when there is nothing to verify: no such file, too large, or an unusable `--head`.
const UNUSABLE: u8 = 2;

/// Verifies the file and prints a line per claim and a last one. Exit code 0: it holds; 1: it does not; 2: nothing to verify.
pub fn run(file: &Path, head: Option<&str>) -> ExitCode {
    match verify_file(file, head) {
        Ok(claims) => {
            // A reader that has gone away is no error of ours.
            let _ = std::io::stdout().write_all(print(&claims).as_bytes());
            if holds(&claims) { ExitCode::SUCCESS } else { ExitCode::FAILURE }
        }
        Err(reason) => {
            eprintln!("verify: {reason}");
            ExitCode::from(UNUSABLE)
        }
    }
}

/// Every claim of the file. Errors: why there is nothing to verify.
pub(crate) fn verify_file(file: &Path, head: Option<&str>) -> Result<Vec<Claim>, String> {
    ensure(head.is_none_or(|head| hex::bytes::<32>(head).is_some()), || {
        "--head must be 64 lower-case hexadecimal digits".to_owned()
    })?;
    let bytes = read(file).map_err(|reason| format!("{}: {reason}", file.display()))?;
    // What is no proof at all is unusable, and not a proof that does not hold.
    let text = std::str::from_utf8(&bytes).map_err(|_| format!("{}: the file is no text", file.display()))?;
    crate::kind_of(text).map_err(|reason| format!("{}: no proof: {reason}", file.display()))?;
    Ok(crate::verify(text, head))
}

/// The longest file of any kind, bytes.
pub(crate) fn file_bytes_max() -> usize {
    PROOFS.iter().map(|kind| kind.bytes_max).max().unwrap_or(0)
}

fn read(file: &Path) -> Result<Vec<u8>, String> {
    let (file, bytes_max) = (std::fs::File::open(file).map_err(|error| error.to_string())?, file_bytes_max());
    let mut bytes = Vec::new();
    file.take(bytes_max as u64 + 1).read_to_end(&mut bytes).map_err(|error| error.to_string())?;
    ensure(bytes.len() <= bytes_max, || "too large for a proof".to_owned())?;
    Ok(bytes)
}

/// Whether no claim failed.
pub(crate) fn holds(claims: &[Claim]) -> bool {
    !claims.iter().any(Claim::failed)
}

/// A line per claim and a last one that sums up.
pub(crate) fn print(claims: &[Claim]) -> String {
    let each: String = claims.iter().map(|claim| format!("{claim}\n")).collect();
    each + &summary(claims) + "\n"
}

fn summary(claims: &[Claim]) -> String {
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
