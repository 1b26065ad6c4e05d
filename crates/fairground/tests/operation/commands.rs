//! Commands that destroy ask first, commands that look create nothing, and what cannot be used is exit code 2.

use crate::process::{errors_of, run, text_of};

fn folder() -> (tempfile::TempDir, String) {
    let folder = tempfile::tempdir().expect("the machine has a folder for temporary files");
    let data = folder.path().join("data").display().to_string();
    (folder, data)
}

#[test]
fn what_only_looks_creates_nothing() {
    let (folder, data) = folder();
    for args in [
        vec!["dead-letters", "--data", &data],
        vec!["migrate", "--stall", "rush", "--down", "1", "--data", &data],
        vec!["check", "--data", &data],
        vec!["dump", "rush", "--data", &data],
    ] {
        let output = run(&args, &[]);
        assert!(!output.status.success(), "{args:?} found something: {}", text_of(&output));
        let left = std::fs::read_dir(folder.path()).expect("it is there").count();
        assert_eq!(left, 0, "{args:?} made something");
    }
    assert_eq!(run(&["dead-letters", "--data", &data], &[]).status.code(), Some(2));
}

#[test]
fn taking_migrations_back_names_what_goes_and_needs_a_yes() {
    let (_folder, data) = folder();
    assert!(run(&["migrate", "--stall", "rush", "--data", &data], &[]).status.success());
    let down = ["migrate", "--stall", "rush", "--down", "9999", "--data", &data];
    let output = run(&down, &[]);
    assert_eq!(output.status.code(), Some(2));
    assert!(errors_of(&output).contains("rush/0001_tenants") && errors_of(&output).contains("--yes"));
    let list = ["dead-letters", "--stall", "rush", "--data", &data];
    assert_eq!(text_of(&run(&list, &[])), "0 dead letters\n");
    let discard = run(&["dead-letters", "--stall", "rush", "--discard", "7", "--data", &data], &[]);
    assert_eq!(discard.status.code(), Some(2), "{}", errors_of(&discard));
    let output = run(&[&down[..], &["--yes"]].concat(), &[]);
    assert!(output.status.success(), "{}", errors_of(&output));
    assert!(text_of(&output).contains("rush/0001_tenants taken back"));
}

#[test]
fn a_file_that_is_no_proof_is_unusable_and_not_a_proof_that_fails() {
    let (folder, _) = folder();
    for junk in [&b"junk"[..], b"{}", b"\xff\xfe", b"{\"format\":\"nobody's\"}"] {
        let path = folder.path().join("proof.json");
        std::fs::write(&path, junk).expect("written");
        let output = run(&["verify", &path.display().to_string()], &[]);
        assert_eq!(output.status.code(), Some(2), "{junk:?}: {}", text_of(&output));
    }
    assert_eq!(run(&["verify", "/nowhere"], &[]).status.code(), Some(2));
}
