//! Rows of the stall, a file per noun; decisions are elsewhere.

pub mod audit;
pub mod config;
pub mod users;
