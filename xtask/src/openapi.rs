//! The ecosystem's validator of OpenAPI documents, in a Python environment of its own below the build folder, and the documents
//! of all stalls through it.

use crate::machine;
use crate::root;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

/// The package with the validator, and its command.
const PACKAGE: &str = "openapi-spec-validator";
/// The stalls, in the words of the command line.
const STALLS: [&str; 4] = ["rush", "tap", "funpot", "tiris"];

/// The validator's path: one that was installed before, or one that is installed now. Errors: why it cannot be had here.
pub fn provide() -> Result<PathBuf, String> {
    let folder = root::target().join("tools").join(PACKAGE);
    let tool = folder.join("bin").join(PACKAGE);
    if tool.is_file() {
        return Ok(tool);
    }
    let python = machine::find_program("python3").ok_or("no python3 here")?;
    println!("Installing {PACKAGE} from PyPI into {}", folder.display());
    run(&python, &["-m", "venv", &folder.display().to_string()])?;
    run(&folder.join("bin/pip"), &["install", "--quiet", PACKAGE])?;
    if tool.is_file() { Ok(tool) } else { Err(format!("PyPI's {PACKAGE} has no command of that name")) }
}

/// Each stall's document, as the program prints it, with what the validator found; empty when it is valid.
pub fn check(tool: &Path) -> Result<Vec<(&'static str, String)>, String> {
    STALLS.into_iter().map(|stall| Ok((stall, check_one(tool, stall)?))).collect()
}

fn check_one(tool: &Path, stall: &str) -> Result<String, String> {
    let args = ["run", "--quiet", "-p", "fairground", "--", "openapi", stall];
    let printed = Command::new(root::cargo()).args(args).stdin(Stdio::null()).output();
    let printed = printed.map_err(|error| format!("cargo: {error}"))?;
    let file = root::target().join("tools").join(format!("{stall}.openapi.json"));
    std::fs::write(&file, &printed.stdout).map_err(|error| format!("{}: {error}", file.display()))?;
    let found = Command::new(tool).arg(&file).output().map_err(|error| format!("{PACKAGE}: {error}"))?;
    let text = [found.stdout, found.stderr].concat();
    Ok(if found.status.success() { String::new() } else { String::from_utf8_lossy(&text).into_owned() })
}

fn run(program: &Path, args: &[&str]) -> Result<(), String> {
    let done = Command::new(program).args(args).stdin(Stdio::null()).output();
    let done = done.map_err(|error| format!("{}: {error}", program.display()))?;
    let errors = String::from_utf8_lossy(&done.stderr);
    if done.status.success() { Ok(()) } else { Err(format!("{}: {}", program.display(), errors.trim())) }
}
