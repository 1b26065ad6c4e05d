//! What each page shows, as plain values. Numbers are written out here: templates only place them.

mod grid;
mod help;
mod proof;
mod refusal;
mod rules;
#[cfg(test)]
mod samples;
mod stall;

pub use grid::GridPage;
pub use help::HelpPage;
pub use proof::ProofPage;
pub use refusal::RefusalPage;
pub use rules::{HouseRules, Stake};
pub use stall::TAP;
