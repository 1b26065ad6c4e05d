//! One verb a file; the only place that opens a transaction.

pub mod auth_login;
pub mod auth_logout;
pub mod auth_nonce;
pub mod auth_rotate;
pub mod auth_ticket;
pub mod bet_batch;
mod bet_hand;
pub mod bet_place;
pub mod bet_view;
pub mod bot_place;
pub mod calibration_fit;
pub mod column_close;
mod column_faults;
pub mod column_pay;
pub mod dispute_view;
pub mod faucet;
pub mod incident_record;
pub mod load_players;
pub mod load_statuses;
pub mod money_view;
pub mod price_view;
pub mod proof_view;
pub mod session_find;
pub mod sessions_sweep;
pub mod ticks_purge;
