//! Rush under load: buys tickets of events of its own as hundreds of thousands of buyers.
//!
//! A `mix` says what is requested, `caller` writes it, `history` and `journal` remember; `verify` looks up at the end whether
//! the server still knows everything it acknowledged. To add a kind of request, add a `mix::RushKind`, write it in `caller`
//! and take in its response in `history`.

mod args;
mod caller;
mod control;
mod fill;
mod fixture;
mod history;
mod journal;
mod mix;
mod queue;
mod run;
mod token;
mod verify;

pub use args::RushArgs;
#[cfg(test)]
pub use caller::{Buyers, Seeds};
#[cfg(test)]
pub use control::{RushControl, SetupRequest};
#[cfg(test)]
pub use fixture::Fixture;
#[cfg(test)]
pub use mix::{Mix, RushKind};
#[cfg(test)]
pub use run::RushRun;
pub use run::run;
