//! The guard: a small process that stands between xtask and a program it starts.
//!
//! It puts the program into a process group of its own and watches its own standard input, a pipe that only
//! xtask holds. Whatever ends xtask (success, failure, Ctrl-C, even kill -9) closes that pipe, and the guard
//! then stops the whole group and removes the folder it was told about. Should the guard itself be killed with xtask, the
//! kernel signals the program (`setpriv --pdeathsig`). Nothing outlives a test run, and nothing but what was started here is
//! ever signalled.

use crate::machine;
use std::io::Read;
use std::os::unix::process::{CommandExt, ExitStatusExt};
use std::path::PathBuf;
use std::process::{Child, Command, ExitCode, ExitStatus, Stdio};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};

/// The hidden subcommand under which xtask starts itself as a guard.
pub const COMMAND: &str = "guard";

/// How long a group may take to stop after the polite signal: PostgreSQL's fast shutdown writes a checkpoint.
const GRACE: Duration = Duration::from_secs(15);
/// How often the guard looks at its child; short enough to be invisible in a test's time.
const POLL: Duration = Duration::from_millis(20);
/// The exit code when the group was stopped because the parent let go, as `timeout` uses it.
const STOPPED: u8 = 124;

/// What a guard is told on its command line.
#[derive(Debug, PartialEq, Eq, Default)]
struct Orders {
    /// Polite signal, by the name `kill` knows.
    signal: String,
    /// Folder to remove once the group is gone.
    remove: Option<PathBuf>,
    /// User and group to run the program as.
    ids: Option<(u32, u32)>,
    program: Vec<String>,
}

/// Runs as guard: `guard [--signal NAME] [--remove DIR] [--ids UID:GID] -- PROGRAM ARGS...`.
pub fn run(args: &[String]) -> ExitCode {
    let orders = match parse(args) {
        Ok(orders) => orders,
        Err(message) => {
            eprintln!("xtask guard: {message}");
            return ExitCode::from(2);
        }
    };
    let code = watch(&orders).unwrap_or_else(|message| {
        eprintln!("xtask guard: {message}");
        ExitCode::from(127)
    });
    if let Some(folder) = &orders.remove {
        // A folder that is already gone is what we wanted.
        let _gone = std::fs::remove_dir_all(folder);
    }
    code
}

fn parse(args: &[String]) -> Result<Orders, String> {
    let mut orders = Orders { signal: "TERM".to_owned(), ..Orders::default() };
    let mut args = args.iter();
    while let Some(arg) = args.next() {
        if arg == "--" {
            orders.program = args.cloned().collect();
            break;
        }
        let value = args.next().ok_or_else(|| format!("{arg} needs a value"))?;
        match arg.as_str() {
            "--signal" => orders.signal.clone_from(value),
            "--remove" => orders.remove = Some(PathBuf::from(value)),
            "--ids" => orders.ids = Some(parse_ids(value)?),
            other => return Err(format!("unknown option {other}")),
        }
    }
    if orders.program.is_empty() {
        return Err("no program after `--`".to_owned());
    }
    Ok(orders)
}

fn parse_ids(text: &str) -> Result<(u32, u32), String> {
    let (uid, gid) = text.split_once(':').ok_or("--ids wants UID:GID")?;
    let number = |part: &str| part.parse::<u32>().map_err(|error| format!("--ids {text}: {error}"));
    Ok((number(uid)?, number(gid)?))
}

fn watch(orders: &Orders) -> Result<ExitCode, String> {
    let mut child = start(orders)?;
    let abandoned = parent_watch();
    loop {
        if let Some(status) = child.try_wait().map_err(|error| error.to_string())? {
            // Leftovers of a program that ended by itself (a server a test forgot) go with it.
            signal_group(child.id(), "KILL");
            return Ok(exit_code(status));
        }
        if abandoned.load(Ordering::Relaxed) {
            stop(&mut child, &orders.signal);
            return Ok(ExitCode::from(STOPPED));
        }
        std::thread::sleep(POLL);
    }
}

