//! API keys of one's own: made and shown once, listed without the key, replaced, taken back.

use super::auth_check::words;
use super::auth_session::{self, From};
use crate::app::App;
use crate::domain::ids::ApiKeyId;
use crate::refusals;
use crate::store::api_keys;
pub use crate::store::api_keys::ApiKeyRow;
use identity::proofs::api_key::{ApiKey, ApiKeyKind, Networks, Scopes};
use kernel::{Refusal, Timestamp, UserId};
use store::Tx;
use store::audit::Level;

/// A key that is wanted.
#[derive(Debug, Clone)]
pub struct ApiKeyInput {
    /// What its owner calls it.
    pub name: String,
    /// What for.
    pub kind: ApiKeyKind,
    /// Names of scopes; none: the kind's.
    pub permissions: Option<Vec<String>>,
    /// Addresses and networks; empty: everywhere.
    pub allowed_ips: Vec<String>,
    /// When it ends.
    pub expires_at: Option<Timestamp>,
}

/// A key as it is shown, once.
#[derive(Debug, Clone)]
pub struct Shown {
    /// The key itself.
    pub key: ApiKey,
    /// Its row.
    pub row: ApiKeyRow,
}

/// Makes a key. Errors: 400 for scopes beyond the kind's, or what is no network.
pub async fn create(app: &App, user: UserId, input: ApiKeyInput, from: From) -> Result<Shown, Refusal> {
    let now = app.clock.now();
    let scopes = match &input.permissions {
        None => input.kind.usual_scopes(),
        Some(names) => scopes(input.kind, names)?,
    };
    Networks::parse(input.allowed_ips.iter().map(String::as_str))
        .map_err(|problem| Refusal::field("allowed_ips", &problem))?;
    if input.expires_at.is_some_and(|end| end <= now) {
        return Err(Refusal::field("expires_at", "must be in the future"));
    }
    let key = app.outside.api_keys.draw(input.kind, &identity::SystemChance);
    let row = ApiKeyRow {
        id: ApiKeyId(app.ids.next(now)),
        user,
        name: input.name,
        prefix: key.kind().prefix().to_owned(),
        mask: key.masked(),
        hash: key.hash(),
        permissions: scopes.names().join(","),
        allowed_ips: input.allowed_ips.join(","),
        is_active: true,
        last_used_at: None,
        expires_at: input.expires_at,
        created_at: now,
    };
    let stored = row.clone();
    let insert = move |tx: &mut Tx<'_>| {
        api_keys::insert(tx, &stored)?;
        auth_session::record(tx, ("apikey.create", Level::Info), user, target(stored.id), &from, now)
    };
    app.store.write(insert).await?;
    Ok(Shown { key, row })
}

fn scopes(kind: ApiKeyKind, names: &[String]) -> Result<Scopes, Refusal> {
    let scopes = Scopes::parse(names.iter().map(String::as_str));
    let scopes = scopes.filter(|scopes| scopes.are_within(kind.usual_scopes()));
    scopes.ok_or_else(|| Refusal::field("permissions", "must be some of what this kind of key may do"))
}

fn target(id: ApiKeyId) -> String {
    format!("api_key:{}", id.0)
}

/// One's own keys, newest first.
pub async fn list(app: &App, user: UserId) -> Result<Vec<ApiKeyRow>, Refusal> {
    Ok(app.store.read(move |tx: &mut Tx<'_>| api_keys::of_user(tx, user)).await?)
}

/// Replaces a key by a fresh one that may do the same. Errors: 404.
pub async fn rotate(app: &App, user: UserId, id: ApiKeyId, from: From) -> Result<Shown, Refusal> {
    let now = app.clock.now();
    let new_id = ApiKeyId(app.ids.next(now));
    let maker = app.outside.api_keys.clone();
    let replace = move |tx: &mut Tx<'_>| {
        let old = api_keys::find(tx, user, id)?.filter(|row| row.is_active);
        let old = old.ok_or_else(refusals::api_key_not_found)?;
        let kind = ApiKeyKind::of_key(&old.prefix).ok_or_else(refusals::api_key_not_found)?;
        let key = maker.draw(kind, &identity::SystemChance);
        let (mask, hash) = (key.masked(), key.hash());
        let row = ApiKeyRow { id: new_id, mask, hash, last_used_at: None, created_at: now, ..old };
        api_keys::revoke(tx, id, Some(new_id), now)?;
        api_keys::insert(tx, &row)?;
        auth_session::record(tx, ("apikey.rotate", Level::Info), user, target(id), &from, now)?;
        Ok::<_, Refusal>(Shown { key, row })
    };
    app.store.write(replace).await
}

/// Takes a key back. Errors: 404.
pub async fn revoke(app: &App, user: UserId, id: ApiKeyId, from: From) -> Result<(), Refusal> {
    let now = app.clock.now();
    let revoke = move |tx: &mut Tx<'_>| {
        api_keys::find(tx, user, id)?.ok_or_else(refusals::api_key_not_found)?;
        if !api_keys::revoke(tx, id, None, now)? {
            return Err(refusals::api_key_not_found());
        }
        auth_session::record(tx, ("apikey.revoke", Level::Info), user, target(id), &from, now)?;
        Ok::<_, Refusal>(())
    };
    app.store.write(revoke).await
}

/// The names of what a key may do, and from where.
#[must_use]
pub fn lists(row: &ApiKeyRow) -> (Vec<String>, Vec<String>) {
    let own = |text: &str| words(text).map(str::to_owned).collect();
    (own(&row.permissions), own(&row.allowed_ips))
}
