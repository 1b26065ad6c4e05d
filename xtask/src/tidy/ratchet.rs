//! Lists of what a rule still accepts, in `xtask/ratchet/NAME.txt`: one key a line. A list may only get shorter: a finding
//! that is not listed fails, and so does a row that is no longer needed. `cargo xtask tidy --shrink` removes such rows.

use super::tree::Tree;

/// Where the lists stand.
const FOLDER: &str = "xtask/ratchet/";

/// Something a rule found: the key that a list may hold, and the sentence for the reader.
#[derive(Debug)]
pub struct Finding {
    pub key: String,
    pub message: String,
}

/// Compares what was found with the list, in both directions. Several findings may share a key.
pub fn compare(tree: &Tree, name: &str, found: Vec<Finding>) -> Vec<String> {
    let path = path(name);
    let accepted: Vec<&str> = rows(tree.text(&path).unwrap_or_default()).collect();
    let needless: Vec<&str> =
        accepted.iter().filter(|row| found.iter().all(|finding| finding.key != **row)).copied().collect();
    let mut messages: Vec<String> = needless
        .into_iter()
        .map(|row| format!("{path}: `{row}` is needed no more: run `cargo xtask tidy --shrink`"))
        .collect();
    let new = found.into_iter().filter(|finding| !accepted.contains(&finding.key.as_str()));
    messages.extend(new.map(|finding| finding.message));
    messages
}

/// The list's text without the rows that nothing needs any more; `None` when no row is left.
pub fn shrunk(text: &str, found: &[Finding]) -> Option<String> {
    let needed = |line: &&str| {
        let row = line.trim();
        row.is_empty() || row.starts_with('#') || found.iter().any(|finding| finding.key == row)
    };
    let rest: String = text.lines().filter(needed).map(|line| format!("{line}\n")).collect();
    let any = rows(&rest).next().is_some();
    any.then_some(rest)
}

/// The path of a list from the root.
pub fn path(name: &str) -> String {
    format!("{FOLDER}{name}.txt")
}

fn rows(text: &str) -> impl Iterator<Item = &str> {
    text.lines().map(str::trim).filter(|row| !row.is_empty() && !row.starts_with('#'))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn finding(key: &str) -> Finding {
        Finding { key: key.to_owned(), message: format!("{key} is wrong") }
    }

    #[test]
    fn what_is_not_listed_fails_and_what_is_listed_does_not() {
        let tree = Tree::planted(&[("xtask/ratchet/x.txt", "# why\na.rs\n")]);
        assert_eq!(compare(&tree, "x", vec![finding("a.rs"), finding("b.rs")]), ["b.rs is wrong"]);
    }

    #[test]
    fn a_row_that_nothing_needs_fails_and_is_removed_by_shrinking() {
        let list = "# why\na.rs\nb.rs\n";
        let tree = Tree::planted(&[("xtask/ratchet/x.txt", list)]);
        let found = compare(&tree, "x", vec![finding("a.rs")]);
        assert_eq!(found.len(), 1);
        assert!(found[0].contains("`b.rs` is needed no more"), "{found:?}");
        assert_eq!(shrunk(list, &[finding("a.rs")]).as_deref(), Some("# why\na.rs\n"));
        assert_eq!(shrunk(list, &[]), None);
    }
}
