//! Opening Tap as the configuration says, and starting what brings it prices.

use crate::config::{Config, Profile};
use identity::SystemChance;
use kernel::Clock;
use mock::MockOptions;
use std::path::Path;
use std::sync::Arc;
use std::time::{Duration, Instant};
use tap::app::App;
use tap::domain::evidence::Hole;
use tap::domain::limits::Limits;
use tap::domain::market::SourceSettings;
use tap::domain::price_engine::PriceEngine;
use tap::domain::pricing::Crossing;
use tap::domain::venue_update::{Quote, Venue};
use tap::engine::Engine;
use tap::feeds::recording::{self, Lines, Replay, Shift};
use tap::feeds::{self, Backfilled, Clocks, Doors, FeedSettings, Patience, Protocol, VenueSettings};
use tap::open::Opening;
use tap::settings::Settings;
use tokio::sync::mpsc;
use tokio::task::JoinHandle;
use web::Closing;

/// Updates that may wait for the engine: a second of a storm. Beyond it the newest are dropped and counted.
const UPDATES_MAX: usize = 4_096;
/// Pages of history that may wait to be filed.
const HISTORY_MAX: usize = 256;

/// Opens the stall. Errors: a sentence for the operator.
pub async fn open_tap(config: &Config, clock: Arc<dyn Clock>) -> Result<Arc<App>, String> {
    let opening = Opening {
        clock,
        node: u8::try_from(config.number("node")).unwrap_or_default(),
        public: config.public_ids(),
        chance: Arc::new(SystemChance),
        secret: config.signing_key(),
        settings: settings(config)?,
    };
    App::open(&config.store("tap"), opening).await.map_err(|error| error.to_string())
}

/// The stall's settings. Errors: log-in messages that nobody could sign.
fn settings(config: &Config) -> Result<Settings, String> {
    let uri = config.public_url();
    let host = uri.split_once("://").map_or(uri.as_str(), |(_, host)| host);
    let domain = match config.text("tap.domain") {
        "" => host.split('/').next().unwrap_or(host).to_owned(),
        domain => domain.to_owned(),
    };
    let hours = config.number("tap.tick_retention_h").unsigned_abs();
    let settings = Settings {
        width_ms: config.number("tap.width_ms"),
        edge_bp: config.number("tap.edge_bp"),
        crossing: Crossing::parse(config.text("tap.crossing")).unwrap_or_default(),
        touch_grace_columns: config.number("tap.touch_grace_columns"),
        warm_up_s: config.number("tap.warm_up_s"),
        recovery_s: config.number("tap.recovery_s"),
        repair: Duration::from_secs(config.number("tap.repair_s").unsigned_abs()),
        limits: Limits { cell_max: config.number("tap.cell_max"), ..Limits::default() },
        bankroll: config.number("tap.bankroll"),
        chain_ids: config.list("tap.chain_ids").iter().filter_map(|id| id.parse().ok()).collect(),
        domain,
        uri,
        faucet: has_faucet(config),
        load: config.profile == Profile::Load,
        admin_token: config.text("tap.admin_token").to_owned(),
        tick_retention: Duration::from_secs(hours * 3_600),
        batch_max: config.size("tap.batch_max"),
        queue_max: config.size("tap.queue_max"),
    };
    let faults = settings.siwe_rules().faults();
    if faults.is_empty() { Ok(settings) } else { Err(format!("tap: wallets could not log in: {faults:?}")) }
}

fn has_faucet(config: &Config) -> bool {
    match config.text("tap.faucet") {
        "on" => true,
        "off" => false,
        _ => config.profile != Profile::Production && config.listen.ip().is_loopback(),
    }
}

/// What brings prices, while it runs.
pub struct Prices {
    /// Drives the market state.
    pub engine: Engine,
    /// Everything else that runs beside it.
    pub tasks: Vec<JoinHandle<()>>,
}

/// Starts the engine and whatever feeds it. Errors: a sentence for the operator.
pub async fn start_prices(config: &Config, app: &Arc<App>, closing: &Closing) -> Result<Prices, String> {
    let clocks = Clocks::new(Arc::clone(&app.clock));
    // Taken right after the clocks' own origin: ages differ by microseconds.
    let begun = Instant::now();
    let (updates, live) = mpsc::channel(UPDATES_MAX);
    let (past, history) = mpsc::channel(HISTORY_MAX);
    let mut tasks = Vec::new();
    let doors = Doors { updates: updates.clone(), past, frames: None };
    let feed_settings = feed_settings(config, app, closing, &mut tasks).await?;
    let quotes = feed_settings.venues.iter().map(|venue| venue.quote).collect();
    tasks.push(tokio::spawn(file_history(Arc::clone(app), history, quotes)));
    let (sources, quorum) = match config.text("tap.recording") {
        "" => (sources(&feed_settings), config.number("tap.min_sources")),
        recording => {
            tasks.push(replay(Path::new(recording), updates, clocks.clone(), closing)?);
            (vec![source_of(Protocol::Binance)], 1)
        }
    };
    if config.text("tap.recording").is_empty() {
        let feeds = feeds::start(&feed_settings, clocks, doors, closing.clone())
            .map_err(|fault| fault.to_string())?;
        tasks.push(tokio::spawn(feeds.ended()));
    }
    let settings = app.settings.engine_settings(sources, u8::try_from(quorum).unwrap_or(u8::MAX));
    let memory = app.memory().await.map_err(|error| error.to_string())?;
    let engine = tap::engine::start(app, PriceEngine::new(settings, memory), live, begun, closing);
    Ok(Prices { engine, tasks })
}

