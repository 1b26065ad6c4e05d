//! The binary as an operator starts it: with standard error where the test wants it, asked over HTTP, signalled by its id.

use std::net::SocketAddr;
use std::process::{Child, ChildStderr, Command, ExitStatus, Output, Stdio};
use std::time::{Duration, Instant};
use testkit::Answer;
use testkit::http::Client;
use testkit::server::{command, free_address};

pub const BINARY: &str = env!("CARGO_BIN_EXE_fairground");

/// A debug build on a busy machine, with migrations to run.
const READY_LIMIT: Duration = Duration::from_secs(60);

/// A server whose standard error is a pipe that the test holds.
pub struct Piped {
    child: Child,
    pub address: SocketAddr,
    /// The reading end: drop it and the pipe is broken, keep it and the pipe fills up.
    pub errors: Option<ChildStderr>,
}

impl Piped {
    /// Starts `fairground serve` with `args`.
    pub fn serve(args: &[&str]) -> Self {
        let address = free_address();
        let mut command = command(BINARY);
        command.arg("serve").args(args).args(["--listen", &address.to_string()]);
        Self::spawn(command, address)
    }

    /// Starts `command`, which is to listen on `address`.
    pub fn spawn(mut command: Command, address: SocketAddr) -> Self {
        let mut child = command
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .stderr(Stdio::piped())
            .spawn()
            .expect("the binary starts");
        let errors = child.stderr.take();
        Self { child, address, errors }
    }

    pub fn get(&self, path: &str) -> std::io::Result<Answer> {
        Client::new(self.address).get(path)
    }

    pub fn wait_until_ready(&mut self) {
        self.wait_until("ready", |server| server.get("/ready").is_ok_and(|answer| answer.status == 200));
    }

    /// Waits until `is_so`, a minute at most.
    pub fn wait_until(&mut self, what: &str, mut is_so: impl FnMut(&mut Self) -> bool) {
        let deadline = Instant::now() + READY_LIMIT;
        while !is_so(self) {
            let ended = self.child.try_wait().expect("a child of ours");
            assert!(ended.is_none(), "the server ended with {ended:?} before it was so: {what}");
            assert!(Instant::now() < deadline, "never so: {what}");
            std::thread::sleep(Duration::from_millis(20));
        }
    }

    /// Sends the signal `name` to this process alone.
    pub fn signal(&self, name: &str) {
        let id = self.child.id().to_string();
        let sent = Command::new("kill").args(["-s", name, &id]).status().expect("kill runs");
        assert!(sent.success());
    }

    /// Waits until it has ended by itself. Panics after `limit`.
    pub fn ended_within(&mut self, limit: Duration) -> ExitStatus {
        let deadline = Instant::now() + limit;
        loop {
            if let Some(status) = self.child.try_wait().expect("a child of ours") {
                return status;
            }
            assert!(Instant::now() < deadline, "the server still runs after {limit:?}");
            std::thread::sleep(Duration::from_millis(10));
        }
    }

    /// The value of a counter or gauge, 0 where it is not known yet.
    pub fn metric(&self, name: &str) -> f64 {
        let text = self.get("/metrics").expect("answers").text;
        let line = text.lines().find_map(|line| line.strip_prefix(name)?.trim().parse().ok());
        line.unwrap_or(0.0)
    }
}

impl Drop for Piped {
    fn drop(&mut self) {
        // An error means that it has already ended.
        let _ended = self.child.kill();
        let _reaped = self.child.wait();
    }
}

/// Runs the binary to its end, with nothing of the developer's own settings.
pub fn run(args: &[&str], environment: &[(&str, &str)]) -> Output {
    command(BINARY).args(args).envs(environment.iter().copied()).output().expect("the binary starts")
}

/// What it printed where errors go.
pub fn errors_of(output: &Output) -> String {
    String::from_utf8_lossy(&output.stderr).into_owned()
}

/// What it printed.
pub fn text_of(output: &Output) -> String {
    String::from_utf8_lossy(&output.stdout).into_owned()
}
