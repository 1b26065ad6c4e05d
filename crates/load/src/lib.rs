//! `fairground load`: the load generator. It talks HTTP to a running server and to nothing else.
//! What does not live here: the server's side of the load profile, and any knowledge of its tables.
//!
//! One run in motion: `run/` carries out the phases in their order with one worker per connection; a pace says when to send,
//! the stall's `Caller` what, `wire/` how; `results/` counts, `report/` prints. `server/` is what is asked of a server besides
//! the load. What is requested and what must be remembered is in a folder per stall.
//!
//! Files import downwards only: `wire, args <- server <- results <- stall <- run, report <- execute <- rush, tap, funpot, tiris <- stalls`.
//! To add a stall: a folder that implements `stall::Stall` and speaks the stall's documented HTTP, and a row in `stalls.rs`.
//! It never imports the stall's crate.

mod args;
mod chosen;
mod error;
mod execute;
mod funpot;
mod interrupt;
mod journal;
mod journal_file;
mod keys;
mod report;
mod results;
mod run;
mod rush;
mod server;
mod stall;
mod stalls;
mod tap;
#[cfg(test)]
mod tests;
mod tiris;
mod weights;
mod wire;

pub use chosen::ChosenStall;
pub use error::LoadError;
pub use keys::SigningKeys;
pub use stalls::{STALLS, StallLoad, command, run};
