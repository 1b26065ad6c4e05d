//! The ground's own pages: which stalls are open, and what stands where there is nothing. A ground with one stall sends its
//! visitors on.

use askama::Template;
use axum::Router;
use axum::response::{Html, IntoResponse as _, Redirect, Response};
use axum::routing::get;
use kernel::{Meaning, Refusal, Timestamp};
use stall::{Manifest, Picture};
use web::shell::{Shell, Stall, asset_url, poster_url};
use web::{Edge, Refused, RequestFacts, status_of};

/// The ground as the shell shows it.
static GROUND: Stall = Stall {
    slug: "fairground",
    icon: || asset_url("fairground.svg"),
    name: "Fairground",
    home: "/",
    nav: &[],
    foot: &[],
};

/// The page.
#[derive(Debug, Clone, Template)]
#[template(path = "front.html")]
struct FrontPage {
    shell: Shell,
    cards: Vec<StallCard>,
}

/// The card of an open stall.
#[derive(Debug, Clone)]
struct StallCard {
    name: &'static str,
    prefix: &'static str,
    card: stall::Card,
}

impl StallCard {
    fn of(manifest: &Manifest) -> Self {
        Self { name: manifest.name, prefix: manifest.prefix, card: manifest.card }
    }

    /// Path of the picture, where it is a poster.
    fn poster(&self) -> Option<String> {
        match self.card.picture {
            Picture::Poster(slug) => Some(poster_url(slug)),
            Picture::Drawing(_) => None,
        }
    }

    /// The picture itself, where it is drawn; our own file, put into the page as it is.
    fn drawing(&self) -> &'static str {
        match self.card.picture {
            Picture::Poster(_) => "",
            Picture::Drawing(svg) => svg,
        }
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

/// The bare address: the cards of the open stalls, or straight to the only one.
pub fn routes(open: Vec<&'static Manifest>, edge: &Edge) -> Router {
    let router = match open[..] {
        [only] => Router::new().route("/", get(|| async { Redirect::temporary(only.prefix) })),
        _ => {
            let cards: Vec<_> = open.into_iter().map(StallCard::of).collect();
            Router::new().route("/", get(move |facts: RequestFacts| async move { front(&facts, cards) }))
        }
    };
    router.with_state(edge.clone())
}

fn front(facts: &RequestFacts, cards: Vec<StallCard>) -> Response {
    let mut shell = Shell::new(&GROUND, "Open now", facts.at);
    shell.description = Some("Live stalls on one provable ledger.".into());
    facts.request_id.as_str().clone_into(&mut shell.request_id);
    match (FrontPage { shell, cards }).render() {
        Ok(html) => Html(html).into_response(),
        Err(error) => Refused(Refusal::internal(error)).into_response(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::table;

    fn page(open: &[&Manifest]) -> String {
        let shell = Shell::new(&GROUND, "Open now", Timestamp::default());
        let cards = open.iter().map(|manifest| StallCard::of(manifest)).collect();
        FrontPage { shell, cards }.render().expect("renders")
    }

    #[test]
    fn the_front_leads_to_every_stall_that_is_open_and_to_no_other() {
        let all = page(table::stalls());
        let leads_to =
            |html: &str, manifest: &Manifest| html.contains(&format!("href=\"{}\"", manifest.prefix));
        assert!(table::stalls().iter().all(|manifest| leads_to(&all, manifest)));
        assert!(!leads_to(&page(&table::stalls()[1..]), table::stalls()[0]));
        assert_eq!(all.matches("<h1").count(), 1);
        assert_eq!(all.matches("class=\"picture\"").count(), table::stalls().len());
        assert!(!all.contains("style=") && !all.contains("Log in"));
    }

    #[test]
    fn where_there_is_nothing_a_page_leads_back() {
        let html = refusal_page(&Refusal::not_found("page"), "req-7", Timestamp::default());
        assert!(html.contains("class=\"btn\" href=\"/\"") && html.contains("request req-7"));
    }
}
