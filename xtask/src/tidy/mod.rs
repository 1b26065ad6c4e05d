//! `cargo xtask tidy`: the house rules that rustfmt and clippy cannot see.
//!
//! A rule is a pure function from the tree's texts to findings; each finding says where, what, and how to mend
//! it. To add a rule: a file here, a row in `RULES`, and a test that sees it fail on a planted text. A rule that the tree
//! does not follow yet has a row in `RATCHETS` instead, with a list of what it still accepts.

mod apart;
mod arrows;
mod circles;
mod dependencies;
mod headers;
mod identifiers;
mod imports;
mod leaks;
mod length;
mod locators;
mod migrations;
mod names;
mod papers;
mod purity;
mod ratchet;
mod rooms;
mod stall_names;
mod tree;
mod wildcards;
mod words;

use ratchet::Finding;
use std::process::ExitCode;
use tree::Tree;

/// A rule: what it demands, and the check itself. A finding is one line.
struct Rule {
    demand: &'static str,
    check: fn(&Tree) -> Vec<String>,
}

/// A rule with a list of what it still accepts, `xtask/ratchet/LIST.txt`; without that file it accepts nothing.
struct Ratchet {
    demand: &'static str,
    list: &'static str,
    find: fn(&Tree) -> Vec<Finding>,
}

const RULES: &[Rule] = &[
    Rule { demand: "crates depend along the arrows only", check: arrows::crates },
    Rule { demand: "no stall imports another", check: arrows::stalls },
    Rule { demand: "every Rust file says what lives there", check: headers::check },
    Rule { demand: "pure rooms have no clock, chance, async or I/O", check: purity::check },
    Rule { demand: "files and functions stay short", check: length::check },
    Rule { demand: "no test hides from the everyday run by its name", check: apart::check },
    Rule {
        demand: "migrations are numbered, each number once, alike on both backends",
        check: migrations::check,
    },
    Rule { demand: "no statement passes over the newest locators", check: locators::check },
    Rule { demand: "no marks of unfinished work", check: words::unfinished },
    Rule { demand: "nothing names a machine, a registry or a secret", check: words::places },
    Rule { demand: "every dependency has its reason written down", check: dependencies::check },
    Rule { demand: "the changelog has an Unreleased part", check: papers::changelog },
    Rule { demand: "decisions have numbers, each its own", check: papers::decisions },
    Rule { demand: "the checklists have every row, and their tests exist", check: papers::checklists },
];

const RATCHETS: &[Ratchet] = &[
    Ratchet {
        demand: "no stall is named outside its own crate",
        list: "stall-names",
        find: stall_names::find,
    },
    Ratchet {
        demand: "every room of a stall is listed and imports what its row says",
        list: "rooms",
        find: rooms::find,
    },
    Ratchet {
        demand: "no room of a stall says what is another's business",
        list: "leaks",
        find: leaks::find,
    },
    Ratchet {
        demand: "no files of different rooms import each other in a circle",
        list: "circles",
        find: circles::find,
    },
    Ratchet { demand: "a match on refusals has no wildcard", list: "wildcards", find: wildcards::find },
    Ratchet { demand: "names are the field's standard terms", list: "names", find: names::find },
];

/// Runs every rule on the workspace: each demand with what was found against it.
pub fn check_workspace() -> Vec<(&'static str, Vec<String>)> {
    let tree = Tree::load(&crate::root::workspace());
    let strict = RULES.iter().map(|rule| (rule.demand, (rule.check)(&tree)));
    let ratchets =
        RATCHETS.iter().map(|rule| (rule.demand, ratchet::compare(&tree, rule.list, (rule.find)(&tree))));
    strict.chain(ratchets).collect()
}

/// Removes the rows of the lists that nothing needs any more; a list without rows goes as a whole.
fn shrink() -> Result<(), String> {
    let root = crate::root::workspace();
    let tree = Tree::load(&root);
    for rule in RATCHETS {
        let path = ratchet::path(rule.list);
        let Some(text) = tree.text(&path) else { continue };
        let shrunk = ratchet::shrunk(text, &(rule.find)(&tree));
        let file = root.join(&path);
        let done = match shrunk {
            Some(rest) => std::fs::write(&file, rest),
            None => std::fs::remove_file(&file),
        };
        done.map_err(|error| format!("{path}: {error}"))?;
    }
    Ok(())
}

/// Prints each rule with its findings and fails when there is one.
pub fn run(args: &[String]) -> Result<ExitCode, String> {
    match args {
        [] => {}
        [flag] if flag == "--shrink" => shrink()?,
        _ => return Err("tidy takes no argument but --shrink".to_owned()),
    }
    let results = check_workspace();
    for (demand, findings) in &results {
        println!("{} {demand}", if findings.is_empty() { "ok  " } else { "FAIL" });
        for finding in findings {
            println!("     {finding}");
        }
    }
    let clean = results.iter().all(|(_, findings)| findings.is_empty());
    Ok(if clean { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_workspace_follows_every_house_rule() {
        let findings: Vec<String> =
            check_workspace().into_iter().flat_map(|(_, findings)| findings).collect();
        assert!(findings.is_empty(), "{} findings:\n{}", findings.len(), findings.join("\n"));
    }
}
