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

#[test]
fn when_the_guard_is_killed_with_its_parent_the_program_ends_all_the_same() {
    let file = std::env::temp_dir().join(format!("fairground-guard-pid-{}", std::process::id()));
    let script = format!("echo $$ > {0}.new; mv {0}.new {0}; exec sleep 60", file.display());
    let mut guard = Command::new(XTASK)
        .args(["guard", "--", "sh", "-c", &script])
        .stdin(Stdio::piped())
        .spawn()
        .expect("the guard starts");
    let program = wait_for("the program's number", || std::fs::read_to_string(&file).ok());
    guard.kill().expect("the guard runs");
    guard.wait().expect("the guard ends");
    std::fs::remove_file(&file).expect("the program has written it");
    // What nobody waited for yet has ended as well, but is still listed, without a command line.
    let line = format!("/proc/{}/cmdline", program.trim());
    wait_for("the program's end", || std::fs::read(&line).map_or(true, |text| text.is_empty()).then_some(()));
}

fn wait_for<T>(what: &str, mut look: impl FnMut() -> Option<T>) -> T {
    let deadline = Instant::now() + Duration::from_secs(10);
    loop {
        if let Some(found) = look() {
            return found;
        }
        assert!(Instant::now() < deadline, "{what} did not come");
        std::thread::sleep(Duration::from_millis(20));
    }
}
