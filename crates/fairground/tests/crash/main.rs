//! Kill -9 under load, again and again: every booking that was acknowledged is there afterwards, what nobody
//! knows is decided by repeating the same request, and the invariants of `fairground check` hold.
//!
//! `cargo xtask crash --rounds N` runs it as often as asked; the seed is printed and can be given back.

mod buyer;
mod journal;
mod round;
mod shop;

use round::{Counts, End, Run};
use std::time::{SystemTime, UNIX_EPOCH};

/// Rounds of a plain `cargo test`; CI and `cargo xtask crash` ask for more.
const DEFAULT_ROUNDS: u64 = 2;

#[test]
fn crash_on_sqlite() {
    let folder = tempfile::tempdir().expect("the machine has a folder for temporary files");
    let data = folder.path().join("data").display().to_string();
    kill_and_check(&["--data", &data], rounds("FAIRGROUND_CRASH_ROUNDS"));
}

#[test]
fn crash_on_postgres() {
    let runtime = tokio::runtime::Runtime::new().expect("a runtime starts");
    let Some(database) = runtime.block_on(testkit::FreshDatabase::create()) else { return };
    // The database is not killed: these rounds test the server's half alone.
    kill_and_check(&["--database", &database.url()], rounds("FAIRGROUND_CRASH_ROUNDS_POSTGRES"));
}

#[test]
fn no_crash_but_a_polite_end_under_load_loses_nothing() {
    let folder = tempfile::tempdir().expect("the machine has a folder for temporary files");
    let data = folder.path().join("data").display().to_string();
    let mut run = Run::begin(&["--data", &data], fresh_seed());
    // Round 4 would begin with a second kill; these end before it.
    for round in 1..=3 {
        eprintln!("polite end {round}: {}", run.round(round, End::Asked));
    }
    run.verify_everything();
}

fn kill_and_check(database: &[&str], rounds: u64) {
    let seed = number_from("FAIRGROUND_CRASH_SEED").unwrap_or_else(fresh_seed);
    eprintln!("crash test: {rounds} rounds, seed {seed} (FAIRGROUND_CRASH_SEED={seed} repeats its choices)");
    let mut run = Run::begin(database, seed);
    let mut total = Counts::default();
    for round in 1..=rounds {
        let counts = run.round(round, End::Killed);
        eprintln!("{} round {round}: {counts}", database[0]);
        total.add(&counts);
    }
    let remembered = run.verify_everything();
    eprintln!("crash test: {rounds} rounds, {total}; at the end all {remembered} bookings were as promised");
    let met = [total.acknowledged, total.confirmed, total.cancelled];
    assert!(
        met.iter().all(|count| *count > 0),
        "a crash test that never paid or released proves little: {total}"
    );
}

fn rounds(variable: &str) -> u64 {
    number_from(variable).unwrap_or(DEFAULT_ROUNDS)
}

fn number_from(variable: &str) -> Option<u64> {
    std::env::var(variable).ok()?.parse().ok()
}

fn fresh_seed() -> u64 {
    let since = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
    u64::from(since.subsec_nanos()) ^ since.as_secs()
}
