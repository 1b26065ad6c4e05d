//! Binds an account at an exchange: its keys are sealed before they are stored, and known again by their fingerprints alone.

use super::auth_session::{self, Action, From};
use super::binding::target;
use crate::app::App;
use crate::domain::binding::{Binding, BindingStatus, PlainKeys, mask};
use crate::domain::ids::ExchangeBindingId;
use crate::outside::Outside;
use crate::refusals;
use crate::store::binding_keys::{self, Fingerprints, NewKeys, SealedKeys};
use crate::store::{bindings, users};
use kernel::{Refusal, UserId};
use store::audit::Level;
use store::{StoreError, Tx};
use vault::RowOf;

/// A binding that somebody wants.
#[derive(Debug, Clone)]
pub struct BindingInput {
    /// The name.
    pub name: String,
    /// Which exchange.
    pub exchange: String,
    /// Its keys; none: a public one.
    pub keys: Option<PlainKeys>,
    /// A JSON object without secrets.
    pub info: String,
}

/// Binds it: with keys for `by` alone, without them for everybody, which only an admin's caller may ask for. Errors: 409
/// `EXCHANGE_BINDING_EXISTS`, `API_KEY_EXISTS`, `API_SECRET_EXISTS`.
pub async fn run(app: &App, by: UserId, input: BindingInput, from: From) -> Result<Binding, Refusal> {
    let now = app.clock.now();
    let binding = Binding {
        id: ExchangeBindingId(app.ids.next(now)),
        user: input.keys.is_some().then_some(by),
        name: input.name,
        exchange: input.exchange,
        status: BindingStatus::Active,
        mask: input.keys.as_ref().map(|keys| mask(&keys.api_key)),
        failure_count: 0,
        last_failure_at: None,
        last_used_at: None,
        validated_at: None,
        failures_cleared_at: None,
        info: input.info,
        created_at: now,
        updated_at: now,
    };
    let sealed = input.keys.map(|keys| seal(app, by, binding.id, &keys));
    let work = move |tx: &mut Tx<'_>| {
        if !users::lock_one(tx, by)? {
            return Err(refusals::user_is_not_active());
        }
        if bindings::name_is_taken(tx, binding.user, &binding.name, binding.id)? {
            return Err(refusals::binding_name_exists());
        }
        bindings::insert(tx, &binding).map_err(name_is_taken)?;
        if let Some(keys) = &sealed {
            keep(tx, by, &binding, keys)?;
        }
        let action = Action::of("binding.create", Level::Info, target(binding.id));
        auth_session::append(tx, by, action, &from, now)?;
        Ok(binding.clone())
    };
    app.store.write(work).await
}

/// Keeps sealed keys of a binding. Errors: 409 where another of the user's has the same.
pub(super) fn keep(tx: &mut Tx<'_>, user: UserId, binding: &Binding, keys: &NewKeys) -> Result<(), Refusal> {
    let (key_is_known, secret_is_known) = binding_keys::is_known(tx, user, binding.id, &keys.fingerprints)?;
    if key_is_known {
        return Err(refusals::api_key_exists());
    }
    if secret_is_known {
        return Err(refusals::api_secret_exists());
    }
    Ok(binding_keys::set(tx, binding.id, keys, binding.updated_at)?)
}

/// Seals keys for one row.
pub(super) fn seal(app: &App, user: UserId, id: ExchangeBindingId, keys: &PlainKeys) -> NewKeys {
    let vault = &app.outside.vault;
    let row = RowOf { table: binding_keys::KeyedTable::Bindings.name(), id: id.0 };
    let (row_key, data_key) = vault.draw_row_key(row, &Outside::fill);
    let seal = |column: &str, text: &str| row_key.seal(column, text.as_bytes(), &Outside::fill);
    // A scope is one user's column: the same key of two people is not found to be the same.
    let print = |column: &str, text: &str| {
        vault.fingerprint(&format!("exchange_bindings.{column} of user {}", user.0), text.as_bytes())
    };
    NewKeys {
        sealed: SealedKeys {
            data_key,
            api_key: seal("api_key", &keys.api_key),
            api_secret: seal("api_secret", &keys.api_secret),
            passphrase: keys.passphrase.as_deref().map(|text| seal("passphrase", text)),
        },
        key_version: i64::from(vault.current_version()),
        fingerprints: Fingerprints {
            api_key: print("api_key", &keys.api_key),
            api_secret: print("api_secret", &keys.api_secret),
        },
        mask: mask(&keys.api_key),
    }
}

/// A name that another live binding has: two admins at once.
pub(super) fn name_is_taken(error: StoreError) -> Refusal {
    match error {
        StoreError::Unique(_) => refusals::binding_name_exists(),
        other => other.into(),
    }
}
