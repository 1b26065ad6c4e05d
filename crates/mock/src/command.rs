//! `fairground mock NAME`: a mock as a program of its own, for servers that are told its addresses.

use crate::{MOCKS, Mock, MockOptions, Running};
use clap::{Arg, ArgMatches, Command, value_parser};
use kernel::Clock;
use std::fmt::Write as _;
use std::io::Write as _;
use std::net::SocketAddr;
use std::sync::Arc;

/// The command with a subcommand for each mock.
#[must_use]
pub fn command() -> Command {
    let about = "Pretends to be a part of the outside world on loopback, with faults that can be switched on";
    augment(Command::new("mock").about(about))
}

/// Gives a command a subcommand for each mock.
#[must_use]
pub fn augment(command: Command) -> Command {
    command
        .subcommand_required(true)
        .arg_required_else_help(true)
        .subcommands(MOCKS.iter().map(Mock::command))
}

impl Mock {
    /// Its subcommand, with the arguments that every mock has.
    pub(crate) fn command(&self) -> Command {
        let listen = Arg::new("listen")
            .long("listen")
            .value_name("ADDR")
            .help("Where to listen, on loopback")
            .value_parser(value_parser!(SocketAddr))
            .default_value(self.listen);
        let seed = Arg::new("seed")
            .long("seed")
            .help("The same seed gives the same behaviour")
            .value_parser(value_parser!(u64))
            .default_value("1");
        Command::new(self.name).about(self.about).arg(listen).arg(seed).args((self.arguments)())
    }
}

/// Runs the mock that [`command`] matched until `until` resolves, and prints its addresses as a server's environment. Errors:
/// a sentence, see [`start`](crate::start).
pub async fn run(
    matches: &ArgMatches,
    clock: Arc<dyn Clock>,
    until: impl Future<Output = ()> + Send,
) -> Result<(), String> {
    let (name, matches) = matches.subcommand().ok_or("which mock?")?;
    let mock =
        MOCKS.iter().find(|mock| mock.name == name).ok_or_else(|| format!("there is no mock {name}"))?;
    let (shutdown, closing) = web::shutdown();
    let running = (mock.launch)(options(matches, clock), matches.clone(), closing).await?;
    // A reader that has gone away is no error of ours.
    let _gone = std::io::stdout().write_all(instructions(mock, &running).as_bytes());
    until.await;
    shutdown.begin();
    running.task.await.map_err(|error| format!("the mock {name} panicked: {error}"))
}

fn options(matches: &ArgMatches, clock: Arc<dyn Clock>) -> MockOptions {
    let usual = MockOptions::default();
    let listen = matches.get_one("listen").copied().unwrap_or(usual.listen);
    let seed = matches.get_one("seed").copied().unwrap_or(usual.seed);
    MockOptions { listen, seed, clock, ..usual }
}

/// How a server is told to talk to it, and how a fault is switched on.
fn instructions(mock: &Mock, running: &Running) -> String {
    let mut text = format!("The mock {} runs; a server talks to it with\n\n", mock.name);
    for (key, value) in &running.endpoints {
        let name = key.to_uppercase().replace('.', "_");
        // Writing into a `String` cannot fail.
        let _ = writeln!(text, "  FAIRGROUND_{name}={value} \\");
    }
    let (address, example) = (running.address, mock.fault_example);
    let _ = writeln!(text, "  fairground serve\n\nFaults: curl -X POST 'http://{address}{example}'\n");
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_command_line_of_every_mock_is_sound() {
        command().debug_assert();
        for mock in MOCKS {
            let matches = mock.command().get_matches_from([mock.name]);
            let listen: Option<&SocketAddr> = matches.get_one("listen");
            assert!(listen.is_some_and(|address| address.ip().is_loopback()), "{}", mock.name);
        }
    }

    #[test]
    fn endpoints_are_printed_as_a_servers_environment() {
        let runtime = tokio::runtime::Builder::new_current_thread().build().unwrap();
        let running = Running {
            address: MOCKS[0].listen.parse().unwrap(),
            endpoints: vec![("tap.kraken_urls", String::from("ws://127.0.0.1:9100/kraken"))],
            task: runtime.spawn(async {}),
        };
        let text = instructions(&MOCKS[0], &running);
        assert!(text.contains("  FAIRGROUND_TAP_KRAKEN_URLS=ws://127.0.0.1:9100/kraken \\\n"), "{text}");
        assert!(text.contains("curl -X POST 'http://127.0.0.1:9100/control?"), "{text}");
    }
}
