//! Migrations: numbered, each number once, the same file names for SQLite and PostgreSQL, each with its way back.

use super::tree::Tree;
use std::collections::BTreeMap;

/// The folders below `crates/X/migrations/`.
const BACKENDS: [&str; 2] = ["sqlite", "postgres"];

/// The line between the way up and the way back.
const WAY_BACK: &str = "-- down";

/// Names of the migration files of one crate, by backend.
type Names<'t> = BTreeMap<&'t str, Vec<&'t str>>;

/// Checks every crate that has migrations.
pub fn check(tree: &Tree) -> Vec<String> {
    let mut crates: BTreeMap<&str, Names<'_>> = BTreeMap::new();
    let mut findings = Vec::new();
    for file in &tree.files {
        let Some((before, inside)) = file.path.split_once("/migrations/") else { continue };
        let Some((backend, name)) = inside.split_once('/') else { continue };
        crates.entry(before).or_default().entry(backend).or_default().push(name);
        if !file.text.lines().any(|line| line.trim() == WAY_BACK) {
            findings.push(format!("{}: write the way back below a line `{WAY_BACK}`", file.path));
        }
    }
    findings.extend(crates.iter().flat_map(|(folder, names)| faults(folder, names)));
    findings
}

fn faults(folder: &str, names: &Names<'_>) -> Vec<String> {
    let of = |backend: &str| names.get(backend).cloned().unwrap_or_default();
    let [sqlite, postgres] = BACKENDS.map(of);
    let mut found = Vec::new();
    let lonely = |here: &[&str], there: &[&str], backend: &str| -> Vec<String> {
        let missing = here.iter().filter(|name| !there.contains(name));
        missing.map(|name| format!("{folder}/migrations: write {name} for {backend} too")).collect()
    };
    found.extend(lonely(&sqlite, &postgres, "postgres"));
    found.extend(lonely(&postgres, &sqlite, "sqlite"));
    for (backend, names) in [("sqlite", &sqlite), ("postgres", &postgres)] {
        found.extend(misnumbered(names).map(|fault| format!("{folder}/migrations/{backend}: {fault}")));
    }
    found
}

/// The first file without a number of four digits, or with that of the file before it; names come sorted. Numbers are handed out before
/// migrations are written, so that there may be gaps.
fn misnumbered(names: &[&str]) -> Option<String> {
    let number = |name: &str| name.split_once('_').and_then(|(digits, _)| digits.parse::<u32>().ok());
    let is_numbered =
        |name: &str| number(name).is_some() && name.find('_') == Some(4) && name.ends_with(".sql");
    let unnumbered = names.iter().find(|name| !is_numbered(name));
    let twice = names.windows(2).find(|pair| number(pair[0]) == number(pair[1]));
    let unnumbered = unnumbered.map(|name| format!("{name} should be called NNNN_what.sql"));
    unnumbered.or_else(|| twice.map(|pair| format!("the number of {} is taken by {}", pair[1], pair[0])))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn planted(paths: &[&str]) -> Vec<String> {
        let files: Vec<(&str, &str)> = paths.iter().map(|path| (*path, "CREATE\n-- down\nDROP")).collect();
        check(&Tree::planted(&files))
    }

    #[test]
    fn both_backends_in_step_are_fine() {
        let paths = [
            "crates/r/migrations/postgres/0001_a.sql",
            "crates/r/migrations/postgres/0002_b.sql",
            "crates/r/migrations/sqlite/0001_a.sql",
            "crates/r/migrations/sqlite/0002_b.sql",
        ];
        assert!(planted(&paths).is_empty());
    }

    #[test]
    fn a_migration_for_one_backend_alone_is_found() {
        let found = planted(&["crates/r/migrations/sqlite/0001_a.sql"]);
        assert_eq!(found, ["crates/r/migrations: write 0001_a.sql for postgres too"]);
    }

    #[test]
    fn a_migration_without_a_way_back_is_found() {
        let tree = Tree::planted(&[
            ("crates/r/migrations/postgres/0001_a.sql", "CREATE\n"),
            ("crates/r/migrations/sqlite/0001_a.sql", "CREATE\n-- down\nDROP\n"),
        ]);
        assert_eq!(check(&tree).len(), 1);
    }

    #[test]
    fn a_number_that_is_taken_is_found_on_both_and_a_gap_is_none() {
        let both = |names: [&str; 2]| {
            let of = |backend: &str| names.map(|name| format!("crates/r/migrations/{backend}/{name}"));
            let paths: Vec<String> = [of("postgres"), of("sqlite")].concat();
            planted(&paths.iter().map(String::as_str).collect::<Vec<_>>()).len()
        };
        assert_eq!(both(["0001_a.sql", "0050_b.sql"]), 0);
        assert_eq!(both(["0001_a.sql", "0001_b.sql"]), 2);
        assert_eq!(both(["0001_a.sql", "b.sql"]), 2);
    }
}
