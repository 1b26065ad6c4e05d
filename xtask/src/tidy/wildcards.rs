//! A match on refusals names every one of them: a wildcard would map the next refusal that somebody adds to whatever stood there.

use super::ratchet::Finding;
use super::tree::{Text, Tree};

/// What the types of refusals are called: an arm whose pattern begins with a path through one of these is about refusals.
const TYPES: [&str; 4] = ["Refusal", "Refused", "Declined", "Rejected"];

/// Finds wildcards beside arms about refusals; the key is the file.
pub fn find(tree: &Tree) -> Vec<Finding> {
    let sources = tree.rust().filter(|file| file.path.contains("/src/") && file.path.starts_with("crates/"));
    sources.flat_map(findings).collect()
}

/// The arms of a match that is being read: how far they are indented, and what is known of them.
struct Match {
    indent: usize,
    is_about_refusals: bool,
    wildcard: Option<usize>,
}

fn findings(file: &Text) -> Vec<Finding> {
    let (mut open, mut found): (Vec<Match>, Vec<Finding>) = (Vec::new(), Vec::new());
    for (number, line) in file.code() {
        let (indent, text) = (line.len() - line.trim_start().len(), line.trim_start());
        while open.last().is_some_and(|inner| !text.is_empty() && indent < inner.indent) {
            found.extend(open.pop().and_then(|closed| finding(file, &closed)));
        }
        if let Some(arms) = open.last_mut().filter(|inner| inner.indent == indent) {
            arms.is_about_refusals |= is_about_refusals(text);
            if text.starts_with("_ =>") || text.starts_with("Err(_) =>") || text.starts_with("_ if ") {
                arms.wildcard = Some(number);
            }
        }
        if opens_match(text) {
            open.push(Match { indent: indent + 4, is_about_refusals: false, wildcard: None });
        }
    }
    found.extend(open.iter().filter_map(|closed| finding(file, closed)));
    found
}

fn opens_match(text: &str) -> bool {
    text.ends_with('{')
        && (text.starts_with("match ") || text.contains(" match ") || text.contains("(match "))
}

fn is_about_refusals(text: &str) -> bool {
    let pattern = text.trim_start_matches("| ").trim_start_matches("Err(").trim_start_matches("Some(");
    let Some((name, _)) = pattern.split_once("::") else { return false };
    name.chars().all(|letter| letter.is_alphanumeric() || letter == '_')
        && TYPES.iter().any(|ty| name.ends_with(ty))
}

fn finding(file: &Text, arms: &Match) -> Option<Finding> {
    let number = arms.wildcard.filter(|_| arms.is_about_refusals)?;
    Some(Finding {
        key: file.path.clone(),
        message: format!("{}:{number}: a wildcard beside refusals: name each of them", file.path),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn count(text: &str) -> usize {
        find(&Tree::planted(&[("crates/rush/src/http/x.rs", text)])).len()
    }

    #[test]
    fn a_wildcard_beside_refusals_is_found() {
        for arm in ["_ => 500,", "Err(_) => 500,", "_ if late => 500,"] {
            let text =
                format!("    match why {{\n        BetRefusal::Closed => 409,\n        {arm}\n    }}\n");
            assert_eq!(count(&text), 1, "{arm}");
        }
        assert_eq!(
            count(
                "let x = match why {\n    Err(Refused::Late(at)) => {\n        0\n    }\n    _ => 1,\n};\n"
            ),
            1
        );
    }

    #[test]
    fn a_match_without_one_or_about_something_else_is_not() {
        assert_eq!(count("match why {\n    Refused::Late => 1,\n    Refused::Early => 2,\n}\n"), 0);
        assert_eq!(count("match kind {\n    Kind::A => 1,\n    _ => 2,\n}\n"), 0);
        let inner = "match why {\n    Refused::Late => match at {\n        0 => 1,\n        _ => 2,\n    },\n    Refused::Early => 3,\n}\n";
        assert_eq!(count(inner), 0);
    }
}
