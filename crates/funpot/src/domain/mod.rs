//! What decides: pure functions of values. Nothing here reads a clock, draws a number or touches a table.

pub mod canonical;
pub mod credit;
pub mod eligibility;
pub mod event;
pub mod event_create;
pub mod game;
pub mod ids;
pub mod live_config;
pub mod lockout;
pub mod money;
pub mod payment;
pub mod pot_event;
pub mod profile;
pub mod receipt;
pub mod referral;
pub mod result;
pub mod role;
pub mod session;
pub mod settlement;
pub mod split;
pub mod streamer;
pub mod telegram_update;
pub mod user;
pub mod vote;
pub mod withdrawal;
