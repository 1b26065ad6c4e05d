//! Runs programs under a guard: with a time limit, with every output line seen, and never left behind.

use crate::guard;
use std::io::{BufRead, BufReader, Read};
use std::path::Path;
use std::process::{Child, ChildStdin, Command, Stdio};
use std::sync::mpsc::{self, RecvTimeoutError};
use std::time::{Duration, Instant};

/// A program to run, before it is started.
pub struct Program {
    words: Vec<String>,
    env: Vec<(String, String)>,
    guard_options: Vec<String>,
}

/// How a program ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Ending {
    /// Exit code zero.
    Success,
    /// Any other exit code.
    Failure,
    /// The time limit passed and the whole process group was stopped.
    TimedOut,
}

/// A program in the background; it is stopped when this value is dropped.
pub struct Background {
    guard: Child,
    /// The guard stops its group when this pipe closes.
    leash: Option<ChildStdin>,
}

impl Program {
    /// Names a program and its arguments.
    pub fn new<S: Into<String>>(program: S, args: &[&str]) -> Self {
        let mut words = vec![program.into()];
        words.extend(args.iter().map(|arg| (*arg).to_owned()));
        Self { words, env: Vec::new(), guard_options: Vec::new() }
    }

    /// Adds one environment variable.
    pub fn env(mut self, name: &str, value: impl Into<String>) -> Self {
        self.env.push((name.to_owned(), value.into()));
        self
    }

    /// Runs it as another user; only root may.
    pub fn run_by(mut self, ids: Option<(u32, u32)>) -> Self {
        if let Some((uid, gid)) = ids {
            self.guard_options.extend(["--ids".to_owned(), format!("{uid}:{gid}")]);
        }
        self
    }

    /// Stops it with this signal first instead of TERM.
    pub fn stopped_by(mut self, signal: &str) -> Self {
        self.guard_options.extend(["--signal".to_owned(), signal.to_owned()]);
        self
    }

    /// Removes a folder after it has ended, however it ended.
    pub fn removing(mut self, folder: &Path) -> Self {
        self.guard_options.extend(["--remove".to_owned(), folder.display().to_string()]);
        self
    }

    /// Starts it in the background with its output in a file.
    pub fn start(&self, output: std::fs::File) -> Result<Background, String> {
        let errors = output.try_clone().map_err(|error| error.to_string())?;
        self.spawn(output.into(), errors.into())
    }

    /// Runs it to its end or its limit; `line` sees every line of stdout and stderr as it comes.
    pub fn run(&self, limit: Duration, mut line: impl FnMut(&str)) -> Result<Ending, String> {
        let mut running = self.spawn(Stdio::piped(), Stdio::piped())?;
        let (sender, receiver) = mpsc::channel();
        forward(running.guard.stdout.take(), sender.clone());
        forward(running.guard.stderr.take(), sender);
        let deadline = Instant::now() + limit;
        let mut timed_out = false;
        loop {
            match receiver.recv_timeout(deadline.saturating_duration_since(Instant::now())) {
                Ok(text) => line(&text),
                Err(RecvTimeoutError::Disconnected) => break,
                Err(RecvTimeoutError::Timeout) if timed_out => break,
                Err(RecvTimeoutError::Timeout) => {
                    timed_out = true;
                    running.stop();
                }
            }
        }
        Ok(if timed_out { Ending::TimedOut } else { running.ending() })
    }

    fn spawn(&self, stdout: Stdio, stderr: Stdio) -> Result<Background, String> {
        let own = std::env::current_exe().map_err(|error| format!("cannot find xtask itself: {error}"))?;
        let mut command = Command::new(own);
        command.arg(guard::COMMAND).args(&self.guard_options).arg("--").args(&self.words);
        command.envs(self.env.iter().map(|(name, value)| (name, value)));
        command.current_dir(crate::root::workspace());
        command.stdin(Stdio::piped()).stdout(stdout).stderr(stderr);
        detach(&mut command);
        let mut guard = command.spawn().map_err(|error| format!("{}: {error}", self.words[0]))?;
        let leash = guard.stdin.take();
        Ok(Background { guard, leash })
    }
}

/// Gives the guard its own process group, so that a Ctrl-C in the terminal reaches xtask alone and the guard
/// lives long enough to clean up.
fn detach(command: &mut Command) {
    use std::os::unix::process::CommandExt;
    command.process_group(0);
}

fn forward(stream: Option<impl Read + Send + 'static>, sender: mpsc::Sender<String>) {
    let Some(stream) = stream else { return };
    std::thread::spawn(move || {
        for line in BufReader::new(stream).split(b'\n').map_while(Result::ok) {
            if sender.send(String::from_utf8_lossy(&line).into_owned()).is_err() {
                return;
            }
        }
    });
}

impl Background {
    /// Lets go of the leash and waits until the guard has cleaned up.
    pub fn stop(&mut self) {
        drop(self.leash.take());
        let _ended = self.guard.wait();
    }

    /// True while the program runs.
    pub fn is_running(&mut self) -> bool {
        matches!(self.guard.try_wait(), Ok(None))
    }

    fn ending(mut self) -> Ending {
        match self.guard.wait() {
            Ok(status) if status.success() => Ending::Success,
            _ => Ending::Failure,
        }
    }
}

impl Drop for Background {
    fn drop(&mut self) {
        self.stop();
    }
}

/// Runs a short helper program to its end and returns its output; an error carries what it wrote.
pub fn output(program: &str, args: &[&str]) -> Result<String, String> {
    let done = Command::new(program)
        .args(args)
        .stdin(Stdio::null())
        .output()
        .map_err(|error| format!("{program}: {error}"))?;
    let text = String::from_utf8_lossy(&done.stdout).into_owned();
    if done.status.success() {
        return Ok(text);
    }
    Err(format!("{program} {}: {}{}", args.join(" "), text, String::from_utf8_lossy(&done.stderr)))
}
