//! The binary as a child process: started on a free loopback port, waited for, stopped or killed by its own id.

use crate::http::Client;
use std::net::{SocketAddr, TcpListener};
use std::path::PathBuf;
use std::process::{Child, Command, ExitStatus, Stdio};
use std::time::{Duration, Instant};
use tempfile::TempDir;

/// A debug build on a busy machine, with migrations to run.
const READY_LIMIT: Duration = Duration::from_secs(60);
/// A graceful stop finishes what is running; the server's own limit is 30 s.
const STOP_LIMIT: Duration = Duration::from_secs(40);
/// How often a waiting loop looks again.
const POLL: Duration = Duration::from_millis(10);

/// A running server; dropping it kills it.
#[derive(Debug)]
pub struct Server {
    child: Child,
    address: SocketAddr,
    log: PathBuf,
    // Removed with the server's log in it.
    _folder: TempDir,
}

impl Server {
    /// Starts `binary` with `args`, adding `--listen` with a free port, and does not wait until it is ready.
    /// Panics when the binary cannot be started.
    #[must_use]
    pub fn start(binary: &str, args: &[&str]) -> Self {
        Self::start_at(binary, args, free_address())
    }

    /// As [`start`](Self::start), at a given address: a restarted server is found where its clients look for it.
    #[must_use]
    pub fn start_at(binary: &str, args: &[&str], address: SocketAddr) -> Self {
        Self::spawn(command(binary).args(args), address)
    }

    /// As [`start`](Self::start), with settings in its environment.
    #[must_use]
    pub fn start_with(binary: &str, args: &[&str], environment: &[(&str, &str)]) -> Self {
        Self::spawn(command(binary).args(args).envs(environment.iter().copied()), free_address())
    }

    fn spawn(command: &mut Command, address: SocketAddr) -> Self {
        let folder = tempfile::tempdir().expect("the machine has a folder for temporary files");
        let log = folder.path().join("server.log");
        let output = std::fs::File::create(&log).expect("a fresh folder can be written");
        let errors = output.try_clone().expect("a file handle can be doubled");
        let child = command
            .args(["--listen", &address.to_string()])
            .stdin(Stdio::null())
            .stdout(output)
            .stderr(errors)
            .spawn()
            .expect("the binary starts");
        Self { child, address, log, _folder: folder }
    }

    /// Waits until `/ready` answers 200. Panics with the server's log when it ends or takes too long.
    pub fn wait_until_ready(&mut self) {
        let deadline = Instant::now() + READY_LIMIT;
        while !self.is_ready() {
            if let Ok(Some(status)) = self.child.try_wait() {
                panic!("the server ended with {status} before it was ready:\n{}", self.log());
            }
            assert!(Instant::now() < deadline, "not ready after {READY_LIMIT:?}:\n{}", self.log());
            std::thread::sleep(POLL);
        }
    }

    fn is_ready(&self) -> bool {
        Client::new(self.address).get("/ready").is_ok_and(|answer| answer.status == 200)
    }

    /// Waits until it has ended by itself, for `limit` at most; false when it still runs.
    pub fn wait_until_ended(&mut self, limit: Duration) -> bool {
        let deadline = Instant::now() + limit;
        while !matches!(self.child.try_wait(), Ok(Some(_))) {
            if Instant::now() >= deadline {
                return false;
            }
            std::thread::sleep(POLL);
        }
        true
    }

    /// Waits until its output holds `text`. Panics with the whole output when it takes too long.
    pub fn wait_until_it_says(&self, text: &str) {
        let deadline = Instant::now() + READY_LIMIT;
        while !self.log().contains(text) {
            assert!(Instant::now() < deadline, "never said `{text}`:\n{}", self.log());
            std::thread::sleep(POLL);
        }
    }

    /// Where it listens.
    #[must_use]
    pub fn address(&self) -> SocketAddr {
        self.address
    }

    /// `http://host:port`.
    #[must_use]
    pub fn url(&self) -> String {
        format!("http://{}", self.address)
    }

    /// What it wrote so far.
    #[must_use]
    pub fn log(&self) -> String {
        std::fs::read_to_string(&self.log).unwrap_or_default()
    }

    /// Ends it as a power cut ends a process: no signal handler runs, nothing is flushed.
    pub fn kill(&mut self) {
        // An error means that it has already ended.
        let _ended = self.child.kill();
        let _reaped = self.child.wait();
    }

    /// Asks it to stop and waits. `None` when it had to be killed after its time.
    pub fn stop(&mut self) -> Option<ExitStatus> {
        let ask = format!("kill -s TERM {}", self.child.id());
        let _already_gone = Command::new("sh").arg("-c").arg(ask).stderr(Stdio::null()).status();
        let deadline = Instant::now() + STOP_LIMIT;
        while Instant::now() < deadline {
            if let Ok(Some(status)) = self.child.try_wait() {
                return Some(status);
            }
            std::thread::sleep(POLL);
        }
        self.kill();
        None
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        self.kill();
    }
}

/// The binary as a command that knows nothing of the developer's own settings, nor of the test's.
#[must_use]
pub fn command(binary: &str) -> Command {
    let mut command = Command::new(binary);
    for (name, _) in std::env::vars_os() {
        if name.to_string_lossy().starts_with("FAIRGROUND_") {
            command.env_remove(name);
        }
    }
    command
}

/// A loopback address nobody listens on at this moment.
#[must_use]
pub fn free_address() -> SocketAddr {
    let listener = TcpListener::bind(("127.0.0.1", 0)).expect("loopback has a free port");
    listener.local_addr().expect("a bound socket has an address")
}
