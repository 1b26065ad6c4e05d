//! The stall as a value, and its opening: from the ground and its configuration to routes, jobs and subscribers.

use crate::app::App;
use crate::events::bot_events::BotEvents;
use crate::http::{TirisFormat, TirisState};
use crate::open::{Opening, migrations};
use crate::outside::Outside;
use crate::settings::{OutsideSettings, Settings};
use crate::tokens::Tokens;
use crate::usecase::event_intake::EventInput;
use crate::{config, demo, events, http, jobs, mails, pages, rates, streams, tokens};
use axum::Router;
use bus::inbound::Intake;
use bus::nats::Broker;
use futures_util::FutureExt as _;
use mail::{Mailer, MailerParts, NoExtras};
use stall::{Card, Deployment, Ground, Inbound, Manifest, Mock, Opened, Picture, Profile, Section};
use std::sync::Arc;
use web::{Edge, Envelope, RouteSettings};

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
    mocks,
    migrations,
    routes: route_settings,
    openapi: || http::api().split_for_parts().1,
    credentials: &[],
    card: Card {
        title: "Tiris",
        text: "Slices of an exchange account for trading bots, and the truth about where the money went.",
        action: "See what it does",
        picture: Picture::Poster("tiris-at-dawn"),
    },
    versions: &[],
    open: |ground, section| open(ground, section).boxed(),
};

/// Google, an exchange and bots, where our simulations of them are asked for.
fn mocks(section: &Section) -> Vec<Mock> {
    let all = ["oauth", "exchange", "bot"].map(|name| Mock { name, seed: 7 });
    if section.get(&config::OUTSIDE) == config::SIMULATED { all.to_vec() } else { Vec::new() }
}

/// How refusals are written, and how much is read.
#[must_use]
pub fn route_settings(deployment: &Deployment) -> RouteSettings {
    let mut envelopes = vec![("/tiris", Envelope::page(pages::refusal_page))];
    envelopes.extend(http::PREFIXES.map(|prefix| (prefix, Envelope::of::<TirisFormat>())));
    RouteSettings {
        envelopes,
        rates: rates::rules(deployment.profile == Profile::Load),
        body_bytes_max: vec![("/tiris/v1/trading-logs/batch", BODY_BYTES_MAX)],
    }
}

/// The way in for events of bots: from NATS where it is switched on, else over HTTP alone. Errors: an address of NATS that
/// cannot be read.
async fn event_input(app: &Arc<App>, section: &Section) -> Result<Arc<EventInput>, String> {
    let intake = Intake::new(app.store.clone(), Arc::new(BotEvents(Arc::clone(app))));
    let broker = if section.get(&config::NATS_ENABLED) == "true" {
        let (client, durable) =
            (section.get(&config::NATS_CLIENT_ID), section.get(&config::NATS_DURABLE_NAME));
        let settings = streams::settings(section.get(&config::NATS_URL), client, &durable);
        Some(Broker::connect(settings).await.map_err(|fault| format!("tiris.nats_url: {fault}"))?)
    } else {
        None
    };
    Ok(Arc::new(EventInput { intake, broker }))
}

async fn open(ground: Ground, section: Section) -> Result<Opened, String> {
    let opening = Opening {
        clock: Arc::clone(&ground.clock),
        node: ground.node,
        public: ground.public_ids.clone(),
        tokens: Arc::new(tokens_of(&ground, &section)?),
        outside: Arc::new(outside(&ground, &section)?),
        settings: Settings::read(&section),
    };
    let app = App::open(&ground.store, opening).await.map_err(|error| error.to_string())?;
    let input = event_input(&app, &section).await?;
    let timed = jobs::all().into_iter().map(|job| job.over(&app));
    let timed = timed.chain([stall::mailing::job(&mailer(&ground, &app))]);
    Ok(Opened {
        store: app.store.clone(),
        verifier: Some(Arc::clone(&app.tokens) as Arc<dyn web::TokenVerifier>),
        jobs: timed.collect(),
        subscribers: events::subscribers(&app),
        inbound: Some(Inbound { intake: input.intake.clone(), broker: input.broker.clone() }),
        accounts: None,
        demo: Some(demo::demo(&app, &input)),
        router: Box::new(move |edge| router(&ground, &app, &input, &edge)),
    })
}

fn outside(ground: &Ground, section: &Section) -> Result<Outside, String> {
    Outside::new(OutsideSettings::read(section), &ground.signing_keys.current, ground.password_cost)
}

/// What sends the stall's mails.
fn mailer(ground: &Ground, app: &App) -> Mailer {
    Mailer::new(MailerParts {
        store: app.store.clone(),
        clock: Arc::clone(&ground.clock),
        public: ground.public_ids.clone(),
        settings: ground.mail.clone(),
        public_url: ground.public_url.clone(),
        kinds: mails::KINDS,
        extras: Arc::new(NoExtras),
    })
}

/// The secret of the stall, or the site's. Errors: neither is there where real users are.
fn tokens_of(ground: &Ground, section: &Section) -> Result<Tokens, String> {
    let own = section.get(&config::JWT_SECRET);
    if own.is_empty() && ground.deployment.profile == Profile::Production {
        return Err("JWT_SECRET is missing: set FAIRGROUND_TIRIS_JWT_SECRET".to_owned());
    }
    let secret = if own.is_empty() { tokens::text(&ground.signing_keys.current) } else { own };
    let refresh = match section.get(&config::REFRESH_SECRET) {
        none if none.is_empty() => format!("{secret} refresh"),
        refresh => refresh,
    };
    let refresh = (refresh.as_str(), section.get(&config::REFRESH_EXPIRATION));
    Tokens::with_refresh(&secret, refresh, ground.public_ids.clone(), section.get(&config::JWT_EXPIRATION))
}

/// Every route.
fn router(ground: &Ground, app: &Arc<App>, events: &Arc<EventInput>, edge: &Edge) -> Result<Router, String> {
    let state = TirisState { app: Arc::clone(app), events: Arc::clone(events), edge: edge.clone() };
    let (api, document) = http::api().split_for_parts();
    let document = web::openapi::served(&document, edge).map_err(|error| error.to_string())?;
    let mut routes = api.route("/tiris/docs/openapi.json", document).merge(http::plain());
    if ground.deployment.profile == Profile::Load {
        routes = routes.merge(http::load::routes(Arc::clone(&ground.check)));
    }
    let pages = pages::PagesState {
        app: Arc::clone(app),
        edge: edge.clone(),
        public_url: ground.public_url.as_str().into(),
    };
    Ok(routes.with_state(state).merge(pages::router(pages)))
}
