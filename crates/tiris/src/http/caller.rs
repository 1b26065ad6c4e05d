//! Who asks: whoever signs in or shows a key comes in here, and nowhere else.

use super::state::TirisState;
use crate::domain::role;
use crate::usecase::reader::Reader;
use axum::extract::FromRequestParts;
use axum::http::request::Parts;
use kernel::{Actor, Refusal};
use web::{Caller, MaybeCaller, Refused};

/// Somebody who may use the API. Refusals: 401 `AUTH_REQUIRED`, `INVALID_TOKEN`; 403 `ACCESS_DENIED`.
#[derive(Debug, Clone, Copy)]
pub struct Member(pub Actor);

/// An admin. Refusals: those of [`Member`], 403 `ACCESS_DENIED`.
#[derive(Debug, Clone, Copy)]
pub struct Admin(pub Actor);

/// Whoever reads: a member, an admin, or a guest.
#[derive(Debug, Clone, Copy)]
pub struct AnyReader(pub Reader);

impl Member {
    /// As a reader.
    #[must_use]
    pub fn reader(self) -> Reader {
        Reader::of(self.0)
    }
}

impl FromRequestParts<TirisState> for Member {
    type Rejection = Refused;

    async fn from_request_parts(parts: &mut Parts, state: &TirisState) -> Result<Self, Refused> {
        let Caller(actor) = Caller::from_request_parts(parts, state).await?;
        if role::may_use(actor.role) { Ok(Self(actor)) } else { Err(Refusal::forbidden().into()) }
    }
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
        let MaybeCaller(actor) = MaybeCaller::from_request_parts(parts, state).await?;
        Ok(Self(actor.map_or_else(Reader::guest, Reader::of)))
    }
}
