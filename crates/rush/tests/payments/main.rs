//! The story of payments, on both databases, through the API's door: what is charged, when, once, and what becomes of
//! money that nothing can be bought for.

mod charging;
mod doors;
mod gate;
#[path = "../harness/mod.rs"]
mod harness;
mod house;
mod late_money;
mod races;
mod refunds;
mod silence;
mod webhooks;
