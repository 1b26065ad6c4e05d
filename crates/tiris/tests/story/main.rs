//! Stories of the stall, told through its HTTP doors on both databases.

mod corruptions;
mod harness;
mod ledger;
mod logs;
mod tradings;
