//! The table of all doors: the ground's own addresses, the stalls, the assets, and the edge around them.

use super::pages;
use crate::config::{Config, Profile};
use crate::{check, tables};
use axum::Router;
use axum::response::Redirect;
use axum::routing::{get, post};
use bytes::Bytes;
use cluster::LocalLimiter;
use futures_util::future::BoxFuture;
use kernel::{Clock, Refusal, Timestamp};
use rush::app::App;
use rush::http::RushState;
use serde_json::json;
use std::sync::Arc;
use web::{
    AccessLog, Closing, Data, Edge, EdgeParts, EdgeSettings, IpRange, Limits, Probe, Refused, Telemetry,
};

/// Builds the router of the whole process. Errors: a sentence for the operator.
pub fn build(
    config: &Config,
    app: &Arc<App>,
    telemetry: Telemetry,
    closing: &Closing,
) -> Result<Router, String> {
    let edge = edge(config, app)?;
    let state = RushState {
        app: Arc::clone(app),
        edge: edge.clone(),
        default_tenant: config.text("rush.default_tenant").into(),
    };
    let (api, document) = rush::http::api().split_for_parts();
    let document = web::openapi::served(&document).map_err(|error| error.to_string())?;
    let rush = api.route("/rush/api/v1/openapi.json", document).with_state(state.clone());
    let mut router = Router::new()
        .route("/", get(|| async { Redirect::temporary("/rush") }))
        .merge(web::ground_routes(version(config), vec![database_probe(app)], telemetry))
        .merge(rush)
        .merge(pages::routes(config, app, &edge, closing));
    if config.profile == Profile::Load {
        router = router.merge(load_routes(config, state));
    }
    if config.text("clock") == "manual" {
        router = router.merge(clock_routes(app));
    }
    Ok(edge.guard(router))
}

fn edge(config: &Config, app: &Arc<App>) -> Result<Edge, String> {
    let factor = u32::try_from(config.number("http.rate_limit_factor")).unwrap_or(u32::MAX);
    let proxies: Result<Vec<IpRange>, _> =
        config.list("http.trusted_proxies").iter().map(|text| text.parse::<IpRange>()).collect();
    let settings = EdgeSettings {
        access_log: access_log(config),
        body_bytes_max: config.size("http.body_bytes_max"),
        limits: if factor == 0 { Limits::Off } else { Limits::Times(factor) },
        rate_rules: rush::rates::rules(),
        trusted_proxies: proxies.map_err(|error| format!("http.trusted_proxies: {error}"))?,
        cors_origins: config.list("http.cors_origins"),
        envelopes: pages::envelopes(),
        ..EdgeSettings::default()
    };
    let problems = settings.problems();
    if !problems.is_empty() {
        return Err(problems.join("; "));
    }
    let parts = EdgeParts {
        clock: Arc::clone(&app.clock),
        ids: app.public.clone(),
        verifier: Arc::new(app.identity.clone()),
        verifiers: Vec::new(),
        limiter: Arc::new(LocalLimiter::new()),
    };
    Ok(Edge::new(parts, settings))
}

fn access_log(config: &Config) -> AccessLog {
    match (config.text("log.access"), config.profile) {
        ("none", _) => AccessLog::None,
        ("slow_and_errors", _) | ("auto", Profile::Load) => AccessLog::SlowAndErrors,
        _ => AccessLog::All,
    }
}

fn version(config: &Config) -> serde_json::Value {
    json!({
        "name": "fairground",
        "version": env!("CARGO_PKG_VERSION"),
        "profile": format!("{:?}", config.profile).to_lowercase(),
    })
}

fn database_probe(app: &Arc<App>) -> Probe {
    let app = Arc::clone(app);
    Probe::new("database", move || {
        let store = app.store.clone();
        async move {
            let answer = store.read(|tx| tx.query_one("SELECT 1", &[], |row| row.int(0))).await;
            answer.map(drop).map_err(|error| error.to_string())
        }
    })
}

fn load_routes(config: &Config, state: RushState) -> Router {
    let target = tables::target(config, "rush");
    let check = move || -> BoxFuture<'static, serde_json::Value> { Box::pin(check::as_json(target.clone())) };
    rush::http::load::routes(Box::new(check)).with_state(state)
}

/// `POST /_clock {"now": RFC 3339}` or `{"advance_secs": n}`: moves a clock that stands. Only there with `clock = manual`.
fn clock_routes(app: &Arc<App>) -> Router {
    let clock = Arc::clone(&app.clock);
    Router::new()
        .route("/_clock", post(move |body: Bytes| std::future::ready(set_clock(clock.as_ref(), &body))))
}

fn set_clock(clock: &dyn Clock, body: &[u8]) -> Result<Data<serde_json::Value>, Refused> {
    #[derive(serde::Deserialize)]
    struct Wish {
        now: Option<String>,
        advance_secs: Option<i64>,
    }
    let wish: Wish = web::parse_json(body)?;
    let to = match (wish.now, wish.advance_secs) {
        (Some(text), None) => Timestamp::parse_rfc3339(&text).map_err(|why| Refusal::field("now", &why))?,
        (None, Some(seconds)) => clock.now().plus_secs(seconds),
        _ => return Err(Refusal::field("now", "send either now or advance_secs").into()),
    };
    clock.set(to);
    Ok(Data(json!({ "now": clock.now().rfc3339() })))
}
