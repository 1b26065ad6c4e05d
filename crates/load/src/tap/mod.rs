//! Tap under load: thousands of players tap what is offered with signed bets, and look at what they have.
//!
//! `players` makes the players, `grid` polls the grid, a `mix` says what is requested, `caller` writes it, `history` and
//! `journal` remember; `stack` puts many bets on one column; `sockets` watch the price beside it all.

mod args;
mod bet_text;
mod caller;
mod control;
mod grid;
mod history;
mod journal;
mod mix;
mod players;
mod run;
mod signer;
mod sockets;
mod stack;

pub use args::TapArgs;
#[cfg(test)]
pub use run::TapRun;
pub use run::run;
