//! Every Rust file opens with a `//!` header: what lives here and what does not.

use super::tree::Tree;

/// A header longer than this is documentation that belongs into `docs/` or on the items.
const HEADER_LINES_MAX: usize = 40;

/// Finds files without a header, with an empty one, or with an endless one.
pub fn check(tree: &Tree) -> Vec<String> {
    let faults = tree.rust().filter_map(|file| Some(format!("{}: {}", file.path, fault(&file.text)?)));
    faults.collect()
}

fn fault(text: &str) -> Option<String> {
    let header: Vec<&str> = text.trim_start().lines().take_while(|line| line.starts_with("//!")).collect();
    let words = header.iter().flat_map(|line| line[3..].split_whitespace()).count();
    if words < 3 {
        return Some("open the file with `//!` and a sentence: what lives here, what does not".to_owned());
    }
    (header.len() > HEADER_LINES_MAX).then(|| {
        format!("the header has {} lines, at most {HEADER_LINES_MAX}; move the rest to docs/", header.len())
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_without_a_sentence_at_its_top_is_found() {
        let tree = Tree::planted(&[
            ("crates/a/src/good.rs", "//! Money in minor units.\n"),
            ("crates/a/src/bare.rs", "pub fn f() {}\n"),
            ("crates/a/src/word.rs", "//! Stub.\n"),
        ]);
        let found = check(&tree);
        assert_eq!(found.len(), 2, "{found:?}");
        assert!(found[0].starts_with("crates/a/src/bare.rs"));
    }
}
