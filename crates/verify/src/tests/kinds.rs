//! How a file names the kind of proof that it is.

use crate::{PROOFS, kind_of};
use std::collections::BTreeSet;

#[test]
fn every_kind_has_a_format_of_its_own() {
    let formats: BTreeSet<&str> = PROOFS.iter().map(|kind| kind.format).collect();
    assert_eq!(formats.len(), PROOFS.len());
    for kind in PROOFS {
        let text = format!("{{\"format\":\"{}\"}}", kind.format);
        assert_eq!(kind_of(&text).unwrap().format, kind.format);
    }
}

#[test]
fn an_unknown_format_is_refused_by_its_name() {
    let refused = kind_of("{\"format\":\"fairground-tap-proof-3\"}").unwrap_err();
    assert!(
        refused.starts_with("the format is \"fairground-tap-proof-3\", we know fairground-tap-proof-1"),
        "{refused}"
    );
    assert!(kind_of("{\"forma\":1}").unwrap_err().starts_with("the file names no format"));
}
