//! Proving to know a password: how it is kept, which ones are taken, how often one may guess, and links to choose a new one.

pub mod device;
mod fair_queue;
mod hash;
pub mod lockout;
pub mod reset_tokens;
mod rules;

pub use hash::{Checked, PASSWORD_COST, PASSWORD_COST_MIN, PasswordHash, Passwords, Saturated};
pub use rules::{PASSWORD_BYTES_MAX, PASSWORD_CHARS_MIN, PasswordFault, PasswordRules};
