//! The table of all doors: the ground's own addresses, the stalls, the assets, and the edge around them.

use super::edge::edge;
use super::stalls::Stalls;
use super::tap_stall::Prices;
use super::{front, pages, tap_routes};
use crate::config::{Config, Profile};
use crate::tables;
use axum::Router;
use axum::routing::post;
use bytes::Bytes;
use futures_util::future::BoxFuture;
use kernel::{Clock, Refusal, Timestamp};
use rush::app::App;
use rush::http::RushState;
use serde_json::json;
use std::sync::Arc;
use store::{MigrationSet, Store};
use web::{Closing, Data, Edge, Probe, Refused, Telemetry, shell};

/// Builds the router of the whole process. Errors: a sentence for the operator.
pub fn build(
    config: &Config,
    stalls: &Stalls,
    prices: Option<&Prices>,
    telemetry: Telemetry,
    closing: &Closing,
) -> Result<Router, String> {
    let edge = edge(config, stalls)?;
    let probes = stalls.stores().map(database_probe).collect();
    let mut router = Router::new()
        .merge(front::routes(stalls, &edge))
        .merge(web::ground_routes(version(config), probes, telemetry))
        .nest(shell::ASSETS_ROOT, shell::router());
    if let Some(app) = &stalls.rush {
        router = router.merge(rush_routes(config, app, &edge, closing)?);
    }
    if let Some(app) = &stalls.tap {
        router = router.merge(tap_routes::routes(config, app, prices, &edge, closing)?);
    }
    if config.text("clock") == "manual" {
        router = router.merge(clock_routes(&stalls.clock));
    }
    Ok(edge.guard(router))
}

fn rush_routes(config: &Config, app: &Arc<App>, edge: &Edge, closing: &Closing) -> Result<Router, String> {
    let state = RushState {
        app: Arc::clone(app),
        edge: edge.clone(),
        default_tenant: config.text("rush.default_tenant").into(),
    };
    let (api, document) = rush::http::api().split_for_parts();
    let document = web::openapi::served(&document).map_err(|error| error.to_string())?;
    let mut routes = api.route("/rush/api/v1/openapi.json", document);
    if config.profile == Profile::Load {
        routes = routes.merge(rush::http::load::routes(Box::new(check_of(config, "rush"))));
    }
    Ok(routes.with_state(state).merge(pages::routes(config, app, edge, closing)))
}

fn version(config: &Config) -> serde_json::Value {
    json!({
        "name": "fairground",
        "version": env!("CARGO_PKG_VERSION"),
        "profile": format!("{:?}", config.profile).to_lowercase(),
        "stalls": config.list("stalls"),
        "git_commit": env!("BUILT_FROM_COMMIT"),
        "build_time": env!("BUILT_AT"),
        "toolchain": env!("BUILT_WITH"),
        "rule_version": tap::settings::RULE_VERSION,
        "schema_version": { "rush": schema(&rush::open::migrations()), "tap": schema(&tap::open::migrations()) },
    })
}

/// The last migration of a stall's own set.
fn schema(sets: &[MigrationSet]) -> &'static str {
    sets.last().and_then(|set| set.sqlite.last()).map_or("", |(name, _)| name)
}

fn database_probe(store: Store) -> Probe {
    let name = store.name();
    Probe::new(name, move || {
        let store = store.clone();
        async move {
            let answer = store.read(|tx| tx.query_one("SELECT 1", &[], |row| row.int(0))).await;
            answer.map(drop).map_err(|error| error.to_string())
        }
    })
}

/// The check of a stall's database, for the end of load runs.
pub(super) fn check_of(
    config: &Config,
    stall: &'static str,
) -> impl Fn() -> BoxFuture<'static, serde_json::Value> + Send + Sync + use<> {
    let target = tables::target(config, stall);
    move || Box::pin(check::as_json(target.clone()))
}

/// `POST /_clock {"now": RFC 3339}` or `{"advance_secs": n}`: moves a clock that stands. Only there with `clock = manual`.
fn clock_routes(clock: &Arc<dyn Clock>) -> Router {
    let clock = Arc::clone(clock);
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
