//! `fairground check`: proves from the raw tables that the books are right, also while a server writes.
//!
//! It shares no code with what it checks: its own SQL, its own replay, its own idea of every rule. One read snapshot,
//! one pass over each table, memory for accounts and pending transfers only. To add an invariant: a [`report::Claim`]
//! in the file of its table, its line in `lines`, and a corruption in `tests` that makes it, and it alone, fail.

mod accounts;
mod bookings;
mod dump;
mod fault;
mod mix;
mod outbox;
mod payments;
mod pending;
mod report;
mod rush;
mod source;
mod tap;
mod tap_evidence;
mod tap_payments;
mod transfers;

#[cfg(test)]
mod tests;

pub use dump::dump;
pub use fault::CheckFault;
pub use report::Line;
pub use source::Target;

use source::Source;
use std::io::Write;
use std::process::ExitCode;
use std::time::Instant;

/// Checks every invariant of the database at `target`, on a thread of its own that nobody waits for: it only reads, so a server
/// that ends may leave it in its middle.
///
/// Errors: the database cannot be opened or read, or holds no ledger.
pub async fn check(target: Target) -> Result<Vec<Line>, CheckFault> {
    let work = move || lines(&mut Source::open(&target)?);
    let (tell, told) = tokio::sync::oneshot::channel();
    // Whoever asked may be gone by then.
    std::thread::spawn(move || tell.send(work()).map_err(drop));
    told.await.map_err(|_| CheckFault::Broken("its thread panicked".to_owned()))?
}

/// The same for a program: `{"ok": bool, "lines": [{"name", "count", "ok", "detail"}]}`.
pub async fn as_json(target: Target) -> serde_json::Value {
    match check(target).await {
        Ok(lines) => {
            let ok = lines.iter().all(|line| line.ok);
            let row = |line: &Line| serde_json::json!({ "name": line.name, "count": line.count, "ok": line.ok, "detail": line.detail });
            serde_json::json!({ "ok": ok, "lines": lines.iter().map(row).collect::<Vec<_>>() })
        }
        Err(fault) => serde_json::json!({ "ok": false, "lines": [{
            "name": "the tables can be read", "count": 0, "ok": false, "detail": fault.to_string() }] }),
    }
}

/// Prints one line per invariant with its count, stall by stall. A stall without a database is passed over in so many words,
/// unless it was named or no other has one. Exit code 0: all hold; 1: one does not, or nothing could be read.
pub async fn run(targets: Vec<(&'static str, Target)>, is_named: bool) -> ExitCode {
    let (mut good, mut seen) = (true, 0);
    let last = targets.len();
    for (at, (stall, target)) in targets.into_iter().enumerate() {
        let must = is_named || (seen == 0 && at + 1 == last);
        if !must && !target.exists() {
            println_out(&format!("{stall}: no database here, nothing to check"));
            continue;
        }
        seen += 1;
        good &= run_one(stall, target).await;
    }
    if good && seen > 0 { ExitCode::SUCCESS } else { ExitCode::FAILURE }
}

fn println_out(text: &str) {
    // Whoever closed our output does not want the rest of it.
    let _ = writeln!(std::io::stdout(), "{text}");
}

async fn run_one(stall: &str, target: Target) -> bool {
    let begun = Instant::now();
    let checked = check(target).await;
    println_out(&format!("{stall}:"));
    let mut out = std::io::stdout().lock();
    let _ = match &checked {
        Ok(lines) => write_lines(&mut out, lines, begun),
        Err(fault) => writeln!(std::io::stderr(), "check: {fault}"),
    };
    checked.is_ok_and(|lines| lines.iter().all(|line| line.ok))
}

fn write_lines(out: &mut impl Write, lines: &[Line], begun: Instant) -> std::io::Result<()> {
    for line in lines {
        writeln!(out, "{line}")?;
    }
    let broken = lines.iter().filter(|line| !line.ok).count();
    let all = lines.len();
    let verdict =
        if broken == 0 { format!("all {all} hold") } else { format!("{broken} of {all} do NOT hold") };
    writeln!(out, "{verdict} ({:.1} s)", begun.elapsed().as_secs_f64())
}

/// Every claim about the tables in `source`: first the ledger's, then the stall's whose tables are there.
fn lines(source: &mut Source) -> Result<Vec<Line>, CheckFault> {
    if !source.has_table("transfers")? {
        return Err(CheckFault::NoLedger);
    }
    let mut accounts = accounts::read(source)?;
    let mut ledger = transfers::replay(source, &mut accounts)?;
    let mut claims = accounts::compare(source, &accounts)?;
    claims.extend(ledger.claims());
    if source.has_table("bookings")? {
        claims.extend(rush::claims(source, &mut accounts, &mut ledger)?);
    }
    if source.has_table("bets")? {
        claims.extend(tap::claims(source, &accounts)?);
    }
    Ok(claims.into_iter().map(report::Claim::into_line).collect())
}
