//! The arrows between crates: which may depend on which, and that stalls do not know each other. Those between the rooms
//! of a stall are in `rooms`.

use super::tree::{Text, Tree};

/// What each crate may depend on. A crate that is not listed may not depend on any other of ours.
const CRATES: &[(&str, &[&str])] = &[
    ("kernel", &[]),
    ("pg_connect", &[]),
    ("store", &["kernel", "pg_connect"]),
    ("ledger", &["kernel", "store"]),
    ("bus", &["kernel", "store"]),
    ("outbound", &[]),
    ("vault", &[]),
    ("identity", &["kernel", "store", "outbound"]),
    ("mail", &["kernel", "store"]),
    ("cluster", &["kernel"]),
    ("waiting_room", &["kernel", "cluster"]),
    ("web", &["kernel", "store", "bus", "identity", "cluster"]),
    ("stall", &["kernel", "store", "ledger", "bus", "mail", "web"]),
    (
        "rush",
        &["kernel", "store", "ledger", "bus", "mail", "identity", "cluster", "web", "stall", "waiting_room"],
    ),
    ("tap", &["kernel", "store", "ledger", "bus", "identity", "cluster", "web", "stall"]),
    ("funpot", &["kernel", "store", "ledger", "bus", "outbound", "identity", "cluster", "web", "stall"]),
    (
        "tiris",
        &[
            "kernel", "store", "ledger", "bus", "mail", "identity", "cluster", "web", "stall", "outbound",
            "vault",
        ],
    ),
    ("load", &["kernel", "identity"]),
    ("mock", &["kernel", "bus", "outbound", "web"]),
    // How an address is connected to, and nothing of what is asked there.
    ("check", &["kernel", "pg_connect"]),
    ("verify", &[]),
    ("simulate", &["kernel", "store", "identity", "tap", "check", "verify", "mock"]),
    (
        "fairground",
        &[
            "kernel",
            "pg_connect",
            "store",
            "ledger",
            "bus",
            "mail",
            "identity",
            "cluster",
            "waiting_room",
            "web",
            "stall",
            "rush",
            "tap",
            "funpot",
            "tiris",
            "check",
            "load",
            "mock",
            "verify",
            "simulate",
        ],
    ),
    ("testkit", &["kernel", "store", "ledger", "bus", "mail", "cluster", "web", "stall", "check"]),
];

/// The crates that are stalls.
pub const STALLS: &[&str] = &["rush", "tap", "funpot", "tiris"];

/// Checks `[dependencies]` and `[build-dependencies]`; test-only dependencies may be any.
pub fn crates(tree: &Tree) -> Vec<String> {
    let manifests = tree.files.iter().filter(|file| file.path.ends_with("/Cargo.toml"));
    manifests.flat_map(|file| file.crate_name().map_or_else(Vec::new, |name| manifest(name, file))).collect()
}

fn manifest(name: &str, file: &Text) -> Vec<String> {
    let allowed = CRATES.iter().find(|(known, _)| *known == name).map_or(&[][..], |(_, to)| to);
    let ours = |dependency: &&str| CRATES.iter().any(|(known, _)| known == dependency);
    let refused = dependencies(&file.text).into_iter().filter(ours).filter(|to| !allowed.contains(to));
    refused
        .map(|to| {
            format!(
                "{}: {name} may not depend on {to}; move the shared part to a crate below both, \
                 or change the arrow in a decision and in {}",
                file.path,
                file!()
            )
        })
        .collect()
}

/// The names under `[dependencies]` and `[build-dependencies]`.
fn dependencies(manifest: &str) -> Vec<&str> {
    let mut names = Vec::new();
    let mut inside = false;
    for line in manifest.lines() {
        if line.starts_with('[') {
            inside = matches!(line.trim(), "[dependencies]" | "[build-dependencies]");
        } else if inside
            && let Some(name) = line.split(['.', '=', ' ']).next().filter(|name| !name.is_empty())
        {
            names.push(name);
        }
    }
    names
}

/// Checks that no stall's code names another stall.
pub fn stalls(tree: &Tree) -> Vec<String> {
    let mut findings = Vec::new();
    for file in tree.rust() {
        let Some(own) = file.crate_name().filter(|name| STALLS.contains(name)) else { continue };
        for (number, line) in file.code() {
            let other = STALLS.iter().find(|stall| **stall != own && names_crate(line, stall));
            findings.extend(other.map(|stall| {
                format!("{}:{number}: {own} uses {stall}; stalls meet on the bus only", file.path)
            }));
        }
    }
    findings
}

/// True when the line uses a crate: `use tap;`, `tap::x`, but not `overlap::x` or `crate::tap::x`.
fn names_crate(line: &str, name: &str) -> bool {
    line.match_indices(name).any(|(at, _)| {
        let before = line[..at].chars().next_back();
        let alone =
            before.is_none_or(|letter| !letter.is_alphanumeric() && !matches!(letter, '_' | ':' | '"' | '/'));
        let after = &line[at + name.len()..];
        alone
            && (after.starts_with("::") || (line.trim_start().starts_with("use ") && after.starts_with(';')))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_web_edge_may_not_depend_on_the_ledger() {
        let manifest = "[dependencies]\nkernel.workspace = true\nledger.workspace = true\n";
        let found = crates(&Tree::planted(&[("crates/web/Cargo.toml", manifest)]));
        assert_eq!(found.len(), 1);
        assert!(found[0].contains("web may not depend on ledger"), "{found:?}");
    }

    #[test]
    fn test_only_dependencies_are_free() {
        let manifest =
            "[dependencies]\nkernel.workspace = true\n[dev-dependencies]\ntestkit.workspace = true\n";
        assert!(crates(&Tree::planted(&[("crates/store/Cargo.toml", manifest)])).is_empty());
    }

    #[test]
    fn an_unknown_crate_may_depend_on_none_of_ours() {
        let manifest = "[dependencies]\nrush = { path = \"../rush\" }\n";
        assert_eq!(crates(&Tree::planted(&[("crates/novel/Cargo.toml", manifest)])).len(), 1);
    }

    #[test]
    fn a_stall_that_uses_another_is_found() {
        let tree =
            Tree::planted(&[("crates/rush/src/lib.rs", "use tap::Grid;\nlet overlap = crate::tap::x;\n")]);
        assert_eq!(stalls(&tree).len(), 1);
    }
}
