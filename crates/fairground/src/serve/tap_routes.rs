//! Tap's doors: the API, sockets, pages, and the endpoints that only some runs have.

use super::routes::check_of;
use super::tap_stall::Prices;
use crate::config::{Config, Profile};
use axum::Router;
use std::sync::Arc;
use tap::app::App;
use tap::domain::grid::{LOCK_COLUMNS, PRESETS};
use tap::domain::pricing::{Crossing, RATE_MAX};
use tap::http::{TapProtocol, TapState};
use tap::pages::{HouseRules, PagesState};
use web::live::{SocketDoor, SocketLimits, SocketParts, SocketPulse, SocketSettings};
use web::{Closing, Edge};

/// Sockets in all: the specification's number for one machine.
const SOCKETS_MAX: usize = 5_000;

/// Every route of Tap. Errors: a sentence for the operator.
pub fn routes(
    config: &Config,
    app: &Arc<App>,
    prices: Option<&Prices>,
    edge: &Edge,
    closing: &Closing,
) -> Result<Router, String> {
    let state = TapState {
        app: Arc::clone(app),
        edge: edge.clone(),
        door: door(config, app, edge, closing),
        orders: prices.map(|prices| prices.engine.orders.clone()),
    };
    let (api, document) = tap::http::api().split_for_parts();
    let document = web::openapi::served(&document).map_err(|error| error.to_string())?;
    let mut routes = api.route("/tap/api/openapi.json", document).merge(tap::http::live::routes());
    if app.settings.faucet {
        routes = routes.merge(tap::http::demo::routes());
    }
    if !app.settings.admin_token.is_empty() {
        routes = routes.merge(tap::http::admin::routes());
    }
    if config.profile == Profile::Load {
        routes = routes.merge(tap::http::load::routes(Box::new(check_of(config, "tap"))));
    }
    let pages = PagesState { edge: edge.clone(), rules: Arc::new(rules(app)) };
    Ok(routes.with_state(state).merge(tap::pages::router(pages)))
}

fn door(config: &Config, app: &Arc<App>, edge: &Edge, closing: &Closing) -> SocketDoor<TapProtocol> {
    let parts = SocketParts { hub: app.hub.clone(), users: app.streams.clone(), closing: closing.clone() };
    let limits = SocketLimits { sockets: SOCKETS_MAX, ..SocketLimits::default() };
    let settings = SocketSettings {
        origins: config.list("http.cors_origins"),
        limits: limits.under(edge.settings().limits),
        pulse: SocketPulse::default(),
    };
    SocketDoor::new(TapProtocol(Arc::clone(app)), parts, settings)
}

/// The rules as they are configured here, for the pages' words.
fn rules(app: &App) -> HouseRules {
    let settings = &app.settings;
    HouseRules {
        width_ms: settings.width_ms,
        lock_columns: LOCK_COLUMNS,
        presets: PRESETS.to_vec(),
        edge_bp: settings.edge_bp,
        gap_max_ms: tap::domain::evidence::GAP_MAX_MS,
        recovery_s: settings.recovery_s,
        warm_up_s: settings.warm_up_s,
        jumps_touch: settings.crossing == Crossing::Segment,
        touch_grace_columns: settings.touch_grace_columns,
        rate_max: RATE_MAX,
        play_money: settings.faucet,
    }
}
