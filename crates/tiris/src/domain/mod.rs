//! Pure types and decisions: exact decimals, what a log asks for, which legs it has, and how they are posted.

pub mod balance_chain;
pub mod binding;
pub mod bot_event;
pub mod candle;
pub mod decimal;
pub mod equity_curve;
pub mod gains;
pub mod ids;
pub mod legs;
pub mod lockout;
pub mod log_answer;
pub mod log_form;
pub mod log_info;
pub mod log_post;
pub mod log_reverse;
pub mod log_type;
pub mod money;
pub mod portfolio;
pub mod reconcile;
pub mod role;
pub mod statement_chain;
pub mod sub_account;
pub mod trading;
pub mod trading_log;
pub mod transaction;
pub mod username;
