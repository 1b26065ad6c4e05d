//! A log that cannot be written, or that nobody reads, costs its lines and nothing else.

use crate::process::Piped;
use std::time::Duration;

fn data() -> (tempfile::TempDir, String) {
    let folder = tempfile::tempdir().expect("the machine has a folder for temporary files");
    let path = folder.path().display().to_string();
    (folder, path)
}

#[test]
fn with_a_broken_log_pipe_every_request_is_answered_and_the_lost_lines_are_counted() {
    let (_folder, data) = data();
    let mut server = Piped::serve(&["--data", &data]);
    server.wait_until_ready();
    drop(server.errors.take());
    for _ in 0..50 {
        assert_eq!(server.get("/health").expect("answers").status, 200);
        assert_eq!(server.get("/nowhere").expect("answers").status, 404);
    }
    assert!(server.metric("log_lines_lost_total") >= 50.0);
    assert_eq!(server.get("/ready").expect("answers").status, 200, "no task has ended");
    server.signal("TERM");
    assert!(server.ended_within(Duration::from_secs(20)).success());
}

#[test]
fn a_log_pipe_that_nobody_reads_holds_up_neither_requests_nor_the_end() {
    let (_folder, data) = data();
    let mut server = Piped::serve(&["--data", &data]);
    server.wait_until_ready();
    // A pipe holds 64 KiB; each of these leaves a line of more than 100 bytes.
    for n in 0..3_000 {
        assert_eq!(server.get("/health").unwrap_or_else(|error| panic!("{n}: {error}")).status, 200);
    }
    server.wait_until("the queue is full and lines are lost", |server| {
        let _answered = server.get("/health");
        (0..500).for_each(|_| drop(server.get("/nowhere")));
        server.metric("log_lines_lost_total") > 0.0
    });
    assert_eq!(server.get("/ready").expect("answers").status, 200);
    server.signal("TERM");
    assert!(server.ended_within(Duration::from_secs(20)).success());
}
