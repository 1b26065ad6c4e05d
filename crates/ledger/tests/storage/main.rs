//! The ledger through tables: the same histories as the pure rules, on SQLite and on PostgreSQL, and a bank under load.
//!
//! Planted bugs that these tests catch: any stored transfer taken for a resolved hold · resolved holds not looked up ·
//! accounts or holds loaded without a lock on PostgreSQL · holds not let go · ceiling not saved · two sums swapped in a save
//! · a hold saved that was made and resolved in one book · transfers not saved.
#![allow(clippy::unwrap_used, reason = "in a test a panic is the report")]

mod bank;
mod cash;
#[path = "../common/mod.rs"]
mod common;
mod retold;
mod seal;
