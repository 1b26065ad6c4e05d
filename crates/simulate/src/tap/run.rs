//! One simulation from its arguments to its exit code.

use super::args::{Plan, TapArgs};
use super::report::Report;
use super::world::World;
use super::{proofs, table, tally};
use crate::output;
use check::Target;
use clap::{ArgMatches, FromArgMatches as _};
use std::path::Path;
use std::process::ExitCode;

/// The database of a run, in its own folder.
pub(super) const DATABASE: &str = "tap.db";

/// Runs a simulation to its end; blocks. Exit code 0: the books are right and the proofs hold. Errors: a sentence for the
/// operator.
pub fn run(matches: &ArgMatches) -> Result<ExitCode, String> {
    let args = TapArgs::from_arg_matches(matches).map_err(|error| error.to_string())?;
    args.check()?;
    let folder = tempfile::Builder::new().prefix("fairground-simulate-").tempdir();
    let folder = folder.map_err(|error| format!("cannot make a temporary folder: {error}"))?;
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build();
    runtime.map_err(|error| error.to_string())?.block_on(simulate(&args, folder.path()))
}

async fn simulate(args: &TapArgs, folder: &Path) -> Result<ExitCode, String> {
    let (report, target) = play(&args.plan(), folder).await?;
    output::print(&table::render(&report));
    if let Some(file) = &args.json {
        let text = serde_json::to_string_pretty(&report).map_err(|error| error.to_string())? + "\n";
        std::fs::write(file, text).map_err(|error| format!("{}: {error}", file.display()))?;
    }
    let checked = check::run(vec![("tap", target)], true).await;
    Ok(if report.proofs.failed.is_empty() { checked } else { ExitCode::FAILURE })
}

/// Plays the plan over a new database in `folder`; the report, and where the books are.
pub(super) async fn play(plan: &Plan, folder: &Path) -> Result<(Report, Target), String> {
    let path = folder.join(DATABASE);
    let mut world = World::open(plan, &path).await?;
    let played = world.play().await?;
    let bets = tally::decided(&world.app, &played.bets).await?;
    let proofs = proofs::verify_sample(&world.app, &bets).await?;
    world.app.store.close().await;
    Ok((Report::of(plan, &played, &bets, proofs), Target::Sqlite(path)))
}
