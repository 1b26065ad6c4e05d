//! Ways to prove who you are, a folder each: what is shown, how it is verified, and the tables that this needs.
//!
//! A proof ends in a user; the session or token that follows is not its business. To add one: a folder here with a pure
//! file that reads and verifies what was
//! shown and names each fault, its settings as a struct that the stall fills, its tables in a set of migrations of their
//! own when not every stall has them, a door in `credential`, and the verb in the stall.

pub mod api_key;
pub mod callback;
mod hex;
pub mod oauth;
pub mod password;
pub mod telegram;
pub mod wallet;
