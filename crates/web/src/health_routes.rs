//! The ground's own addresses: `/health`, `/ready`, `/version`, `/metrics`. What readiness means is told by probes.

use crate::{Closing, Data, Refused, Telemetry};
use axum::Router;
use axum::http::header::CONTENT_TYPE;
use axum::response::IntoResponse;
use axum::routing::get;
use futures_util::future::{BoxFuture, FutureExt, join_all};
use kernel::{Meaning, Refusal};
use serde_json::{Value, json};
use std::future::Future;
use std::sync::Arc;
use std::time::Duration;

/// How long one probe may take; a balancer asks every few seconds.
const PROBE_MAX: Duration = Duration::from_secs(2);

type Check = Arc<dyn Fn() -> BoxFuture<'static, Result<(), String>> + Send + Sync>;

/// One thing the process needs before it should be sent requests.
#[derive(Clone)]
pub struct Probe {
    name: &'static str,
    check: Check,
}

impl Probe {
    /// A probe. `check` answers `Err` with a sentence for our log; callers see the name alone.
    pub fn new<F, A>(name: &'static str, check: F) -> Self
    where
        F: Fn() -> A + Send + Sync + 'static,
        A: Future<Output = Result<(), String>> + Send + 'static,
    {
        Self { name, check: Arc::new(move || check().boxed()) }
    }

    /// Fails once the end has begun, so that a balancer stops sending before the listener closes.
    #[must_use]
    pub fn open(closing: Closing) -> Self {
        Self::new("open", move || {
            let begun = closing.has_begun();
            std::future::ready(if begun { Err(String::from("shutting down")) } else { Ok(()) })
        })
    }

    async fn failure(&self) -> Option<(&'static str, String)> {
        match tokio::time::timeout(PROBE_MAX, (self.check)()).await {
            Ok(Ok(())) => None,
            Ok(Err(cause)) => Some((self.name, cause)),
            Err(_) => Some((self.name, format!("no answer within {} s", PROBE_MAX.as_secs()))),
        }
    }
}

impl std::fmt::Debug for Probe {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Probe({})", self.name)
    }
}

/// The four routes, two of them also under the names that orchestrators ask for. `version` is what `/version` says as it is.
pub fn health_routes(version: Value, probes: Vec<Probe>, telemetry: Telemetry) -> Router {
    let probes: Arc<[Probe]> = probes.into();
    let text = [(CONTENT_TYPE, "text/plain; version=0.0.4; charset=utf-8")];
    Router::new()
        .route("/health", get(alive))
        .route("/livez", get(alive))
        .route("/version", get(move || std::future::ready(Data(version.clone()))))
        .route(
            "/readyz",
            get({
                let probes = probes.clone();
                move || ready(probes.clone())
            }),
        )
        .route("/ready", get(move || ready(probes.clone())))
        .route("/metrics", get(move || std::future::ready((text, telemetry.render()).into_response())))
}

/// The process answers; it needs nothing for that.
async fn alive() -> Data<Value> {
    Data(json!({ "status": "ok" }))
}

async fn ready(probes: Arc<[Probe]>) -> Result<Data<Value>, Refused> {
    let failures: Vec<_> = join_all(probes.iter().map(Probe::failure)).await.into_iter().flatten().collect();
    if failures.is_empty() {
        let names: Vec<_> = probes.iter().map(|probe| probe.name).collect();
        return Ok(Data(json!({ "status": "ready", "probes": names })));
    }
    Err(not_ready(&failures).into())
}

fn not_ready(failures: &[(&'static str, String)]) -> Refusal {
    let names: Vec<_> = failures.iter().map(|(name, _)| *name).collect();
    let text = format!("Not ready: {}.", names.join(", "));
    let mut refusal = Refusal::new(Meaning::Unavailable, "NOT_READY", text)
        .with_details(json!({ "failed": names }))
        .retry_after(1);
    let causes: Vec<_> = failures.iter().map(|(name, cause)| format!("{name}: {cause}")).collect();
    refusal.internal = Some(causes.join("; "));
    refusal
}
