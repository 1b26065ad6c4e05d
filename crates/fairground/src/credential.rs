//! `fairground credential`: the doors through which anybody can test how we read credentials. Line in, verdict out.

use crate::table;
use clap::builder::{PossibleValuesParser, TypedValueParser};
use identity::credential;
use stall::Credential;
use std::io::{BufRead, Write};
use std::process::ExitCode;

/// Bytes of a line that is still read; a longer one is rejected unread, so that no input fills the memory.
const LINE_BYTES_MAX: u64 = 1 << 20;

/// The doors of the ground.
const GROUND: &[Credential] = &[
    Credential { kind: "jwt", help: credential::JWT_HELP, verdict: jwt },
    Credential { kind: "siwe", help: credential::SIWE_HELP, verdict: credential::siwe },
    Credential { kind: "api-key", help: credential::API_KEY_HELP, verdict: credential::api_key },
    Credential { kind: "address", help: credential::ADDRESS_HELP, verdict: credential::address },
    Credential { kind: "telegram", help: credential::TELEGRAM_HELP, verdict: credential::telegram },
    Credential { kind: "worker", help: credential::WORKER_HELP, verdict: credential::worker },
];

/// A line that names no audience means the first stall of the table.
fn jwt(line: &str) -> String {
    credential::jwt(line, table::names().next().unwrap_or_default())
}

/// Every door: the ground's, then each stall's.
fn doors() -> impl Iterator<Item = Credential> {
    let stalls = table::stalls().iter().flat_map(|manifest| manifest.credentials);
    GROUND.iter().chain(stalls).copied()
}

/// Reads the name of a door.
pub fn parser() -> impl TypedValueParser<Value = Credential> {
    PossibleValuesParser::new(doors().map(|door| door.kind))
        .map(|kind| doors().find(|door| door.kind == kind).expect("clap takes the names of the doors alone"))
}

/// What each door takes and answers.
pub fn help() -> String {
    doors().map(|door| format!("{}: {}", door.kind, door.help)).collect::<Vec<_>>().join("\n\n")
}

/// Answers each line of standard input with `judge`'s verdict.
pub fn run(judge: fn(&str) -> String) -> ExitCode {
    let (mut input, mut out) = (std::io::stdin().lock(), std::io::stdout().lock());
    loop {
        let mut line = Vec::new();
        match std::io::Read::take(&mut input, LINE_BYTES_MAX).read_until(b'\n', &mut line) {
            Ok(0) => return ExitCode::SUCCESS,
            Ok(_) => {}
            Err(error) => {
                eprintln!("credential: {error}");
                return ExitCode::FAILURE;
            }
        }
        let verdict = verdict(&mut input, &line, judge);
        if writeln!(out, "{verdict}").and_then(|()| out.flush()).is_err() {
            // Whoever reads our verdicts has gone.
            return ExitCode::SUCCESS;
        }
    }
}

fn verdict(input: &mut impl BufRead, line: &[u8], judge: fn(&str) -> String) -> String {
    if line.last() != Some(&b'\n') && line.len() as u64 == LINE_BYTES_MAX {
        let _ = input.skip_until(b'\n');
        return "reject:line_too_long".to_owned();
    }
    match std::str::from_utf8(line) {
        Ok(text) => judge(text.trim_end_matches(['\n', '\r'])),
        Err(_) => "reject:not_utf8".to_owned(),
    }
}
