//! Refusals as pages: what happened, whether money moved, and a way on. The edge calls it for every refusal below `/tiris` that is
//! not the API's.

use super::visitor::{ENGLISH, Frame, frame_of};
use super::words::{self, Words};
use askama::Template;
use kernel::{Meaning, Refusal, Timestamp};
use web::shell::Shell;

/// The page.
#[derive(Debug, Clone, Template)]
#[template(path = "refusal.html")]
struct RefusalPage {
    shell: Shell,
    frame: Frame,
    w: &'static Words,
    title: &'static str,
    text: &'static str,
}

/// The page of `refusal`. It knows no visitor, because it must also work where nothing else does.
#[must_use]
pub fn refusal_page(refusal: &Refusal, request_id: &str, now: Timestamp) -> String {
    let (title, text) = words_of(refusal.meaning);
    let mut shell = Shell::new(&ENGLISH, title, now);
    request_id.clone_into(&mut shell.request_id);
    let page = RefusalPage { shell, frame: frame_of("/tiris"), w: &words::ENGLISH, title, text };
    page.render().unwrap_or_else(|_| format!("{title}. Request {request_id}."))
}

const fn words_of(meaning: Meaning) -> (&'static str, &'static str) {
    match meaning {
        Meaning::NotFound | Meaning::MethodNotAllowed | Meaning::Gone => {
            ("Nothing here", "There is no such page, or it is somebody else's.")
        }
        Meaning::TooMany => ("A little slower", "You asked more often than we answer. No money moved."),
        Meaning::Unavailable | Meaning::BadGateway | Meaning::Timeout => (
            "Not now",
            "The exchange or our database does not answer right now. No money moved; try again in a moment.",
        ),
        Meaning::Internal => ("Something broke on our side", "No money moved by this request."),
        Meaning::Unauthenticated | Meaning::Forbidden | Meaning::PaymentRequired => {
            ("Sign in first", "This page is for who is signed in, and shows their own alone.")
        }
        Meaning::Invalid
        | Meaning::UnsupportedMedia
        | Meaning::TooLarge
        | Meaning::Conflict
        | Meaning::Unprocessable => {
            ("That did not work", "Nothing was changed. Go back, open the page again and try once more.")
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_refusal_is_a_page_with_a_way_on_and_the_request_id() {
        for meaning in
            [Meaning::NotFound, Meaning::BadGateway, Meaning::Invalid, Meaning::Internal, Meaning::Forbidden]
        {
            let refusal = Refusal::new(meaning, "X", "SELECT secret FROM tables");
            let html = refusal_page(&refusal, "r-17", Timestamp::default());
            assert!(html.contains("request r-17") && html.contains("href=\"/tiris\""), "{html}");
            assert!(!html.contains("SELECT"), "what is said inside stays inside");
        }
    }
}
