//! The server: opens the stalls, wires their doors, runs their timed work, and ends without losing what it accepted.

mod jobs;
mod log;
mod pages;
mod routes;
mod rush_stall;
mod signals;

pub use log::{LogStyle, start_log};
pub use signals::ended;

pub use rush_stall::open_rush;

use crate::config::Config;
use std::sync::Arc;
use tokio::net::TcpListener;
use web::{Closing, Shutdown, Telemetry};

/// What a running server tells the command that started it.
pub struct Running {
    /// The stall.
    pub app: Arc<rush::app::App>,
    /// Ends it.
    pub shutdown: Shutdown,
    /// Finishes when everything it accepted is answered and stored.
    pub ended: tokio::task::JoinHandle<()>,
    /// Where it listens.
    pub address: std::net::SocketAddr,
}

/// Starts serving `app` as `config` says. Errors: a sentence for the operator.
pub async fn start(
    config: &Config,
    telemetry: Telemetry,
    app: Arc<rush::app::App>,
) -> Result<Running, String> {
    let listener = TcpListener::bind(config.listen)
        .await
        .map_err(|error| format!("cannot listen on {}: {error}", config.listen))?;
    let address = listener.local_addr().map_err(|error| error.to_string())?;
    let (shutdown, closing) = web::shutdown();
    // Histograms grow without bound when nobody scrapes, unless they are drained now and then.
    tokio::spawn(telemetry.clone().upkeep(closing.clone()));
    let router = routes::build(config, &app, telemetry, &closing)?;
    let jobs = jobs::start(&app, config, &closing);
    let ended = tokio::spawn(end(listener, router, Arc::clone(&app), jobs, closing));
    tracing::info!(%address, profile = ?config.profile, "serving");
    Ok(Running { app, shutdown, ended, address })
}

async fn end(
    listener: TcpListener,
    router: axum::Router,
    app: Arc<rush::app::App>,
    jobs: Vec<tokio::task::JoinHandle<()>>,
    closing: Closing,
) {
    web::serve(listener, router, closing).await;
    for job in jobs {
        let _ = job.await;
    }
    app.store.close().await;
    tracing::info!("everything accepted is stored; goodbye");
}

/// `fairground serve`: until a signal ends it.
pub async fn run(config: &Config) -> Result<(), String> {
    let telemetry = Telemetry::install();
    let app = open_rush(config).await?;
    let running = start(config, telemetry, app).await?;
    ended().await;
    tracing::info!("ending: finishing what is running");
    running.shutdown.begin();
    running.ended.await.map_err(|error| error.to_string())
}
