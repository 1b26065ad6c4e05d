//! SQL, a file per noun: text beside its reader. Every query of a user's rows filters by the user.

pub mod api_keys;
pub mod binding_keys;
pub mod bindings;
pub mod candles;
pub mod counts;
pub mod entries;
pub mod mail_sign_ins;
pub mod portfolios;
pub mod reconciliation;
pub mod sessions;
pub mod sign_ins;
pub mod sub_accounts;
pub mod trading_logs;
pub mod tradings;
pub mod transactions;
pub mod users;
pub mod wallets;
