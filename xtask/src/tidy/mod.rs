//! `cargo xtask tidy`: the house rules that rustfmt and clippy cannot see.
//!
//! A rule is a pure function from the tree's texts to findings; each finding says where, what, and how to mend
//! it. To add a rule: a file here, a row in `RULES`, and a test that sees it fail on a planted text.

mod apart;
mod arrows;
mod dependencies;
mod headers;
mod length;
mod migrations;
mod papers;
mod purity;
mod tree;
mod words;

use std::process::ExitCode;
use tree::Tree;

/// A rule: what it demands, and the check itself. A finding is one line.
struct Rule {
    demand: &'static str,
    check: fn(&Tree) -> Vec<String>,
}

const RULES: &[Rule] = &[
    Rule { demand: "crates depend along the arrows only", check: arrows::crates },
    Rule { demand: "rooms import along the arrows only", check: arrows::rooms },
    Rule { demand: "no stall imports another", check: arrows::stalls },
    Rule { demand: "every Rust file says what lives there", check: headers::check },
    Rule { demand: "pure rooms have no clock, chance, async or I/O", check: purity::check },
    Rule { demand: "files and functions stay short", check: length::check },
    Rule { demand: "no test hides from the everyday run by its name", check: apart::check },
    Rule { demand: "migrations are numbered without gaps, alike on both backends", check: migrations::check },
    Rule { demand: "no marks of unfinished work", check: words::unfinished },
    Rule { demand: "nothing names a machine, a registry or a secret", check: words::places },
    Rule { demand: "every dependency has its reason written down", check: dependencies::check },
    Rule { demand: "the changelog has an Unreleased part", check: papers::changelog },
    Rule { demand: "decisions are numbered without gaps", check: papers::decisions },
    Rule { demand: "the checklists have every row, and their tests exist", check: papers::checklists },
];

/// Runs every rule on the workspace: each demand with what was found against it.
pub fn check_workspace() -> Vec<(&'static str, Vec<String>)> {
    let tree = Tree::load(&crate::root::workspace());
    RULES.iter().map(|rule| (rule.demand, (rule.check)(&tree))).collect()
}

/// Prints each rule with its findings and fails when there is one.
pub fn run(_args: &[String]) -> Result<ExitCode, String> {
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
