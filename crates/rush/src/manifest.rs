//! The stall as a value, and its opening: from the ground and its configuration to routes, jobs and subscribers.

use crate::app::App;
use crate::domain::mail_kinds;
use crate::gateway::{MockGateway, MockSettings, Payments};
use crate::http::RushState;
use crate::open::{Opening, migrations};
use crate::pages::{PageParts, PagesState};
use crate::usecase::account_add;
use crate::usecase::mail_extras::MailExtras;
use crate::usecase::queue_keys::QUEUE_PASS;
use crate::{config, demo, events, http, jobs, pages, rates};
use axum::Router;
use futures_util::FutureExt as _;
use futures_util::future::BoxFuture;
use identity::proofs::password::lockout::LockoutRules;
use identity::{Identity, IdentityParts, Keyring, Passwords, SigningKey, SystemChance};
use kernel::{Actor, Clock, Refusal, Timestamp};
use mail::{Mailer, MailerParts};
use stall::mailing;
use stall::{
    Accounts, AddedAccount, Card, Credential, Ground, Manifest, NewAccount, Opened, Picture, Profile, Section,
};
use std::sync::Arc;
use std::time::Duration;
use web::live::Hub;
use web::{BypassRequest, Edge, Envelope, Limits, RouteSettings, TokenVerifier};

/// Tickets of flash-sale events.
pub static MANIFEST: Manifest = Manifest {
    name: "rush",
    prefix: "/rush",
    about: "tickets of flash-sale events",
    keys: config::KEYS,
    profile_defaults: config::PROFILE_DEFAULTS,
    load_log_off: &[],
    flags: &[],
    problems: config::problems,
    mocks: |_| Vec::new(),
    migrations,
    routes: |_| route_settings(),
    openapi: || http::api().split_for_parts().1,
    credentials: &[Credential {
        kind: "webhook",
        help: crate::domain::webhook_credential::WEBHOOK_HELP,
        verdict: crate::domain::webhook_credential::webhook,
    }],
    card: Card {
        title: "Rush",
        text: "Tickets for nights that sell out in minutes. Hold your seats, then pay in peace.",
        action: "See the events",
        picture: Picture::Poster("fairground-at-dusk"),
    },
    versions: &[],
    open: |ground, section| open(ground, section).boxed(),
};

/// How refusals are written, and which route pays from which bucket.
#[must_use]
pub fn route_settings() -> RouteSettings {
    RouteSettings {
        envelopes: vec![
            ("/rush", Envelope::page(pages::refusal_page)),
            ("/rush/api", Envelope::WRAPPED),
            ("/rush/_load", Envelope::WRAPPED),
        ],
        rates: rates::rules(),
        body_bytes_max: Vec::new(),
    }
}

async fn open(ground: Ground, section: Section) -> Result<Opened, String> {
    let opening = Opening {
        payments: payments(&section, &ground.clock),
        clock: Arc::clone(&ground.clock),
        node: ground.node,
        public: ground.public_ids.clone(),
        identity: identity(&ground)?,
        batch_max: section.get(&config::BATCH_MAX),
        queue_max: section.get(&config::QUEUE_MAX),
    };
    let app = App::open(&ground.store, opening).await.map_err(|error| error.to_string())?;
    Ok(Opened {
        store: app.store.clone(),
        verifier: Some(Arc::new(RushVerifier(Arc::clone(&app)))),
        jobs: jobs::all()
            .into_iter()
            .map(|job| job.over(&app))
            .chain([mailing::job(&mailer(&ground, &app))])
            .collect(),
        subscribers: events::subscribers(&app),
        inbound: None,
        accounts: Some(Arc::new(RushAccounts(Arc::clone(&app)))),
        demo: Some(demo::demo(&app)),
        router: Box::new(move |edge| router(&ground, &section, &app, &edge)),
    })
}

/// Whom a token speaks for, and whose reservation no limit holds up.
pub struct RushVerifier(pub Arc<App>);

impl TokenVerifier for RushVerifier {
    fn verify(&self, token: &str, now: Timestamp) -> Result<Actor, Refusal> {
        self.0.identity.verify(token, now)
    }

