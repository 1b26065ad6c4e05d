//! `cargo xtask bench`: the load generator against a fresh server of the profile `dist` on this machine.
//!
//! The protocol: before each run the machine must be idle, each run has a server and database of its own, the
//! ceiling is measured inside the same run, and what counts is the median of the runs. A run that started on a
//! busy machine is marked, because its figures say more about the neighbours than about the server.
//!
//! `--record` adds the medians to `docs/bench/history.csv` and draws them anew; `--peers` measures beside ours what a user would
//! pick instead, where Debian has it.

mod idle;
mod load;
mod peers;
mod plot;
mod record;

use idle::idle_percent;
use load::{build, one_run};
use std::process::ExitCode;

/// Below this share of idle processor time the figures are not worth quoting.
const IDLE_PERCENT_MIN: u64 = 95;
/// Figures of the load generator's JSON that the table shows.
const COLUMNS: &[&str] = &[
    "rps",
    "ceiling_rps",
    "ratio",
    "p50_ms",
    "p99_ms",
    "p999_ms",
    "cpu_us_per_request",
    "pages_per_write",
    "server_rss_mb",
];

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
    /// The build that is measured.
    profile: String,
    /// Further words for the load generator.
    load: Vec<String>,
    /// Keeps the medians.
    record: bool,
    /// Measures others beside ours.
    peers: bool,
}

/// Builds, runs the load as often as asked, and prints every run and the medians.
pub fn run(args: &[String]) -> Result<ExitCode, String> {
    let options = parse(args)?;
    let binary = build(&options.profile)?;
    let (mut rows, mut quietest): (Vec<Vec<f64>>, u64) = (Vec::new(), 100);
    let mut header = String::from("run  idle%");
    for column in COLUMNS {
        header.push_str(&format!(" {column:>18}"));
    }
    println!("{header}");
    for number in 1..=options.runs {
        let idle = idle_percent();
        quietest = quietest.min(idle);
        let row = one_run(&binary, &options)?;
        let mark = if idle < IDLE_PERCENT_MIN { "  (machine was busy)" } else { "" };
        println!("{number:>3} {idle:>6}{}{mark}", cells(&row));
        rows.push(row);
    }
    let medians = medians(&rows);
    println!("median     {}", cells(&medians));
    if options.record {
        record::add(&options, quietest, &medians)?;
    }
    if options.peers {
        peers::run(&options, medians[0])?;
    }
    Ok(ExitCode::SUCCESS)
}

fn parse(args: &[String]) -> Result<Options, String> {
    let mut options = Options {
        stall: DEFAULT_STALL.to_owned(),
        runs: 5,
        duration_s: 10,
        connections: 64,
        fill: 0,
        profile: "dist".to_owned(),
        load: Vec::new(),
        record: false,
        peers: false,
    };
    let mut args = args.iter();
    while let Some(name) = args.next() {
        match name.as_str() {
            "--record" => options.record = true,
            "--peers" => options.peers = true,
            "--" => options.load = args.by_ref().cloned().collect(),
            _ => set(&mut options, name, args.next().ok_or_else(|| format!("{name} needs a value"))?)?,
        }
    }
    Ok(options)
}

fn set(options: &mut Options, name: &str, value: &str) -> Result<(), String> {
    let number = || value.parse::<u64>().map_err(|_| format!("{name} {value}: not a number"));
    match name {
        "--stall" => value.clone_into(&mut options.stall),
        "--profile" => value.clone_into(&mut options.profile),
        "--runs" => options.runs = usize::try_from(number()?.max(1)).map_err(|error| error.to_string())?,
        "--duration" => options.duration_s = number()?,
        "--connections" => options.connections = number()?,
        "--fill" => options.fill = number()?,
        other => return Err(format!("unknown option {other}")),
    }
    Ok(())
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

#[cfg(test)]
mod tests {
    use super::*;

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
    fn what_follows_two_dashes_is_for_the_load_generator() {
        let words = ["--record", "--runs", "1", "--", "--scattered", "--zones", "2"].map(str::to_owned);
        let options = parse(&words).unwrap();
        assert!(options.record && !options.peers);
        assert_eq!(options.load, ["--scattered", "--zones", "2"]);
    }

    #[test]
    fn any_stall_may_be_measured() {
        let options = parse(&["--stall", "novel", "--runs", "3"].map(str::to_owned)).unwrap();
        assert_eq!((options.stall.as_str(), options.runs), ("novel", 3));
        assert_eq!(parse(&[]).unwrap().stall, DEFAULT_STALL);
    }
}
