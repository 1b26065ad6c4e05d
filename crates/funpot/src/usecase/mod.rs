//! One verb a file: each opens the transactions it needs, loads, lets the domain decide, saves.

pub mod access_check;
pub mod audit_record;
pub mod auth_login;
pub mod auth_logout;
pub mod auth_refresh;
pub mod auth_session;
pub mod config_reload;
pub mod config_set;
pub mod config_view;
pub mod health_check;
pub mod profile;
pub mod revocations_reload;
