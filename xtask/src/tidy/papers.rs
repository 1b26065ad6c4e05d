//! The papers beside the code: changelog, decisions, and the checklist of each stall with all of its rows.

use super::tree::Tree;

/// Each stall's checklist and how many rows its specification has.
const CHECKLISTS: &[(&str, usize)] = &[
    ("docs/checklist/field.md", 52),
    ("docs/checklist/funpot.md", 108),
    ("docs/checklist/rush.md", 138),
    ("docs/checklist/tap.md", 72),
    ("docs/checklist/tiris.md", 112),
];
const DECISIONS: &str = "docs/decisions/";

/// The changelog names what has not been released yet.
pub fn changelog(tree: &Tree) -> Vec<String> {
    let text = tree.text("CHANGELOG.md").unwrap_or_default();
    let has_entry = text.split_once("## Unreleased").is_some_and(|(_, after)| {
        after.lines().skip(1).take_while(|line| !line.starts_with("## ")).any(is_entry)
    });
    if has_entry {
        Vec::new()
    } else {
        vec!["CHANGELOG.md: add what changed under `## Unreleased`".to_owned()]
    }
}

fn is_entry(line: &str) -> bool {
    line.starts_with("- ")
}

/// Decisions are `NNNN-what.md`, each number once. Numbers are handed out before notes are written, so that there may be gaps.
pub fn decisions(tree: &Tree) -> Vec<String> {
    let names: Vec<_> = tree.files.iter().filter_map(|file| file.path.strip_prefix(DECISIONS)).collect();
    let is_numbered = |name: &str| {
        name.len() > 5 && name.as_bytes()[..4].iter().all(u8::is_ascii_digit) && name.as_bytes()[4] == b'-'
    };
    let unnumbered = names.iter().filter(|name| !is_numbered(name));
    let unnumbered =
        unnumbered.map(|name| format!("{DECISIONS}{name}: should begin with four digits and a dash"));
    let taken = names.windows(2).filter(|pair| pair[0].get(..5) == pair[1].get(..5));
    let taken = taken.map(|pair| format!("{DECISIONS}{}: its number is taken by {}", pair[1], pair[0]));
    unnumbered.chain(taken).collect()
}

/// Every checklist has all of its rows; a row names a test that exists, a command, or says `open`.
pub fn checklists(tree: &Tree) -> Vec<String> {
    CHECKLISTS.iter().flat_map(|(path, rows)| checklist(tree, path, *rows)).collect()
}

fn checklist(tree: &Tree, path: &str, count: usize) -> Vec<String> {
    let Some(text) = tree.text(path) else { return vec![format!("{path}: is missing")] };
    let rows: Vec<Vec<&str>> = text.lines().filter_map(cells).collect();
    let mut findings = Vec::new();
    for number in 1..=count {
        match rows.iter().filter(|row| row[0] == number.to_string()).count() {
            1 => {}
            times => findings.push(format!("{path}: row {number} is there {times} times, once is right")),
        }
    }
    findings.extend(rows.iter().flat_map(|row| proof_faults(tree, path, row)));
    findings
}

/// The cells of a row that begins with a number: number, what, shown by.
fn cells(line: &str) -> Option<Vec<&str>> {
    let cells: Vec<&str> = line.strip_prefix('|')?.split('|').map(str::trim).collect();
    (cells.len() >= 3 && cells[0].parse::<usize>().is_ok()).then_some(cells)
}

/// A test is written as `` `path::name` ``, with a path from the root; the file must exist and say that name.
fn proof_faults(tree: &Tree, path: &str, row: &[&str]) -> Vec<String> {
    let (number, proof) = (row[0], row[2]);
    let tests: Vec<&str> =
        proof.split('`').skip(1).step_by(2).filter(|quoted| quoted.contains(".rs")).collect();
    let commands = proof.matches('`').count() / 2 - tests.len();
    if tests.is_empty() && commands == 0 && !proof.starts_with("open") {
        return vec![format!("{path}: row {number} names no test, no command and is not `open`")];
    }
    tests
        .iter()
        .filter_map(|test| Some(format!("{path}: row {number}: {}", test_fault(tree, test)?)))
        .collect()
}

fn test_fault(tree: &Tree, test: &str) -> Option<String> {
    let (path, name) = test.split_once("::").unwrap_or((test, ""));
    let Some(text) = tree.text(path) else { return Some(format!("there is no file {path}")) };
    let missing = !name.is_empty() && !text.contains(name);
    missing.then(|| format!("{path} has no test {name}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    const PATH: &str = "docs/checklist/rush.md";
    const ROWS: usize = 138;

    fn full_checklist(first: &str) -> String {
        let rest: String = (2..=ROWS).map(|row| format!("| {row} | what | open (later) |\n")).collect();
        format!("{first}\n{rest}")
    }

    fn findings(first: &str) -> Vec<String> {
        let text = full_checklist(first);
        let tree = Tree::planted(&[(PATH, &text), ("crates/a/tests/x.rs", "fn sold_once() {}")]);
        checklist(&tree, PATH, ROWS)
    }

    #[test]
    fn a_full_checklist_is_fine() {
        assert!(findings("| 1 | health | `crates/a/tests/x.rs::sold_once` |").is_empty());
        assert!(findings("| 1 | health | `cargo xtask crash` |").is_empty());
    }

    #[test]
    fn a_missing_row_is_found() {
        assert_eq!(findings("").len(), 1);
    }

    #[test]
    fn a_row_that_names_a_test_that_is_not_there_is_found() {
        assert_eq!(findings("| 1 | health | `crates/a/tests/x.rs::sold_twice` |").len(), 1);
        assert_eq!(findings("| 1 | health | `crates/a/tests/gone.rs` |").len(), 1);
        assert_eq!(findings("| 1 | health | surely |").len(), 1);
    }

    #[test]
    fn a_changelog_without_news_is_found() {
        assert_eq!(changelog(&Tree::planted(&[("CHANGELOG.md", "## Unreleased\n\n## 0.1\n- x\n")])).len(), 1);
        assert!(changelog(&Tree::planted(&[("CHANGELOG.md", "## Unreleased\n- x\n")])).is_empty());
    }

    #[test]
    fn a_decision_without_a_number_of_its_own_is_found() {
        let of = |names: [&str; 2]| {
            let paths = names.map(|name| format!("docs/decisions/{name}"));
            decisions(&Tree::planted(&[(&paths[0], ""), (&paths[1], "")]))
        };
        assert_eq!(of(["0001-a.md", "0003-c.md"]), [""; 0]);
        assert_eq!(
            of(["0001-a.md", "0001-c.md"]),
            ["docs/decisions/0001-c.md: its number is taken by 0001-a.md"]
        );
        assert_eq!(
            of(["0001-a.md", "b.md"]),
            ["docs/decisions/b.md: should begin with four digits and a dash"]
        );
    }
}
