//! The stall as a value, and its opening: from the ground and its configuration to routes, jobs and subscribers.

use crate::app::App;
use crate::http::{TirisFormat, TirisState};
use crate::open::{Opening, migrations};
use crate::settings::Settings;
use crate::tokens::Tokens;
use crate::{config, events, http, jobs};
use axum::Router;
use cluster::RateClass;
use futures_util::FutureExt as _;
use stall::{Card, Ground, Manifest, Opened, Picture, Profile, Section};
use std::sync::Arc;
use web::{Edge, Envelope, RateRules, RouteSettings};

/// Load runs make traders and ask for logs by the hundred thousand; the routes are there in the load profile alone.
const LOAD: RateClass = RateClass::new("tiris_load", 1_000_000, 1_000_000);
/// Bytes of the largest body: 500 logs of some 4 kB.
const BODY_BYTES_MAX: usize = 4 << 20;

/// Sub-accounts for trading bots.
pub static MANIFEST: Manifest = Manifest {
    name: "tiris",
    prefix: "/tiris",
    about: "sub-accounts for trading bots",
    keys: config::KEYS,
    profile_defaults: config::PROFILE_DEFAULTS,
    load_log_off: &[],
    flags: &[],
    problems: config::problems,
    mocks: |_| Vec::new(),
    migrations,
    routes: |_| route_settings(),
    openapi: || http::api().split_for_parts().1,
    credentials: &[],
    card: Card {
        title: "Tiris",
        text: "Slices of an exchange account for trading bots, and the truth about where the money went.",
        action: "See the bots",
        picture: Picture::Poster("tiris-at-dawn"),
    },
    versions: &[],
    open: |ground, section| open(ground, section).boxed(),
};

/// How refusals are written, and how much is read.
#[must_use]
pub fn route_settings() -> RouteSettings {
    RouteSettings {
        envelopes: vec![("/tiris", Envelope::of::<TirisFormat>())],
        rates: RateRules { prefixes: vec![("/tiris/_load", LOAD)], ..RateRules::default() },
        body_bytes_max: vec![("/tiris/v1/trading-logs/batch", BODY_BYTES_MAX)],
    }
}

async fn open(ground: Ground, section: Section) -> Result<Opened, String> {
    let opening = Opening {
        clock: Arc::clone(&ground.clock),
        node: ground.node,
        public: ground.public_ids.clone(),
        tokens: Arc::new(tokens(&ground, &section)?),
        settings: Settings::read(&section),
    };
    let app = App::open(&ground.store, opening).await.map_err(|error| error.to_string())?;
    Ok(Opened {
        store: app.store.clone(),
        verifier: Some(Arc::clone(&app.tokens) as Arc<dyn web::TokenVerifier>),
        jobs: jobs::all().into_iter().map(|job| job.over(&app)).collect(),
        subscribers: events::subscribers(&app),
        inbound: None,
        tasks: Vec::new(),
        demo: None,
        router: Box::new(move |edge| router(&ground, &app, &edge)),
    })
}

/// The secret of the stall, or the site's. Errors: neither is there where real users are.
fn tokens(ground: &Ground, section: &Section) -> Result<Tokens, String> {
    let own = section.get(&config::JWT_SECRET);
    if own.is_empty() && ground.deployment.profile == Profile::Production {
        return Err("JWT_SECRET is missing: set FAIRGROUND_TIRIS_JWT_SECRET".to_owned());
    }
    let secret = if own.is_empty() { ground.signing_keys.current.clone() } else { own.into_bytes() };
    Tokens::new(&secret, ground.public_ids.clone(), section.get(&config::JWT_EXPIRATION))
}

/// Every route.
fn router(ground: &Ground, app: &Arc<App>, edge: &Edge) -> Result<Router, String> {
    let state = TirisState { app: Arc::clone(app), edge: edge.clone() };
    let (api, document) = http::api().split_for_parts();
    let document = web::openapi::served(&document).map_err(|error| error.to_string())?;
    let mut routes = api.route("/tiris/docs/openapi.json", document);
    if ground.deployment.profile == Profile::Load {
        routes = routes.merge(http::load::routes(Arc::clone(&ground.check)));
    }
    Ok(routes.with_state(state))
}
