//! Pure rooms decide and do nothing else: no clock, no chance, no async, no I/O, no tables.

use super::tree::Tree;

/// Rooms whose functions take values and return values.
const PURE_ROOMS: &[&str] = &["domain", "rules"];

/// What a pure room may not say, and what to do instead.
const FORBIDDEN: &[(&str, &str)] = &[
    ("SystemTime", "take `now: Timestamp` as an argument"),
    ("Instant::now", "take `now: Timestamp` as an argument"),
    ("Timestamp::now", "take `now: Timestamp` as an argument"),
    ("Zoned::now", "take `now: Timestamp` as an argument"),
    ("rand::", "take the random value as an argument"),
    ("getrandom", "take the random value as an argument"),
    ("thread_rng", "take the random value as an argument"),
    ("tokio", "decide here, wait in the use case"),
    ("async fn", "decide here, wait in the use case"),
    (".await", "decide here, wait in the use case"),
    ("std::fs", "read in the use case and pass the value in"),
    ("std::net", "read in the use case and pass the value in"),
    ("std::env", "read in the binary's configuration and pass the value in"),
    ("store::", "load rows in the use case and pass them in"),
    ("tracing::", "return what happened and let the caller log it"),
    ("metrics::", "return what happened and let the caller count it"),
    ("println!", "return what happened and let the caller print it"),
    ("static mut", "pure rooms hold no state"),
];

/// Finds forbidden words in the code of pure rooms, unit tests and comments excepted.
pub fn check(tree: &Tree) -> Vec<String> {
    let mut findings = Vec::new();
    for file in tree.rust().filter(|file| file.room().is_some_and(|room| PURE_ROOMS.contains(&room))) {
        for (number, line) in file.code() {
            let said = FORBIDDEN.iter().filter(|(word, _)| says(line, word));
            findings
                .extend(said.map(|(word, instead)| format!("{}:{number}: `{word}`: {instead}", file.path)));
        }
    }
    findings
}

/// True when the line says the word itself, not a longer name that begins with it.
pub fn says(line: &str, word: &str) -> bool {
    let goes_on = |after: &str| after.starts_with(|next: char| next.is_alphanumeric() || next == '_');
    let is_name = word.ends_with(char::is_alphanumeric);
    line.match_indices(word).any(|(at, _)| !(is_name && goes_on(&line[at + word.len()..])))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_forbidden_word_is_found() {
        for (word, _) in FORBIDDEN {
            let text = format!("let x = {word};\n");
            let found = check(&Tree::planted(&[("crates/ledger/src/rules/post.rs", &text)]));
            assert!(found.iter().any(|line| line.contains(word)), "{word} went unseen");
        }
    }

    #[test]
    fn other_rooms_and_comments_may_say_it() {
        let tree = Tree::planted(&[
            ("crates/rush/src/usecase/pay.rs", "let now = Timestamp::now();\n"),
            ("crates/rush/src/domain/pay.rs", "// never calls Timestamp::now\n"),
            ("crates/rush/src/domain/wait.rs", "if status.awaits_an_answer() {}\n"),
        ]);
        assert!(check(&tree).is_empty());
    }
}
