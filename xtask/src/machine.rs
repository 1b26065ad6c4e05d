//! What the machine offers: who we are, which programs are there, and Debian's packages where we may install.
//!
//! Only Debian's package manager is ever asked; nothing is fetched from elsewhere.

use crate::process;
use std::os::unix::fs::MetadataExt;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

/// A tool the tests can use, with the Debian packages that bring it.
pub struct Tool {
    pub name: &'static str,
    pub packages: &'static [&'static str],
    pub present: fn() -> bool,
}

/// The tools beyond Rust itself; without one of them its tests are skipped, loudly.
pub const TOOLS: &[Tool] = &[
    Tool {
        name: "PostgreSQL server",
        packages: &["postgresql"],
        present: || crate::postgres::binaries().is_some(),
    },
    Tool {
        name: "Chromium with its driver",
        packages: &["chromium", "chromium-driver"],
        present: has_browser,
    },
    Tool { name: "nginx", packages: &["nginx-light"], present: || Path::new("/usr/sbin/nginx").exists() },
    Tool {
        name: "PgBouncer",
        packages: &["pgbouncer"],
        present: || Path::new("/usr/sbin/pgbouncer").exists(),
    },
    Tool { name: "curl", packages: &["curl"], present: || find_program("curl").is_some() },
    Tool {
        name: "nats-server",
        packages: &["nats-server"],
        present: || Path::new("/usr/sbin/nats-server").exists() || find_program("nats-server").is_some(),
    },
    Tool { name: "Python with venv", packages: &["python3", "python3-venv"], present: has_venv },
];

/// True when Chromium can be driven.
pub fn has_browser() -> bool {
    find_program("chromium").is_some() && find_program("chromedriver").is_some()
}

/// True when Python can make environments of its own, in which the validator of OpenAPI documents is installed.
fn has_venv() -> bool {
    let asked = Command::new("python3").args(["-c", "import ensurepip"]).stderr(Stdio::null()).status();
    asked.is_ok_and(|status| status.success())
}

/// True when this process may install packages and change its user.
pub fn is_root() -> bool {
    std::fs::metadata("/proc/self").is_ok_and(|own| own.uid() == 0)
}

/// Looks a program up in PATH.
pub fn find_program(name: &str) -> Option<PathBuf> {
    let path = std::env::var_os("PATH")?;
    std::env::split_paths(&path).map(|folder| folder.join(name)).find(|file| file.is_file())
}

/// The user and group numbers of an account in `/etc/passwd`.
pub fn account(name: &str) -> Option<(u32, u32)> {
    let passwd = std::fs::read_to_string("/etc/passwd").ok()?;
    passwd.lines().find_map(|line| {
        let fields: Vec<&str> = line.split(':').collect();
        (fields.len() > 3 && fields[0] == name)
            .then(|| Some((fields[2].parse().ok()?, fields[3].parse().ok()?)))?
    })
}

/// Installs what is missing where that is allowed; returns one sentence for each tool that stays missing.
pub fn provide_tools() -> Vec<String> {
    let missing: Vec<&Tool> = TOOLS.iter().filter(|tool| !(tool.present)()).collect();
    if missing.is_empty() {
        return Vec::new();
    }
    let reason = match install(&missing) {
        Ok(()) => "its packages were installed, yet it is not found".to_owned(),
        Err(reason) => reason,
    };
    let still_missing = missing.iter().filter(|tool| !(tool.present)());
    still_missing.map(|tool| format!("{} is missing: {reason}", tool.name)).collect()
}

fn install(tools: &[&Tool]) -> Result<(), String> {
    if !is_root() {
        return Err("not root, so nothing was installed".to_owned());
    }
    if find_program("apt-get").is_none() {
        return Err("no apt-get here, so nothing was installed".to_owned());
    }
    let packages: Vec<&str> = tools.iter().flat_map(|tool| tool.packages).copied().collect();
    println!("Installing Debian packages: {}", packages.join(" "));
    keep_postgres_from_starting();
    apt_get(&["update", "-q"])?;
    let mut args = vec!["install", "-y", "-q", "--no-install-recommends"];
    args.extend(packages);
    apt_get(&args)
}

/// Debian's package would create and start a server of its own; the tests bring their private one.
fn keep_postgres_from_starting() {
    let folder = Path::new("/etc/postgresql-common/createcluster.d");
    let text = "# Written by Fairground's test command: only a private server is used.\n\
                create_main_cluster = false\n";
    let written =
        std::fs::create_dir_all(folder).and_then(|()| std::fs::write(folder.join("fairground.conf"), text));
    if let Err(error) = written {
        eprintln!("xtask: cannot keep PostgreSQL's default server from being created: {error}");
    }
}

/// Runs Debian's package manager; only root may install.
pub fn apt_get(args: &[&str]) -> Result<(), String> {
    let status = Command::new("apt-get")
        .args(args)
        .env("DEBIAN_FRONTEND", "noninteractive")
        .stdin(Stdio::null())
        .stdout(Stdio::null())
        .status()
        .map_err(|error| format!("apt-get: {error}"))?;
    if status.success() { Ok(()) } else { Err(format!("`apt-get {}` failed", args.join(" "))) }
}

/// The processor count and the kernel, for reports.
pub fn description() -> String {
    let cores = std::thread::available_parallelism().map_or(1, std::num::NonZero::get);
    let kernel = process::output("uname", &["-sr"]).unwrap_or_default();
    format!("{cores} cores, {}", kernel.trim())
}
