//! The stall as a value, and its opening.

use crate::app::App;
use crate::http::CounterState;
use crate::usecase::found;
use crate::usecase::take_batch::{KEYS, TakeHandler, TakeVerb};
use crate::{config, events, http, jobs, pages, store as rows};
use futures_util::FutureExt as _;
use kernel::IdSource;
use stall::{Card, Ground, Manifest, Opened, Picture, Section};
use std::sync::Arc;
use store::keyed::Keys;
use store::{Batcher, MigrationSet, Store};
use web::{Envelope, RouteSettings};

/// A dispenser of numbers.
pub static MANIFEST: Manifest = Manifest {
    name: "counter",
    prefix: "/counter",
    about: "a dispenser of numbers",
    keys: config::KEYS,
    profile_defaults: &[],
    load_log_off: &[],
    flags: &[],
    problems: |_, _| Vec::new(),
    mocks: |_| Vec::new(),
    migrations,
    routes: |_| RouteSettings {
        envelopes: vec![
            ("/counter", Envelope::page(pages::refusal_page)),
            ("/counter/api", Envelope::WRAPPED),
        ],
        ..RouteSettings::default()
    },
    openapi: || http::api().split_for_parts().1,
    credentials: &[],
    card: Card {
        title: "Counter",
        text: "Take a number.",
        action: "Take one",
        picture: Picture::Poster("counter"),
    },
    versions: &[],
    open: |ground, section| open(ground, section).boxed(),
};

fn migrations() -> Vec<MigrationSet> {
    let mut sets = stall::migrations_of_the_ground();
    sets.extend([ledger::MIGRATIONS, rows::MIGRATIONS]);
    sets
}

async fn open(ground: Ground, section: Section) -> Result<Opened, String> {
    let app = open_app(&ground, &section).await.map_err(|error| error.to_string())?;
    let served = Arc::clone(&app);
    Ok(Opened {
        store: app.store.clone(),
        verifier: None,
        jobs: jobs::all().into_iter().map(|job| job.over(&app)).collect(),
        subscribers: events::subscribers(&app),
        inbound: None,
        accounts: None,
        demo: None,
        router: Box::new(move |edge| {
            let (api, _) = http::api().split_for_parts();
            Ok(api.merge(pages::router()).with_state(CounterState { app: served, edge }))
        }),
    })
}

async fn open_app(ground: &Ground, section: &Section) -> Result<Arc<App>, store::StoreError> {
    let store = Store::open(&ground.store, &migrations()).await?;
    let ids = Arc::new(IdSource::new(ground.node));
    let newest = "SELECT COALESCE(MAX(id), 0) FROM transfers";
    ids.skip_past(store.read(|tx| tx.query_one(newest, &[], |row| row.int(0))).await?);
    let now = ground.clock.now();
    found::run(&store, section.get(&config::NUMBERS), ids.next(now), now).await?;
    let keys = Arc::new(Keys::new(KEYS));
    keys.learn(&store).await?;
    let handler = TakeHandler::new(TakeVerb { ids: Arc::clone(&ids) }, keys, Arc::clone(&ground.clock));
    let take = Batcher::start(&store, handler, 100, 10_000);
    Ok(Arc::new(App { store, clock: Arc::clone(&ground.clock), ids, take, node: ground.node }))
}
