//! Who asks: whoever signs in or shows a key comes in here, and nowhere else.

use super::state::TirisState;
use crate::domain::role;
use crate::usecase::auth_check::{self, Present};
use crate::usecase::auth_session::From;
use crate::usecase::page_session;
use crate::usecase::reader::Reader;
use axum::extract::FromRequestParts;
use axum::http::Method;
use axum::http::header::{AUTHORIZATION, COOKIE, USER_AGENT};
use axum::http::request::Parts;
use identity::AuthRefusal;
use identity::proofs::api_key::Scope;
use kernel::{Actor, Refusal};
use web::{Caller, Refused, RequestFacts};

/// The cookie of whoever is signed in on pages.
const PAGE_COOKIE: &str = "fg_tiris";
/// The header of an API key.
const API_KEY: &str = "x-api-key";

/// Somebody who may use the API, with a token or an API key. Refusals: 401 `AUTH_REQUIRED`, `INVALID_TOKEN`,
/// `INVALID_API_KEY`; 403 `ACCESS_DENIED`.
#[derive(Debug, Clone, Copy)]
pub struct Member(pub Actor);

/// Somebody who signed in: what an API key must not do itself. Refusals: those of [`Member`].
#[derive(Debug, Clone, Copy)]
pub struct Session(pub Present);

/// An admin. Refusals: those of [`Member`], 403 `ACCESS_DENIED`.
#[derive(Debug, Clone, Copy)]
pub struct Admin(pub Actor);

/// Whoever reads: a member, an admin, or a guest.
#[derive(Debug, Clone, Copy)]
pub struct AnyReader(pub Reader);

/// Whoever is signed in on pages. Refusals: 401 `AUTH_REQUIRED`.
#[derive(Debug, Clone, Copy)]
pub struct PageMember(pub Reader);

/// From where a request comes; never refuses.
#[derive(Debug, Clone)]
pub struct Origin(pub From);

impl Member {
    /// As a reader.
    #[must_use]
    pub fn reader(self) -> Reader {
        Reader::of(self.0)
    }
}

impl FromRequestParts<TirisState> for Session {
    type Rejection = Refused;

    async fn from_request_parts(parts: &mut Parts, state: &TirisState) -> Result<Self, Refused> {
        // Refuses what is no token of ours; who the token speaks for is read again, with its session.
        Caller::from_request_parts(parts, state).await?;
        let sent = parts.headers.get(AUTHORIZATION).and_then(|value| value.to_str().ok());
        let token = sent.and_then(|text| text.split_once(' ')).map_or("", |(_, token)| token.trim());
        let bearer = state.app.tokens.read(token, state.app.clock.now());
        let bearer = bearer.map_err(|fault| Refusal::from(AuthRefusal::from(fault)))?;
        Ok(Self(auth_check::by_token(&state.app, bearer).await?))
    }
}

impl FromRequestParts<TirisState> for Member {
    type Rejection = Refused;

    async fn from_request_parts(parts: &mut Parts, state: &TirisState) -> Result<Self, Refused> {
        let actor = match api_key(parts) {
            Some(key) => by_api_key(parts, state, key?).await?,
            None => Session::from_request_parts(parts, state).await?.0.actor,
        };
        if role::may_use(actor.role) { Ok(Self(actor)) } else { Err(Refusal::forbidden().into()) }
    }
}

/// The API key of a request that shows one and no token.
fn api_key(parts: &Parts) -> Option<Result<String, Refusal>> {
    let value = parts.headers.get(API_KEY).filter(|_| !parts.headers.contains_key(AUTHORIZATION))?;
    let text = value.to_str().map(str::to_owned);
    Some(
        text.map_err(|_| crate::refusals::of_api_key(identity::proofs::api_key::ApiKeyFault::KeyIsMalformed)),
    )
}

async fn by_api_key(parts: &mut Parts, state: &TirisState, key: String) -> Result<Actor, Refused> {
    let facts = RequestFacts::from_request_parts(parts, state).await?;
    let scope = match parts.method {
        Method::GET | Method::HEAD | Method::OPTIONS => Scope::Read,
        Method::DELETE => Scope::Delete,
        _ => Scope::Write,
    };
    Ok(auth_check::by_api_key(&state.app, &key, facts.client_ip, scope).await?.actor)
}

impl FromRequestParts<TirisState> for Admin {
    type Rejection = Refused;

    async fn from_request_parts(parts: &mut Parts, state: &TirisState) -> Result<Self, Refused> {
        let Member(actor) = Member::from_request_parts(parts, state).await?;
        if role::may_administer(actor.role) { Ok(Self(actor)) } else { Err(Refusal::forbidden().into()) }
    }
}

impl FromRequestParts<TirisState> for AnyReader {
    type Rejection = Refused;

    async fn from_request_parts(parts: &mut Parts, state: &TirisState) -> Result<Self, Refused> {
        let shows = parts.headers.contains_key(AUTHORIZATION) || parts.headers.contains_key(API_KEY);
        if !shows {
            return Ok(Self(Reader::guest()));
        }
        let Member(actor) = Member::from_request_parts(parts, state).await?;
        Ok(Self(Reader::of(actor)))
    }
}

impl FromRequestParts<TirisState> for PageMember {
    type Rejection = Refused;

    async fn from_request_parts(parts: &mut Parts, state: &TirisState) -> Result<Self, Refused> {
        let lines = parts.headers.get_all(COOKIE).iter().filter_map(|value| value.to_str().ok());
        let mut pairs = lines.flat_map(|line| line.split(';')).filter_map(|pair| pair.trim().split_once('='));
        let token = pairs.find(|(name, _)| *name == PAGE_COOKIE).map(|(_, token)| token.to_owned());
        let user = match token {
            Some(token) => page_session::find(&state.app, &token).await?,
            None => None,
        };
        let reader = user.map_or_else(Reader::guest, |user| Reader::of(user.actor));
        reader.own()?;
        Ok(Self(reader))
    }
}

impl FromRequestParts<TirisState> for Origin {
    type Rejection = Refused;

    async fn from_request_parts(parts: &mut Parts, state: &TirisState) -> Result<Self, Refused> {
        let facts = RequestFacts::from_request_parts(parts, state).await?;
        let user_agent = parts.headers.get(USER_AGENT).and_then(|value| value.to_str().ok());
        Ok(Self(From {
            ip: facts.client_ip.to_string(),
            user_agent: user_agent.unwrap_or_default().to_owned(),
            request_id: facts.request_id.as_str().to_owned(),
        }))
    }
}
