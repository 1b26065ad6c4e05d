//! `fairground demo`: everything with nothing else installed, a seeded catalogue, and visitors who buy at the same time.

mod visitors;

use crate::cli::print_out;
use crate::config::Config;
use crate::serve;
use std::path::Path;
use web::Telemetry;

/// Simulated visitors who come, buy, hesitate and leave.
const VISITORS: u32 = 300;

/// Runs the demo until a signal ends it. `fresh`: its folder is made for this run and removed afterwards.
pub async fn run(config: &Config, fresh: Option<&Path>) -> Result<(), String> {
    let telemetry = Telemetry::install();
    let app = serve::open_rush(config).await?;
    // Planted before the first visitor can look.
    rush::demo::seed(&app, app.clock.now()).await.map_err(|refusal| refusal.to_string())?;
    let running = serve::start(config, telemetry, app).await?;
    let crowd = visitors::start(&running.app, VISITORS);
    welcome(running.address, fresh);
    serve::ended().await;
    crowd.abort();
    running.shutdown.begin();
    running.ended.await.map_err(|error| error.to_string())
}

fn welcome(address: std::net::SocketAddr, fresh: Option<&Path>) {
    let kept = match fresh {
        Some(_) => "a fresh temporary folder, removed at the end (keep it with --data DIR)".to_owned(),
        None => "the folder you named".to_owned(),
    };
    let text = format!(
        "\n  Fairground is open:  http://{address}/rush\n\n  {}\n  {VISITORS} simulated visitors are buying at this moment. Data: {kept}.\n  Ctrl-C ends it.\n\n",
        rush::demo::WHO.replace('\n', "\n  "),
    );
    print_out(&text);
}
