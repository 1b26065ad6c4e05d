//! FunPot under load: thousands of voters put Stars on what is open, and look at what they have.
//!
//! `audience` makes voters and events, a `mix` says what is requested, `caller` writes it, `history` and `journal` remember; `pot` puts many
//! votes on one event and has it settled.

mod args;
mod audience;
mod caller;
mod control;
mod history;
mod journal;
mod mix;
mod pot;
mod run;

pub use args::FunpotArgs;
pub use run::run;
