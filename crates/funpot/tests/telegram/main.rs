//! Stories of Telegram's side of the stall, through HTTP, with a simulated Telegram, on both databases.

mod harness;
mod payments;
mod profile;
mod refunds;
mod sessions;
mod sign_in;
mod streamers;
mod webhook;
mod withdrawals;
