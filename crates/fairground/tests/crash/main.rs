//! Kill -9 under load, again and again: everything that was acknowledged is there afterwards, what nobody knows is decided
//! by repeating the same request, and the invariants of `fairground check` hold.
//!
//! `site` and `counts` are what both stalls share; `rush` buys tickets, `tap` taps cells, `funpot` votes and is paid. `cargo xtask crash --rounds N` runs
//! it as often as asked; the seed is printed and can be given back.

mod counts;
mod funpot;
mod rush;
mod site;
mod tap;

use std::time::{SystemTime, UNIX_EPOCH};

/// Rounds of a plain `cargo test`; CI and `cargo xtask crash` ask for more.
const DEFAULT_ROUNDS: u64 = 2;

/// Rounds on SQLite.
fn rounds() -> u64 {
    number_from("FAIRGROUND_CRASH_ROUNDS").unwrap_or(DEFAULT_ROUNDS)
}

/// Rounds on PostgreSQL, whose database is not killed: they test the server's half alone.
fn rounds_on_postgres() -> u64 {
    number_from("FAIRGROUND_CRASH_ROUNDS_POSTGRES").unwrap_or(DEFAULT_ROUNDS)
}

/// The seed of a run, asked for or fresh.
fn seed() -> u64 {
    let seed = number_from("FAIRGROUND_CRASH_SEED").unwrap_or_else(fresh_seed);
    eprintln!("crash test: seed {seed} (FAIRGROUND_CRASH_SEED={seed} repeats its choices)");
    seed
}

fn number_from(variable: &str) -> Option<u64> {
    std::env::var(variable).ok()?.parse().ok()
}

fn fresh_seed() -> u64 {
    let since = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
    u64::from(since.subsec_nanos()) ^ since.as_secs()
}
