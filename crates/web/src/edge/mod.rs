//! The edge every request passes once: what it knows (`Edge`), what it notes of a request (`RequestFacts`), its layer.
//!
//! One hand-written layer does request ids, who, limits, metrics, headers, panics, the access log and envelopes, because
//! each further layer would cost every request an allocation or two.

mod access_log;
mod client_ip;
mod compress;
mod cookies;
mod cors;
mod facts;
mod headers;
mod http_metrics;
mod layer;
mod page_sessions;
mod prefixes;
mod rate;
mod request_id;
mod request_span;
mod route_settings;
mod settings;
mod single_headers;
mod slots;
mod target;
mod token;

pub use client_ip::IpRange;
pub(crate) use client_ip::{address_group, is_within};
pub use facts::RequestFacts;
pub use rate::{RateRule, RateRules};
pub use request_id::RequestId;
pub(crate) use request_span::Unadmitted;
pub use route_settings::RouteSettings;
pub(crate) use route_settings::RouteTable;
pub use settings::{AccessLog, EdgeParts, EdgeSettings, Limits, STREAMS_PER_ADDRESS};
pub(crate) use slots::StreamSlot;
pub use target::Door;
pub use token::{BypassRequest, DenyAll, TokenVerifier, bearer};

use crate::refused::{Refused, edge_refusals};
use axum::Router;
use axum::http::{HeaderMap, Uri};
use axum::response::{IntoResponse as _, Redirect, Response};
use kernel::{Actor, Clock, PublicIds, Refusal, Timestamp, UserId};
use prefixes::PrefixTable;
use std::net::IpAddr;
use std::sync::Arc;
use std::sync::atomic::AtomicBool;

/// What the edge knows, shared by every request; cloning it is one counter.
///
/// A stall's state gives it to the extractors: `impl FromRef<ShopState> for web::Edge`.
#[derive(Clone)]
pub struct Edge(Arc<Inner>);

struct Inner {
    parts: EdgeParts,
    settings: EdgeSettings,
    routes: route_settings::RouteTable,
    verifiers: PrefixTable<Arc<dyn TokenVerifier>>,
    request_ids: request_id::RequestIds,
    rates: rate::Rates,
    metrics: http_metrics::HttpMetrics,
    streams: Arc<slots::StreamSlots>,
    page_sessions: page_sessions::PageSessions,
    /// Whether an untrusted `X-Forwarded-For` was warned of.
    warned_of_forwarding: AtomicBool,
}

impl Edge {
    /// An edge. `settings` must have passed [`EdgeSettings::problems`].
    #[must_use]
    pub fn new(parts: EdgeParts, settings: EdgeSettings) -> Self {
        let rates = rate::Rates::new(&settings);
        let routes = route_settings::RouteTable::new(&settings.routes, settings.body_bytes_max);
        let verifiers = parts.verifiers.iter().cloned().collect();
        let request_ids = request_id::RequestIds::new();
        let streams = slots::StreamSlots::new(settings.streams_per_address);
        Self(Arc::new(Inner {
            parts,
            settings,
            routes,
            verifiers,
            request_ids,
            rates,
            metrics: http_metrics::HttpMetrics::default(),
            streams,
            page_sessions: page_sessions::PageSessions::default(),
            warned_of_forwarding: AtomicBool::new(false),
        }))
    }

    /// The settings it was made with.
    #[must_use]
    pub fn settings(&self) -> &EdgeSettings {
        &self.0.settings
    }

    /// The codec of public ids.
    #[must_use]
    pub fn ids(&self) -> &PublicIds {
        &self.0.parts.ids
    }

    /// The clock.
    #[must_use]
    pub fn clock(&self) -> &Arc<dyn Clock> {
        &self.0.parts.clock
    }

    /// The present moment.
    #[must_use]
    pub fn now(&self) -> Timestamp {
        self.0.parts.clock.now()
    }

    /// The actor of the bearer token in `headers`; `None` without one. Errors: 401, as the verifier of `path` says.
    pub(crate) fn verify_token(&self, path: &str, headers: &HeaderMap) -> Option<Result<Actor, Refusal>> {
        let token = bearer(headers)?;
        let verifier =
            self.0.verifiers.at(path).map_or(&DenyAll as &dyn TokenVerifier, |verifier| &**verifier);
        Some(token.and_then(|token| verifier.verify(token, self.now())))
    }

    /// Whether the limit of `route` is not applied, by the word of the verifier of `path`.
    pub(crate) fn limit_bypass(&self, path: &str, request: &BypassRequest<'_>) -> Option<&'static str> {
        self.0.verifiers.at(path).and_then(|verifier| verifier.limit_bypass(request))
    }

    /// Says that the page session in `cookie` was found to be of `user`: from now on their pages pay from their own bucket.
    pub fn remember_page_session(&self, cookie: &str, user: UserId) {
        self.0.page_sessions.remember(cookie, user, self.now());
    }

    /// A place for one more stream or socket of `address`. Errors: 429 `TOO_MANY_CONNECTIONS`.
    pub(crate) fn stream_slot(&self, address: IpAddr) -> Result<Option<StreamSlot>, Refusal> {
        if is_within(address, &self.0.settings.trusted_proxies) {
            return Ok(None);
        }
        self.0.streams.take(address_group(address)).map(Some).ok_or_else(edge_refusals::too_many_connections)
    }

    /// Whether browsers reach us by https.
    pub(crate) fn is_secure(&self) -> bool {
        self.0.settings.public_url.starts_with("https://")
    }

    /// Bytes of the largest body that is read at `path`.
    pub(crate) fn body_bytes_max_at(&self, path: &str) -> usize {
        self.0.routes.body_bytes_max_at(path)
    }

    /// Puts the edge around the finished router of the whole process: unknown addresses and methods are answered in the
    /// envelope, then CORS, then the layer. Call it once, last.
    pub fn guard(&self, router: Router) -> Router {
        let router = router
            .fallback(|uri: Uri| async move { not_found(&uri) })
            .method_not_allowed_fallback(|| async { Refused(edge_refusals::method_not_allowed()) });
        let router = match cors::layer(&self.0.settings.cors_origins) {
            Some(cors) => router.layer(cors),
            None => router,
        };
        router.layer(layer::EdgeLayer::new(self.clone()))
    }
}

/// What is at no address: the same address without its last slash, if it has one, else nothing.
fn not_found(uri: &Uri) -> Response {
    let trimmed = uri.path().trim_end_matches('/');
    // Two slashes in front would name another host.
    if trimmed.len() == uri.path().len() || trimmed.is_empty() || trimmed.starts_with("//") {
        return Refused(edge_refusals::route_not_found()).into_response();
    }
    let query = uri.query().map(|query| format!("?{query}")).unwrap_or_default();
    Redirect::permanent(&format!("{trimmed}{query}")).into_response()
}

impl std::fmt::Debug for Edge {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Edge").field("settings", &self.0.settings).finish_non_exhaustive()
    }
}
