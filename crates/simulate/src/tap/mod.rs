//! `fairground simulate tap`: hours of betting in minutes. Seeded or recorded prices go through the real engine, bots tap through
//! the real batcher, the real jobs settle; then the house's margin is reported by probability, and the books are checked.
//!
//! One run in motion: `world` moves a clock by hand, step by step; `prices` say what venues say, `players` tap, `tally` sums
//! up what became of it, `proofs` holds a sample against the independent verifier, `report` and `table` print.

mod args;
mod bets;
mod chance;
mod players;
mod prices;
mod proofs;
mod report;
mod run;
mod table;
mod tally;
#[cfg(test)]
mod tests;
mod world;

pub use args::TapArgs;
pub use run::run;