/// Which venues: the public ones, with the addresses that are configured, or our simulator of them.
async fn feed_settings(
    config: &Config,
    app: &App,
    closing: &Closing,
    tasks: &mut Vec<JoinHandle<()>>,
) -> Result<FeedSettings, String> {
    if config.text("tap.feeds") == "simulator" && config.text("tap.recording").is_empty() {
        let seed = config.number("tap.simulator_seed").unsigned_abs();
        let options = MockOptions { seed, clock: Arc::clone(&app.clock), ..MockOptions::default() };
        let venues = mock::start("venues", &options, closing.clone()).await?;
        let settings = simulated(&venues);
        tasks.push(venues.task);
        return Ok(settings);
    }
    let mut settings = FeedSettings::public();
    for venue in &mut settings.venues {
        let name = venue.protocol.name();
        let urls = config.list(&format!("tap.{name}_urls"));
        if !urls.is_empty() {
            venue.socket_urls = urls;
        }
        match config.text(&format!("tap.{name}_history_url")) {
            "" => {}
            url => venue.history_url = Some(url.to_owned()),
        }
        venue.is_enabled = config.text("tap.feeds") == "venues";
    }
    Ok(settings)
}

/// Settings that listen to the mock of the venues, with the usual patience.
fn simulated(mock: &mock::Running) -> FeedSettings {
    let venue = |protocol: Protocol| VenueSettings {
        socket_urls: mock
            .endpoint(&format!("tap.{}_urls", protocol.name()))
            .map(str::to_owned)
            .into_iter()
            .collect(),
        history_url: mock.endpoint(&format!("tap.{}_history_url", protocol.name())).map(str::to_owned),
        ..VenueSettings::of(protocol)
    };
    FeedSettings { venues: Protocol::ALL.map(venue).to_vec(), patience: Patience::default() }
}

fn sources(settings: &FeedSettings) -> Vec<SourceSettings> {
    settings
        .venues
        .iter()
        .map(|venue| SourceSettings { name: venue.name.clone(), quote: venue.quote })
        .collect()
}

/// A recording of one venue is the whole market: its prices are taken as dollars.
fn source_of(protocol: Protocol) -> SourceSettings {
    SourceSettings { name: protocol.name().to_owned(), quote: Quote::Usd }
}

/// Replays a recording as if it were heard now, again and again. Errors: no such file.
fn replay(
    path: &Path,
    updates: mpsc::Sender<tap::domain::venue_update::VenueUpdate>,
    clocks: Clocks,
    closing: &Closing,
) -> Result<JoinHandle<()>, String> {
    let path = path.to_owned();
    recording::open(&path).map(drop).map_err(|error| format!("{}: {error}", path.display()))?;
    let closing = closing.clone();
    Ok(tokio::spawn(async move {
        while !closing.has_begun() && play_once(&path, &updates, &clocks, closing.clone()).await {}
    }))
}

/// Plays the recording once from now on; false when it cannot be read any more or has nothing to say.
async fn play_once(
    path: &Path,
    updates: &mpsc::Sender<tap::domain::venue_update::VenueUpdate>,
    clocks: &Clocks,
    closing: Closing,
) -> bool {
    let Ok(lines) = recording::open(path) else { return false };
    let kind = if path.extension().is_some_and(|end| end == "csv") { Lines::Trades } else { Lines::Frames };
    let symbol = "BTCUSDT";
    let shift = Shift { mono_ms: clocks.mono_ms(), wall_ms: 0 };
    let adapter = Protocol::Binance.adapter(symbol);
    let replay = Replay::new(lines, kind, Venue(0), (adapter, symbol)).shifted(shift);
    recording::play(replay, 1.0, updates, closing).await > 0
}

/// Files what history brought, for the repair of columns.
async fn file_history(app: Arc<App>, mut history: mpsc::Receiver<Backfilled>, quotes: Vec<Quote>) {
    while let Some(found) = history.recv().await {
        if let Some(hole) = tap::feeds::history::hole_of(&found, &quotes) {
            file(&app, hole);
        }
    }
}

/// Holes that are remembered: a repair is possible for a minute.
const HOLES_MAX: usize = 64;

fn file(app: &App, hole: Hole) {
    let mut holes = app.holes.lock();
    holes.push_back(hole);
    if holes.len() > HOLES_MAX {
        holes.pop_front();
    }
}
