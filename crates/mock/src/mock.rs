//! What a mock is: a row of the table, what it is started with, and what it is while it runs.

use clap::{Arg, ArgMatches};
use kernel::{Clock, SystemClock};
use std::net::{Ipv4Addr, SocketAddr};
use std::pin::Pin;
use std::sync::Arc;
use tokio::task::JoinHandle;
use web::Closing;

/// One mock.
#[derive(Debug, Clone, Copy)]
pub struct Mock {
    /// Its name on the command line.
    pub name: &'static str,
    /// What it pretends to be, in a sentence.
    pub about: &'static str,
    /// Where it listens when the command line says nothing else.
    pub listen: &'static str,
    /// Its arguments beside `--listen` and `--seed`, each with a default.
    pub arguments: fn() -> Vec<Arg>,
    /// The path with which a fault is switched on, as an example for people.
    pub fault_example: &'static str,
    /// Starts it with its parsed arguments.
    pub launch: fn(MockOptions, ArgMatches, Closing) -> Starting,
}

/// A mock that is about to run. Errors: a sentence.
pub type Starting = Pin<Box<dyn Future<Output = Result<Running, String>> + Send>>;

/// What a mock is started with inside a process.
#[derive(Clone)]
pub struct MockOptions {
    /// Where to listen, on loopback; port 0 takes a free one.
    pub listen: SocketAddr,
    /// The same seed gives the same behaviour.
    pub seed: u64,
    /// What stamps its messages.
    pub clock: Arc<dyn Clock>,
    /// Further arguments, as on the command line.
    pub arguments: Vec<String>,
}

impl Default for MockOptions {
    fn default() -> Self {
        Self {
            listen: SocketAddr::from((Ipv4Addr::LOCALHOST, 0)),
            seed: 1,
            clock: Arc::new(SystemClock),
            arguments: Vec::new(),
        }
    }
}

/// A mock that runs.
#[derive(Debug)]
pub struct Running {
    /// Where it listens.
    pub address: SocketAddr,
    /// Its addresses, by the configuration keys of who talks to it.
    pub endpoints: Vec<(&'static str, String)>,
    /// Resolves once it is over; that begins when its `closing` does.
    pub task: JoinHandle<()>,
}

impl Mock {
    /// Starts it; it runs until `closing` begins. Errors: a sentence, see [`start`](crate::start).
    pub(crate) async fn start(&self, options: &MockOptions, closing: Closing) -> Result<Running, String> {
        let words = std::iter::once(self.name.to_owned()).chain(options.arguments.iter().cloned());
        let matches = self.command().try_get_matches_from(words).map_err(|error| error.to_string())?;
        (self.launch)(options.clone(), matches, closing).await
    }
}

impl Running {
    /// The value under that configuration key.
    #[must_use]
    pub fn endpoint(&self, key: &str) -> Option<&str> {
        self.endpoints.iter().find(|(known, _)| *known == key).map(|(_, value)| value.as_str())
    }
}
