//! Every dependency of the workspace has a line with its reason in the decision on dependencies.

use super::tree::Tree;

/// Where the reasons stand.
const DECISION: &str = "docs/decisions/0002-dependencies.md";

/// Compares `[workspace.dependencies]` with the rows of the decision, in both directions.
pub fn check(tree: &Tree) -> Vec<String> {
    let used = workspace_dependencies(tree.text("Cargo.toml").unwrap_or_default());
    let explained = explained(tree.text(DECISION).unwrap_or_default());
    let unexplained = used.iter().filter(|name| !explained.contains(name));
    let unused = explained.iter().filter(|name| !used.contains(name));
    unexplained
        .map(|name| format!("Cargo.toml: {name} has no row in {DECISION}: say why it earns its place"))
        .chain(unused.map(|name| format!("{DECISION}: {name} is no dependency any more: remove its row")))
        .collect()
}

/// Names under `[workspace.dependencies]` that are not paths into this workspace.
fn workspace_dependencies(manifest: &str) -> Vec<&str> {
    let after = manifest.split_once("[workspace.dependencies]").map_or("", |(_, after)| after);
    let own = after
        .lines()
        .skip(1)
        .take_while(|line| !line.starts_with('['))
        .filter(|line| !line.contains("path ="));
    own.filter_map(|line| line.split_once('=')).map(|(name, _)| name.trim()).collect()
}

/// Names in the first column of the decision's table: ``| `name` | reason |``.
fn explained(text: &str) -> Vec<&str> {
    let rows = text.lines().filter_map(|line| line.strip_prefix("| `"));
    rows.filter_map(|row| row.split_once('`')).map(|(name, _)| name).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_dependency_without_a_reason_and_a_reason_without_a_dependency_are_found() {
        let manifest = "[workspace.dependencies]\nkernel = { path = \"x\" }\nserde = \"1\"\nbytes = \"1\"\n[profile.dev]\n";
        let decision = "| `serde` | JSON |\n| `rocket` | gone |\n";
        let found = check(&Tree::planted(&[("Cargo.toml", manifest), (DECISION, decision)]));
        assert_eq!(found.len(), 2, "{found:?}");
        assert!(found[0].contains("bytes") && found[1].contains("rocket"));
    }
}
