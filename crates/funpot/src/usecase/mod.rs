//! One verb a file: each opens the transactions it needs, loads, lets the domain decide, saves.

pub mod access_check;
pub mod audit_record;
pub mod config_reload;
pub mod config_set;
pub mod config_view;
pub mod health_check;
