//! A private PostgreSQL server for one run: its own data folder, a free loopback port, no socket file, and
//! fsync on as in production. It is stopped and its folder removed however the run ends (see `guard`).

use crate::machine;
use crate::process::{self, Background, Program};
use std::net::TcpListener;
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

/// How long the server may take to answer for the first time on a busy machine.
const START_LIMIT: Duration = Duration::from_secs(60);
/// The server's settings. Many tests hold a few connections each, and memory is shared with the build.
const SETTINGS: &[&str] = &[
    "listen_addresses=127.0.0.1",
    "unix_socket_directories=",
    "shared_buffers=64MB",
    "max_connections=200",
    "fsync=on",
    "synchronous_commit=on",
    "autovacuum_naptime=10s",
];

/// A running private server; dropping it stops it.
pub struct Server {
    // Held for its drop alone.
    _background: Background,
    url: String,
}

impl Server {
    /// The address of its database `postgres`, as user `postgres`, without a password.
    pub fn url(&self) -> &str {
        &self.url
    }
}

/// The folder with `initdb` and `postgres`: the newest of Debian's versions, else the one in PATH.
pub fn binaries() -> Option<PathBuf> {
    let versions = std::fs::read_dir("/usr/lib/postgresql").into_iter().flatten().filter_map(Result::ok);
    let newest = versions
        .filter_map(|entry| {
            Some((entry.file_name().to_str()?.parse::<u32>().ok()?, entry.path().join("bin")))
        })
        .filter(|(_, folder)| folder.join("initdb").is_file() && folder.join("postgres").is_file())
        .max();
    let in_path = || machine::find_program("initdb")?.parent().map(Path::to_path_buf);
    newest.map(|(_, folder)| folder).or_else(in_path).filter(|folder| folder.join("postgres").is_file())
}

/// Creates and starts a server, and waits until it answers.
pub fn start() -> Result<Server, String> {
    remove_left_behind();
    let binaries = binaries().ok_or("no PostgreSQL server is installed")?;
    let user = unprivileged_user()?;
    let folder = private_folder(user)?;
    initialise(&binaries, &folder, user).inspect_err(|_| {
        // The guard that would remove it has not been started yet.
        let _gone = std::fs::remove_dir_all(&folder);
    })?;
    let port = free_port()?;
    let log = folder.join("log");
    let output = std::fs::File::create(&log).map_err(|error| format!("{}: {error}", log.display()))?;
    let mut background = program(&binaries, &folder, port, user).start(output)?;
    wait_until_ready(&binaries, port, &mut background)
        .map_err(|error| format!("{error}\n{}", std::fs::read_to_string(&log).unwrap_or_default()))?;
    Ok(Server { _background: background, url: format!("postgres://postgres@127.0.0.1:{port}/postgres") })
}

/// The server refuses to run as root, so root lends it the package's user or `nobody`.
fn unprivileged_user() -> Result<Option<(u32, u32)>, String> {
    if !machine::is_root() {
        return Ok(None);
    }
    let found = ["postgres", "nobody"].into_iter().find_map(machine::account);
    found.map(Some).ok_or_else(|| "neither `postgres` nor `nobody` is in /etc/passwd".to_owned())
}

/// What the folders of private servers begin with; the number of the xtask that made it follows.
const FOLDER: &str = "fairground-pg-";

/// Removes folders of runs that were killed together with their guards. A process that still has the number keeps the folder.
fn remove_left_behind() {
    let entries = std::fs::read_dir(std::env::temp_dir()).into_iter().flatten().filter_map(Result::ok);
    for folder in entries.map(|entry| entry.path()) {
        let name = folder.file_name().and_then(|name| name.to_str()).unwrap_or_default();
        let Some(maker) = name.strip_prefix(FOLDER).and_then(|number| number.parse::<u32>().ok()) else {
            continue;
        };
        if !is_running(maker) && !server_number(&folder).is_some_and(is_running) {
            // Another run may be removing it at this moment.
            let _gone = std::fs::remove_dir_all(&folder);
        }
    }
}

/// The server's own number, where it left one.
fn server_number(folder: &Path) -> Option<u32> {
    std::fs::read_to_string(folder.join("data/postmaster.pid")).ok()?.lines().next()?.parse().ok()
}

fn is_running(process: u32) -> bool {
    Path::new("/proc").join(process.to_string()).exists()
}

fn private_folder(user: Option<(u32, u32)>) -> Result<PathBuf, String> {
    let folder = std::env::temp_dir().join(format!("{FOLDER}{}", std::process::id()));
    let made = std::fs::create_dir(&folder).and_then(|()| match user {
        Some((uid, gid)) => std::os::unix::fs::chown(&folder, Some(uid), Some(gid)),
        None => Ok(()),
    });
    made.map(|()| folder.clone()).map_err(|error| format!("{}: {error}", folder.display()))
}

fn initialise(binaries: &Path, folder: &Path, user: Option<(u32, u32)>) -> Result<(), String> {
    let data = folder.join("data").display().to_string();
    let initdb = binaries.join("initdb").display().to_string();
    let args = ["-D", &data, "-U", "postgres", "--auth=trust", "--no-locale", "--encoding=UTF8", "--no-sync"];
    let mut said = String::new();
    let ending = Program::new(initdb, &args).run_by(user).run(START_LIMIT, |line| {
        said.push_str(line);
        said.push('\n');
    })?;
    if ending == process::Ending::Success { Ok(()) } else { Err(format!("initdb failed:\n{said}")) }
}

fn program(binaries: &Path, folder: &Path, port: u16, user: Option<(u32, u32)>) -> Program {
    let data = folder.join("data").display().to_string();
    let port = format!("port={port}");
    let mut args = vec!["-D", &data, "-c", &port];
    for setting in SETTINGS {
        args.extend(["-c", setting]);
    }
    // INT asks for the fast shutdown: open transactions are rolled back, the data folder is left clean.
    Program::new(binaries.join("postgres").display().to_string(), &args)
        .run_by(user)
        .stopped_by("INT")
        .removing(folder)
}

fn free_port() -> Result<u16, String> {
    let listener = TcpListener::bind(("127.0.0.1", 0)).map_err(|error| error.to_string())?;
    listener.local_addr().map(|address| address.port()).map_err(|error| error.to_string())
}

fn wait_until_ready(binaries: &Path, port: u16, server: &mut Background) -> Result<(), String> {
    let probe = binaries.join("pg_isready").display().to_string();
    let port = port.to_string();
    let deadline = Instant::now() + START_LIMIT;
    while Instant::now() < deadline {
        if !server.is_running() {
            return Err("PostgreSQL ended while starting".to_owned());
        }
        if process::output(&probe, &["-q", "-h", "127.0.0.1", "-p", &port]).is_ok() {
            return Ok(());
        }
        std::thread::sleep(Duration::from_millis(50));
    }
    Err(format!("PostgreSQL did not answer within {} s", START_LIMIT.as_secs()))
}
