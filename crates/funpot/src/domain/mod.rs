//! What decides: pure functions of values. Nothing here reads a clock, draws a number or touches a table.

pub mod ids;
pub mod live_config;
pub mod money;
pub mod pot_event;
pub mod profile;
pub mod referral;
pub mod role;
pub mod session;
pub mod user;
