//! What a run came to, as counted: outcomes, tallies, phases, and everything that was found.
//! What does not live here: how it is measured, and what is printed.

mod figures;
mod findings;
mod kind;
mod outcome;
mod percentiles;
mod phase;
mod spike;
mod tally;

pub use figures::{JournalAudit, ReportRow, StallFigures, request_fields};
pub use findings::Findings;
pub use kind::Kind;
pub use outcome::Outcome;
pub use percentiles::{Percentiles, percentiles};
pub use phase::PhaseResult;
pub use spike::{SpikeResult, p99_us};
pub use tally::Tally;
