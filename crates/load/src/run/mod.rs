//! When requests leave and in which order the phases of a run come. What does not live here: what is requested, which is a
//! stall's, and what the results mean, which is the report's.

mod machine;
mod pace;
mod phase;
mod phases;
mod timetable;
mod worker;
mod workers;

pub use machine::idle_percent;
pub use phase::LoadModel;
pub use phases::{WARM_UP_MAX, run};
pub use worker::Worker;
pub use workers::run_phase;
