//! The arguments that every stall takes. What does not live here: those of one stall alone, which are in its folder.

mod common;
mod spike;
mod target;

pub use common::CommonArgs;
pub use spike::Spike;
pub use target::Target;
