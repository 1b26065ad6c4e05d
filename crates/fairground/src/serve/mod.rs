//! The server: opens the stalls, puts their doors behind one edge, runs their timed work, and ends without losing what it
//! accepted.

mod clock_route;
mod edge;
mod front;
mod heads_route;
mod integrity;
mod log;
mod process;
mod public_files;
mod routes;
mod signals;

pub use log::{LogStyle, start_log};
pub use process::Process;
pub use signals::ended;

use crate::config::Config;
use process::OpenStall;
use stall::{retention, sealing, start_inbound, start_jobs, start_relay};
use store::Store;
use tokio::net::TcpListener;
use tokio::task::JoinHandle;
use web::{Closing, ConnectionLimits, Shutdown, Telemetry};

/// What a running server tells the command that started it.
pub struct Running {
    /// Ends it.
    pub shutdown: Shutdown,
    /// Finishes when everything it accepted is answered and stored.
    pub ended: JoinHandle<()>,
    /// Where it listens.
    pub address: std::net::SocketAddr,
}

/// Starts serving `process` as `config` says. Errors: a sentence for the operator.
pub async fn start(config: &Config, telemetry: Telemetry, process: Process) -> Result<Running, String> {
    let listen = config.deployment.listen;
    let listener =
        TcpListener::bind(listen).await.map_err(|error| format!("cannot listen on {listen}: {error}"))?;
    let address = listener.local_addr().map_err(|error| error.to_string())?;
    let Process { clock, mut stalls, mocks, shutdown, closing } = process;
    // Histograms grow without bound when nobody scrapes, unless they are drained now and then.
    tokio::spawn(telemetry.clone().upkeep(closing.clone()));
    let limits = edge::connection_limits(config)?;
    let router = routes::build(config, &mut stalls, &clock, telemetry)?;
    let stores: Vec<Store> = stalls.iter().map(|stall| stall.opened.store.clone()).collect();
    let mut work = mocks;
    work.push(integrity::start(config, &clock, &closing));
    for stall in stalls {
        work.extend(start_work(config, stall, &clock, &closing));
    }
    let ended = tokio::spawn(end(limits, listener, router, stores, work, closing));
    tracing::info!(%address, profile = ?config.deployment.profile, "serving");
    Ok(Running { shutdown, ended, address })
}

/// Timed work and the relay of a stall, and what it runs beside its doors.
fn start_work(
    config: &Config,
    stall: OpenStall,
    clock: &std::sync::Arc<dyn kernel::Clock>,
    closing: &Closing,
) -> Vec<JoinHandle<()>> {
    let stall::Opened { store, mut jobs, subscribers, inbound, tasks, .. } = stall.opened;
    jobs.extend([retention::job(&store, clock), sealing::job(&store, clock)]);
    let mut work = start_jobs(&store, clock, jobs, config.node(), closing);
    work.push(start_relay(&store, clock, subscribers, config.node(), closing));
    work.extend(inbound.into_iter().flat_map(|inbound| start_inbound(inbound, clock, closing)));
    work.extend(tasks);
    work
}

async fn end(
    limits: ConnectionLimits,
    listener: TcpListener,
    router: axum::Router,
    stores: Vec<Store>,
    work: Vec<JoinHandle<()>>,
    closing: Closing,
) {
    web::serve_within(limits, listener, router, closing).await;
    for task in work {
        let _ = task.await;
    }
    for store in stores {
        store.close().await;
    }
    tracing::info!("everything accepted is stored; goodbye");
}

/// `fairground serve`: until a signal ends it.
pub async fn run(config: &Config) -> Result<(), String> {
    let telemetry = Telemetry::install();
    let process = Process::open(config).await?;
    let running = start(config, telemetry, process).await?;
    ended().await;
    tracing::info!("ending: finishing what is running");
    running.shutdown.begin();
    running.ended.await.map_err(|error| error.to_string())
}
