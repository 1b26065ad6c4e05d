//! What a file imports from its own crate, read from the text: every path that begins with `crate`, `super` or `self`,
//! with groups taken apart, as a path from the crate's root.
//!
//! It knows no macros and no inline modules; what it finds is what a reader of the file sees.

use super::tree::Text;

/// One import: where it stands and what it names, `["store", "bookings", "find"]`.
#[derive(Debug, PartialEq, Eq)]
pub struct Import {
    pub line: usize,
    pub path: Vec<String>,
}

/// A name that a file hands on to others: `pub use reserve::Reserve` is `Reserve` for `[.., "reserve", "Reserve"]`.
#[derive(Debug, PartialEq, Eq)]
pub struct Export {
    pub name: String,
    pub path: Vec<String>,
}

/// A word or a sign of the code, with its line.
#[derive(Debug, Clone, Copy)]
struct Token<'t> {
    line: usize,
    text: &'t str,
}

/// Every path into the file's own crate.
pub fn imports(file: &Text) -> Vec<Import> {
    let tokens = tokens(file);
    let mut found = Vec::new();
    let mut at = 0;
    while at < tokens.len() {
        let begins = matches!(tokens[at].text, "crate" | "super" | "self") && after(&tokens, at) == "::";
        // `r#self::x` and `a::self` do not occur; `Self` is another word.
        let alone = at == 0 || tokens[at - 1].text != "::";
        if !(begins && alone) {
            at += 1;
            continue;
        }
        let line = tokens[at].line;
        let mut leaves = Vec::new();
        at = read_tree(&tokens, at, &[], &mut leaves);
        let absolute = leaves.into_iter().filter_map(|(leaf, _)| absolute(&leaf, &module(file)));
        found.extend(absolute.map(|path| Import { line, path }));
    }
    found
}

/// Every name that the file hands on from its own modules.
pub fn exports(file: &Text) -> Vec<Export> {
    let tokens = tokens(file);
    let mut found = Vec::new();
    for at in 0..tokens.len() {
        if tokens[at].text != "pub" {
            continue;
        }
        let next = skip_group(&tokens, at + 1);
        if tokens.get(next).is_none_or(|token| token.text != "use") {
            continue;
        }
        let mut leaves = Vec::new();
        read_tree(&tokens, next + 1, &[], &mut leaves);
        for (leaf, name) in leaves {
            let relative = !matches!(leaf[0].as_str(), "crate" | "super" | "self");
            let path =
                if relative { Some([module(file), leaf].concat()) } else { absolute(&leaf, &module(file)) };
            found.extend(path.map(|path| Export { name, path }));
        }
    }
    found
}

/// The module a file is: `["store", "bookings"]` of `src/store/bookings.rs`, `[]` of `src/lib.rs`.
pub fn module(file: &Text) -> Vec<String> {
    let Some((_, inside)) = file.path.split_once("/src/") else { return Vec::new() };
    let mut parts: Vec<String> = inside.trim_end_matches(".rs").split('/').map(str::to_owned).collect();
    if parts.last().is_some_and(|last| last == "mod") || matches!(inside, "lib.rs" | "main.rs") {
        parts.pop();
    }
    parts
}

/// `crate::a` is `a`; each `super` goes one module up; `self` is the module itself.
fn absolute(path: &[String], module: &[String]) -> Option<Vec<String>> {
    let mut base = if path[0] == "crate" { &[][..] } else { module };
    let mut rest = path;
    while let Some((first, others)) = rest.split_first() {
        match first.as_str() {
            "super" => base = &base[..base.len().checked_sub(1)?],
            "crate" | "self" => {}
            _ => break,
        }
        rest = others;
    }
    Some([base, rest].concat())
}

