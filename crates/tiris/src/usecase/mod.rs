//! One verb a file, and the only place that opens a transaction.

pub mod candles;
pub mod curve;
pub mod gains;
pub mod load_traders;
pub mod log_batch;
pub mod log_view;
pub mod log_write;
pub mod portfolio;
pub mod reader;
pub mod readiness;
pub mod stats;
pub mod sub_account;
pub mod sub_account_create;
pub mod sub_account_update;
pub mod trading;
pub mod trading_create;
pub mod trading_delete;
pub mod trading_update;
pub mod transaction_view;
