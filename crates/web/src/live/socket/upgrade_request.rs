//! A request to become a socket, with what must be known before it is let in.

use crate::Refused;
use crate::edge::{Edge, RequestFacts, StreamSlot, address_group, bearer};
use crate::serve::ConnectionSlot;
use axum::extract::ws::WebSocketUpgrade;
use axum::extract::{FromRef, FromRequestParts};
use axum::http::header::{HOST, ORIGIN, SEC_WEBSOCKET_PROTOCOL};
use axum::http::request::Parts;
use axum::http::{HeaderMap, HeaderName};
use kernel::{Meaning, Refusal};
use std::net::IpAddr;

/// A request to become a socket; an extractor. Refusals: 400 `NOT_A_WEBSOCKET`, 400 `TICKET_IN_URL`.
#[derive(Debug)]
pub struct UpgradeRequest {
    pub(super) upgrade: WebSocketUpgrade,
    /// The client's address, or its network where it has many.
    pub(super) address: IpAddr,
    pub(super) origin: Origin,
    /// Keeps the address's place taken while the socket lives; none where there is no limit.
    pub(super) place: Option<StreamSlot>,
    /// Keeps the connection counted while the socket lives. `None` outside of our own server loop.
    pub(super) slot: Option<ConnectionSlot>,
    token: Option<Result<String, Refusal>>,
}

impl UpgradeRequest {
    /// The token of the `Authorization` header, or of a subprotocol `bearer.…`, which browsers can send; `None` without
    /// either. Errors: another scheme or unreadable bytes.
    #[must_use]
    pub fn token(&self) -> Option<Result<&str, Refusal>> {
        self.token.as_ref().map(|token| token.as_deref().map_err(Clone::clone))
    }
}

/// Which page a socket was opened from.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Origin {
    /// No browser: those always say it. Nothing can be stolen through it, since a socket knows nobody before its ticket.
    Unsaid,
    /// A page of the host it talks to, or of the site's public address, whatever a proxy made of `Host`.
    Same,
    /// A page from elsewhere.
    Foreign(String),
}

impl<S: Send + Sync> FromRequestParts<S> for UpgradeRequest
where
    Edge: FromRef<S>,
{
    type Rejection = Refused;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, Refused> {
        if parts.uri.query().is_some_and(carries_a_ticket) {
            return Err(ticket_in_url().into());
        }
        let facts = RequestFacts::from_request_parts(parts, state).await?;
        let upgrade = WebSocketUpgrade::from_request_parts(parts, state).await;
        let upgrade = upgrade.map_err(|rejection| not_a_websocket(&rejection.body_text()))?;
        let slot = parts.extensions.remove::<ConnectionSlot>();
        let edge = Edge::from_ref(state);
        let origin = Origin::of(&parts.headers, &edge.settings().public_url);
        let address = address_group(facts.client_ip);
        let place = edge.stream_slot(facts.client_ip)?;
        Ok(Self { upgrade, address, origin, place, slot, token: token(&parts.headers) })
    }
}

impl Origin {
    fn of(headers: &HeaderMap, public_url: &str) -> Self {
        let Some(value) = headers.get(ORIGIN) else { return Self::Unsaid };
        // What is no text is nobody we list.
        let origin = value.to_str().unwrap_or("null");
        let host = origin.strip_prefix("https://").or_else(|| origin.strip_prefix("http://"));
        let own = text(headers, &HOST);
        if !public_url.is_empty() && origin.eq_ignore_ascii_case(origin_of(public_url)) {
            return Self::Same;
        }
        match (host, own) {
            (Some(host), Some(own)) if host.eq_ignore_ascii_case(own) => Self::Same,
            _ => Self::Foreign(origin.to_owned()),
        }
    }

    /// Whether pages from there may open sockets; `listed` holds the foreign ones that may.
    pub fn is_allowed(&self, listed: &[String]) -> bool {
        match self {
            Self::Unsaid | Self::Same => true,
            Self::Foreign(origin) => listed.iter().any(|listed| listed.eq_ignore_ascii_case(origin)),
        }
    }
}

