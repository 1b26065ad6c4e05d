//! The stall as a value, and its opening: from the ground and its configuration to prices, routes, sockets and jobs.

use crate::app::App;
use crate::domain::grid::{LOCK_COLUMNS, PRESETS};
use crate::domain::pricing::{Crossing, RATE_MAX};
use crate::engine::BreakerCommand;
use crate::http::{SessionVerifier, TapProtocol, TapState};
use crate::open::{Opening, migrations};
use crate::pages::{HouseRules, PagesState};
use crate::{config, demo, http, jobs, outbox_tail, pages, prices, rates, settings};
use axum::Router;
use futures_util::FutureExt as _;
use identity::SystemChance;
use stall::{Card, Deployment, Ground, Manifest, Mock, Opened, Picture, Profile, Section};
use std::sync::Arc;
use tokio::sync::mpsc;
use web::live::{SocketEndpoint, SocketHeartbeat, SocketLimits, SocketParts, SocketSettings};
use web::{Edge, Envelope, RouteSettings};

/// Sockets in all: the specification's number for one machine.
const SOCKETS_MAX: usize = 5_000;
/// Bytes of the largest body that is read (spec §12).
const BODY_BYTES_MAX: usize = 8 * 1024;
/// The same where load runs ask for thousands of players at once; a signature's resource has some 90 bytes.
const LOAD_BODY_BYTES_MAX: usize = 1 << 20;

/// A grid of time and price over the live BTC price.
pub static MANIFEST: Manifest = Manifest {
    name: "tap",
    prefix: "/tap",
    about: "a grid of time and price over the live BTC price",
    keys: config::KEYS,
    profile_defaults: config::PROFILE_DEFAULTS,
    load_log_off: &["tap::bets"],
    flags: config::FLAGS,
    problems: config::problems,
    mocks,
    migrations,
    routes: route_settings,
    openapi: || http::api().split_for_parts().1,
    credentials: &[],
    card: Card {
        title: "Tap",
        text: "A grid over the live Bitcoin price. Tap where it will be; each outcome comes with its proof.",
        action: "Open the grid",
        picture: Picture::Drawing(include_str!("pages/card.svg")),
    },
    versions: &[("rule_version", settings::RULE_VERSION)],
    open: |ground, section| open(ground, section).boxed(),
};

/// The venues, where our simulator of them is asked for.
fn mocks(section: &Section) -> Vec<Mock> {
    let simulated = section.get(&config::FEEDS) == "simulator" && section.get(&config::RECORDING).is_empty();
    let venues = Mock { name: "venues", seed: section.get(&config::SIMULATOR_SEED) };
    if simulated { vec![venues] } else { Vec::new() }
}

/// How refusals are written, which route pays from which bucket, and how much is read.
#[must_use]
pub fn route_settings(deployment: &Deployment) -> RouteSettings {
    let problem = Envelope::of::<http::PlainFormat>();
    let mut body_bytes_max = vec![("/tap", BODY_BYTES_MAX)];
    if deployment.profile == Profile::Load {
        body_bytes_max.push(("/tap/_load", LOAD_BODY_BYTES_MAX));
    }
    RouteSettings {
        envelopes: vec![
            ("/tap", Envelope::page(pages::refusal_page)),
            ("/tap/api", problem),
            ("/tap/ws", problem),
            ("/tap/admin", problem),
            ("/tap/_load", problem),
        ],
        rates: rates::rules(),
        body_bytes_max,
    }
}

async fn open(ground: Ground, section: Section) -> Result<Opened, String> {
    let opening = Opening {
        clock: Arc::clone(&ground.clock),
        node: ground.node,
        public: ground.public_ids.clone(),
        chance: Arc::new(SystemChance),
        secret: ground.signing_keys.current.clone(),
        settings: settings::Settings::read(&ground, &section)?,
    };
    let app = App::open(&ground.store, opening).await.map_err(|error| error.to_string())?;
    let breaker_commands = prices::start(&section, &app, (&ground.tasks, &ground.closing)).await?;
    ground.tasks.spawn("tap outbox_tail", outbox_tail::run(Arc::clone(&app), ground.closing.clone()));
    Ok(Opened {
        store: app.store.clone(),
        verifier: Some(Arc::new(SessionVerifier(Arc::clone(&app)))),
        jobs: jobs::all().into_iter().map(|job| job.over(&app)).collect(),
        subscribers: Vec::new(),
        inbound: None,
        accounts: None,
        demo: Some(demo::demo(&app)),
        router: Box::new(move |edge| router(&ground, &app, breaker_commands, &edge)),
    })
}

/// Every route.
fn router(
    ground: &Ground,
    app: &Arc<App>,
    breaker_commands: mpsc::Sender<BreakerCommand>,
    edge: &Edge,
) -> Result<Router, String> {
    let state = TapState {
        app: Arc::clone(app),
        edge: edge.clone(),
        door: socket_endpoint(ground, app),
        breaker_commands: Some(breaker_commands),
    };
    let (api, document) = http::api().split_for_parts();
    let document = web::openapi::served(&document, edge).map_err(|error| error.to_string())?;
    let mut routes = api.route("/tap/api/openapi.json", document).merge(http::live::routes());
    if app.settings.faucet {
        routes = routes.merge(http::demo::routes());
    }
    if !app.settings.admin_token.is_empty() {
        routes = routes.merge(http::admin::routes());
    }
    if ground.deployment.profile == Profile::Load {
        let check = Arc::clone(&ground.check);
        routes = routes.merge(http::load::routes(Box::new(move || check())));
    }
    let pages = PagesState { edge: edge.clone(), rules: Arc::new(house_rules(app)) };
    Ok(routes.with_state(state).merge(pages::router(pages)))
}

fn socket_endpoint(ground: &Ground, app: &Arc<App>) -> SocketEndpoint<TapProtocol> {
    let parts =
        SocketParts { hub: app.hub.clone(), users: app.streams.clone(), closing: ground.closing.clone() };
    let limits = SocketLimits { sockets: SOCKETS_MAX, ..SocketLimits::default() };
    let settings = SocketSettings {
        origins: ground.cors_origins.clone(),
        limits: limits.under(ground.limits),
        heartbeat: SocketHeartbeat::default(),
    };
    SocketEndpoint::new(TapProtocol(Arc::clone(app)), parts, settings)
}

/// The rules as they are configured here, for the pages' words.
fn house_rules(app: &App) -> HouseRules {
    let settings = &app.settings;
    HouseRules {
        width_ms: settings.width_ms,
        lock_columns: LOCK_COLUMNS,
        presets: PRESETS.to_vec(),
        edge_bp: settings.edge_bp,
        gap_max_ms: crate::domain::evidence::GAP_MAX_MS,
        recovery_s: settings.recovery_s,
        warm_up_s: settings.warm_up_s,
        jumps_touch: settings.crossing == Crossing::Segment,
        touch_grace_columns: settings.touch_grace_columns,
        rate_max: RATE_MAX,
        play_money: settings.faucet,
    }
}
