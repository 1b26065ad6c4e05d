//! Tiris under load: bots that buy and sell, a log at a time or hundreds in a batch, and look at what they have.
//!
//! `bots` makes them, a `mix` says what is requested, `caller` writes it, `history` and `journal` remember.

mod args;
mod bots;
mod caller;
mod control;
mod history;
mod journal;
mod mix;
mod run;

pub use args::TirisArgs;
pub use run::run;
