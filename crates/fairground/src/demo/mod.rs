//! `fairground demo`: everything with nothing else installed: a seeded catalogue and visitors who buy, a simulated BTC price
//! and players who tap, all at the same time.

mod players;
mod visitors;

use crate::cli::print_out;
use crate::config::Config;
use crate::serve::{self, Stalls};
use std::path::Path;
use web::Telemetry;

/// Simulated visitors who come, buy, hesitate and leave.
const VISITORS: u32 = 300;
/// Simulated players who tap.
const PLAYERS: u32 = 40;

/// Runs the demo until a signal ends it. `fresh`: its folder is made for this run and removed afterwards.
pub async fn run(config: &Config, fresh: Option<&Path>) -> Result<(), String> {
    let telemetry = Telemetry::install();
    let stalls = Stalls::open(config).await?;
    // Planted before the first visitor can look.
    if let Some(app) = &stalls.rush {
        rush::demo::seed(app, app.clock.now()).await.map_err(|refusal| refusal.to_string())?;
    }
    let running = serve::start(config, telemetry, stalls).await?;
    let visitors = running.stalls.rush.as_ref().map(|app| visitors::start(app, VISITORS));
    let players = running.stalls.tap.as_ref().map(|app| players::start(app, PLAYERS));
    welcome(&running, fresh);
    serve::ended().await;
    visitors.into_iter().chain(players).for_each(|crowd| crowd.abort());
    running.shutdown.begin();
    running.ended.await.map_err(|error| error.to_string())
}

fn welcome(running: &serve::Running, fresh: Option<&Path>) {
    let kept = match fresh {
        Some(_) => "a fresh temporary folder, removed at the end (keep it with --data DIR)".to_owned(),
        None => "the folder you named".to_owned(),
    };
    let address = running.address;
    let mut text = String::from("\n");
    if running.stalls.rush.is_some() {
        text += &format!(
            "  Rush is open:  http://{address}/rush\n  {VISITORS} simulated visitors are buying at this moment.\n\n  {}\n\n",
            rush::demo::WHO.replace('\n', "\n  ")
        );
    }
    if running.stalls.tap.is_some() {
        text += &format!(
            "  Tap is open:   http://{address}/tap\n  {PLAYERS} simulated players are tapping; betting opens within a few seconds. Sign in with the demo wallet.\n\n"
        );
    }
    text += &format!("  Data: {kept}.\n  Ctrl-C ends it.\n\n");
    print_out(&text);
}
