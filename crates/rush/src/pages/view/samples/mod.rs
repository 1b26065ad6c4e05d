//! Every page in every state, from made-up values: the tests that a template draws and keeps the rules of the house.
//!
//! With `FAIRGROUND_SHOTS=DIR` the pages are also written there, for eyes.

mod account;
mod browsing;
mod buying;
mod door;
mod organizer;
mod parts;
mod queue;
mod tickets;

use askama::Template;

/// A page's name and its HTML.
type Drawn = (&'static str, String);

fn drawn(name: &'static str, page: &impl Template) -> Drawn {
    (name, page.render().expect("a sample renders"))
}

fn all() -> Vec<Drawn> {
    let pages = [
        browsing::all(),
        buying::all(),
        tickets::all(),
        account::all(),
        door::all(),
        organizer::all(),
        queue::all(),
    ];
    pages.concat()
}

#[test]
fn every_page_in_every_state_keeps_the_rules() {
    for (name, html) in all() {
        assert!(
            html.starts_with("<!doctype html>") && html.trim_end().ends_with("</html>"),
            "{name} is whole"
        );
        assert_eq!(html.matches("<h1").count(), 1, "{name} has one heading of the first order");
        assert_eq!(html.matches("<main").count(), 1, "{name} has one main");
        for word in ["style=", "<style", "onclick", "javascript:", "http://", "https://"] {
            assert!(!allowed_apart(&html).contains(word), "{name} holds {word}");
        }
        assert!(!html.contains('—'), "{name} speaks in long dashes");
        // The link that a mail carries is its own proof: mail programs press it without a page.
        let by_link = html.matches("action=\"/rush/mail/leave?token=").count();
        let posts = html.matches("method=\"post\"").count() - by_link;
        assert_eq!(
            posts,
            html.matches("name=\"csrf\" value=\"sample-token\"").count(),
            "{name}: each form has its token"
        );
        if let Some(folder) = std::env::var_os("FAIRGROUND_SHOTS") {
            std::fs::write(std::path::Path::new(&folder).join(format!("{name}.html")), &html)
                .expect("written");
        }
    }
}

#[test]
fn buying_and_paying_carry_one_key_per_attempt() {
    for (name, html) in buying::all() {
        let forms = html.matches("action=\"/rush/reserve\"").count() + html.matches("/pay\"").count();
        assert_eq!(forms, html.matches("name=\"attempt\" value=\"sample-attempt\"").count(), "{name}");
    }
}

#[test]
fn ids_are_unique_and_labels_point_at_fields() {
    for (name, html) in all() {
        let ids: Vec<&str> = attributes(&html, " id=\"");
        let unique: std::collections::HashSet<_> = ids.iter().collect();
        assert_eq!(ids.len(), unique.len(), "{name} repeats an id");
        for target in attributes(&html, " for=\"").into_iter().chain(attributes(&html, " aria-labelledby=\""))
        {
            assert!(ids.contains(&target), "{name} points at {target}");
        }
    }
}

#[test]
fn what_people_type_is_shown_and_never_run() {
    let html = browsing::hostile_search();
    assert!(!html.contains("<script>alert") && html.contains("&#60;script&#62;"));
}

fn attributes<'a>(html: &'a str, start: &str) -> Vec<&'a str> {
    html.split(start).skip(1).filter_map(|rest| rest.split('"').next()).collect()
}

/// The SVG namespace is a name and not an address that anybody fetches.
fn allowed_apart(html: &str) -> String {
    html.replace("http://www.w3.org/2000/svg", "")
}
