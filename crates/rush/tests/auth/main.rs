//! Accounts through the API's own door, on SQLite and on PostgreSQL, with a clock that stands until a fact moves it.
#![expect(clippy::unwrap_used, reason = "in a test a panic is the report")]

mod fixture;
mod forged;
mod harness;
mod inactive;
mod lockout;
mod matrix;
mod naughty;
mod password;
mod profile;
mod register;
mod reset;
mod roles;
mod sessions;
#[path = "../harness/mod.rs"]
mod stall;
