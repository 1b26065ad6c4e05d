//! `cargo xtask bench`: the load generator against a fresh server of the profile `dist` on this machine.
//!
//! The protocol: before each run the machine must be idle, each run has a server and database of its own, the
//! ceiling is measured inside the same run, and what counts is the median of the runs. A run that started on a
//! busy machine is marked, because its figures say more about the neighbours than about the server.

use crate::process::{Background, Ending, Program};
use crate::root;
use std::io::{Read, Write};
use std::net::{TcpListener, TcpStream};
use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::time::{Duration, Instant};

/// A build with link-time optimisation from nothing.
const BUILD_LIMIT: Duration = Duration::from_secs(1200);
/// An optimised server is ready in well under a second; a debug or a busy machine takes longer.
const READY_LIMIT: Duration = Duration::from_secs(30);
/// Below this share of idle processor time the figures are not worth quoting.
const IDLE_PERCENT_MIN: u64 = 95;
/// Figures of the load generator's JSON that the table shows.
const COLUMNS: &[&str] =
    &["rps", "ceiling_rps", "ratio", "p50_ms", "p99_ms", "p999_ms", "cpu_us_per_request", "pages_per_write"];

/// The stall that is measured unless another is named.
const DEFAULT_STALL: &str = "rush";

#[derive(Debug, PartialEq, Eq)]
struct Options {
    /// Any that `fairground load` knows.
    stall: String,
    runs: usize,
    duration_s: u64,
    connections: u64,
    fill: u64,
}

/// Builds, runs the load as often as asked, and prints every run and the medians.
pub fn run(args: &[String]) -> Result<ExitCode, String> {
    let options = parse(args)?;
    let binary = build()?;
    let mut rows: Vec<Vec<f64>> = Vec::new();
    let mut header = String::from("run  idle%");
    for column in COLUMNS {
        header.push_str(&format!(" {column:>18}"));
    }
    println!("{header}");
    for number in 1..=options.runs {
        let idle = idle_percent();
        let row = one_run(&binary, &options)?;
        let mark = if idle < IDLE_PERCENT_MIN { "  (machine was busy)" } else { "" };
        println!("{number:>3} {idle:>6}{}{mark}", cells(&row));
        rows.push(row);
    }
    println!("median     {}", cells(&medians(&rows)));
    Ok(ExitCode::SUCCESS)
}

fn parse(args: &[String]) -> Result<Options, String> {
    let mut options =
        Options { stall: DEFAULT_STALL.to_owned(), runs: 5, duration_s: 10, connections: 64, fill: 0 };
    for pair in args.chunks(2) {
        let [name, value] = pair else { return Err(format!("{} needs a value", pair[0])) };
        if name == "--stall" {
            options.stall.clone_from(value);
            continue;
        }
        let number: u64 = value.parse().map_err(|_| format!("{name} {value}: not a number"))?;
        match name.as_str() {
            "--runs" => options.runs = usize::try_from(number.max(1)).map_err(|error| error.to_string())?,
            "--duration" => options.duration_s = number,
            "--connections" => options.connections = number,
            "--fill" => options.fill = number,
            other => return Err(format!("unknown option {other}")),
        }
    }
    Ok(options)
}

fn build() -> Result<PathBuf, String> {
    let args = ["build", "--profile", "dist", "--package", "fairground"];
    match Program::new(root::cargo(), &args).run(BUILD_LIMIT, |line| eprintln!("{line}"))? {
        Ending::Success => Ok(root::target().join("dist/fairground")),
        _ => Err("the build failed".to_owned()),
    }
}

/// One fresh server, one load run; the figures in the order of `COLUMNS`.
fn one_run(binary: &Path, options: &Options) -> Result<Vec<f64>, String> {
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
    Program::new(binary.display().to_string(), &args)
}

fn free_address() -> Result<String, String> {
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

fn medians(rows: &[Vec<f64>]) -> Vec<f64> {
    let column = |index: usize| {
        let mut values: Vec<f64> = rows.iter().map(|row| row[index]).collect();
        values.sort_by(f64::total_cmp);
        values[values.len() / 2]
    };
    (0..COLUMNS.len()).map(column).collect()
}

fn cells(row: &[f64]) -> String {
    row.iter().map(|value| format!(" {value:>18.3}")).collect()
}

/// Idle share of all processors over one second, from the kernel's own counters.
fn idle_percent() -> u64 {
    let before = processor_ticks();
    std::thread::sleep(Duration::from_secs(1));
    let after = processor_ticks();
    let (idle, all) = (after.0.saturating_sub(before.0), after.1.saturating_sub(before.1));
    (idle * 100).checked_div(all).unwrap_or(0)
}

/// Idle ticks and all ticks since the machine started; zeros where the kernel does not tell.
fn processor_ticks() -> (u64, u64) {
    let stat = std::fs::read_to_string("/proc/stat").unwrap_or_default();
    let line = stat.lines().next().unwrap_or_default();
    let ticks: Vec<u64> = line.split_whitespace().skip(1).filter_map(|word| word.parse().ok()).collect();
    let idle = ticks.iter().skip(3).take(2).sum();
    (idle, ticks.iter().sum())
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

    #[test]
    fn the_median_is_taken_column_by_column() {
        let rows: Vec<Vec<f64>> = [1.0, 9.0, 5.0].iter().map(|value| vec![*value; COLUMNS.len()]).collect();
        assert_eq!(medians(&rows), vec![5.0; COLUMNS.len()]);
    }

    #[test]
    fn an_option_without_a_value_is_refused() {
        assert!(parse(&["--runs".to_owned()]).is_err());
        assert!(parse(&["--stall".to_owned()]).is_err());
    }

    #[test]
    fn any_stall_may_be_measured() {
        let options = parse(&["--stall", "novel", "--runs", "3"].map(str::to_owned)).unwrap();
        assert_eq!((options.stall.as_str(), options.runs), ("novel", 3));
        assert_eq!(parse(&[]).unwrap().stall, DEFAULT_STALL);
    }
}
