//! `fairground simulate`: a stall plays by itself, faster than time: a clock moved by hand, bots, the stall's own rules; then
//! its books are checked and its proofs verified. What does not live here: the stalls' rules, which are theirs.
//!
//! To add a stall: a folder with its arguments and its run, and a row in `stalls.rs`. Unlike the load generator this crate
//! drives stalls from inside, so it depends on the crates of those it simulates.

mod chosen;
mod output;
mod stalls;
mod tap;

pub use chosen::ChosenStall;
pub use stalls::{STALLS, StallSimulation, command, run};
