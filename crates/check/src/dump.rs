//! `fairground dump STALL`: every account, transfer, hold and domain row as JSON lines, for a second checker.
//!
//! Rows of people (users, sessions, resets) are never written, nor any column whose name speaks of a secret.

use crate::fault::CheckFault;
use crate::observer::DumpedTable;
use crate::source::{Row, Source, Target};
use crate::stalls;
use serde_json::Value;
use std::fmt::Write as _;
use std::io::{BufWriter, Write};
use std::process::ExitCode;

/// The ledger's tables, which every stall has; the stall's own come after them.
const LEDGER: &[DumpedTable] = &[("accounts", "account"), ("transfers", "transfer"), ("holds", "hold")];
/// The last table of every stall.
const OUTBOX: &[DumpedTable] = &[("outbox", "outbox_event")];

/// Columns that are never written, by a part of their name. A payload repeats rows, in words that a later version chooses.
const SECRETS: &[&str] = &["hash", "token", "secret", "password", "signature", "email", "client", "payload"];

/// How a column is read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Kind {
    Whole,
    Real,
    Truth,
    Text,
}

/// Writes the rows of that stall's database at `target` to standard output. Exit code 0: all were written.
pub async fn dump(stall: &str, target: Target) -> ExitCode {
    let stall = stall.to_owned();
    let work = move || {
        let mut out = BufWriter::new(std::io::stdout().lock());
        write_rows(&stall, &mut Source::open(&target)?, &mut out)
    };
    let done = tokio::task::spawn_blocking(work).await;
    match done.unwrap_or_else(|fault| Err(CheckFault::Broken(fault.to_string()))) {
        Ok(_) => ExitCode::SUCCESS,
        Err(fault) => {
            let _ = writeln!(std::io::stderr(), "dump: {fault}");
            ExitCode::FAILURE
        }
    }
}

/// Writes all rows from one snapshot; how many.
pub(crate) fn write_rows(stall: &str, source: &mut Source, out: &mut impl Write) -> Result<u64, CheckFault> {
    let of_stall = stalls::find(stall).map_or(&[][..], |row| row.dumped);
    let mut written = 0;
    for (table, word) in LEDGER.iter().chain(of_stall).chain(OUTBOX) {
        if source.has_table(table)? {
            written += write_table(source, table, word, out)?;
        }
    }
    out.flush().map_err(|error| CheckFault::Broken(error.to_string()))?;
    Ok(written)
}
fn write_table(
    source: &mut Source,
    table: &str,
    word: &str,
    out: &mut impl Write,
) -> Result<u64, CheckFault> {
    let columns = columns(source, table)?;
    let names: Vec<&str> = columns.iter().map(|(name, _)| name.as_str()).collect();
    let mut written = 0;
    source.for_each(&format!("SELECT {} FROM {table} ORDER BY 1", names.join(", ")), |row| {
        let mut line = format!("{{\"type\":\"{word}\"");
        for (at, (name, kind)) in columns.iter().enumerate() {
            // Writing into a `String` cannot fail; names of columns need no escaping.
            let _ = write!(line, ",\"{name}\":{}", value(row, at, *kind)?);
        }
        written += 1;
        writeln!(out, "{line}}}").map_err(|error| CheckFault::Broken(error.to_string()))
    })?;
    Ok(written)
}

/// Names and kinds of a table's columns that may be seen, in their order.
fn columns(source: &mut Source, table: &str) -> Result<Vec<(String, Kind)>, CheckFault> {
    let sql = match source {
        Source::Sqlite(_) => format!("SELECT name, type FROM pragma_table_info('{table}') ORDER BY cid"),
        Source::Postgres { .. } => format!(
            "SELECT CAST(column_name AS TEXT), CAST(data_type AS TEXT) FROM information_schema.columns
             WHERE table_schema = current_schema() AND table_name = '{table}' ORDER BY ordinal_position"
        ),
    };
    let mut columns = Vec::new();
    source.for_each(&sql, |row| {
        let (name, kind) = (row.text(0)?.to_owned(), kind(row.text(1)?));
        if let Some(kind) = kind.filter(|_| SECRETS.iter().all(|secret| !name.contains(secret))) {
            columns.push((name, kind));
        }
        Ok(())
    })?;
    Ok(columns)
}

/// How a column of this declared type is read; bytes are not written.
fn kind(declared: &str) -> Option<Kind> {
    match declared.to_ascii_uppercase().as_str() {
        "BIGINT" | "INTEGER" => Some(Kind::Whole),
        "DOUBLE PRECISION" | "REAL" => Some(Kind::Real),
        "BOOLEAN" => Some(Kind::Truth),
        "TEXT" | "CHARACTER VARYING" => Some(Kind::Text),
        _ => None,
    }
}

fn value(row: &Row<'_>, at: usize, kind: Kind) -> Result<Value, CheckFault> {
    Ok(match kind {
        Kind::Whole => row.opt_int(at)?.into(),
        Kind::Real => row.opt_real(at)?.into(),
        Kind::Truth => row.opt_truth(at)?.into(),
        Kind::Text => row.opt_text(at)?.into(),
    })
}
