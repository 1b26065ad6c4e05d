//! Who calls a door's endpoint: somebody who runs the event, by their token, or a device with a gate's key.

use crate::domain::ids::EventId;
use crate::http::state::RushState;
use crate::usecase::door::{self, DoorAccess};
use axum::extract::FromRequestParts;
use axum::http::request::Parts;
use kernel::{Actor, Refusal};
use web::{Caller, Refused};

/// Carries a gate's key.
const KEY_HEADER: &str = "x-gate-key";

/// Whoever calls, not yet known to be of the event. Refusal: 401 without a token and without a key.
#[derive(Debug, Clone)]
pub enum DoorCaller {
    /// By a token.
    Person(Actor),
    /// By a gate's key.
    Device(String),
}

impl FromRequestParts<RushState> for DoorCaller {
    type Rejection = Refused;

    async fn from_request_parts(parts: &mut Parts, state: &RushState) -> Result<Self, Refused> {
        let key = parts.headers.get(KEY_HEADER).and_then(|value| value.to_str().ok());
        if let Some(key) = key {
            return Ok(Self::Device(key.to_owned()));
        }
        let Caller(actor) = Caller::from_request_parts(parts, state).await?;
        Ok(Self::Person(actor))
    }
}

impl DoorCaller {
    /// What they may do at the doors of `event`. Errors: they do not run it, or the key is not one of its.
    pub async fn access(&self, state: &RushState, event: EventId) -> Result<DoorAccess, Refusal> {
        match self {
            Self::Person(actor) => door::person(&state.app, *actor, event),
            Self::Device(key) => door::device(&state.app, key, Some(event)).await,
        }
    }
}
