//! The papers beside the code: changelog, decisions, and the checklist of Rush with its 138 rows.

use super::tree::Tree;

/// Rows of Rush's checklist.
const CHECKLIST_ROWS: usize = 138;
const CHECKLIST: &str = "docs/checklist/rush.md";
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

/// Decisions are `NNNN-what.md` from 0001 without gaps.
pub fn decisions(tree: &Tree) -> Vec<String> {
    let names = tree.files.iter().filter_map(|file| file.path.strip_prefix(DECISIONS));
    let wrong = names.zip(1_u32..).find(|(name, expected)| !name.starts_with(&format!("{expected:04}-")));
    wrong
        .map(|(name, expected)| format!("{DECISIONS}{name}: should begin with {expected:04}-"))
        .into_iter()
        .collect()
}

/// The checklist has rows 1 to 138 in order; a row names a test that exists, a command, or says `open`.
pub fn checklist(tree: &Tree) -> Vec<String> {
    let Some(text) = tree.text(CHECKLIST) else { return vec![format!("{CHECKLIST}: is missing")] };
    let rows: Vec<Vec<&str>> = text.lines().filter_map(cells).collect();
    let mut findings = Vec::new();
    for number in 1..=CHECKLIST_ROWS {
        match rows.iter().filter(|row| row[0] == number.to_string()).count() {
            1 => {}
            count => {
                findings.push(format!("{CHECKLIST}: row {number} is there {count} times, once is right"))
            }
        }
    }
    findings.extend(rows.iter().flat_map(|row| proof_faults(tree, row)));
    findings
}

/// The cells of a row that begins with a number: number, what, shown by.
fn cells(line: &str) -> Option<Vec<&str>> {
    let cells: Vec<&str> = line.strip_prefix('|')?.split('|').map(str::trim).collect();
    (cells.len() >= 3 && cells[0].parse::<usize>().is_ok()).then_some(cells)
}

/// A test is written as `` `path::name` ``, with a path from the root; the file must exist and say that name.
fn proof_faults(tree: &Tree, row: &[&str]) -> Vec<String> {
    let (number, proof) = (row[0], row[2]);
    let tests: Vec<&str> =
        proof.split('`').skip(1).step_by(2).filter(|quoted| quoted.contains(".rs")).collect();
    let commands = proof.matches('`').count() / 2 - tests.len();
    if tests.is_empty() && commands == 0 && !proof.starts_with("open") {
        return vec![format!("{CHECKLIST}: row {number} names no test, no command and is not `open`")];
    }
    tests
        .iter()
        .filter_map(|test| Some(format!("{CHECKLIST}: row {number}: {}", test_fault(tree, test)?)))
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

    fn full_checklist(first: &str) -> String {
        let rest: String =
            (2..=CHECKLIST_ROWS).map(|row| format!("| {row} | what | open (later) |\n")).collect();
        format!("{first}\n{rest}")
    }

    fn findings(first: &str) -> Vec<String> {
        let text = full_checklist(first);
        checklist(&Tree::planted(&[(CHECKLIST, &text), ("crates/a/tests/x.rs", "fn sold_once() {}")]))
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
    fn a_gap_in_the_decisions_is_found() {
        let tree = Tree::planted(&[("docs/decisions/0001-a.md", ""), ("docs/decisions/0003-c.md", "")]);
        assert_eq!(decisions(&tree), ["docs/decisions/0003-c.md: should begin with 0002-"]);
    }
}
