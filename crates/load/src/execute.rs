//! Carries out a run of one stall from its preparation to its report.

use super::args::CommonArgs;
use super::error::LoadError;
use super::interrupt;
use super::report::{self, Report};
use super::results::{Findings, Kind};
use super::run;
use super::stall::{KindOf, Stall};
use std::io::Write as _;
use std::path::Path;

/// Runs and reports on a runtime of its own; blocks. True when nothing was wrong.
pub fn execute<S: Stall>(
    common: &CommonArgs,
    prepare: impl Future<Output = Result<S, LoadError>>,
) -> Result<bool, LoadError> {
    try_json(common)?;
    // One thread: the server needs the rest of the machine, and the workers share their tally without contention.
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
    let findings: Findings<KindOf<S>> = runtime.block_on(async {
        interrupt::listen()?;
        let idle_percent = run::idle_percent().await;
        let mut stall = prepare.await?;
        run::run(&mut stall, idle_percent).await
    })?;
    publish(&findings)
}

/// Makes sure that the report can be written: better to know before the run than after it.
fn try_json(common: &CommonArgs) -> Result<(), LoadError> {
    common.json.as_deref().map_or(Ok(()), |path| write_file(path, b""))
}

/// Prints the report and writes its file. True when nothing was wrong.
fn publish<K: Kind>(findings: &Findings<K>) -> Result<bool, LoadError> {
    let report = Report::new(findings);
    std::io::stdout().lock().write_all(report::render(&report).as_bytes())?;
    if let Some(path) = &findings.common.json {
        write_file(path, report.to_json().as_bytes())?;
    }
    Ok(report.failures.is_empty())
}

fn write_file(path: &Path, text: &[u8]) -> Result<(), LoadError> {
    std::fs::write(path, text).map_err(|error| LoadError::Json { path: path.to_path_buf(), error })
}
