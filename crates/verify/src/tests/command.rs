//! The command: what it prints and when it gives up.

use crate::command::{file_bytes_max, holds, print, verify_file};
use crate::tap::tests::sample::{Sample, sealed};
use std::io::Write as _;
use std::path::Path;

fn file(bytes: &[u8]) -> tempfile::NamedTempFile {
    let mut file = tempfile::NamedTempFile::new().unwrap();
    file.write_all(bytes).unwrap();
    file
}

/// What is printed, and whether the proof holds.
fn printed(file: &Path, head: Option<&str>) -> (String, bool) {
    let claims = verify_file(file, head).unwrap();
    (print(&claims), holds(&claims))
}

#[test]
fn the_proof_in_a_file_is_printed_claim_by_claim() {
    let proof = Sample::won().proof();
    let file = file(sealed(proof.clone()).as_bytes());
    let (text, holds) = printed(file.path(), Some(&proof.chain_head.hash));
    assert!(holds && text.lines().count() == 9, "{text}");
    assert!(text.lines().take(8).all(|line| line.starts_with("ok      ")), "{text}");
}

#[test]
fn what_is_no_proof_is_unusable_and_a_broken_proof_does_not_hold() {
    let texts: [&[u8]; 6] = [b"", b"{}", b"[[[[", b"\xff\xfe", b"null", b"{\"format\":\"nobody's\"}"];
    for bytes in texts {
        assert!(verify_file(file(bytes).path(), None).is_err(), "{bytes:?}");
    }
    let broken = format!("{{\"format\":\"{}\"}}", crate::PROOFS[0].format);
    let (text, holds) = printed(file(broken.as_bytes()).path(), None);
    assert!(!holds && text.starts_with("FAILED  text"), "{text}");
}

#[test]
fn no_file_a_huge_file_or_no_hash_is_nothing_to_verify() {
    let huge = file(&vec![b' '; file_bytes_max() + 1]);
    assert!(verify_file(huge.path(), None).unwrap_err().ends_with("too large for a proof"));
    assert!(verify_file(&huge.path().join("nowhere"), None).is_err());
    assert!(verify_file(file(b"{}").path(), Some("ABCD")).unwrap_err().starts_with("--head must be"));
}

#[test]
fn a_proof_cannot_write_on_the_terminal() {
    for bytes in [&b"{\"\\u001b[31m\":1}"[..], b"{\"format\":\"\x1b[31m\"}"] {
        let reason = verify_file(file(bytes).path(), None).unwrap_err();
        assert!(!reason.contains('\u{1b}'), "{reason:?}");
    }
}
