//! No statement reads or writes the table of locators by itself: on SQLite the newest entries are not there yet.

use super::tree::{Text, Tree};

/// The store itself, and the check, which lays the log over the table.
const AT_HOME: &[&str] = &["store", "check"];
/// What comes before a table's name.
const BEFORE: [&str; 4] = ["from ", "join ", "into ", "update "];

/// Finds statements over the table in sources of other crates. A file that joins entries through `JoinSql` writes both engines' words.
pub fn check(tree: &Tree) -> Vec<String> {
    tree.rust().filter(|file| is_bound(file)).filter_map(finding).collect()
}

fn is_bound(file: &Text) -> bool {
    let is_source = file.room().is_some() && file.crate_name().is_some_and(|name| !AT_HOME.contains(&name));
    is_source && !file.text.contains("JoinSql")
}

fn finding(file: &Text) -> Option<String> {
    let (number, _) = file.text.lines().enumerate().find(|(_, line)| names_table(line))?;
    Some(format!(
        "{}:{}: the table alone lacks the newest locators: ask store::locator (find, entries, join, put, remove)",
        file.path,
        number + 1
    ))
}

fn names_table(line: &str) -> bool {
    let line = line.to_lowercase();
    BEFORE.iter().any(|before| line.contains(&format!("{before}locators")))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_statement_over_the_table_is_found_in_a_stall_and_not_in_the_store() {
        let count = |path: &str, text: &str| check(&Tree::planted(&[(path, text)])).len();
        for text in [
            "\"SELECT id FROM locators WHERE\"",
            "\"DELETE FROM locators\"",
            "\"x JOIN locators l\"",
            "\"INSERT INTO locators\"",
        ] {
            assert_eq!(count("crates/novel/src/store/rows.rs", text), 1, "{text} went unseen");
            assert_eq!(count("crates/store/src/locator.rs", text), 0);
        }
        assert_eq!(
            count("crates/novel/src/store/rows.rs", "locator::find(tx, 1, 2, 3); // not from the table"),
            0
        );
        assert_eq!(count("crates/novel/src/store/rows.rs", "JoinSql { postgres: \"FROM locators\" }"), 0);
    }
}
