//! The HTML part of a mail: made from its text, so that no template writes markup. Paragraphs, and a button for each line
//! `Words: https://…` that leads to our own pages.

use crate::fault::MailFault;
use minijinja::{AutoEscape, Environment};
use serde::Serialize;

const LAYOUT: &str = include_str!("layout.html");

/// How it looks.
#[derive(Debug, Clone, Serialize)]
pub struct Look<'t> {
    /// The sender's name, at the head.
    pub name: &'t str,
    /// `#RRGGBB`.
    pub color: &'t str,
    /// Where our pages are: links elsewhere are no buttons.
    pub url: &'t str,
    /// The language.
    pub locale: &'t str,
    /// The link with which one leaves the list.
    pub unsubscribe: Option<&'t str>,
}

#[derive(Serialize)]
struct Line<'t> {
    text: &'t str,
    href: Option<&'t str>,
}

#[derive(Serialize)]
struct Context<'t> {
    look: &'t Look<'t>,
    subject: &'t str,
    paragraphs: Vec<Vec<Line<'t>>>,
}

/// The HTML part of a mail with that subject and text. Errors: a sentence.
pub fn html(look: &Look<'_>, subject: &str, text: &str) -> Result<String, MailFault> {
    let paragraphs = text.split("\n\n").map(str::trim).filter(|part| !part.is_empty());
    let paragraphs = paragraphs.map(|part| part.lines().map(|line| read(line, look.url)).collect()).collect();
    let mut engine = Environment::empty();
    engine.set_auto_escape_callback(|_| AutoEscape::Html);
    let context = Context { look, subject, paragraphs };
    engine
        .template_from_named_str("layout.html", LAYOUT)
        .and_then(|layout| layout.render(&context))
        .map_err(|error| MailFault(error.to_string()))
}

fn read<'t>(line: &'t str, ours: &str) -> Line<'t> {
    let at = line.find("https://").or_else(|| line.find("http://"));
    let Some((words, href)) = at.map(|at| line.split_at(at)) else { return Line { text: line, href: None } };
    let is_ours = href.strip_prefix(ours).is_some_and(|rest| rest.is_empty() || rest.starts_with(['/', '?']));
    if href.contains(char::is_whitespace) || !is_ours {
        return Line { text: line, href: None };
    }
    let words = words.trim().trim_end_matches(':').trim();
    Line { text: if words.is_empty() { href } else { words }, href: Some(href) }
}

#[cfg(test)]
mod tests {
    use super::*;

    const LOOK: Look<'_> = Look {
        name: "Demo & Sons",
        color: "#aa3300",
        url: "https://tickets.example",
        locale: "en",
        unsubscribe: None,
    };

    #[test]
    fn the_html_part_escapes_everything_and_makes_buttons_of_our_links_alone() {
        let text = "Hello <b>Ann</b>,\nline\n\nYour ticket: https://tickets.example/a?b=1&c=2\n\n\
                    Prize: https://tickets.example.evil.test/x\n";
        let made = html(&LOOK, "S & T", text).unwrap();
        assert!(made.contains("Demo &amp; Sons") && made.contains("&lt;b&gt;Ann"), "{made}");
        assert!(made.contains(">Your ticket</a>"), "{made}");
        assert!(
            made.contains("href=\"https://tickets.example/a?b=1&amp;c=2\"")
                || made.contains("href=\"https:&#x2f;&#x2f;tickets.example&#x2f;a?b=1&amp;c=2\""),
            "{made}"
        );
        assert_eq!(made.matches("<a ").count(), 1, "{made}");
    }
}
