//! The ground's own pages: which stalls are open, and what stands where there is nothing. A ground with one stall sends its
//! visitors on.

use super::stalls::Stalls;
use askama::Template;
use axum::Router;
use axum::response::{Html, IntoResponse as _, Redirect, Response};
use axum::routing::get;
use kernel::{Meaning, Refusal, Timestamp};
use web::shell::{Shell, Stall, poster_url};
use web::{Edge, Refused, RequestFacts, status_of};

/// The poster of the card of Rush.
const POSTER: &str = "fairground-at-dusk";

/// The ground as the shell shows it.
static GROUND: Stall = Stall { slug: "fairground", name: "Fairground", home: "/", nav: &[], foot: &[] };

/// The page.
#[derive(Debug, Clone, Template)]
#[template(path = "front.html")]
struct FrontPage {
    shell: Shell,
    rush: bool,
    tap: bool,
}

impl FrontPage {
    /// Path of a picture in the style of the events' own.
    fn poster(&self) -> String {
        poster_url(POSTER)
    }
}

/// The page instead of a page.
#[derive(Debug, Clone, Template)]
#[template(path = "lost.html")]
struct LostPage {
    shell: Shell,
    status: u16,
    title: &'static str,
    text: &'static str,
}

/// The page of a refusal at an address that is no stall's.
#[must_use]
pub fn refusal_page(refusal: &Refusal, request_id: &str, now: Timestamp) -> String {
    let (title, text) = match refusal.meaning {
        Meaning::NotFound | Meaning::MethodNotAllowed => {
            ("No stall here", "There is nothing at this address. The link may have been cut short.")
        }
        _ => ("Back in a moment", "We cannot show this right now. Nothing was changed."),
    };
    let mut shell = Shell::new(&GROUND, title, now);
    request_id.clone_into(&mut shell.request_id);
    let page = LostPage { shell, status: status_of(refusal.meaning).as_u16(), title, text };
    page.render().unwrap_or_else(|_| format!("{title}. Request {request_id}."))
}

/// The bare address.
pub fn routes(stalls: &Stalls, edge: &Edge) -> Router {
    let (rush, tap) = (stalls.rush.is_some(), stalls.tap.is_some());
    let router = match (rush, tap) {
        (true, false) => Router::new().route("/", get(|| async { Redirect::temporary("/rush") })),
        (false, true) => Router::new().route("/", get(|| async { Redirect::temporary("/tap") })),
        _ => {
            Router::new().route("/", get(move |facts: RequestFacts| async move { front(&facts, rush, tap) }))
        }
    };
    router.with_state(edge.clone())
}

fn front(facts: &RequestFacts, rush: bool, tap: bool) -> Response {
    let mut shell = Shell::new(&GROUND, "Open now", facts.at);
    shell.description = Some("Live stalls on one provable ledger.".into());
    facts.request_id.as_str().clone_into(&mut shell.request_id);
    match (FrontPage { shell, rush, tap }).render() {
        Ok(html) => Html(html).into_response(),
        Err(error) => Refused(Refusal::internal(error)).into_response(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn page(rush: bool, tap: bool) -> String {
        let shell = Shell::new(&GROUND, "Open now", Timestamp::default());
        FrontPage { shell, rush, tap }.render().expect("renders")
    }

    #[test]
    fn the_front_leads_to_every_stall_that_is_open_and_to_no_other() {
        let both = page(true, true);
        assert!(both.contains("href=\"/rush\"") && both.contains("href=\"/tap\""));
        assert!(!page(false, true).contains("href=\"/rush\""));
        assert_eq!(both.matches("<h1").count(), 1);
        assert!(!both.contains("style=") && !both.contains("Log in"));
    }

    #[test]
    fn where_there_is_nothing_a_page_leads_back() {
        let html = refusal_page(&Refusal::not_found("page"), "req-7", Timestamp::default());
        assert!(html.contains("class=\"btn\" href=\"/\"") && html.contains("request req-7"));
    }
}
