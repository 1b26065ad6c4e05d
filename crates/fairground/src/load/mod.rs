//! `fairground load rush`: the load generator. It talks HTTP to a running server and to nothing else.
//! What does not live here: the server's side of the load profile, and any knowledge of its tables.
//!
//! One run in motion: `rush` (the order of the phases) starts one `worker` per connection; a `pace` tells it when
//! to send, a `mix` what, `wire` how; `tally` counts, `memory` and `journal` remember; `verify` asks the server
//! at the end whether it still knows everything it acknowledged; `report` prints. To add a kind of request, add a
//! `mix::Class`, form it in `worker::ask` and learn from its answer in `memory`.

mod args;
mod control;
mod fill;
mod journal;
mod keys;
mod machine;
mod memory;
mod metrics;
mod mix;
mod pace;
mod phase;
mod report;
mod rush;
mod stage;
mod table;
mod tally;
#[cfg(test)]
mod tests;
mod timetable;
mod token;
mod verify;
mod wire;
mod worker;

pub use args::Load;
pub use keys::SigningKeys;

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
    let Load::Rush(args) = load;
    match rush::run_blocking(args, keys) {
        Ok(true) => ExitCode::SUCCESS,
        Ok(false) => ExitCode::from(FAILED),
        Err(error) => {
            eprintln!("load rush: {error}");
            ExitCode::from(if error.is_usage() { UNUSABLE } else { FAILED })
        }
    }
}
