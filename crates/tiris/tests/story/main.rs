//! Stories of the stall, told through its HTTP doors on both databases.

mod corruptions;
mod faults;
mod harness;
mod histories;
mod ledger;
mod logs;
mod portal;
mod prices;
mod statements;
mod tradings;
