//! Rows of the stall, a file per noun; decisions are elsewhere.

pub mod approvals;
pub mod assignments;
pub mod bot_calls;
pub mod charges;
pub mod clips;
pub mod config;
pub mod decisions;
pub mod erasure;
pub mod event_sources;
pub mod events;
pub mod games;
pub mod llm_dead_letters;
pub mod payments;
pub mod prompts;
pub mod receipts;
pub mod reconciliations;
pub mod referrals;
pub mod results;
pub mod reviews;
pub mod sessions;
pub mod settlements;
pub mod solvency;
pub mod streamers;
pub mod users;
pub mod votes;
pub mod withdrawals;