/// Scheme, host and port of an address.
fn origin_of(url: &str) -> &str {
    let host_at = url.find("://").map_or(0, |at| at + 3);
    url[host_at..].find('/').map_or(url, |length| &url[..host_at + length])
}

fn token(headers: &HeaderMap) -> Option<Result<String, Refusal>> {
    if let Some(token) = bearer(headers) {
        return Some(token.map(str::to_owned));
    }
    let offers = headers.get_all(SEC_WEBSOCKET_PROTOCOL).iter().filter_map(|offer| offer.to_str().ok());
    let mut tokens =
        offers.flat_map(|offer| offer.split(',')).filter_map(|one| one.trim().strip_prefix("bearer."));
    tokens.next().map(|token| Ok(token.to_owned()))
}

fn text<'h>(headers: &'h HeaderMap, name: &HeaderName) -> Option<&'h str> {
    headers.get(name).and_then(|value| value.to_str().ok())
}

/// URLs end up in logs and histories; a ticket there is lost.
fn carries_a_ticket(query: &str) -> bool {
    let keys = query.split('&').filter_map(|pair| pair.split('=').next());
    keys.into_iter().any(|key| ["ticket", "ws_ticket", "token"].contains(&key))
}

fn ticket_in_url() -> Refusal {
    let text = "Send the ticket in an auth message, never in the address; this one should not be used again.";
    Refusal::new(Meaning::Invalid, "TICKET_IN_URL", text)
}

fn not_a_websocket(problem: &str) -> Refusal {
    Refusal::new(Meaning::Invalid, "NOT_A_WEBSOCKET", "This address speaks WebSocket only.")
        .with_details(serde_json::json!({ "problem": problem }))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn origin(origin: &str, host: &str) -> Origin {
        let headers = [(ORIGIN, origin), (HOST, host)];
        Origin::of(&headers.into_iter().map(|(name, value)| (name, value.parse().unwrap())).collect(), "")
    }

    #[test]
    fn the_same_host_is_at_home_and_others_must_be_listed() {
        assert_eq!(Origin::of(&HeaderMap::new(), ""), Origin::Unsaid);
        assert_eq!(origin("http://127.0.0.1:8080", "127.0.0.1:8080"), Origin::Same);
        assert_eq!(origin("https://Shop.example", "shop.example"), Origin::Same);
        let listed = [String::from("https://play.example")];
        for bad in [
            "null",
            "",
            "shop.example",
            "https://shop.example.evil",
            "https://shop.example:8443",
            "ftp://shop.example",
        ] {
            assert!(!origin(bad, "shop.example").is_allowed(&listed), "{bad}");
        }
        assert!(origin("https://play.example", "shop.example").is_allowed(&listed));
        assert!(!origin("http://play.example", "shop.example").is_allowed(&listed));
    }

    #[test]
    fn a_page_of_the_public_address_is_at_home_whatever_a_proxy_makes_of_the_host() {
        let behind = |origin: &str| {
            let headers = [(ORIGIN, origin), (HOST, "10.0.0.7:8080")];
            let headers = headers.into_iter().map(|(name, value)| (name, value.parse().unwrap())).collect();
            Origin::of(&headers, "https://play.example/base")
        };
        assert_eq!(behind("https://Play.example"), Origin::Same);
        for bad in ["http://play.example", "https://play.example:8443", "https://play.example.evil", "null"] {
            assert!(!behind(bad).is_allowed(&[]), "{bad}");
        }
    }

    #[test]
    fn a_ticket_in_the_address_is_seen() {
        for query in ["ticket=1", "a=1&token=2", "ws_ticket", "token="] {
            assert!(carries_a_ticket(query), "{query}");
        }
        assert!(!carries_a_ticket("v=1&tickets=2") && !carries_a_ticket(""));
    }
}
