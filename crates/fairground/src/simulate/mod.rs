//! `fairground simulate tap`: hours of betting in minutes. Seeded or recorded prices go through the real engine, bots tap through
//! the real batcher, the real jobs settle; then the house's margin is told by probability, and the books are checked.
//!
//! One run in motion: `world` moves a clock by hand, step by step; `prices` say what venues say, `crowd` taps, `tally` looks at
//! what became of it, `proofs` holds a sample against the independent verifier, `report` and `table` tell.

mod args;
mod chance;
mod crowd;
mod note;
mod prices;
mod proofs;
mod report;
mod table;
mod tally;
#[cfg(test)]
mod tests;
mod world;

pub use args::Simulate;

use crate::output::{print_out, runtime};
use args::{Plan, TapArgs};
use check::Target;
use std::path::Path;
use std::process::ExitCode;
use tap::app::App;

/// Whose books they are.
const STALL: &str = "tap";
/// The database of a run, in its own folder.
const DATABASE: &str = "tap.db";

/// Runs a simulation to its end. Exit code 0: the books are right and the proofs hold. Errors: a sentence for the operator.
pub fn run(simulate: &Simulate) -> Result<ExitCode, String> {
    let Simulate::Tap(args) = simulate;
    args.check()?;
    let folder = tempfile::Builder::new().prefix("fairground-simulate-").tempdir();
    let folder = folder.map_err(|error| format!("cannot make a temporary folder: {error}"))?;
    runtime()?.block_on(tell(args, folder.path()))
}

async fn tell(args: &TapArgs, folder: &Path) -> Result<ExitCode, String> {
    let (report, target) = play(&args.plan(), folder).await?;
    print_out(&table::render(&report));
    if let Some(file) = &args.json {
        let text = serde_json::to_string_pretty(&report).map_err(|error| error.to_string())? + "\n";
        std::fs::write(file, text).map_err(|error| format!("{}: {error}", file.display()))?;
    }
    let checked = check::run(vec![(STALL, target)], true).await;
    Ok(if report.proofs.failed.is_empty() { checked } else { ExitCode::FAILURE })
}

/// Plays the plan over a new database in `folder`; the report, and where the books are.
async fn play(plan: &Plan, folder: &Path) -> Result<(report::Report, Target), String> {
    let path = folder.join(DATABASE);
    let mut world = world::World::open(plan, &path).await?;
    let played = world.play().await?;
    let bets = tally::decided(&world.app, &played.notes).await?;
    let proofs = proofs::judge_some(&world.app, &bets).await?;
    close(&world.app).await;
    Ok((report::Report::of(plan, &played, &bets, proofs), Target::Sqlite(path)))
}

async fn close(app: &App) {
    app.store.close().await;
}
