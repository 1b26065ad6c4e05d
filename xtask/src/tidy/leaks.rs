//! What a room of a stall may not say, because it is another room's business: a use case knows no HTTP, decisions know
//! nobody's identity, and only use cases open transactions.

use super::arrows::STALLS;
use super::purity::says;
use super::ratchet::Finding;
use super::tree::{Text, Tree};

/// A room, the words it may not say, and what to do instead.
struct Leak {
    rooms: &'static [&'static str],
    words: &'static [&'static str],
    instead: &'static str,
}

const LEAKS: &[Leak] = &[
    Leak {
        rooms: &["usecase"],
        words: &["axum", "http::", "hyper", "web::", "StatusCode"],
        instead: "a use case knows no HTTP: answer with a value, and let `http` map it",
    },
    Leak {
        rooms: &["domain"],
        words: &["identity::", "bus::", "web::", "axum"],
        instead: "pass the value in, or move the type to kernel",
    },
    Leak {
        rooms: &["store"],
        words: &["identity::", "bus::", "web::", "axum"],
        instead: "rows are made of kernel's and the domain's values",
    },
    Leak {
        rooms: &["http", "pages", "jobs"],
        words: &["store.write(", "store.read(", "&mut Tx<"],
        instead: "only a use case opens a transaction: move it there and call it",
    },
    // A subscriber is handed the transaction in which its inbox has noted the event, and hands it on.
    Leak {
        rooms: &["events"],
        words: &["store.write(", "store.read("],
        instead: "a subscriber works in the transaction it is given: hand that to a use case",
    },
];

/// Finds those words; the key is the file.
pub fn find(tree: &Tree) -> Vec<Finding> {
    let stalls = tree.rust().filter(|file| file.crate_name().is_some_and(|name| STALLS.contains(&name)));
    stalls.flat_map(findings).collect()
}

fn findings(file: &Text) -> Vec<Finding> {
    let leaks: Vec<&Leak> =
        LEAKS.iter().filter(|leak| file.room().is_some_and(|room| leak.rooms.contains(&room))).collect();
    let mut found = Vec::new();
    for (number, line) in file.code() {
        for leak in &leaks {
            let said = leak.words.iter().find(|word| says(line, word) && !is_longer_path(line, word));
            found.extend(said.map(|word| Finding {
                key: file.path.clone(),
                message: format!("{}:{number}: `{word}`: {}", file.path, leak.instead),
            }));
        }
    }
    found
}

/// `xweb::` is another crate, and `crate::web::` a module of our own, which the arrows between rooms judge.
fn is_longer_path(line: &str, word: &str) -> bool {
    let at = line.find(word).unwrap_or_default();
    let before = &line[..at];
    word.ends_with("::")
        && (before.ends_with(|letter: char| letter.is_alphanumeric() || letter == '_')
            || before.ends_with("crate::"))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn count(path: &str, text: &str) -> usize {
        find(&Tree::planted(&[(path, text)])).len()
    }

    #[test]
    fn each_word_is_found_in_each_of_its_rooms() {
        for leak in LEAKS {
            for (room, word) in
                leak.rooms.iter().flat_map(|room| leak.words.iter().map(move |word| (room, word)))
            {
                let path = format!("crates/rush/src/{room}/x.rs");
                assert_eq!(count(&path, &format!("let x = {word}(y);\n")), 1, "{word} in {room}");
            }
        }
    }

    #[test]
    fn what_leaks_in_one_room_is_at_home_in_another() {
        assert_eq!(count("crates/rush/src/http/x.rs", "use axum::http::StatusCode;\n"), 0);
        assert_eq!(count("crates/rush/src/usecase/x.rs", "app.store.write(|tx| save(tx));\n"), 0);
        assert_eq!(count("crates/rush/src/usecase/x.rs", "// as web::x does\nuse crate::http::x;\n"), 0);
        assert_eq!(count("crates/web/src/usecase/x.rs", "use axum::Router;\n"), 0);
    }
}
