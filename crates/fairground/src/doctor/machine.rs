//! The machine: versions, limits, memory, the clock, and the disk under the data folder.

use super::Finding;
use crate::limits;
use std::fs::File;
use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant, SystemTime, UNIX_EPOCH};

/// Open files with which a hall full of phones gets in.
const FILES_WANTED: u64 = 4_096;
/// Memory below which a checkpoint and a spike meet badly.
const MEMORY_WANTED: u64 = 256 * 1024 * 1024;
/// Free bytes below which a disk will be full before somebody looks.
const DISK_WANTED: u64 = 2 * 1024 * 1024 * 1024;
/// Free bytes without which nothing should be started.
const DISK_NEEDED: u64 = 128 * 1024 * 1024;
/// Syncs that are measured.
const SYNCS: u32 = 16;
/// A sync that is faster than this was not one: no disk and no network answers so quickly.
const SYNC_MIN: Duration = Duration::from_micros(5);
/// A sync that is slower than this limits what can be sold.
const SYNC_SLOW: Duration = Duration::from_millis(20);
/// When this program was written, Unix seconds: no true clock stands before it.
const WRITTEN_S: u64 = 1_795_000_000;

/// What holds whatever the configuration says.
pub fn findings() -> Vec<Finding> {
    vec![version(), open_files(), memory(), clock()]
}

fn version() -> Finding {
    let built = concat!(env!("CARGO_PKG_VERSION"), " of ", env!("BUILT_FROM_COMMIT"));
    Finding::good("version", format!("{built}, built with {}", env!("BUILT_WITH")))
}

fn open_files() -> Finding {
    let limit = limits::open_files();
    let words = |limit: Option<u64>| limit.map_or("no limit".to_owned(), |limit| limit.to_string());
    let found = format!("{} now, {} at most", words(limit.soft), words(limit.hard));
    match limit.hard {
        Some(hard) if hard < FILES_WANTED => Finding::warn(
            "open files",
            found,
            format!("allow {FILES_WANTED} or more: LimitNOFILE= in systemd, ulimit -Hn in a shell"),
        ),
        _ => Finding::good("open files", found + "; a server raises it by itself"),
    }
}

/// The least of what the machine and its container give.
fn memory() -> Finding {
    let machine = std::fs::read_to_string("/proc/meminfo").unwrap_or_default();
    let total = machine.lines().find_map(|line| {
        line.strip_prefix("MemTotal:")?.trim().strip_suffix("kB")?.trim().parse::<u64>().ok()
    });
    let group = std::fs::read_to_string("/sys/fs/cgroup/memory.max")
        .ok()
        .and_then(|text| text.trim().parse::<u64>().ok());
    let Some(bytes) = total.map(|kib| kib * 1024).into_iter().chain(group).min() else {
        return Finding::warn("memory", "unknown", "this system has no /proc");
    };
    let found = format!("{} MiB", bytes >> 20);
    if bytes < MEMORY_WANTED {
        Finding::warn("memory", found, format!("give it {} MiB or more", MEMORY_WANTED >> 20))
    } else {
        Finding::good("memory", found)
    }
}

fn clock() -> Finding {
    let now = SystemTime::now().duration_since(UNIX_EPOCH).map_or(0, |since| since.as_secs());
    let says = kernel::Timestamp::from_secs(i64::try_from(now).unwrap_or(0)).rfc3339();
    if now < WRITTEN_S {
        return Finding::bad("clock", says, "set the clock: sales open and holds end by it");
    }
    // systemd's own and chrony's words for a clock that follows others.
    let follows = [
        "/run/systemd/timesync/synchronized",
        "/run/chrony/chronyd.pid",
        "/run/chronyd.pid",
        "/run/ntpd.pid",
    ];
    if follows.iter().any(|path| Path::new(path).exists()) {
        Finding::good("clock", format!("{says}, kept by a time service"))
    } else {
        Finding::warn("clock", says, "no time service is seen here: make sure the host has one")
    }
}

/// The disk under the data folder, or under the nearest folder that is there.
pub fn of_folder(data: &Path) -> Vec<Finding> {
    let folder = nearest(data);
    vec![room(&folder), syncs(&folder, data)]
}

fn nearest(data: &Path) -> PathBuf {
    let absolute = std::path::absolute(data).unwrap_or_else(|_| data.to_owned());
    absolute.ancestors().find(|path| path.is_dir()).unwrap_or(Path::new("/")).to_owned()
}

fn room(folder: &Path) -> Finding {
    let Ok(disk) = rustix::fs::statvfs(folder) else {
        return Finding::bad(
            "disk",
            format!("{} cannot be looked at", folder.display()),
            "check its owner and mode",
        );
    };
    let free = disk.f_bavail * disk.f_frsize;
    let found = format!("{} MiB free in {}", free >> 20, folder.display());
    match free {
        0..DISK_NEEDED => Finding::bad("disk", found, "free some room: a full disk sells nothing"),
        DISK_NEEDED..DISK_WANTED => Finding::warn("disk", found, "give it 2 GiB or more"),
        _ => Finding::good("disk", found),
    }
}

fn syncs(folder: &Path, data: &Path) -> Finding {
    match median_sync(folder) {
        Err(error) => Finding::bad(
            "fsync",
            format!("{}: {error}", folder.display()),
            "the server's user must be able to write there",
        ),
        Ok(took) => {
            let place = if folder == data { String::new() } else { format!(", in {}", folder.display()) };
            let found = format!("{} µs{place}", took.as_micros());
            if took < SYNC_MIN {
                Finding::warn(
                    "fsync",
                    found,
                    "too fast to be true: does this disk (tmpfs?) keep what it acknowledges?",
                )
            } else if took > SYNC_SLOW {
                Finding::warn("fsync", found, "slow: every answer waits for one; use a local SSD")
            } else {
                Finding::good("fsync", found)
            }
        }
    }
}

/// How long the disk takes to keep a page; the file that was written goes again.
fn median_sync(folder: &Path) -> std::io::Result<Duration> {
    let file = tempfile::NamedTempFile::new_in(folder)?;
    let mut took: Vec<_> = (0..SYNCS).map(|_| one_sync(file.as_file())).collect::<Result<_, _>>()?;
    took.sort_unstable();
    Ok(took[took.len() / 2])
}

fn one_sync(mut file: &File) -> std::io::Result<Duration> {
    let begun = Instant::now();
    file.write_all(&[0; 4096])?;
    file.sync_data()?;
    Ok(begun.elapsed())
}
