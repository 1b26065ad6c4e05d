//! The permanent record: a row of `docs/bench/history.csv` for each run that was asked to be kept, and its picture.

use super::{COLUMNS, Options, plot};
use crate::process::output;
use crate::root;
use std::fs::OpenOptions;
use std::io::Write;
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

/// How long the disk is asked to sync.
const PROBE: Duration = Duration::from_secs(2);

/// Adds a row and draws the history anew.
pub(super) fn add(options: &Options, idle: u64, medians: &[f64]) -> Result<(), String> {
    let folder = root::workspace().join("docs/bench");
    std::fs::create_dir_all(&folder).map_err(|error| error.to_string())?;
    let (path, row) = (folder.join("history.csv"), row(options, idle, medians)?);
    let mut text = std::fs::read_to_string(&path).unwrap_or_default();
    if text.is_empty() {
        text = header();
    }
    text.push_str(&row);
    std::fs::write(&path, &text).map_err(|error| format!("{}: {error}", path.display()))?;
    std::fs::write(folder.join("history.svg"), plot::draw(&text)).map_err(|error| error.to_string())?;
    println!("recorded in docs/bench/history.csv: {row}");
    Ok(())
}

fn header() -> String {
    format!(
        "date,commit,stall,connections,fill,options,profile,runs,seconds,machine,idle_percent,syncs_per_s,{}\n",
        COLUMNS.join(",")
    )
}

fn row(options: &Options, idle: u64, medians: &[f64]) -> Result<String, String> {
    let date = output("date", &["-u", "+%Y-%m-%d"])?;
    let commit = output("git", &["describe", "--always", "--dirty", "--abbrev=7"])?;
    let Options { stall, connections, fill, profile, runs, duration_s, .. } = options;
    let mut row = format!(
        "{},{},{stall},{connections},{fill},{},{profile},{runs},{duration_s},{},{idle},{:.0}",
        date.trim(),
        commit.trim(),
        options.load.join(" "),
        machine(),
        syncs_per_s()?
    );
    medians.iter().for_each(|figure| row.push_str(&format!(",{figure:.3}")));
    row.push('\n');
    Ok(row)
}

/// The processor and how many of it there are; no name of a machine.
fn machine() -> String {
    let text = std::fs::read_to_string("/proc/cpuinfo").unwrap_or_default();
    let model = text.lines().find_map(|line| line.strip_prefix("model name")?.split_once(": "));
    let model = model.map_or("unknown", |(_, model)| model).replace(',', " ");
    let count = std::thread::available_parallelism().map_or(1, usize::from);
    format!("{count} x {}", model.trim())
}

/// Writes 4 KiB over and over at one place of a file beside the databases, each time synced: how many a second.
fn syncs_per_s() -> Result<f64, String> {
    let path = std::env::temp_dir().join(format!("fairground-sync-{}", std::process::id()));
    let probed = probe(&path).map_err(|error| format!("{}: {error}", path.display()));
    let _gone = std::fs::remove_file(&path);
    probed
}

fn probe(path: &Path) -> std::io::Result<f64> {
    let path = PathBuf::from(path);
    let file = OpenOptions::new().create(true).truncate(true).write(true).open(path)?;
    let page = [7_u8; 4096];
    let (begun, mut syncs) = (Instant::now(), 0_u32);
    while begun.elapsed() < PROBE {
        let mut at = &file;
        std::io::Seek::rewind(&mut at)?;
        at.write_all(&page)?;
        file.sync_data()?;
        syncs += 1;
    }
    Ok(f64::from(syncs) / begun.elapsed().as_secs_f64())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_row_has_a_cell_for_each_name() {
        let options = super::super::parse(&["--runs", "1"].map(str::to_owned)).unwrap();
        let row = row(&options, 97, &vec![1.5; COLUMNS.len()]).unwrap();
        assert_eq!(row.trim().split(',').count(), header().trim().split(',').count());
        assert!(row.ends_with(",1.500\n"));
    }
}
