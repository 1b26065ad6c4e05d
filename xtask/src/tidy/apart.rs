//! Tests that the everyday run passes over by a word of their names belong to the suites that run them instead. Any other test
//! with such a word in its name would never run, and nobody would hear of it.

use super::tree::{Text, Tree};
use crate::test::SET_APART;

/// Where tests that are set apart live.
const ROOMS: [&str; 2] = ["crates/fairground/tests/crash/", "crates/fairground/tests/browser/"];

/// Finds functions and files outside those rooms whose names have such a word.
pub fn check(tree: &Tree) -> Vec<String> {
    let elsewhere = tree.rust().filter(|file| !ROOMS.iter().any(|room| file.path.starts_with(room)));
    elsewhere.flat_map(findings).collect()
}

fn findings(file: &Text) -> Vec<String> {
    let hides = |name: &str| SET_APART.iter().any(|word| name.contains(word));
    let mut found = Vec::new();
    for (at, line) in file.text.lines().enumerate() {
        let name = line.split_once("fn ").and_then(|(_, rest)| rest.split_once('(')).map(|(name, _)| name);
        if let Some(name) = name.filter(|name| hides(name)) {
            found.push(format!(
                "{}:{}: `{name}` would be passed over by the test command: give it another name",
                file.path,
                at + 1
            ));
        }
    }
    if hides(&file.path) {
        found.push(format!("{}: its tests would be passed over by the test command: rename it", file.path));
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_test_that_would_never_run_is_found() {
        let hidden = concat!("#[test]\nfn the_brow", "ser_module_is_right() {}\n");
        let tree = Tree::planted(&[
            ("crates/tap/tests/a.rs", hidden),
            ("crates/tap/tests/b.rs", "fn the_rest() {}\n"),
        ]);
        assert_eq!(check(&tree).len(), 1);
        let tree = Tree::planted(&[("crates/fairground/tests/browser/a.rs", hidden)]);
        assert_eq!(check(&tree), Vec::<String>::new());
        let tree = Tree::planted(&[(concat!("crates/tap/tests/cra", "sh_story.rs"), "fn the_rest() {}\n")]);
        assert_eq!(check(&tree).len(), 1);
    }
}
