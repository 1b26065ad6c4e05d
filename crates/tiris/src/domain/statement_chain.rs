//! The hash chain over the entries of a statement: whoever has the last hash finds any entry that was changed, removed or moved.

use sha2::{Digest as _, Sha256};

/// Before the first entry.
const START: [u8; 32] = [0; 32];

/// The last hash over lines, each hashed together with the hash before it.
#[must_use]
pub fn head<'l>(lines: impl Iterator<Item = &'l str>) -> String {
    let last = lines.fold(START, |before, line| {
        Sha256::new().chain_update(before).chain_update(line.as_bytes()).finalize().into()
    });
    last.iter().map(|byte| format!("{byte:02x}")).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_line_and_their_order_count() {
        let of = |lines: &[&str]| head(lines.iter().copied());
        assert_eq!(of(&[]), "0".repeat(64));
        assert_ne!(of(&["a", "b"]), of(&["b", "a"]));
        assert_ne!(of(&["a", "b"]), of(&["a"]));
        assert_eq!(of(&["a"]).len(), 64);
    }
}
