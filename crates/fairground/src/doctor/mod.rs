//! `fairground doctor`: what this machine, this configuration and these databases would do to a server, and what to change. It
//! looks and changes nothing.

mod configuration;
mod database;
mod finding;
mod machine;

use crate::config::Config;
use crate::output::{print_out, runtime};
pub use finding::Finding;
use finding::State;
use std::path::PathBuf;
use std::process::ExitCode;

/// Looks at everything and prints what it found. Exit code 0: nothing is wrong, though some things may be better; 1: a server
/// should not run like this; 2: the configuration cannot be used.
pub fn run(config: Result<Config, Vec<String>>, as_json: bool) -> ExitCode {
    let mut findings = machine::findings();
    let code = match &config {
        Ok(config) => {
            findings.extend(configuration::findings(config));
            findings.extend(machine::of_folder(&data_folder(config)));
            match runtime() {
                Ok(runtime) => findings.extend(runtime.block_on(database::findings(config))),
                Err(error) => findings.push(Finding::bad("runtime", error, "free some memory or threads")),
            }
            let is_bad = findings.iter().any(|finding| finding.state == State::Bad);
            if is_bad { ExitCode::FAILURE } else { ExitCode::SUCCESS }
        }
        Err(problems) => {
            findings.extend(problems.iter().map(|problem| {
                Finding::bad(
                    "configuration",
                    problem.clone(),
                    "mend this key; `fairground config` says where each comes from",
                )
            }));
            ExitCode::from(crate::settings_args::UNUSABLE)
        }
    };
    print_out(&if as_json { finding::as_json(&findings) } else { finding::as_text(&findings) });
    code
}

fn data_folder(config: &Config) -> PathBuf {
    PathBuf::from(config.get(&crate::config::keys::DATA))
}
