//! The ground's own addresses: `/health`, `/ready`, `/version`, `/metrics`. What readiness means is told by probes.

use crate::refused::edge_refusals;
use crate::{Closing, Data, OperatorToken, Refused, Telemetry};
use axum::Router;
use axum::http::HeaderMap;
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

type Check = Arc<dyn Fn() -> BoxFuture<'static, Vec<Failure>> + Send + Sync>;

/// What is missing: its name for everybody, and the cause for our log.
type Failure = (String, String);

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
        let failures = move |answer: Result<(), String>| {
            answer.err().map(|cause| (name.to_owned(), cause)).into_iter().collect()
        };
        Self { name, check: Arc::new(move || check().map(failures).boxed()) }
    }

    /// A probe of many things at once, each with a name of its own. `check` answers those that failed.
    pub fn of_many(
        name: &'static str,
        check: impl Fn() -> Vec<(String, String)> + Send + Sync + 'static,
    ) -> Self {
        Self { name, check: Arc::new(move || std::future::ready(check()).boxed()) }
    }

    /// Fails once the end has begun, so that a balancer stops sending before the listener closes.
    #[must_use]
    pub fn open(closing: Closing) -> Self {
        Self::new("open", move || {
            let begun = closing.has_begun();
            std::future::ready(if begun { Err(String::from("shutting down")) } else { Ok(()) })
        })
    }

    async fn failures(&self) -> Vec<Failure> {
        let late = || vec![(self.name.to_owned(), format!("no answer within {} s", PROBE_MAX.as_secs()))];
        tokio::time::timeout(PROBE_MAX, (self.check)()).await.unwrap_or_else(|_| late())
    }
}

impl std::fmt::Debug for Probe {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Probe({})", self.name)
    }
}

/// What balancers and orchestrators ask, each under both of its names.
pub fn health_routes(probes: Vec<Probe>) -> Router {
    let probes: Arc<[Probe]> = probes.into();
    Router::new()
        .route("/health", get(alive))
        .route("/livez", get(alive))
        .route(
            "/readyz",
            get({
                let probes = probes.clone();
                move || ready(probes.clone())
            }),
        )
        .route("/ready", get(move || ready(probes.clone())))
}

/// Who may read what a process says of itself.
#[derive(Debug, Clone)]
pub enum OperationsAccess {
    /// Whoever reaches it.
    Everybody,
    /// Whoever shows the token; for everybody else there is nothing here.
    Bearer(OperatorToken),
}

/// `/version` and `/metrics`: of use to operators, and to whoever wants to know how much is sold and what runs here.
/// `version` is what `/version` says as it is.
pub fn operations_routes(version: Value, telemetry: Telemetry, access: &OperationsAccess) -> Router {
    let text = [(CONTENT_TYPE, "text/plain; version=0.0.4; charset=utf-8")];
    let [of_version, of_metrics] = [access.clone(), access.clone()];
    Router::new()
        .route(
            "/version",
            get(move |headers: HeaderMap| {
                std::future::ready(of_version.admit(&headers).map(|()| Data(version.clone())))
            }),
        )
        .route(
            "/metrics",
            get(move |headers: HeaderMap| {
                let admitted = of_metrics.admit(&headers);
                std::future::ready(admitted.map(|()| (text, telemetry.render()).into_response()))
            }),
        )
}

impl OperationsAccess {
    fn admit(&self, headers: &HeaderMap) -> Result<(), Refused> {
        match self {
            Self::Everybody => Ok(()),
            Self::Bearer(token) if token.is_shown(headers) => Ok(()),
            Self::Bearer(_) => Err(Refused(edge_refusals::route_not_found())),
        }
    }
}

/// The process answers; it needs nothing for that.
async fn alive() -> Data<Value> {
    Data(json!({ "status": "ok" }))
}

async fn ready(probes: Arc<[Probe]>) -> Result<Data<Value>, Refused> {
    let failures: Vec<_> = join_all(probes.iter().map(Probe::failures)).await.into_iter().flatten().collect();
    if failures.is_empty() {
        let names: Vec<_> = probes.iter().map(|probe| probe.name).collect();
        return Ok(Data(json!({ "status": "ready", "probes": names })));
    }
    Err(not_ready(&failures).into())
}

fn not_ready(failures: &[Failure]) -> Refusal {
    let names: Vec<_> = failures.iter().map(|(name, _)| name.as_str()).collect();
    let text = format!("Not ready: {}.", names.join(", "));
    let mut refusal = Refusal::new(Meaning::Unavailable, "NOT_READY", text)
        .with_details(json!({ "failed": names }))
        .retry_after(1);
    let causes: Vec<_> = failures.iter().map(|(name, cause)| format!("{name}: {cause}")).collect();
    refusal.internal = Some(causes.join("; "));
    refusal
}
