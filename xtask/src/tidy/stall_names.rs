//! No stall is named outside its own crate: the ground, the binary and the kit loop over one table, so that a new stall is
//! its crate and its rows, and nothing else changes.

use super::arrows::STALLS;
use super::identifiers;
use super::ratchet::Finding;
use super::tree::{Text, Tree};

/// Crates that may name stalls: they have a folder or a row for each.
const WITH_FOLDERS: &[&str] = &["check", "verify", "load", "mock", "simulate"];
/// The one table.
const TABLE: &str = "crates/fairground/src/stalls.rs";

/// Finds the stalls' names in code, comments and texts of every other crate's sources; the key is the file.
pub fn find(tree: &Tree) -> Vec<Finding> {
    tree.rust().filter(|file| must_not_name(file)).flat_map(findings).collect()
}

fn must_not_name(file: &Text) -> bool {
    let source = file.room().is_some() && file.path != TABLE;
    source && file.crate_name().is_some_and(|name| !STALLS.contains(&name) && !WITH_FOLDERS.contains(&name))
}

fn findings(file: &Text) -> Vec<Finding> {
    let mut found = Vec::new();
    for (number, line) in file.text.lines().enumerate() {
        let parts = identifiers::words(line).flat_map(identifiers::parts).map(str::to_lowercase);
        let named = parts.into_iter().find(|part| STALLS.contains(&part.as_str()));
        found.extend(named.map(|stall| Finding {
            key: file.path.clone(),
            message: format!(
                "{}:{}: names {stall}: say it in the stall's own crate and hand it over in its manifest",
                file.path,
                number + 1
            ),
        }));
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;

    fn count(path: &str, text: &str) -> usize {
        find(&Tree::planted(&[(path, text)])).len()
    }

    #[test]
    fn a_stall_named_in_code_in_a_comment_or_in_a_text_is_found() {
        let texts = [
            "use rush::Manifest;",
            "// as Tap does",
            "let x = \"/tap/api\";",
            "fn rush_router() {}",
            "struct TapArgs;",
            "const TAP_KEYS: u8 = 1;",
        ];
        for text in texts {
            assert_eq!(count("crates/fairground/src/serve/x.rs", text), 1, "{text} went unseen");
        }
    }

    #[test]
    fn longer_words_are_other_words() {
        assert_eq!(count("crates/web/src/x.rs", "// crushed, tapped, a tapestry of brushes\n"), 0);
    }

    #[test]
    fn a_stall_its_tools_and_the_table_may_name_it() {
        for path in [
            "crates/rush/src/lib.rs",
            "crates/load/src/tap.rs",
            "crates/fairground/src/stalls.rs",
            "crates/web/tests/x.rs",
        ] {
            assert_eq!(count(path, "use tap::MANIFEST;\n"), 0, "{path}");
        }
    }
}
