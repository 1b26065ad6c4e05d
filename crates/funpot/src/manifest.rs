//! The stall as a value, and its opening: from the ground and its configuration to routes, jobs and subscribers.

use crate::app::App;
use crate::dialect::POT;
use crate::http::PotState;
use crate::http::realtime::PotProtocol;
use crate::open::{Opening, migrations};
use crate::pages::PagesState;
use crate::settings::Settings;
use crate::tokens::{PotVerifier, Tokens, platform_secret};
use crate::usecase::webhook_set;
use crate::{config, demo, events, http, jobs, outbox_tail, pages, publish, rates};
use axum::Router;
use futures_util::FutureExt as _;
use identity::SystemChance;
use identity::proofs::callback::WorkerKeys;
use stall::{Card, Deployment, Ground, Manifest, Mock, Opened, Picture, Profile, Section};
use std::sync::Arc;
use web::live::{
    SocketEndpoint, SocketHeartbeat, SocketLimits, SocketParts, SocketSettings, UserHistory, UserStreams,
};
use web::{Edge, Envelope, RouteSettings};

/// Channels of one socket (spec, section 5).
const CHANNELS_MAX: usize = 32;
/// Sockets of one address.
const SOCKETS_PER_ADDRESS: usize = 200;
/// Bytes of the largest body that is read (spec, section 3).
const BODY_BYTES_MAX: usize = 1 << 20;

/// The value of `funpot.telegram` that asks for ours.
const SIMULATED: &str = "simulated";

/// A live pot on a stream.
pub static MANIFEST: Manifest = Manifest {
    name: "funpot",
    prefix: "/funpot",
    about: "a live pot on a stream, settled in public",
    keys: config::KEYS,
    profile_defaults: config::PROFILE_DEFAULTS,
    load_log_off: &[],
    flags: &[],
    problems: config::problems,
    mocks,
    migrations,
    routes: route_settings,
    openapi: || http::api().split_for_parts().1,
    credentials: &[],
    card: Card {
        title: "FunPot",
        text: "Put your Stars on what happens next in the stream. Every pot is split in public, with a receipt.",
        action: "Open the pot",
        picture: Picture::Drawing(include_str!("pages/card.svg")),
    },
    versions: &[],
    open: |ground, section| open(ground, section).boxed(),
};

/// Telegram, where our simulation of it is asked for.
fn mocks(section: &Section) -> Vec<Mock> {
    let telegram = Mock { name: "telegram", seed: 0 };
    if section.get(&config::TELEGRAM) == SIMULATED { vec![telegram] } else { Vec::new() }
}

/// How refusals are written, which route pays from which bucket, and how much is read.
#[must_use]
pub fn route_settings(_: &Deployment) -> RouteSettings {
    let mut envelopes = vec![("/funpot", Envelope::page(pages::refusal_page))];
    envelopes.extend(http::PREFIXES.map(|prefix| (prefix, Envelope::of::<http::PotFormat>())));
    RouteSettings { envelopes, rates: rates::rules(), body_bytes_max: vec![("/funpot", BODY_BYTES_MAX)] }
}

async fn open(ground: Ground, section: Section) -> Result<Opened, String> {
    let settings = Settings::read(&ground, &section)?;
    let opening = Opening {
        clock: Arc::clone(&ground.clock),
        node: ground.node,
        public: ground.public_ids.clone(),
        chance: Arc::new(SystemChance),
        worker_keys: worker_keys(&settings)?,
        secret: ground.signing_keys.current.clone(),
        tokens: tokens(&ground, &section, settings.jwt_ttl_s)?,
        settings,
    };
    let app = App::open(&ground.store, opening).await.map_err(|error| error.to_string())?;
    if section.get(&config::TELEGRAM) == SIMULATED {
        webhook_set::run(&app).await.map_err(|fault| format!("the simulated Telegram: {fault}"))?;
    }
    ground.tasks.spawn("funpot outbox_tail", outbox_tail::run(Arc::clone(&app), ground.closing.clone()));
    ground.tasks.spawn("funpot totals", publish::totals(Arc::clone(&app), ground.closing.clone()));
    Ok(Opened {
        store: app.store.clone(),
        verifier: Some(Arc::new(PotVerifier(Arc::clone(&app.tokens)))),
        jobs: jobs::all().into_iter().map(|job| job.over(&app)).collect(),
        subscribers: events::subscribers(&app),
        inbound: None,
        accounts: None,
        demo: Some(demo::demo(&app)),
        router: Box::new(move |edge| router(&ground, &app, &edge)),
    })
}

/// Who may report events.
fn worker_keys(settings: &Settings) -> Result<WorkerKeys, String> {
    let entries = settings.worker_secrets.split(',').map(str::trim).filter(|entry| !entry.is_empty());
    WorkerKeys::parse(entries).map_err(|problem| format!("funpot.worker_secrets: {problem}"))
}

/// What signs access tokens: the secret that is configured, or the platform's key; an older secret is still accepted.
fn tokens(ground: &Ground, section: &Section, ttl_s: i64) -> Result<Tokens, String> {
    let [mut current, older] = [&config::JWT_SECRET, &config::JWT_SECRET_OLDER].map(|key| section.get(key));
    if current.is_empty() {
        current = platform_secret(&ground.signing_keys.current);
    }
    let older = (!older.is_empty()).then_some(older.as_str());
    Tokens::new((&current, older), ground.public_ids.clone(), ttl_s)
        .map_err(|error| format!("funpot.auth_jwt_secret_older: {error}"))
}

/// Every route.
fn router(ground: &Ground, app: &Arc<App>, edge: &Edge) -> Result<Router, String> {
    let state = PotState { app: Arc::clone(app), edge: edge.clone(), endpoint: endpoint(ground, app) };
    let (api, document) = http::api().split_for_parts();
    let document = web::openapi::served(&document, edge).map_err(|error| error.to_string())?;
    let mut routes = api.route("/funpot/openapi.json", document).merge(http::plain());
    if ground.deployment.profile == Profile::Load {
        routes = routes.merge(http::load::routes(Arc::clone(&ground.check)));
    }
    Ok(routes.with_state(state).merge(pages::router(PagesState::new(app, edge))))
}

/// Where sockets come in. A phone behind a carrier's address shares it with thousands.
fn endpoint(ground: &Ground, app: &Arc<App>) -> SocketEndpoint<PotProtocol> {
    let users = UserStreams::with_dialect(Arc::clone(&ground.clock), UserHistory::default(), &POT);
    let parts = SocketParts { hub: app.hub.clone(), users, closing: ground.closing.clone() };
    let limits = SocketLimits {
        sockets: app.settings.sockets_max,
        per_address: SOCKETS_PER_ADDRESS,
        channels: CHANNELS_MAX,
        ..SocketLimits::default()
    };
    let settings = SocketSettings {
        origins: ground.cors_origins.clone(),
        limits: limits.under(ground.limits),
        heartbeat: SocketHeartbeat::default(),
    };
    SocketEndpoint::new(PotProtocol(Arc::clone(app)), parts, settings)
}
