//! Prometheus' own tool for alert rules. Debian's package brings a server that starts where it is installed, so the package
//! is only fetched and unpacked into the build folder: nothing is installed and nothing starts.

use crate::machine;
use crate::root;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

/// Debian's package with the tool in it.
const PACKAGE: &str = "prometheus";

/// The tool's path: the machine's own, one that was unpacked before, or one that is fetched now.
pub fn provide() -> Result<PathBuf, String> {
    if let Some(own) = machine::find_program("promtool") {
        return Ok(own);
    }
    let folder = root::target().join("tools").join(PACKAGE);
    let tool = folder.join("usr/bin/promtool");
    if !tool.is_file() {
        fetch(&folder).map_err(|error| format!("promtool is not here and could not be fetched: {error}"))?;
    }
    if tool.is_file() { Ok(tool) } else { Err(format!("Debian's package {PACKAGE} has no promtool")) }
}

fn fetch(folder: &Path) -> Result<(), String> {
    if machine::find_program("apt-get").is_none() || machine::find_program("dpkg").is_none() {
        return Err("no apt-get and dpkg here".to_owned());
    }
    println!("Fetching Debian's package {PACKAGE} for its promtool; it is unpacked, not installed");
    std::fs::create_dir_all(folder).map_err(|error| format!("{}: {error}", folder.display()))?;
    let download = || run(folder, "apt-get", &["download", "-q", PACKAGE]);
    download().or_else(|error| {
        if !machine::is_root() {
            return Err(error);
        }
        machine::apt_get(&["update", "-q"])?;
        download()
    })?;
    let archive = archive_in(folder).ok_or("apt-get said it is there, yet it is not")?;
    run(folder, "dpkg", &["-x", &archive, "."])
}

/// The package's file name, version and all.
fn archive_in(folder: &Path) -> Option<String> {
    let entries = std::fs::read_dir(folder).ok()?.filter_map(Result::ok);
    let mut names = entries.filter_map(|entry| entry.file_name().into_string().ok());
    names.find(|name| name.starts_with(PACKAGE) && name.ends_with(".deb"))
}

fn run(folder: &Path, program: &str, args: &[&str]) -> Result<(), String> {
    let done = Command::new(program).args(args).current_dir(folder).stdin(Stdio::null()).output();
    let done = done.map_err(|error| format!("{program}: {error}"))?;
    let errors = String::from_utf8_lossy(&done.stderr);
    if done.status.success() {
        Ok(())
    } else {
        Err(format!("{program} {}: {}", args.join(" "), errors.trim()))
    }
}
