//! The ledger through tables: the same histories as the pure rules, on SQLite and on PostgreSQL, and a bank under load.
#![allow(clippy::unwrap_used, reason = "in a test a panic is the report")]

mod bank;
#[path = "../common/mod.rs"]
mod common;
mod retold;
