//! `fairground load`: the load generator. It talks HTTP to a running server and to nothing else.
//! What does not live here: the server's side of the load profile, and any knowledge of its tables.
//!
//! One run in motion: `run` (the order of the phases) starts one `worker` per connection; a `pace` tells it when to
//! send, its stall's mind (`stall::Caller`) what, `wire` how; `tally` counts, `report` and `table` print. What is asked
//! and what must be remembered is in a folder per stall. To add a stall, implement `stall::Stall`.

mod args;
mod chosen;
mod error;
mod execute;
mod journal;
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
mod weights;
mod wire;

pub use chosen::ChosenStall;
pub use error::LoadError;
pub use keys::SigningKeys;
pub use stalls::{STALLS, StallLoad, command, run};
