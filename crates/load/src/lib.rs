//! `fairground load`: the load generator. It talks HTTP to a running server and to nothing else.
//! What does not live here: the server's side of the load profile, and any knowledge of its tables.
//!
//! One run in motion: `run` (the order of the phases) starts one `worker` per connection; a `pace` tells it when to
//! send, its stall's mind (`stall::Caller`) what, `wire` how; `tally` counts, `report` and `table` print. What is asked
//! and what must be remembered is in a folder per stall. To add a stall, implement `stall::Stall`.

mod args;
mod chosen;
mod control;
mod execute;
mod keys;
mod machine;
mod metrics;
mod pace;
mod phase;
mod report;
mod run;
mod rush;
mod soaked;
mod spiked;
mod stall;
mod stalls;
mod table;
mod tally;
mod tap;
#[cfg(test)]
mod tests;
mod timetable;
mod verify;
mod weights;
mod wire;
mod worker;

pub use chosen::ChosenStall;
pub use keys::SigningKeys;
pub use run::LoadError;
pub use stalls::{STALLS, StallLoad, command, run};
