//! The edge every request passes once: what it knows (`Edge`), what it notes of a request (`RequestFacts`), its layer.
//!
//! One hand-written layer does request ids, who, limits, metrics, headers, panics, the access log and envelopes, because
//! each further layer would cost every request an allocation or two.

mod access_log;
mod client_ip;
mod cors;
mod facts;
mod headers;
mod http_metrics;
mod layer;
mod prefixes;
mod rate;
mod request_id;
mod request_span;
mod route_settings;
mod settings;
mod token;

pub use client_ip::IpRange;
pub(crate) use client_ip::address_group;
pub use facts::RequestFacts;
pub use rate::{RateRule, RateRules};
pub use request_id::RequestId;
pub use route_settings::RouteSettings;
pub use settings::{AccessLog, EdgeParts, EdgeSettings, Limits};
pub use token::{DenyAll, TokenVerifier, bearer};

use crate::refused::{Refused, edge_refusals};
use axum::Router;
use axum::http::HeaderMap;
use kernel::{Actor, Clock, PublicIds, Refusal, Timestamp};
use prefixes::PrefixTable;
use std::sync::Arc;

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
}

impl Edge {
    /// An edge. `settings` must have passed [`EdgeSettings::problems`].
    #[must_use]
    pub fn new(parts: EdgeParts, settings: EdgeSettings) -> Self {
        let rates = rate::Rates::new(&settings);
        let routes = route_settings::RouteTable::new(&settings.routes, settings.body_bytes_max);
        let verifiers = parts.verifiers.iter().cloned().collect();
        let request_ids = request_id::RequestIds::new();
        Self(Arc::new(Inner {
            parts,
            settings,
            routes,
            verifiers,
            request_ids,
            rates,
            metrics: http_metrics::HttpMetrics::default(),
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

    /// Bytes of the largest body that is read at `path`.
    pub(crate) fn body_bytes_max_at(&self, path: &str) -> usize {
        self.0.routes.body_bytes_max_at(path)
    }

    /// Puts the edge around the finished router of the whole process: unknown addresses and methods are answered in the
    /// envelope, then CORS, then the layer. Call it once, last.
    pub fn guard(&self, router: Router) -> Router {
        let router = router
            .fallback(|| async { Refused(edge_refusals::route_not_found()) })
            .method_not_allowed_fallback(|| async { Refused(edge_refusals::method_not_allowed()) });
        let router = match cors::layer(&self.0.settings.cors_origins) {
            Some(cors) => router.layer(cors),
            None => router,
        };
        router.layer(layer::EdgeLayer::new(self.clone()))
    }
}

impl std::fmt::Debug for Edge {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Edge").field("settings", &self.0.settings).finish_non_exhaustive()
    }
}
