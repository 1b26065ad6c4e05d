//! A load run that is interrupted, or whose server dies, tells what it measured and keeps what was acknowledged.

use crate::process::{BINARY, Piped, errors_of, run, text_of};
use std::io::{BufRead as _, BufReader};
use std::process::{Child, Command, Output, Stdio};
use std::time::Duration;
use tempfile::TempDir;
use testkit::server::command;

/// How long a run is left alone once it sends: its warm-up and something of its measurement.
const MEASURED: Duration = Duration::from_secs(4);

struct Site {
    folder: TempDir,
    server: Piped,
}

impl Site {
    fn open() -> Self {
        let folder = tempfile::tempdir().expect("the machine has a folder for temporary files");
        let data = folder.path().join("data").display().to_string();
        let mut server = Piped::serve(&["--profile", "load", "--data", &data]);
        server.wait_until_ready();
        Self { folder, server }
    }

    fn url(&self) -> String {
        format!("http://{}", self.server.address)
    }

    fn journal(&self) -> String {
        self.folder.path().join("journal.jsonl").display().to_string()
    }

    /// A run that would take ten minutes, some seconds into it.
    fn load(&self, stall: &str) -> Child {
        let mut command = command(BINARY);
        command.args(["load", stall, "--url", &self.url(), "--duration", "600", "--connections", "4"]);
        command.args(["--rate", "50", "--journal", &self.journal()]);
        let mut child =
            command.stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().expect("the binary starts");
        let mut said = BufReader::new(child.stderr.as_mut().expect("a pipe")).lines();
        assert!(said.any(|line| line.is_ok_and(|line| line.starts_with("warming up"))), "it never sent");
        std::thread::sleep(MEASURED);
        child
    }

    fn audit(&self, stall: &str) -> Output {
        run(&["load", stall, "--url", &self.url(), "--audit", &self.journal()], &[])
    }
}

fn interrupted(child: Child) -> Output {
    let sent = Command::new("kill").args(["-s", "INT", &child.id().to_string()]).status();
    assert!(sent.expect("kill runs").success());
    child.wait_with_output().expect("it ends")
}

#[test]
fn an_interrupted_run_prints_what_it_measured_and_keeps_its_journal() {
    let site = Site::open();
    for stall in ["rush", "tiris"] {
        let output = interrupted(site.load(stall));
        let text = text_of(&output);
        assert_eq!(output.status.code(), Some(1), "{text}{}", errors_of(&output));
        assert!(text.contains("The run was interrupted after"), "{text}");
        assert!(text.contains("--audit"), "{text}");
        let audited = site.audit(stall);
        assert!(audited.status.success(), "{}{}", text_of(&audited), errors_of(&audited));
        let found = text_of(&audited);
        assert!(found.contains(" 0 not as acknowledged") && !found.starts_with("0 acknowledged"), "{found}");
    }
    let other = site.audit("funpot");
    assert_eq!(other.status.code(), Some(2), "a journal of tiris is none of funpot: {}", errors_of(&other));
}

#[test]
fn a_run_whose_server_dies_prints_what_it_measured_and_keeps_its_journal() {
    let mut site = Site::open();
    let child = site.load("rush");
    site.server.signal("KILL");
    site.server.ended_within(Duration::from_secs(10));
    // Nobody is left to ask; without the interruption it would go on trying until its time is over.
    let output = interrupted(child);
    let text = text_of(&output);
    assert_eq!(output.status.code(), Some(1), "{text}{}", errors_of(&output));
    assert!(text.contains("could not be verified") && text.contains("--audit"), "{text}");
    let data = site.folder.path().join("data").display().to_string();
    site.server = Piped::serve(&["--profile", "load", "--data", &data]);
    site.server.wait_until_ready();
    let audited = site.audit("rush");
    assert!(audited.status.success(), "{}{}", text_of(&audited), errors_of(&audited));
}
