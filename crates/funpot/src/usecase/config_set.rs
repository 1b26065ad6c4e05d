//! Changing a number or a switch while running: audited, in force here at once and everywhere within seconds.

use super::audit_record::{Act, Acting, append};
use super::config_reload;
use crate::app::App;
use crate::domain::live_config::{self, LiveConfig, NumberKey};
use crate::domain::pot_event;
use crate::store::config::{self, ConfigRow};
use kernel::Refusal;
use serde_json::{Value, json};
use std::sync::Arc;
use store::{StoreError, outbox};

/// Sets a number. Errors: 404, 400 about its bounds.
pub async fn number(app: &App, acting: Acting, name: &str, value: &Value) -> Result<Value, Refusal> {
    let key = live_config::number_key(name).ok_or_else(|| Refusal::not_found("configuration key"))?;
    let stored =
        live_config::parse_number(key, value).map_err(|problem| Refusal::field("value", &problem))?;
    check_together(&app.config.load(), key, stored)?;
    let before = app.config.load().shown(key);
    let row = ConfigRow { key: name.to_owned(), value: stored.to_string() };
    put(app, acting, row, (before, value.clone())).await?;
    Ok(app.config.load().shown(key))
}

/// Switches. Errors: 404.
pub async fn flag(app: &App, acting: Acting, name: &str, is_on: bool) -> Result<(), Refusal> {
    let flag = live_config::flag(name).ok_or_else(|| Refusal::not_found("flag"))?;
    let before = app.config.load().is_on(flag);
    let row = ConfigRow { key: format!("flag.{name}"), value: is_on.to_string() };
    put(app, acting, row, (json!(before), json!(is_on))).await?;
    Ok(())
}

/// What two numbers must not be together.
fn check_together(config: &LiveConfig, key: NumberKey, value: i64) -> Result<(), Refusal> {
    let of = |wanted: NumberKey| if wanted == key { value } else { config.number(wanted) };
    if of(NumberKey::EventMinSec) > of(NumberKey::EventMaxSec) {
        return Err(Refusal::field("value", "event.minSec must not be above event.maxSec"));
    }
    Ok(())
}

async fn put(
    app: &App,
    acting: Acting,
    row: ConfigRow,
    (before, after): (Value, Value),
) -> Result<(), StoreError> {
    let (ids, now) = (Arc::clone(&app.ids), app.clock.now());
    app.store
        .write(move |tx| {
            config::put(tx, &row, &acting.actor, now)?;
            let act = Act {
                action: "config.set",
                target: row.key.clone(),
                before: Some(before.clone()),
                after: Some(after.clone()),
            };
            append(tx, &acting, act, now)?;
            outbox::append(tx, &[pot_event::config_changed(ids.next(now), &row.key, now)])
        })
        .await?;
    config_reload::run(app).await?;
    Ok(())
}
