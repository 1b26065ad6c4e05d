//! Rows of the stall, a file per noun; decisions are elsewhere.

pub mod audit;
pub mod config;
pub mod referrals;
pub mod sessions;
pub mod users;
