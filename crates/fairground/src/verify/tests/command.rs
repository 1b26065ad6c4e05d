//! The command: what it prints and when it gives up.

use super::sample::Sample;
use crate::verify::report::told;
use std::io::Write as _;

fn file(bytes: &[u8]) -> tempfile::NamedTempFile {
    let mut file = tempfile::NamedTempFile::new().unwrap();
    file.write_all(bytes).unwrap();
    file
}

#[test]
fn a_proof_in_a_file_is_told_line_by_line() {
    let proof = Sample::won().proof();
    let file = file(super::sample::sealed(proof.clone()).as_bytes());
    let (text, holds) = told(file.path(), Some(&proof.chain_head.hash)).unwrap();
    assert!(holds && text.lines().count() == 9, "{text}");
    assert!(text.lines().take(8).all(|line| line.starts_with("ok      ")), "{text}");
}

#[test]
fn what_is_no_proof_does_not_hold() {
    let texts: [&[u8]; 5] = [b"", b"{}", b"[[[[", b"\xff\xfe", b"null"];
    for bytes in texts {
        let (text, holds) = told(file(bytes).path(), None).unwrap();
        assert!(!holds && text.starts_with("FAILED  text"), "{text}");
    }
}

#[test]
fn no_file_a_huge_file_or_no_hash_is_nothing_to_judge() {
    let huge = file(&vec![b' '; crate::verify::text::BYTES_MAX + 1]);
    assert!(told(huge.path(), None).unwrap_err().ends_with("too large for a proof"));
    assert!(told(&huge.path().join("nowhere"), None).is_err());
    assert!(told(file(b"{}").path(), Some("ABCD")).unwrap_err().starts_with("--head must be"));
}

#[test]
fn a_proof_cannot_write_on_the_terminal() {
    let (text, _) = told(file(b"{\"\\u001b[31m\":1}").path(), None).unwrap();
    assert!(!text.contains('\u{1b}'), "{text:?}");
}
