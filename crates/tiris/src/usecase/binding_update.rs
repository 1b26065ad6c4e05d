//! Changes a binding: its name, its keys, whether it is used; and takes one away that no trading needs.

use super::auth_session::{self, Action, From};
use super::binding::target;
use super::binding_create::{keep, name_is_taken, seal};
use crate::app::App;
use crate::domain::binding::{Binding, BindingStatus, PROTECTED_INFO, PlainKeys, mask};
use crate::domain::ids::ExchangeBindingId;
use crate::refusals;
use crate::store::{bindings, users};
use kernel::{Actor, Refusal, Timestamp};
use serde_json::{Map, Value};
use store::Tx;
use store::audit::Level;

/// What is to change; what is not named stays.
#[derive(Debug, Clone, Default)]
pub struct BindingChange {
    /// The name.
    pub name: Option<String>,
    /// All of the keys anew.
    pub keys: Option<PlainKeys>,
    /// Whether its keys may be used.
    pub status: Option<BindingStatus>,
    /// Takes the place of what was there, but for what only the server writes.
    pub info: Option<Map<String, Value>>,
}

/// Changes it. Errors: 404; 403 for a public one by who is no admin; 409 `EXCHANGE_BINDING_EXISTS`, `API_KEY_EXISTS`,
/// `API_SECRET_EXISTS`.
pub async fn run(
    app: &App,
    by: (Actor, bool),
    id: ExchangeBindingId,
    change: BindingChange,
    from: From,
) -> Result<Binding, Refusal> {
    let now = app.clock.now();
    let user = by.0.user;
    let keys = change.keys.as_ref().map(|keys| seal(app, user, id, keys));
    let work = move |tx: &mut Tx<'_>| {
        let before = writable(tx, by, id)?;
        if change.keys.is_some() && before.user.is_none() {
            return Err(refusals::binding_has_no_keys());
        }
        let binding = changed(&before, &change, now);
        if bindings::name_is_taken(tx, binding.user, &binding.name, id)? {
            return Err(refusals::binding_name_exists());
        }
        bindings::update(tx, &binding).map_err(name_is_taken)?;
        if let Some(keys) = &keys {
            keep(tx, user, &binding, keys)?;
        }
        let verb = if keys.is_some() { "binding.replace_keys" } else { "binding.update" };
        auth_session::append(tx, user, Action::of(verb, Level::Info, target(id)), &from, now)?;
        Ok(binding)
    };
    app.store.write(work).await
}

/// Deletes it; its name and its keys are free again. Errors: 404, 403, 409 `EXCHANGE_BINDING_IN_USE`.
pub async fn delete(app: &App, by: (Actor, bool), id: ExchangeBindingId, from: From) -> Result<(), Refusal> {
    let now = app.clock.now();
    let work = move |tx: &mut Tx<'_>| {
        writable(tx, by, id)?;
        if bindings::used_by(tx, id)?.is_some() {
            return Err(refusals::binding_in_use());
        }
        bindings::delete(tx, id, now)?;
        let action = Action::of("binding.delete", Level::Warn, target(id));
        auth_session::append(tx, by.0.user, action, &from, now)?;
        Ok::<_, Refusal>(())
    };
    app.store.write(work).await
}

/// The binding, when the caller may write it: their own, or a public one for an admin. The caller's row is locked.
fn writable(
    tx: &mut Tx<'_>,
    (actor, is_admin): (Actor, bool),
    id: ExchangeBindingId,
) -> Result<Binding, Refusal> {
    if !users::lock_one(tx, actor.user)? {
        return Err(refusals::user_is_not_active());
    }
    let found = bindings::whole(tx, id)?.filter(|one| one.user.is_none_or(|owner| owner == actor.user));
    let found = found.ok_or_else(refusals::binding_not_found)?;
    if found.user.is_none() && !is_admin { Err(Refusal::forbidden()) } else { Ok(found) }
}

fn changed(before: &Binding, change: &BindingChange, now: Timestamp) -> Binding {
    let mut binding = before.clone();
    binding.name = change.name.clone().unwrap_or(binding.name);
    binding.updated_at = now;
    if let Some(info) = &change.info {
        binding.info = with_protected(&binding.info, info);
    }
    if let Some(keys) = &change.keys {
        binding.mask = Some(mask(&keys.api_key));
        binding.validated_at = None;
        binding.info = without_protected(&binding.info);
    }
    // Whoever says that it may be used again, or brings other keys, begins a new count.
    if change.keys.is_some() || change.status == Some(BindingStatus::Active) {
        binding.failures_cleared_at = Some(now);
        binding.failure_count = 0;
        binding.status = BindingStatus::Active;
    }
    binding.status = change.status.unwrap_or(binding.status);
    binding
}

/// The new members, and those of before that only the server writes.
fn with_protected(stored: &str, info: &Map<String, Value>) -> String {
    let before: Map<String, Value> = serde_json::from_str(stored).unwrap_or_default();
    let free = info.iter().filter(|(name, _)| !PROTECTED_INFO.contains(&name.as_str()));
    let kept = before.iter().filter(|(name, _)| PROTECTED_INFO.contains(&name.as_str()));
    let all: Map<_, _> = free.chain(kept).map(|(name, value)| (name.clone(), value.clone())).collect();
    Value::Object(all).to_string()
}

/// What the exchange said was of other keys.
fn without_protected(stored: &str) -> String {
    let mut info: Map<String, Value> = serde_json::from_str(stored).unwrap_or_default();
    info.retain(|name, _| !PROTECTED_INFO.contains(&name.as_str()));
    Value::Object(info).to_string()
}
