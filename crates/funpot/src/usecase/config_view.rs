//! One value of the configuration as operators read it.

use crate::app::App;
use crate::domain::live_config;
use kernel::Refusal;
use serde_json::Value;

/// The number of this name, as it is written outside. Errors: 404.
pub fn number(app: &App, name: &str) -> Result<Value, Refusal> {
    let key = live_config::number_key(name).ok_or_else(|| Refusal::not_found("configuration key"))?;
    Ok(app.config.load().shown(key))
}

/// The switch of this name. Errors: 404.
pub fn flag(app: &App, name: &str) -> Result<bool, Refusal> {
    let flag = live_config::flag(name).ok_or_else(|| Refusal::not_found("flag"))?;
    Ok(app.config.load().is_on(flag))
}
