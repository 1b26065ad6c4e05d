//! Words that do not belong into the tree: marks of unfinished work, and names of machines, registries and keys.

use super::tree::{Text, Tree};

/// Marks of unfinished work. They are put together here so that this file does not find itself.
const UNFINISHED: &[&str] = &[
    concat!("TO", "DO"),
    concat!("FIX", "ME"),
    concat!("XX", "X:"),
    concat!("to", "do!("),
    concat!("unimple", "mented!("),
    concat!("not imple", "mented"),
];

/// Places and secrets that are facts of one machine or one day.
const PLACES: &[(&str, &str)] = &[
    (concat!("/wo", "rk/"), "use a path from the workspace's root"),
    (concat!("/tm", "p/"), "use std::env::temp_dir or the test kit's folders"),
    (concat!("/ro", "ot/"), "use a path from the workspace's root"),
    (concat!("/ho", "me/"), "use a path from the workspace's root"),
    (concat!("crates", ".io/"), "cargo knows its registry; name the crate"),
    (concat!("static.crates", ".io"), "cargo knows its registry; name the crate"),
    (concat!("registry", ".npmjs"), "there is no JavaScript build"),
    (concat!("pypi", ".org"), "there is no Python build"),
    (concat!("deb.debian", ".org"), "name the package"),
    (concat!("-----BEGIN ", "PRIVATE KEY"), "keys are made at run time, never stored"),
];

/// The lock file is cargo's own text.
const NOT_READ: &[&str] = &["Cargo.lock"];

/// Finds marks of unfinished work.
pub fn unfinished(tree: &Tree) -> Vec<String> {
    let finding = |word: &str| format!("`{word}`: finish it, or write it down as an open row in docs/");
    search(tree, UNFINISHED.iter().map(|word| (*word, finding(word))))
}

/// Finds machine paths, registry hosts and keys.
pub fn places(tree: &Tree) -> Vec<String> {
    search(tree, PLACES.iter().map(|(word, instead)| (*word, format!("`{word}`: {instead}"))))
}

fn search<'w>(tree: &Tree, words: impl Iterator<Item = (&'w str, String)>) -> Vec<String> {
    let words: Vec<(&str, String)> = words.collect();
    let files = tree.files.iter().filter(|file| !NOT_READ.contains(&file.path.as_str()));
    files.flat_map(|file| search_file(file, &words)).collect()
}

fn search_file(file: &Text, words: &[(&str, String)]) -> Vec<String> {
    let mut findings = Vec::new();
    for (number, line) in file.text.lines().enumerate() {
        let said = words.iter().filter(|(word, _)| line.contains(word));
        findings.extend(said.map(|(_, finding)| format!("{}:{}: {finding}", file.path, number + 1)));
    }
    findings
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_mark_of_unfinished_work_is_found() {
        for word in UNFINISHED {
            let text = format!("fine\n// {word} later\n");
            let found = unfinished(&Tree::planted(&[("crates/a/src/x.rs", &text)]));
            assert!(found[0].starts_with("crates/a/src/x.rs:2: "), "{word} went unseen");
        }
    }

    #[test]
    fn every_machine_path_and_registry_is_found() {
        for (word, _) in PLACES {
            assert!(!places(&Tree::planted(&[("README.md", word)])).is_empty(), "{word} went unseen");
        }
    }
}
