//! What a run asks the server besides the load: its metrics, its check, and whatever a stall's load profile offers.

mod check;
mod control;
mod metrics;

pub use check::{CheckReport, InvariantResult};
pub use control::{ControlClient, ControlError, plain_of};
pub use metrics::{Metrics, growth};
