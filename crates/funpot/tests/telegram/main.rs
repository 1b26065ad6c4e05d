//! Stories of Telegram's side of the stall, through HTTP, with a simulated Telegram, on both databases.

mod harness;
mod profile;
mod sessions;
mod sign_in;
