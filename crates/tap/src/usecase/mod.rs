//! One verb a file, and the only place that opens a transaction; the thin verbs of a session share `session.rs`.

pub mod auth_login;
pub mod auth_nonce;
mod balance_event;
pub mod bet_batch;
pub mod bet_place;
pub mod bet_view;
pub mod bot_place;
pub mod calibration_fit;
pub mod column_close;
mod column_faults;
pub mod column_pay;
pub mod deposit_record;
pub mod dispute_view;
pub mod faucet;
pub mod incident_record;
pub mod load_players;
pub mod load_statuses;
pub mod money_view;
pub mod price_view;
pub mod proof_view;
pub mod recent_keys_load;
pub mod session;
pub mod ticks_purge;
pub mod withdrawal_decide;
pub mod withdrawal_request;
pub mod withdrawal_view;
