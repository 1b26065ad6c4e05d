//! A server on one database that is ended and started again at the same address, the load beside it, and the check of its
//! books. What is asked of it meanwhile is its stall's.

use rand::Rng;
use rand::rngs::SmallRng;
use std::net::SocketAddr;
use std::ops::RangeInclusive;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread::JoinHandle;
use std::time::{Duration, Instant};
use testkit::server::{Server, command, free_address};

const BINARY: &str = env!("CARGO_BIN_EXE_fairground");

/// The server and how it is started.
pub struct Site {
    args: Vec<String>,
    place: Vec<String>,
    address: SocketAddr,
    server: Server,
}

impl Site {
    /// Starts the first server of the load profile. `place`: the arguments that name its database and its configuration.
    pub fn open(place: &[&str]) -> Self {
        let place: Vec<String> = place.iter().map(|arg| (*arg).to_owned()).collect();
        let mut args = vec!["serve".to_owned(), "--profile".to_owned(), "load".to_owned()];
        args.extend(place.iter().cloned());
        let address = free_address();
        let mut server = start(&args, address);
        server.wait_until_ready();
        Self { args, place, address, server }
    }

    /// Where it listens, always.
    pub fn address(&self) -> SocketAddr {
        self.address
    }

    /// As in a power cut.
    pub fn kill(&mut self) {
        self.server.kill();
    }

    /// As at an update: it is asked to end, and finishes what it accepted.
    pub fn ask_to_end(&mut self) {
        let status = self.server.stop().expect("a server that is asked to end does so in its time");
        assert!(status.success(), "ended with {status}:\n{}", self.server.log());
    }

    /// Waits until it has ended by itself; false when it still runs after `limit`.
    pub fn wait_until_ended(&mut self, limit: Duration) -> bool {
        self.server.wait_until_ended(limit)
    }

    /// Starts the server again, after a `second_kill` so soon after a start of its own, while it recovers; milliseconds
    /// until it was ready.
    pub fn restart(&mut self, second_kill: Option<Duration>) -> u128 {
        if let Some(lived) = second_kill {
            let mut short_lived = start(&self.args, self.address);
            std::thread::sleep(lived);
            short_lived.kill();
        }
        let begun = Instant::now();
        self.server = start(&self.args, self.address);
        self.server.wait_until_ready();
        begun.elapsed().as_millis()
    }

    /// The independent checker, from the raw tables, while the server runs or not.
    pub fn check(&self) {
        let checked = command(BINARY).arg("check").args(&self.place).output().expect("the binary starts");
        let said = String::from_utf8_lossy(&checked.stdout);
        let errors = String::from_utf8_lossy(&checked.stderr);
        assert!(checked.status.success(), "fairground check found something wrong:\n{said}\n{errors}");
    }
}

/// In one of four rounds the server is killed a second time while it recovers: how soon after its start, drawn from
/// `within_ms`.
pub fn second_kill(round: u64, rng: &mut SmallRng, within_ms: RangeInclusive<u64>) -> Option<Duration> {
    round.is_multiple_of(4).then(|| Duration::from_millis(rng.random_range(within_ms)))
}

fn start(args: &[String], address: SocketAddr) -> Server {
    let args: Vec<&str> = args.iter().map(String::as_str).collect();
    Server::start_at(BINARY, &args, address)
}

/// Whether `fairground verify` accepts the proof in this file.
pub fn verifies(proof: &std::path::Path) -> Result<(), String> {
    let verified = command(BINARY).arg("verify").arg(proof).output().expect("the binary starts");
    let said = String::from_utf8_lossy(&verified.stdout).into_owned();
    if verified.status.success() { Ok(()) } else { Err(said + &String::from_utf8_lossy(&verified.stderr)) }
}

/// Callers at work, each with a journal of what it asked and was told.
pub struct Load<J> {
    over: Arc<AtomicBool>,
    callers: Vec<JoinHandle<Vec<J>>>,
}

impl<J: Send + 'static> Load<J> {
    /// Starts a thread for each of `callers`. They go on until no answer comes or the flag they are given is raised.
    pub fn begin<C>(callers: Vec<C>) -> Self
    where
        C: FnOnce(&AtomicBool) -> Vec<J> + Send + 'static,
    {
        let over = Arc::new(AtomicBool::new(false));
        let start = |caller: C| {
            let over = Arc::clone(&over);
            std::thread::spawn(move || caller(&over))
        };
        let callers = callers.into_iter().map(start).collect();
        Self { over, callers }
    }

    /// Waits for all of them after the server's end; their journals.
    pub fn end(self) -> Vec<J> {
        self.over.store(true, Ordering::Relaxed);
        let journal =
            |caller: JoinHandle<Vec<J>>| caller.join().expect("a caller got an undocumented answer");
        self.callers.into_iter().flat_map(journal).collect()
    }
}