fn start(orders: &Orders) -> Result<Child, String> {
    let words = bound_to_guard(orders, machine::find_program("setpriv"));
    let mut command = Command::new(&words[0]);
    command.args(&words[1..]).stdin(Stdio::null()).process_group(0);
    if let Some((uid, gid)) = orders.ids {
        command.uid(uid).gid(gid);
    }
    command.spawn().map_err(|error| format!("{}: {error}", orders.program[0]))
}

/// The program behind util-linux's `setpriv`, which asks the kernel to signal it when its parent, this guard, has died in
/// whatever way, and then becomes it. Without that tool the program alone.
fn bound_to_guard(orders: &Orders, setpriv: Option<PathBuf>) -> Vec<String> {
    let Some(setpriv) = setpriv else { return orders.program.clone() };
    let before = [&setpriv.display().to_string(), "--pdeathsig", &orders.signal, "--"].map(str::to_owned);
    before.into_iter().chain(orders.program.iter().cloned()).collect()
}

/// Becomes true when the pipe from xtask closes.
fn parent_watch() -> Arc<AtomicBool> {
    let abandoned = Arc::new(AtomicBool::new(false));
    let flag = Arc::clone(&abandoned);
    std::thread::spawn(move || {
        let mut rest = Vec::new();
        // Any end of the pipe, an error included, means that nobody holds it any more.
        let _ended = std::io::stdin().read_to_end(&mut rest);
        flag.store(true, Ordering::Relaxed);
    });
    abandoned
}

fn stop(child: &mut Child, polite: &str) {
    signal_group(child.id(), polite);
    let deadline = Instant::now() + GRACE;
    while Instant::now() < deadline {
        if matches!(child.try_wait(), Ok(Some(_))) {
            break;
        }
        std::thread::sleep(POLL);
    }
    signal_group(child.id(), "KILL");
    let _reaped = child.wait();
}

/// Signals a process group that this guard made. The shell's own `kill` is used because the program of that
/// name is not part of every Debian.
fn signal_group(group: u32, signal: &str) {
    let _already_gone = Command::new("sh")
        .arg("-c")
        .arg(format!("kill -s {signal} -- -{group} 2>/dev/null"))
        .stdin(Stdio::null())
        .status();
}

fn exit_code(status: ExitStatus) -> ExitCode {
    let code = status.code().or_else(|| status.signal().map(|signal| 128 + signal)).unwrap_or(1);
    ExitCode::from(u8::try_from(code).unwrap_or(1))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn words(text: &str) -> Vec<String> {
        text.split(' ').map(str::to_owned).collect()
    }

    #[test]
    fn orders_are_read_up_to_the_double_dash() {
        let orders = parse(&words("--signal INT --remove /x --ids 1:2 -- prog --signal"));
        let expected = Orders {
            signal: "INT".to_owned(),
            remove: Some(PathBuf::from("/x")),
            ids: Some((1, 2)),
            program: words("prog --signal"),
        };
        assert_eq!(orders, Ok(expected));
    }

    #[test]
    fn a_guard_without_a_program_refuses() {
        assert!(parse(&words("--signal INT")).is_err());
    }

    #[test]
    fn the_program_is_bound_to_the_guard_where_the_machine_can() {
        let orders = parse(&words("--signal INT -- prog -x")).unwrap();
        assert_eq!(bound_to_guard(&orders, None), words("prog -x"));
        let bound = bound_to_guard(&orders, Some(PathBuf::from("/bin/setpriv")));
        assert_eq!(bound, words("/bin/setpriv --pdeathsig INT -- prog -x"));
    }

    #[test]
    fn a_signal_reaches_every_process_of_the_group() {
        let program = ["sh", "-c", "sleep 60 & wait"].map(str::to_owned).to_vec();
        let orders = Orders { signal: "TERM".to_owned(), program, ..Orders::default() };
        let mut child = start(&orders).unwrap();
        let before = Instant::now();
        stop(&mut child, "TERM");
        assert!(before.elapsed() < GRACE, "the polite signal was not heard");
    }
}
