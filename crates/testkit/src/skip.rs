//! The loud skip of a test that cannot run on this machine.

use std::io::Write as _;

/// Says loudly that this test did not run, and why. The caller returns afterwards.
///
/// The line goes past libtest's capture, because `cargo xtask test` counts it.
pub fn skip(reason: &str) {
    let name = std::thread::current().name().unwrap_or("a test").to_owned();
    let line = format!("SKIPPED: {name} ({reason})\n");
    std::io::stderr().lock().write_all(line.as_bytes()).expect("standard error is open while tests run");
}
