//! What a provider publishes, kept for an hour: where its doors are, and its keys. A token that names an unknown key makes
//! us look again, at most a few times a minute, so that keys may rotate at any moment and nobody can make us ask for ever.

use super::fault::OAuthFault;
use super::id_token::{IdTokenFault, NamedKey};
use super::key_set::KeySet;
use kernel::Timestamp;
use outbound::{HttpClient, Request};
use parking_lot::Mutex;
use serde::Deserialize;
use std::sync::Arc;

/// Seconds for which what was fetched is not fetched again.
const FRESH_S: i64 = 3600;
/// Seconds for which it is still used while the provider does not answer.
const STALE_S: i64 = 24 * 3600;
/// Looks in one minute that unknown keys may cause.
const LOOKS_PER_MINUTE_MAX: usize = 6;

/// The provider's doors, from its discovery document.
#[derive(Debug, Clone, Deserialize, PartialEq, Eq)]
pub(super) struct Doors {
    pub(super) issuer: String,
    pub(super) authorization_endpoint: String,
    pub(super) token_endpoint: String,
    pub(super) jwks_uri: String,
}

#[derive(Debug, Default)]
struct Cached {
    doors: Option<(Arc<Doors>, Timestamp)>,
    keys: Option<(Arc<KeySet>, Timestamp)>,
    looks: Vec<Timestamp>,
}

/// The cache of one provider.
#[derive(Debug, Default)]
pub(super) struct ProviderCache(Mutex<Cached>);

impl ProviderCache {
    /// The doors. Errors: the provider is away and has been for a day, or is another than `issuer`.
    pub(super) async fn doors(
        &self,
        client: &HttpClient,
        (url, issuer): (&str, &str),
        now: Timestamp,
    ) -> Result<Arc<Doors>, OAuthFault> {
        let known = self.0.lock().doors.clone();
        if let Some((doors, at)) = &known
            && at.secs_until(now) < FRESH_S
        {
            return Ok(Arc::clone(doors));
        }
        match fetch_doors(client, url, issuer).await {
            Ok(doors) => {
                let doors = Arc::new(doors);
                self.0.lock().doors = Some((Arc::clone(&doors), now));
                Ok(doors)
            }
            Err(fault) => usable_still(known, now).ok_or(fault),
        }
    }

    /// Keys among which is the one that a token names. Errors: there is none, or the provider is away.
    pub(super) async fn keys_with(
        &self,
        client: &HttpClient,
        url: &str,
        named: &NamedKey,
        now: Timestamp,
    ) -> Result<Arc<KeySet>, OAuthFault> {
        let known = self.0.lock().keys.clone();
        let has = |keys: &KeySet| keys.has(named.kid.as_deref(), named.algorithm);
        if let Some((keys, at)) = &known
            && has(keys)
            && at.secs_until(now) < FRESH_S
        {
            return Ok(Arc::clone(keys));
        }
        let fetched = if self.may_look(now) { fetch_keys(client, url).await } else { Err(unknown_key()) };
        match fetched {
            Ok(keys) => {
                let keys = Arc::new(keys);
                self.0.lock().keys = Some((Arc::clone(&keys), now));
                if has(&keys) { Ok(keys) } else { Err(unknown_key()) }
            }
            Err(fault) => usable_still(known, now).filter(|keys| has(keys)).ok_or(fault),
        }
    }

    fn may_look(&self, now: Timestamp) -> bool {
        let looks = &mut self.0.lock().looks;
        looks.retain(|at| at.secs_until(now) < 60);
        let may = looks.len() < LOOKS_PER_MINUTE_MAX;
        if may {
            looks.push(now);
        }
        may
    }
}

fn unknown_key() -> OAuthFault {
    IdTokenFault::KeyIsUnknown.into()
}

fn usable_still<T>(known: Option<(Arc<T>, Timestamp)>, now: Timestamp) -> Option<Arc<T>> {
    known.filter(|(_, at)| at.secs_until(now) < STALE_S).map(|(value, _)| value)
}

async fn fetch_doors(client: &HttpClient, url: &str, issuer: &str) -> Result<Doors, OAuthFault> {
    let body = fetch(client, url).await?;
    let doors: Doors = serde_json::from_slice(&body)
        .map_err(|_| OAuthFault::AnswerIsMalformed("the discovery document cannot be read"))?;
    if doors.issuer != issuer {
        return Err(OAuthFault::AnswerIsMalformed("the discovery document is of another issuer"));
    }
    Ok(doors)
}

async fn fetch_keys(client: &HttpClient, url: &str) -> Result<KeySet, OAuthFault> {
    let body = fetch(client, url).await?;
    KeySet::parse(&body).ok_or(OAuthFault::AnswerIsMalformed("the published keys cannot be read"))
}

async fn fetch(client: &HttpClient, url: &str) -> Result<Vec<u8>, OAuthFault> {
    let answer = client.send(Request::get(url.to_owned())).await?;
    match answer.status {
        200 => Ok(answer.body),
        status => Err(OAuthFault::ProviderIsAway(format!("it answered {status}"))),
    }
}
