//! One run: a fresh server, the load generator against it, the figures of its report.

use super::{COLUMNS, Options};
use crate::process::{Background, Ending, Program};
use crate::root;
use std::io::{Read, Write};
use std::net::{TcpListener, TcpStream};
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

/// A build with link-time optimisation from nothing.
const BUILD_LIMIT: Duration = Duration::from_secs(1200);
/// An optimised server is ready in well under a second; a debug or a busy machine takes longer.
const READY_LIMIT: Duration = Duration::from_secs(30);

/// Builds the program; where it lies.
pub(super) fn build(profile: &str) -> Result<PathBuf, String> {
    let args = ["build", "--profile", profile, "--package", "fairground"];
    match Program::new(root::cargo(), &args).run(BUILD_LIMIT, |line| eprintln!("{line}"))? {
        Ending::Success => Ok(root::target().join(profile).join("fairground")),
        _ => Err("the build failed".to_owned()),
    }
}

/// One fresh server, one load run; the figures in the order of `COLUMNS`.
pub(super) fn one_run(binary: &Path, options: &Options) -> Result<Vec<f64>, String> {
    let folder = std::env::temp_dir().join(format!("fairground-bench-{}", std::process::id()));
    std::fs::create_dir_all(&folder).map_err(|error| format!("{}: {error}", folder.display()))?;
    let address = free_address()?;
    let mut server = start_server(binary, &folder, &address)?;
    wait_until_ready(&address, &mut server)?;
    let json = folder.join("load.json");
    let load = load_program(binary, &address, &json, options);
    let mut output = String::new();
    let limit = Duration::from_secs(options.duration_s * 4 + 600);
    let ending = load.run(limit, |line| output.push_str(&format!("{line}\n")))?;
    if ending != Ending::Success {
        return Err(format!("the load run failed:\n{output}"));
    }
    let text = std::fs::read_to_string(&json).map_err(|error| format!("{}: {error}", json.display()))?;
    Ok(COLUMNS.iter().map(|name| figure(&text, name).unwrap_or(f64::NAN)).collect())
}

fn start_server(binary: &Path, folder: &Path, address: &str) -> Result<Background, String> {
    let data = folder.join("data").display().to_string();
    let args = ["serve", "--profile", "load", "--data", &data, "--listen", address];
    let log = std::fs::File::create(folder.join("server.log")).map_err(|error| error.to_string())?;
    Program::new(binary.display().to_string(), &args).removing(folder).start(log)
}

fn load_program(binary: &Path, address: &str, json: &Path, options: &Options) -> Program {
    let url = format!("http://{address}");
    let json = json.display().to_string();
    let (duration, connections, fill) =
        (options.duration_s.to_string(), options.connections.to_string(), options.fill.to_string());
    let mut args =
        vec!["load", &options.stall, "--url", &url, "--duration", &duration, "--connections", &connections];
    args.extend(["--json", &json, "--ceiling"]);
    if options.fill > 0 {
        args.extend(["--fill", &fill]);
    }
    args.extend(options.load.iter().map(String::as_str));
    Program::new(binary.display().to_string(), &args)
}

pub(super) fn free_address() -> Result<String, String> {
    let listener = TcpListener::bind(("127.0.0.1", 0)).map_err(|error| error.to_string())?;
    listener.local_addr().map(|address| address.to_string()).map_err(|error| error.to_string())
}

fn wait_until_ready(address: &str, server: &mut Background) -> Result<(), String> {
    let deadline = Instant::now() + READY_LIMIT;
    while Instant::now() < deadline && server.is_running() {
        if is_ready(address).unwrap_or(false) {
            return Ok(());
        }
        std::thread::sleep(Duration::from_millis(20));
    }
    Err("the server did not become ready".to_owned())
}

fn is_ready(address: &str) -> std::io::Result<bool> {
    let mut stream = TcpStream::connect(address)?;
    stream.set_read_timeout(Some(Duration::from_secs(1)))?;
    write!(stream, "GET /ready HTTP/1.1\r\nHost: {address}\r\nConnection: close\r\n\r\n")?;
    let mut answer = String::new();
    stream.read_to_string(&mut answer)?;
    Ok(answer.starts_with("HTTP/1.1 200"))
}

/// The number behind `"name":` in a JSON text, wherever it stands; enough for our own report.
fn figure(json: &str, name: &str) -> Option<f64> {
    let (_, after) = json.split_once(&format!("\"{name}\":"))?;
    let number: String = after
        .trim_start()
        .chars()
        .take_while(|letter| letter.is_ascii_digit() || "+-.eE".contains(*letter))
        .collect();
    number.parse().ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn figures_are_found_in_pretty_and_in_tight_json() {
        assert_eq!(figure("{\"rps\":12.5,\"p50_ms\":1}", "rps"), Some(12.5));
        assert_eq!(figure("{\n  \"ratio\": 0.31\n}", "ratio"), Some(0.31));
        assert_eq!(figure("{}", "rps"), None);
    }
}
