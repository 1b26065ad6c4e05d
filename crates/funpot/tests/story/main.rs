//! The stall's stories, through HTTP, on both databases.

mod config;
mod correcting;
mod harness;
mod live;
mod reporting;
mod settling;
mod votes;
