//! Carries out a run of one stall from its preparation to its report.

use super::args::Common;
use super::machine;
use super::run::{self, LoadError};
use super::stall::{KindOf, Stall};

/// Runs and reports on a runtime of its own; blocks. True when nothing was wrong.
pub fn execute<S: Stall>(
    common: &Common,
    prepare: impl Future<Output = Result<S, LoadError>>,
) -> Result<bool, LoadError> {
    run::try_json(common)?;
    // One thread: the server needs the rest of the machine, and the workers share their tally without contention.
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
    let findings: run::Findings<KindOf<S>> = runtime.block_on(async {
        let idle_percent = machine::idle_percent().await;
        let mut stall = prepare.await?;
        run::run(&mut stall, idle_percent).await
    })?;
    run::publish(&findings)
}
