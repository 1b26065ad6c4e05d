//! The server: opens the stalls, puts their doors behind one edge, runs their timed work, and ends without losing what it
//! accepted.

mod clock_route;
mod edge;
mod front;
mod heads_route;
mod integrity;
mod process;
mod public_files;
mod routes;
mod signals;

pub use process::Process;
pub use signals::ended;

use crate::config::{Config, keys};
use crate::{control, limits};
use process::OpenStall;
use stall::{Profile, Tasks, labels, retention, sealing, start_inbound, start_jobs, start_relay};
use std::path::PathBuf;
use std::time::Duration;
use store::Store;
use tokio::net::TcpListener;
use tokio::task::JoinHandle;
use web::{Closing, ConnectionLimits, Shutdown, Telemetry};

/// How long background tasks may take to end once every request was answered.
const TASKS_END_MAX: Duration = Duration::from_secs(10);
/// How long a store may take to finish what is queued and close.
const STORE_CLOSE_MAX: Duration = Duration::from_secs(10);

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
    let Process { clock, mut stalls, tasks, shutdown, closing, .. } = process;
    // Histograms grow without bound when nobody scrapes, unless they are drained now and then.
    let limits = edge::connection_limits(config)?;
    tasks.spawn("telemetry", telemetry.clone().upkeep(closing.clone()));
    if let Some(listener) = operations_listener(config).await? {
        let router = routes::of_operations(config, telemetry.clone());
        let serving = web::serve(listener, router, closing.clone());
        tasks.spawn("operations", async move {
            let _served = serving.await;
        });
    }
    let router = routes::build(config, &mut stalls, (&clock, &tasks), telemetry)?;
    let stores: Vec<Store> = stalls.iter().map(|stall| stall.opened.store.clone()).collect();
    tasks.spawn("integrity", integrity::run(config, &clock, closing.clone()));
    if config.get(&keys::DATABASE).is_empty() {
        let accounts =
            stalls.iter().filter_map(|stall| Some((stall.manifest.name, stall.opened.accounts.clone()?)));
        let data = PathBuf::from(config.get(&keys::DATA));
        tasks.spawn("control", control::serve(data, accounts.collect(), closing.clone()));
    }
    for stall in stalls {
        start_work(config, stall, &clock, (&tasks, &closing));
    }
    let ended = tokio::spawn(end(limits, listener, router, stores, tasks, closing));
    tracing::info!(%address, profile = ?config.deployment.profile, "serving");
    Ok(Running { shutdown, ended, address })
}

/// The listener for operators alone, where one is configured.
async fn operations_listener(config: &Config) -> Result<Option<TcpListener>, String> {
    let address = config.get(&keys::OPERATIONS_LISTEN);
    if address.is_empty() {
        return Ok(None);
    }
    let listener = TcpListener::bind(&address).await;
    listener.map(Some).map_err(|error| format!("operations.listen: cannot listen on {address}: {error}"))
}

/// Timed work and the relay of a stall, and what it runs beside its doors.
fn start_work(
    config: &Config,
    stall: OpenStall,
    clock: &std::sync::Arc<dyn kernel::Clock>,
    parts: (&Tasks, &Closing),
) {
    let stall::Opened { store, mut jobs, subscribers, inbound, .. } = stall.opened;
    jobs.extend([retention::job(&store, clock), sealing::job(&store, clock)]);
    start_jobs(&store, clock, jobs, config.node(), parts);
    start_relay(&store, clock, subscribers, config.node(), parts);
    let (tasks, closing) = parts;
    for (at, task) in
        inbound.into_iter().flat_map(|inbound| start_inbound(inbound, clock, closing)).enumerate()
    {
        tasks.watch(format!("{} inbound {at}", stall.manifest.name), task);
    }
}

async fn end(
    limits: ConnectionLimits,
    listener: TcpListener,
    router: axum::Router,
    stores: Vec<Store>,
    tasks: Tasks,
    closing: Closing,
) {
    web::serve_within(limits, listener, router, closing).await;
    if tokio::time::timeout(TASKS_END_MAX, tasks.join()).await.is_err() {
        tracing::error!(
            "background tasks did not end in time; what they were at is taken up again at the next start"
        );
    }
    for store in stores {
        if tokio::time::timeout(STORE_CLOSE_MAX, store.close()).await.is_err() {
            tracing::error!(store = store.name(), "the store did not close in time");
        }
    }
    tracing::info!("everything accepted is stored; goodbye");
}

/// `fairground serve`: until a signal ends it.
pub async fn run(config: &Config) -> Result<(), String> {
    let telemetry = Telemetry::install();
    limits::raise_open_files();
    let process = Process::open(config).await?;
    if config.deployment.profile == Profile::Load {
        process.label(labels::LOAD_RUN).await?;
    }
    let ended = ended();
    let running = start(config, telemetry, process).await?;
    ended.await;
    tracing::info!("ending: finishing what is running");
    running.shutdown.begin();
    running.ended.await.map_err(|error| error.to_string())
}
