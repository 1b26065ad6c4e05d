//! Names are the field's standard terms: a reader who sees one alone in a stack trace or an import knows what it is.
//! This refuses the words that this house once invented; prose in comments and the names of tests may be warm.

use super::identifiers;
use super::ratchet::Finding;
use super::tree::{Text, Tree};

/// Words that say what a thing is, after which its name stands.
const ITEMS: &[&str] = &["fn", "struct", "enum", "trait", "type", "mod"];

/// Words that may be no part of a name, and the field's words for them.
const REFUSED: &[(&str, &str)] = &[
    ("tell", "publish, log, enqueue or print"),
    ("told", "published, reported or recorded"),
    ("hear", "receive, or on_message"),
    ("heard", "received, or Inbound"),
    ("said", "ClientMessage, ServerMessage or output"),
    ("obey", "handle_command"),
    ("knock", "upgrade_request"),
    ("believe", "verify or accept"),
    ("wish", "Request, Options or Settings: what it is"),
    ("wishes", "Request, Options or Settings: what it is"),
    ("wanted", "Request, Filter or Target: what it is"),
    ("booth", "what it does"),
    ("till", "Checkout, or what it does"),
    ("desk", "market_state, or what it holds"),
    ("note", "record, track or insert"),
    ("notes", "records, or what they are"),
    ("noted", "recorded"),
    ("ask", "query, request or command"),
    ("asked", "requested, or Request"),
    ("keeper", "writer, or what it does"),
];

/// Words that say too little by themselves; as a part of a longer name they may be right (`connection_lost`).
const REFUSED_ALONE: &[(&str, &str)] =
    &[("things", "what they are: entries, bookings"), ("lost", "not_found, missing or disconnected")];

/// In `tests/`, a longer name is a fact in prose.
const PARTS_MAX: usize = 3;

/// Finds names of items with such a word; the key is the item, wherever its file moves.
pub fn find(tree: &Tree) -> Vec<Finding> {
    tree.rust().flat_map(findings).collect()
}

fn findings(file: &Text) -> Vec<Finding> {
    let is_prose = |name: &str| file.path.contains("/tests/") && identifiers::parts(name).len() > PARTS_MAX;
    let mut found = Vec::new();
    let mut is_test = false;
    for (number, line) in file.text.lines().enumerate() {
        let text = line.trim();
        if let Some((item, name)) = declared(text).filter(|(_, name)| !is_test && !is_prose(name))
            && let Some((word, instead)) = refused(name)
        {
            found.push(Finding {
                key: format!("{item} {name}"),
                message: format!(
                    "{}:{}: {item} {name}: instead of `{word}` write {instead}",
                    file.path,
                    number + 1
                ),
            });
        }
        // The name of a test is a sentence; its attribute stands directly above it, perhaps with others.
        is_test = if text.starts_with("#[") { is_test || text.contains("test") } else { false };
    }
    found
}

/// The item that a line declares, and its name.
fn declared(line: &str) -> Option<(&str, &str)> {
    if line.starts_with("//") {
        return None;
    }
    let words: Vec<&str> = identifiers::words(line).take(8).collect();
    let before = ["pub", "crate", "super", "in", "const", "async", "unsafe", "default"];
    let at = words.iter().position(|word| !before.contains(word))?;
    let item = ITEMS.iter().find(|item| **item == words[at])?;
    Some((item, words.get(at + 1)?))
}

fn refused(name: &str) -> Option<(&'static str, &'static str)> {
    let parts: Vec<String> = identifiers::parts(name).into_iter().map(str::to_lowercase).collect();
    let of = |part: &String| REFUSED.iter().find(|(word, _)| word == part);
    let alone = || REFUSED_ALONE.iter().find(|(word, _)| parts.len() == 1 && parts[0] == *word);
    parts.iter().find_map(of).or_else(alone).copied()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn keys(text: &str) -> Vec<String> {
        find(&Tree::planted(&[("crates/a/src/x.rs", text)])).into_iter().map(|finding| finding.key).collect()
    }

    #[test]
    fn each_refused_word_is_found_in_a_name_of_any_style() {
        for (word, _) in REFUSED {
            let text = format!("pub(crate) async fn {word}_all() {{}}\n");
            assert_eq!(keys(&text), [format!("fn {word}_all")]);
        }
        assert_eq!(keys("pub struct BetAsk<'a> {\n    mod lost;\n"), ["struct BetAsk", "mod lost"]);
    }

    #[test]
    fn tests_tell_their_facts_in_prose_and_so_do_comments() {
        let text = "#[test]\n#[ignore]\nfn a_reader_is_told() {}\n// fn tell\n#[tokio::test(flavor = \"multi_thread\")]\nasync fn he_heard() {}\n";
        assert_eq!(keys(text), Vec::<String>::new());
    }

    #[test]
    fn a_fact_without_the_attribute_of_a_test_is_known_by_its_length() {
        let text = "async fn only_a_service_is_told(store: Store) {}\nfn ask() {}\n";
        let found = find(&Tree::planted(&[("crates/a/tests/x.rs", text)]));
        assert_eq!(found.iter().map(|finding| finding.key.as_str()).collect::<Vec<_>>(), ["fn ask"]);
    }

    #[test]
    fn longer_words_and_longer_names_may_be_right() {
        assert_eq!(
            keys("fn heartbeat() {}\nfn still() {}\nfn task() {}\nfn connection_lost() {}\n"),
            Vec::<String>::new()
        );
    }
}
