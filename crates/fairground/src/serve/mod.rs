//! The server: opens the stalls, wires their doors, runs their timed work, and ends without losing what it accepted.

mod edge;
mod front;
mod integrity;
mod jobs;
mod log;
mod pages;
mod routes;
mod rush_stall;
mod signals;
mod stalls;
mod tap_routes;
mod tap_stall;

pub use log::{LogStyle, start_log};
pub use signals::ended;
pub use stalls::Stalls;

use crate::config::Config;
use tap_stall::Prices;
use tokio::net::TcpListener;
use tokio::task::JoinHandle;
use web::{Closing, Shutdown, Telemetry};

/// What a running server tells the command that started it.
pub struct Running {
    /// The stalls.
    pub stalls: Stalls,
    /// Ends it.
    pub shutdown: Shutdown,
    /// Finishes when everything it accepted is answered and stored.
    pub ended: JoinHandle<()>,
    /// Where it listens.
    pub address: std::net::SocketAddr,
}

/// Starts serving `stalls` as `config` says. Errors: a sentence for the operator.
pub async fn start(config: &Config, telemetry: Telemetry, stalls: Stalls) -> Result<Running, String> {
    let listener = TcpListener::bind(config.listen)
        .await
        .map_err(|error| format!("cannot listen on {}: {error}", config.listen))?;
    let address = listener.local_addr().map_err(|error| error.to_string())?;
    let (shutdown, closing) = web::shutdown();
    // Histograms grow without bound when nobody scrapes, unless they are drained now and then.
    tokio::spawn(telemetry.clone().upkeep(closing.clone()));
    let prices = match &stalls.tap {
        Some(app) => Some(tap_stall::start_prices(config, app, &closing).await?),
        None => None,
    };
    let router = routes::build(config, &stalls, prices.as_ref(), telemetry, &closing)?;
    let work = start_work(config, &stalls, prices, &closing);
    let ended = tokio::spawn(end(listener, router, stalls.clone(), work, closing));
    tracing::info!(%address, profile = ?config.profile, "serving");
    Ok(Running { stalls, shutdown, ended, address })
}

/// Timed work, relays, and what runs beside the doors.
fn start_work(
    config: &Config,
    stalls: &Stalls,
    prices: Option<Prices>,
    closing: &Closing,
) -> Vec<JoinHandle<()>> {
    let node = config.number("node");
    let mut work = Vec::new();
    if let Some(app) = &stalls.rush {
        work.extend(jobs::start(app, rush::jobs::all(), closing));
        let subscribers = rush::events::subscribers(app);
        work.push(jobs::start_relay(app.store.clone(), app.clock.clone(), subscribers, node, closing));
    }
    if let Some(app) = &stalls.tap {
        work.extend(jobs::start(app, tap::jobs::all(), closing));
        work.push(jobs::start_relay(app.store.clone(), app.clock.clone(), Vec::new(), node, closing));
        work.push(tokio::spawn(tap::live_tail::run(app.clone(), closing.clone())));
    }
    work.push(integrity::start(config, stalls, closing));
    if let Some(Prices { engine, tasks }) = prices {
        work.push(engine.ended);
        work.extend(tasks);
    }
    work
}

async fn end(
    listener: TcpListener,
    router: axum::Router,
    stalls: Stalls,
    work: Vec<JoinHandle<()>>,
    closing: Closing,
) {
    web::serve(listener, router, closing).await;
    for task in work {
        let _ = task.await;
    }
    for store in stalls.stores() {
        store.close().await;
    }
    tracing::info!("everything accepted is stored; goodbye");
}

/// `fairground serve`: until a signal ends it.
pub async fn run(config: &Config) -> Result<(), String> {
    let telemetry = Telemetry::install();
    let stalls = Stalls::open(config).await?;
    let running = start(config, telemetry, stalls).await?;
    ended().await;
    tracing::info!("ending: finishing what is running");
    running.shutdown.begin();
    running.ended.await.map_err(|error| error.to_string())
}
