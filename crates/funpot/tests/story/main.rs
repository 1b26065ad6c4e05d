//! The stall's stories, through HTTP, on both databases.

mod config;
mod harness;
mod settling;
mod votes;
