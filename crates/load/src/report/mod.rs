//! What a run tells: figures as JSON and as a table. What does not live here: measuring, and a stall's own figures.

mod failures;
mod report;
mod soak;
mod spike;
mod table;

pub use report::Report;
pub use table::render;
