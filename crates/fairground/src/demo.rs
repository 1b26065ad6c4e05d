//! `fairground demo`: everything with nothing else installed: each stall plants what there is to look at and lets its
//! simulated people in, all at the same time.

use crate::config::Config;
use crate::output::print_out;
use crate::serve::{self, Process};
use stall::{Manifest, labels};
use std::path::Path;
use web::Telemetry;

/// Runs the demo until a signal ends it. `fresh`: its folder is made for this run and removed afterwards.
pub async fn run(config: &Config, fresh: Option<&Path>) -> Result<(), String> {
    let telemetry = Telemetry::install();
    let mut process = Process::open(config).await?;
    process.label(labels::DEMONSTRATION).await?;
    let (mut crowds, mut welcomes) = (Vec::new(), Vec::new());
    for (manifest, demo) in process.take_demos() {
        // Planted before the first visitor can look.
        (demo.seed)().await?;
        crowds.push(demo.crowd);
        welcomes.push((manifest, demo.welcome));
    }
    let ended = serve::ended();
    let running = serve::start(config, telemetry, process).await?;
    let people: Vec<_> = crowds.into_iter().flat_map(|crowd| crowd()).collect();
    print_out(&welcome(running.address, &welcomes, fresh));
    ended.await;
    people.iter().for_each(tokio::task::JoinHandle::abort);
    running.shutdown.begin();
    running.ended.await.map_err(|error| error.to_string())
}

fn welcome(address: std::net::SocketAddr, stalls: &[(&Manifest, String)], fresh: Option<&Path>) -> String {
    let mut text = String::from("\n");
    for (Manifest { card, prefix, .. }, words) in stalls {
        let opening = format!("{} is open:", card.title);
        text += &format!("  {opening:<14} http://{address}{prefix}\n  {}\n\n", words.replace('\n', "\n  "));
    }
    let data = match fresh {
        Some(_) => "a fresh temporary folder, removed at the end (keep it with --data DIR)",
        None => "the folder you named",
    };
    text + &format!("  Data: {data}.\n  Ctrl-C ends it.\n\n")
}
