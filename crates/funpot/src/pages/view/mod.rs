//! What each page shows, as plain values.

mod mini;
mod refusal;
#[cfg(test)]
mod samples;
mod solvency;
mod stall;

pub use mini::MiniPage;
pub use refusal::RefusalPage;
pub use solvency::SolvencyPage;
pub use stall::FUNPOT;
