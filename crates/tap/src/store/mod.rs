//! SQL, a file per noun. Nothing here decides.

pub mod bets;
pub mod columns;
pub mod epochs;
pub mod evidence;
pub mod incidents;
pub mod price_state;
pub mod quotes;
pub mod ticks;
pub mod withdrawals;
