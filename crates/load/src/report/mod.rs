//! What a run tells: figures as JSON and as a table. What does not live here: measuring, and a stall's own figures.

mod failures;
mod figures;
mod soak;
mod spike;
mod table;

pub use figures::Report;
pub use table::render;
