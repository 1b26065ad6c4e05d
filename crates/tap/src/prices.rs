//! Starting what brings the stall its prices, as the configuration says: the public venues or other addresses, a recording,
//! and the engine over them.

use crate::app::App;
use crate::config;
use crate::domain::evidence::Hole;
use crate::domain::market::SourceSettings;
use crate::domain::price_engine::PriceEngine;
use crate::domain::venue_update::{Quote, Venue, VenueUpdate};
use crate::engine::BreakerCommand;
use crate::feeds::recording::{self, RecordingFormat, Replay, Shift};
use crate::feeds::{self, Backfilled, Channels, Clocks, FeedSettings, Protocol};
use stall::{Section, Tasks};
use std::path::Path;
use std::sync::Arc;
use std::time::Instant;
use tokio::sync::mpsc;
use tokio::task::JoinHandle;
use web::Closing;

/// Updates that may wait for the engine: a second of a storm. Beyond it the newest are dropped and counted.
const UPDATES_MAX: usize = 4_096;
/// Pages of history that may wait to be filed.
const HISTORY_MAX: usize = 256;

/// Starts the engine and whatever feeds it; who takes commands about the breaker. Errors: a sentence for the operator.
pub async fn start(
    section: &Section,
    app: &Arc<App>,
    (tasks, closing): (&Tasks, &Closing),
) -> Result<mpsc::Sender<BreakerCommand>, String> {
    let clocks = Clocks::new(Arc::clone(&app.clock));
    // Taken right after the clocks' own origin: ages differ by microseconds.
    let begun = Instant::now();
    let (updates, live) = mpsc::channel(UPDATES_MAX);
    let (past, history) = mpsc::channel(HISTORY_MAX);
    let doors = Channels { updates: updates.clone(), past, frames: None };
    let feed_settings = feed_settings(section);
    let quotes = feed_settings.venues.iter().map(|venue| venue.quote).collect();
    let (filing, process) = (file_history(Arc::clone(app), history, quotes), closing.clone());
    tasks.spawn("tap history", until_closing(filing, process));
    let recording = section.get(&config::RECORDING);
    let (sources, quorum) = if recording.is_empty() {
        let feeds = feeds::start(&feed_settings, clocks, doors, closing.clone())
            .map_err(|fault| fault.to_string())?;
        tasks.spawn("tap feeds", until_closing(feeds.ended(), closing.clone()));
        (sources(&feed_settings), section.get(&config::MIN_SOURCES))
    } else {
        tasks.watch("tap recording", replay(Path::new(&recording), updates, clocks, closing)?);
        (vec![source_of(Protocol::Binance)], 1)
    };
    let settings = app.settings.engine_settings(sources, u8::try_from(quorum).unwrap_or(u8::MAX));
    let memory = app.memory().await.map_err(|error| error.to_string())?;
    let engine = crate::engine::start(app, PriceEngine::new(settings, memory), live, begun, closing);
    tasks.watch("tap engine", engine.thread);
    tasks.watch("tap tick_writer", engine.tick_writer);
    Ok(engine.breaker_commands)
}

/// A task that may have nothing to do: without venues there is neither a feed nor history.
async fn until_closing(task: impl Future<Output = ()>, mut closing: Closing) {
    task.await;
    closing.wait().await;
}

/// Which venues: the public ones, with the addresses that are configured. Our simulator of them gives its addresses as the
/// values of the same keys.
fn feed_settings(section: &Section) -> FeedSettings {
    let feeds = section.get(&config::FEEDS);
    let mut settings = FeedSettings::public();
    for venue in &mut settings.venues {
        let (urls, history_url) = config::addresses(venue.protocol);
        let urls = section.get(urls);
        if !urls.is_empty() {
            venue.socket_urls = urls;
        }
        let history_url = section.get(history_url);
        if !history_url.is_empty() {
            venue.history_url = Some(history_url);
        }
        venue.is_enabled = feeds != "none";
        if feeds == "simulator" {
            // Nothing is lost on the way from a simulator.
            venue.connections = 1;
        }
    }
    settings
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
    updates: mpsc::Sender<VenueUpdate>,
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
    updates: &mpsc::Sender<VenueUpdate>,
    clocks: &Clocks,
    closing: Closing,
) -> bool {
    let Ok(lines) = recording::open(path) else { return false };
    let kind = if path.extension().is_some_and(|end| end == "csv") {
        RecordingFormat::Trades
    } else {
        RecordingFormat::Frames
    };
    let symbol = "BTCUSDT";
    let shift = Shift { mono_ms: clocks.mono_ms(), wall_ms: 0 };
    let adapter = Protocol::Binance.adapter(symbol);
    let replay = Replay::new(lines, kind, Venue(0), (adapter, symbol)).shifted(shift);
    recording::play(replay, 1.0, updates, closing).await > 0
}

/// Files what history brought, for the repair of columns.
async fn file_history(app: Arc<App>, mut history: mpsc::Receiver<Backfilled>, quotes: Vec<Quote>) {
    while let Some(found) = history.recv().await {
        if let Some(hole) = crate::feeds::history::hole_of(&found, &quotes) {
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
