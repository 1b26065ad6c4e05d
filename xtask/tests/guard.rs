//! The guard from outside, as a parent that dies sees it: its group ends, its folder is gone, its exit code is told.

use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

const XTASK: &str = env!("CARGO_BIN_EXE_xtask");

#[test]
fn when_the_parent_lets_go_the_program_ends_and_its_folder_is_removed() {
    let folder = std::env::temp_dir().join(format!("fairground-guard-test-{}", std::process::id()));
    std::fs::create_dir(&folder).expect("a fresh folder");
    let begun = Instant::now();
    let mut guard = Command::new(XTASK)
        .args(["guard", "--remove"])
        .arg(&folder)
        .args(["--", "sh", "-c", "sleep 60 & sleep 60"])
        .stdin(Stdio::piped())
        .spawn()
        .expect("the guard starts");
    drop(guard.stdin.take());
    let status = guard.wait().expect("the guard ends");
    assert_eq!(status.code(), Some(124));
    assert!(begun.elapsed() < Duration::from_secs(10), "both sleeps were ended, not waited for");
    assert!(!folder.exists());
}

#[test]
fn the_programs_own_exit_code_is_passed_on() {
    let mut guard = Command::new(XTASK)
        .args(["guard", "--", "sh", "-c", "exit 7"])
        .stdin(Stdio::piped())
        .spawn()
        .expect("the guard starts");
    // `wait` would close the pipe first, and a guard that was let go may not wait for its program.
    let held = guard.stdin.take();
    assert_eq!(guard.wait().expect("the guard ends").code(), Some(7));
    drop(held);
}