    /// A good pass of a waiting room that was not used: its owner has waited for this moment.
    fn limit_bypass(&self, request: &BypassRequest<'_>) -> Option<&'static str> {
        if request.route != http::bookings::RESERVE {
            return None;
        }
        let text = request.headers.get(QUEUE_PASS)?.to_str().ok()?;
        let (owner, _, pass) = self.0.queue_keys.open_pass(&self.0.public, text, request.now).ok()?;
        (owner == request.caller.user && !self.0.waiting.was_used(pass)).then_some("queue-pass")
    }
}

/// What sends the stall's mails.
fn mailer(ground: &Ground, app: &Arc<App>) -> Mailer {
    Mailer::new(MailerParts {
        store: app.store.clone(),
        clock: Arc::clone(&ground.clock),
        public: ground.public_ids.clone(),
        settings: ground.mail.clone(),
        public_url: format!("{}/rush", ground.public_url),
        kinds: mail_kinds::ALL,
        extras: Arc::new(MailExtras(Arc::clone(app))),
    })
}

/// The accounts that an operator at the machine makes.
struct RushAccounts(Arc<App>);

impl Accounts for RushAccounts {
    fn add(&self, account: NewAccount) -> BoxFuture<'static, Result<AddedAccount, String>> {
        let app = Arc::clone(&self.0);
        async move { account_add::run(app, account).await.map_err(|refusal| refusal.message.into_owned()) }
            .boxed()
    }
}

/// The mock gateway, as configured; outside production it has a secret of its own to sign webhooks with.
fn payments(section: &Section, clock: &Arc<dyn Clock>) -> Payments {
    let mut secret = section.get(&config::WEBHOOK_SECRET);
    if secret.is_empty() {
        "fairground development webhook secret; not a secret".clone_into(&mut secret);
    }
    let settings = MockSettings {
        success_percent: u8::try_from(section.get(&config::MOCK_SUCCESS_PERCENT)).unwrap_or(100),
        delay: Duration::from_millis(section.get(&config::MOCK_DELAY_MS)),
        seed: section.get(&config::MOCK_SEED),
        webhook_secret: secret.into_bytes(),
    };
    Payments::new(Arc::new(MockGateway::new(settings, Arc::clone(clock))))
}

fn identity(ground: &Ground) -> Result<Identity, String> {
    let current =
        SigningKey::named_by_itself(&ground.signing_keys.current).map_err(|error| error.to_string())?;
    let older: Result<Vec<_>, _> =
        ground.signing_keys.older.iter().map(|key| SigningKey::named_by_itself(key)).collect();
    let older = older.map_err(|error| format!("auth.older_signing_keys: {error}"))?;
    let keyring = Keyring::new(current, older).map_err(|error| error.to_string())?;
    let chance = Arc::new(SystemChance);
    // Half the cores may hash passwords at once, so that logging in never slows buying down.
    let workers = std::thread::available_parallelism().map_or(1, |cores| cores.get().div_ceil(2));
    let factor = match ground.limits {
        Limits::Off => 0,
        Limits::Times(factor) => factor,
    };
    Ok(Identity::new(IdentityParts {
        keyring,
        public: ground.public_ids.clone(),
        audience: MANIFEST.name,
        roles: crate::domain::role::ROLES,
        passwords: Passwords::new(ground.password_cost, workers, chance.clone()),
        lockout: LockoutRules::default().address_times(factor),
        chance,
        public_url: ground.public_url.clone(),
    }))
}

/// Every route. Starts the task that publishes seats to open pages; it ends with the process.
fn router(ground: &Ground, section: &Section, app: &Arc<App>, edge: &Edge) -> Result<Router, String> {
    let state = RushState {
        app: Arc::clone(app),
        edge: edge.clone(),
        default_tenant: section.get(&config::DEFAULT_TENANT).into(),
        closing: ground.closing.clone(),
    };
    let (api, document) = http::api().split_for_parts();
    let document = web::openapi::served(&document, edge).map_err(|error| error.to_string())?;
    let mut routes = api.route("/rush/api/v1/openapi.json", document);
    if ground.deployment.profile == Profile::Load {
        let check = Arc::clone(&ground.check);
        routes = routes.merge(http::load::routes(Box::new(move || check())));
    }
    let parts = Arc::new(page_parts(ground, section, app));
    let pages = PagesState { app: Arc::clone(app), edge: edge.clone(), parts };
    ground.tasks.spawn("rush live_seats", pages::publish_live_seats(pages.clone()));
    ground.tasks.spawn("rush waiting_rooms", pages::publish_waiting_rooms(pages.clone()));
    Ok(routes.with_state(state).merge(pages::router(pages)))
}

fn page_parts(ground: &Ground, section: &Section, app: &App) -> PageParts {
    PageParts {
        hub: Hub::with_clock(Arc::clone(&ground.clock)),
        closing: ground.closing.clone(),
        default_tenant: section.get(&config::DEFAULT_TENANT),
        secure: app.identity.public_url().starts_with("https://"),
        mail_server: ground.mail.outbox_url.clone(),
        // The demo's mails and passwords are for whoever sits at this machine, and for nobody else.
        demo: ground
            .deployment
            .is_private()
            .then(|| pages::Demo { shop: demo::SLUG, accounts: demo::accounts() }),
    }
}
