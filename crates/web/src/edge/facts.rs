//! What the edge records of a request for whoever handles it.

use super::{Edge, RequestId};
use crate::Refused;
use axum::extract::{FromRef, FromRequestParts};
use axum::http::request::Parts;
use cluster::RateDecision;
use kernel::{Actor, Refusal, Timestamp, UserId};
use std::net::{IpAddr, Ipv4Addr};
use std::sync::{Arc, OnceLock};

/// One request's facts; an extractor that never refuses.
#[derive(Debug, Clone)]
pub struct RequestFacts {
    /// Its id, as sent or made.
    pub request_id: RequestId,
    /// When it arrived.
    pub at: Timestamp,
    /// Where it came from, as far as our proxies vouch for it.
    pub client_ip: IpAddr,
    /// Whose page session it was known to carry before.
    pub(crate) page_user: Option<UserId>,
    /// What a narrower bucket than the route's said, for the headers of the answer; none where there is none.
    pub(crate) narrower: Option<Arc<OnceLock<RateDecision>>>,
    /// Whose bearer token it carries, if it carries one.
    pub(crate) caller: Option<Result<Actor, Refusal>>,
}

impl<S: Send + Sync> FromRequestParts<S> for RequestFacts
where
    Edge: FromRef<S>,
{
    type Rejection = Refused;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, Refused> {
        if let Some(facts) = parts.extensions.get::<Self>() {
            return Ok(facts.clone());
        }
        let edge = Edge::from_ref(state);
        Ok(Self {
            request_id: edge.0.request_ids.of(&parts.headers),
            at: edge.now(),
            client_ip: IpAddr::V4(Ipv4Addr::UNSPECIFIED),
            page_user: None,
            narrower: None,
            caller: edge.verify_token(parts.uri.path(), &parts.headers),
        })
    }
}
