//! A disk that is full: 503 with when to try again, readiness that names the store, a log that stays short, and all of it over
//! once there is room.

use crate::process::Piped;
use serde_json::json;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::Duration;
use testkit::Answer;
use testkit::http::Client;

/// A file system of a few megabytes of its own; unmounted with it.
struct SmallDisk {
    path: PathBuf,
    // Removed after it was unmounted.
    _folder: tempfile::TempDir,
}

impl SmallDisk {
    fn mount(megabytes: u32) -> Option<Self> {
        let folder = tempfile::tempdir().expect("the machine has a folder for temporary files");
        let size = format!("size={megabytes}m");
        let mounted = Command::new("mount")
            .args(["-t", "tmpfs", "-o", &size, "tmpfs"])
            .arg(folder.path())
            .output()
            .is_ok_and(|output| output.status.success());
        mounted.then(|| Self { path: folder.path().to_owned(), _folder: folder })
    }

    /// Takes all room but a few bytes.
    fn fill(&self) -> PathBuf {
        let path = self.path.join("filler");
        let mut file = std::fs::File::create(&path).expect("a fresh disk can be written");
        let block = [0_u8; 4096];
        while std::io::Write::write_all(&mut file, &block).is_ok() {}
        path
    }
}

impl Drop for SmallDisk {
    fn drop(&mut self) {
        let _gone = Command::new("umount").arg("-l").arg(&self.path).status();
    }
}

/// A write that needs neither a shop nor an account: whoever forgot a password leaves a row.
fn write(server: &Piped, number: u32) -> Answer {
    let body = json!({ "email": format!("person{number}@example.test") }).to_string();
    Client::new(server.address)
        .send("POST", "/rush/api/v1/auth/forgot-password", &[], body.as_bytes())
        .expect("answers")
}

#[test]
fn a_full_disk_is_said_kept_short_and_over_when_there_is_room() {
    let Some(disk) = SmallDisk::mount(6) else {
        return testkit::skip("this machine lets nobody mount a small file system");
    };
    let log = disk.path.join("log");
    let mut server = served_on(&disk.path, &log);
    server.wait_until_ready();
    let filler = disk.fill();
    let mut refused = write(&server, 0);
    for number in 1..300 {
        if refused.status == 503 {
            break;
        }
        refused = write(&server, number);
    }
    assert_eq!(refused.status, 503, "{}", refused.text);
    assert!(refused.headers.get("retry-after").is_some());
    let ready = server.get("/ready").expect("answers");
    assert_eq!(ready.status, 503);
    assert!(ready.text.contains("rush"), "{}", ready.text);
    std::fs::remove_file(filler).expect("removed");
    server.wait_until("ready again", |server| server.get("/ready").is_ok_and(|answer| answer.status == 200));
    assert_eq!(write(&server, 1_000).status, 202);
    let lines = std::fs::read_to_string(&log).unwrap_or_default();
    assert!(lines.lines().count() < 600, "{} lines", lines.lines().count());
    server.signal("TERM");
    assert!(server.ended_within(Duration::from_secs(40)).success());
}

/// A server with its data and its log on the same small disk.
fn served_on(disk: &Path, log: &Path) -> Piped {
    let address = testkit::server::free_address();
    let line = format!(
        "exec {} serve --data {} --listen {address} 2>{}",
        crate::process::BINARY,
        disk.join("data").display(),
        log.display()
    );
    let mut command = testkit::server::command("sh");
    command
        .args(["-c", &line])
        .env("FAIRGROUND_HTTP_RATE_LIMIT_FACTOR", "0")
        .env("FAIRGROUND_STALLS", "rush");
    Piped::spawn(command, address)
}
