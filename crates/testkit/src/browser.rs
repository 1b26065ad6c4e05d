//! A real Chromium under its driver, for browser tests: a fresh profile, headless, on loopback, ended by process id.
//!
//! Only starts and stops it; `window` speaks to it.

use crate::server::free_address;
use serde_json::{Map, Value, json};
use std::net::{SocketAddr, TcpStream};
use std::os::unix::process::CommandExt as _;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};
use tempfile::TempDir;

/// How long the driver may take to listen on a busy machine.
const START_LIMIT: Duration = Duration::from_secs(20);

/// Arguments of every browser: no window, no sandbox (tests run as root in CI), and no connection of its own.
const BROWSER_ARGS: &[&str] = &[
    "--headless=new",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--disable-dev-shm-usage",
    // Without it Chromium keeps a crash handler that outlives the driver.
    "--disable-breakpad",
    // A window is at least 500 pixels wide without it, and phones are narrower.
    "--hide-scrollbars",
];

/// A running driver with its browser's profile; dropping it ends both.
#[derive(Debug)]
pub struct Browser {
    driver: Child,
    address: SocketAddr,
    profile: TempDir,
}

impl Browser {
    /// Starts the driver; `None` after saying so when the machine has no Chromium. Panics when it has one that
    /// does not start.
    #[must_use]
    pub fn start() -> Option<Self> {
        let (Some(_browser), Some(driver)) = (find("chromium"), find("chromedriver")) else {
            crate::skip("no Chromium: install Debian's chromium and chromium-driver");
            return None;
        };
        let profile = tempfile::tempdir().expect("the machine has a folder for temporary files");
        let address = free_address();
        let driver = start_driver(&driver, address.port(), profile.path());
        let mut browser = Self { driver, address, profile };
        browser.wait_until_listening();
        Some(browser)
    }

    /// Where the driver listens.
    #[must_use]
    pub fn address(&self) -> SocketAddr {
        self.address
    }

    /// WebDriver capabilities for a window of this size in CSS pixels, as narrow as a phone where asked.
    #[must_use]
    pub fn capabilities(&self, width: u32, height: u32) -> Map<String, Value> {
        let mut args: Vec<String> = BROWSER_ARGS.iter().map(|arg| (*arg).to_owned()).collect();
        args.push(format!("--user-data-dir={}", self.profile.path().join("profile").display()));
        args.push(format!("--window-size={width},{height}"));
        let browser = find("chromium").unwrap_or_default();
        let mut options = json!({ "args": args, "binary": browser });
        if width < 500 {
            // Chromium's window has a minimum width; device emulation does not.
            let metrics = json!({ "width": width, "height": height, "pixelRatio": 2.0, "touch": true });
            options["mobileEmulation"] = json!({ "deviceMetrics": metrics });
        }
        let mut capabilities = Map::new();
        capabilities.insert("browserName".to_owned(), json!("chrome"));
        capabilities.insert("goog:chromeOptions".to_owned(), options);
        // The page's console, so that a test can demand that it stays empty.
        capabilities.insert("goog:loggingPrefs".to_owned(), json!({ "browser": "ALL" }));
        capabilities
    }

    fn wait_until_listening(&mut self) {
        let deadline = Instant::now() + START_LIMIT;
        while TcpStream::connect(self.address).is_err() {
            let ended = self.driver.try_wait().expect("a child can be asked");
            assert!(ended.is_none(), "chromedriver ended at once: {ended:?}");
            assert!(Instant::now() < deadline, "chromedriver does not listen after {START_LIMIT:?}");
            std::thread::sleep(Duration::from_millis(20));
        }
    }
}

impl Drop for Browser {
    fn drop(&mut self) {
        // The driver leads a process group of its own; the browsers it started are in it or name our profile.
        signal(&format!("-{}", self.driver.id()));
        let _reaped = self.driver.wait();
        for process in processes_naming(self.profile.path()) {
            signal(&process.to_string());
        }
    }
}

fn start_driver(program: &Path, port: u16, home: &Path) -> Child {
    Command::new(program)
        .arg(format!("--port={port}"))
        .arg("--log-level=OFF")
        // Chromium writes caches and settings below HOME whatever its profile is.
        .env("HOME", home)
        .stdin(Stdio::null())
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .process_group(0)
        .spawn()
        .expect("chromedriver starts")
}

fn signal(target: &str) {
    let command = format!("kill -s KILL -- {target} 2>/dev/null");
    let _already_gone = Command::new("sh").arg("-c").arg(command).stdin(Stdio::null()).status();
}

/// Processes whose command line names our fresh profile folder: only browsers we started can.
fn processes_naming(profile: &Path) -> Vec<u32> {
    let needle = profile.display().to_string();
    let entries = std::fs::read_dir("/proc").into_iter().flatten().filter_map(Result::ok);
    let numbered = entries.filter_map(|entry| entry.file_name().to_str()?.parse::<u32>().ok());
    let names_it = |process: &u32| {
        let line = std::fs::read(format!("/proc/{process}/cmdline")).unwrap_or_default();
        String::from_utf8_lossy(&line).contains(&needle)
    };
    numbered.filter(|process| *process != std::process::id()).filter(names_it).collect()
}

fn find(program: &str) -> Option<PathBuf> {
    let path = std::env::var_os("PATH")?;
    std::env::split_paths(&path).map(|folder| folder.join(program)).find(|file| file.is_file())
}