/// Reads `a::b::{c, d::*}` from `at`; adds each leaf with the name it is known by, and says where reading goes on.
fn read_tree(
    tokens: &[Token<'_>],
    mut at: usize,
    prefix: &[String],
    leaves: &mut Vec<(Vec<String>, String)>,
) -> usize {
    let mut path = prefix.to_vec();
    loop {
        let text = tokens.get(at).map_or("", |token| token.text);
        if text == "{" {
            at += 1;
            while at < tokens.len() && tokens[at].text != "}" {
                let before = at;
                at = read_tree(tokens, at, &path, leaves);
                at = at.max(before + 1);
                if tokens.get(at).is_some_and(|token| token.text == ",") {
                    at += 1;
                }
            }
            return at + 1;
        }
        if !is_name(text) && text != "*" {
            break;
        }
        path.push(text.to_owned());
        at += 1;
        let goes_on = tokens.get(at).is_some_and(|token| token.text == "::");
        let turbofish = after(tokens, at) == "<";
        if !goes_on || turbofish {
            break;
        }
        at += 1;
    }
    let mut name = path.last().cloned().unwrap_or_default();
    if tokens.get(at).is_some_and(|token| token.text == "as") {
        name = after(tokens, at).to_owned();
        at += 2;
    }
    if name == "self" {
        path.pop();
        name = path.last().cloned().unwrap_or_default();
    }
    if !path.is_empty() {
        leaves.push((path, name));
    }
    at
}

fn after<'t>(tokens: &[Token<'t>], at: usize) -> &'t str {
    tokens.get(at + 1).map_or("", |token| token.text)
}

/// Past `(crate)` or `(in path)`, where it stands.
fn skip_group(tokens: &[Token<'_>], at: usize) -> usize {
    if tokens.get(at).is_none_or(|token| token.text != "(") {
        return at;
    }
    let closes = tokens[at..].iter().position(|token| token.text == ")");
    closes.map_or(tokens.len(), |count| at + count + 1)
}

fn is_name(text: &str) -> bool {
    text.starts_with(|letter: char| letter.is_alphabetic() || letter == '_')
}

fn tokens(file: &Text) -> Vec<Token<'_>> {
    file.code()
        .flat_map(|(line, text)| split(without_comment(text)).map(move |text| Token { line, text }))
        .collect()
}

/// A line without the comment at its end; an address in a string (`https://`) is not one.
fn without_comment(line: &str) -> &str {
    line.split_once(" // ").map_or(line, |(code, _)| code)
}

/// Words, `::`, and every other sign by itself.
fn split(mut rest: &str) -> impl Iterator<Item = &str> {
    std::iter::from_fn(move || {
        rest = rest.trim_start();
        let first = rest.chars().next()?;
        let length = if first.is_alphanumeric() || first == '_' {
            rest.find(|letter: char| !letter.is_alphanumeric() && letter != '_').unwrap_or(rest.len())
        } else if rest.starts_with("::") {
            2
        } else {
            first.len_utf8()
        };
        let (token, tail) = rest.split_at(length);
        rest = tail;
        Some(token)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn file(path: &str, text: &str) -> Text {
        Text { path: path.to_owned(), text: text.to_owned() }
    }

    fn paths(path: &str, text: &str) -> Vec<String> {
        imports(&file(path, text)).iter().map(|import| import.path.join("::")).collect()
    }

    #[test]
    fn groups_are_taken_apart_over_lines() {
        let text = "use crate::{\n    app::App,\n    store::{self, bookings::{find, save as keep}},\n};\n";
        let found = paths("crates/r/src/usecase/x.rs", text);
        assert_eq!(found, ["app::App", "store", "store::bookings::find", "store::bookings::save"]);
    }

    #[test]
    fn super_and_self_are_seen_from_the_file() {
        let text =
            "use super::{Own, super::domain};\nlet x = self::inner::f(super::super::app::y::<u8>());\n";
        let found = paths("crates/r/src/http/pay/x.rs", text);
        assert_eq!(found, ["http::pay::Own", "http::domain", "http::pay::x::inner::f", "http::app::y"]);
        assert_eq!(paths("crates/r/src/http/mod.rs", "use super::app::App;\n"), ["app::App"]);
    }

    #[test]
    fn what_is_handed_on_is_known_by_its_name() {
        let text = "mod reserve;\npub use reserve::{Reserve, Refusal as ReserveRefusal};\npub(crate) use super::b::C;\n";
        let found = exports(&file("crates/r/src/usecase/mod.rs", text));
        let found: Vec<(String, String)> =
            found.into_iter().map(|export| (export.name, export.path.join("::"))).collect();
        let expected = [
            ("Reserve", "usecase::reserve::Reserve"),
            ("ReserveRefusal", "usecase::reserve::Refusal"),
            ("C", "b::C"),
        ];
        assert_eq!(found, expected.map(|(name, path)| (name.to_owned(), path.to_owned())));
    }
}
