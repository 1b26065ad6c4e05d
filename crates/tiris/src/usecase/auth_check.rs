//! Whether whoever shows a token or an API key may still come in: the database says so on every request, so that a
//! disabled user, an ended session or a key that was taken back is out at once, on every node.

use crate::app::App;
use crate::domain::ids::ApiKeyId;
use crate::domain::role;
use crate::refusals;
use crate::store::{api_keys, sessions};
use crate::tokens::Bearer;
use identity::SessionId;
use identity::proofs::api_key::{ApiKeyFault, ApiKeyKind, Networks, Scope, Scopes, StoredApiKey, Use, judge};
use kernel::{Actor, Refusal, Role};
use std::net::IpAddr;
use store::Tx;

/// Seconds between two notes that a key was used.
const USE_NOTED_EVERY_S: i64 = 60;

/// Somebody who may come in.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Present {
    /// Who, with the role of now.
    pub actor: Actor,
    /// By which session.
    pub session: Option<SessionId>,
}

/// By an access token that was read. Errors: 401.
pub async fn by_token(app: &App, bearer: Bearer) -> Result<Present, Refusal> {
    let (user, session) = (bearer.actor.user, bearer.session);
    let standing = app
        .store
        .read(move |tx: &mut Tx<'_>| sessions::standing(tx, user, session.map(|session| session.0)))
        .await?;
    let standing = standing.filter(|standing| standing.is_active && !standing.is_revoked);
    let standing = standing.ok_or_else(refusals::user_is_not_active)?;
    Ok(Present { actor: Actor { role: standing.role, ..bearer.actor }, session })
}

/// By an API key. Errors: 401 `INVALID_API_KEY`; 403 `ACCESS_DENIED` for what it may not do.
pub async fn by_api_key(app: &App, key: &str, ip: IpAddr, scope: Scope) -> Result<Present, Refusal> {
    let now = app.clock.now();
    let key = app.outside.api_keys.read(key).map_err(refusals::of_api_key)?;
    let hash = key.hash();
    let found = app.store.read(move |tx: &mut Tx<'_>| {
        let Some(row) = api_keys::by_hash(tx, &hash)? else { return Ok(None) };
        let standing = sessions::standing(tx, row.user, None)?;
        Ok::<_, Refusal>(Some((row, standing)))
    });
    let Some((row, standing)) = found.await? else {
        return Err(refusals::of_api_key(ApiKeyFault::KeyIsUnknown));
    };
    let stored = StoredApiKey {
        is_active: row.is_active,
        expires_at: row.expires_at,
        scopes: Scopes::parse(words(&row.permissions)).unwrap_or_default(),
        networks: Networks::parse(words(&row.allowed_ips)).unwrap_or_default(),
    };
    judge(Some(&stored), Use { now, ip, scope }).map_err(refusals::of_api_key)?;
    if !standing.is_some_and(|standing| standing.is_active) {
        return Err(refusals::user_is_not_active());
    }
    if row.last_used_at.is_none_or(|at| at.secs_until(now) >= USE_NOTED_EVERY_S) {
        record_use(app, row.id).await?;
    }
    Ok(Present { actor: Actor { user: row.user, tenant: None, role: role_of(key.kind()) }, session: None })
}

async fn record_use(app: &App, id: ApiKeyId) -> Result<(), Refusal> {
    let now = app.clock.now();
    Ok(app.store.write(move |tx: &mut Tx<'_>| api_keys::record_use(tx, id, now)).await?)
}

/// A key never administers, whoever its owner is.
const fn role_of(kind: ApiKeyKind) -> Role {
    match kind {
        ApiKeyKind::User => role::USER,
        ApiKeyKind::Exchange | ApiKeyKind::Webhook => role::BOT,
        ApiKeyKind::Service => role::SERVICE,
    }
}

/// The words of a list that is stored with commas.
pub fn words(text: &str) -> impl Iterator<Item = &str> {
    text.split(',').filter(|word| !word.is_empty())
}
