//! `fairground load`: the load generator. It talks HTTP to a running server and to nothing else.
//! What does not live here: the server's side of the load profile, and any knowledge of its tables.
//!
//! One run in motion: `run` (the order of the phases) starts one `worker` per connection; a `pace` tells it when to
//! send, its stall's mind (`stall::Caller`) what, `wire` how; `tally` counts, `report` and `table` print. What is asked
//! and what must be remembered is in a folder per stall. To add a stall, implement `stall::Stall`.

mod args;
mod control;
mod keys;
mod machine;
mod metrics;
mod pace;
mod phase;
mod report;
mod run;
mod rush;
mod soaked;
mod spiked;
mod stall;
mod table;
mod tally;
mod tap;
#[cfg(test)]
mod tests;
mod timetable;
mod verify;
mod weights;
mod wire;
mod worker;

pub use args::Load;
pub use keys::SigningKeys;

use args::Common;
use run::LoadError;
use stall::{KindOf, Stall};
use std::process::ExitCode;

/// Exit code of a run that measured but found something wrong, or that could not be carried out.
const FAILED: u8 = 1;
/// Exit code of unusable arguments, the same as clap's.
const UNUSABLE: u8 = 2;

/// Runs a load command to its end on a runtime of its own; blocks. `keys` are those of the server under load.
///
/// Exit codes: 0 all well, 1 a defect was found or the run was impossible, 2 unusable arguments.
#[must_use]
pub fn run(load: &Load, keys: &SigningKeys) -> ExitCode {
    let (name, done) = match load {
        Load::Rush(args) => ("rush", carry_out(&args.common, rush::RushRun::prepare(args, keys))),
        Load::Tap(args) => ("tap", carry_out(&args.common, tap::TapRun::prepare(args))),
    };
    match done {
        Ok(true) => ExitCode::SUCCESS,
        Ok(false) => ExitCode::from(FAILED),
        Err(error) => {
            eprintln!("load {name}: {error}");
            ExitCode::from(if error.is_usage() { UNUSABLE } else { FAILED })
        }
    }
}

/// Runs and reports. True when nothing was wrong.
fn carry_out<S: Stall>(
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
