//! The doctor looks, says, and changes nothing.

use crate::process::{run, text_of};
use serde_json::Value;

fn findings(args: &[&str], environment: &[(&str, &str)]) -> (Option<i32>, Value) {
    let output = run(&[&["doctor", "--json"], args].concat(), environment);
    let text = text_of(&output);
    (output.status.code(), serde_json::from_str(&text).unwrap_or_else(|error| panic!("{error}: {text}")))
}

fn state<'v>(report: &'v Value, name: &str) -> &'v str {
    let all = report["findings"].as_array().expect("a list");
    all.iter()
        .find(|finding| finding["name"] == name)
        .map_or("", |finding| finding["state"].as_str().unwrap_or(""))
}

#[test]
fn it_looks_at_a_fresh_machine_and_leaves_nothing_behind() {
    let folder = tempfile::tempdir().expect("the machine has a folder for temporary files");
    let data = folder.path().join("data").display().to_string();
    let (code, report) = findings(&["--data", &data], &[]);
    assert_eq!(code, Some(0), "{report}");
    for name in [
        "version",
        "open files",
        "memory",
        "clock",
        "profile",
        "public url",
        "proxies",
        "disk",
        "fsync",
        "tables",
    ] {
        assert!(["good", "warn"].contains(&state(&report, name)), "{name} in {report}");
    }
    assert_eq!(std::fs::read_dir(folder.path()).expect("there").count(), 0, "it made something");
    assert!(text_of(&run(&["doctor", "--data", &data], &[])).lines().count() > 9);
}

#[test]
fn what_a_server_should_not_run_like_is_said() {
    let (code, report) = findings(&["--profile", "production"], &[]);
    assert_eq!((code, report["ok"].as_bool()), (Some(2), Some(false)), "{report}");
    assert_eq!(state(&report, "configuration"), "bad");
    let url = [("FAIRGROUND_DATABASE", "postgres://nobody:s3cret@127.0.0.1:9/none")];
    let (code, report) = findings(&[], &url);
    assert_eq!(code, Some(1), "{report}");
    assert_eq!(state(&report, "database"), "bad");
    assert!(!report.to_string().contains("s3cret"));
}
