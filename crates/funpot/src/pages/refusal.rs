//! Refusals as pages: what happened, whether money moved, and a way on. The edge calls it for every refusal below
//! `/funpot` that is not the API's.

use super::view::{FUNPOT, RefusalPage};
use askama::Template;
use kernel::{Meaning, Refusal, Timestamp};
use web::shell::Shell;
use web::status_of;

/// The page of `refusal`. It knows no visitor, because it must also work where nothing else does.
#[must_use]
pub fn refusal_page(refusal: &Refusal, request_id: &str, now: Timestamp) -> String {
    let (title, text) = words(refusal.meaning);
    let mut shell = Shell::new(&FUNPOT, title, now);
    request_id.clone_into(&mut shell.request_id);
    let page = RefusalPage {
        shell,
        status: status_of(refusal.meaning).as_u16(),
        title: title.to_owned(),
        text: text.to_owned(),
        retry_after_s: refusal.retry_after_s,
    };
    page.render().unwrap_or_else(|_| format!("{title}. Request {request_id}."))
}

fn words(meaning: Meaning) -> (&'static str, &'static str) {
    match meaning {
        Meaning::NotFound | Meaning::MethodNotAllowed | Meaning::Gone => {
            ("Nothing is on here", "There is no such page. It may have moved, or the link was cut short.")
        }
        Meaning::TooMany => (
            "One at a time",
            "You asked more often than we answer. No Stars moved; your votes stand as they are.",
        ),
        Meaning::Unavailable | Meaning::Timeout | Meaning::BadGateway => (
            "Back in a moment",
            "We cannot show this right now. No Stars moved; open pots are settled as always.",
        ),
        Meaning::Internal => ("Something broke on our side", "No Stars were moved by this request."),
        Meaning::Unauthenticated | Meaning::Forbidden | Meaning::PaymentRequired => {
            ("Not for you", "This page belongs to somebody else.")
        }
        Meaning::Invalid
        | Meaning::UnsupportedMedia
        | Meaning::TooLarge
        | Meaning::Conflict
        | Meaning::Unprocessable => {
            ("That did not arrive as we expected", "Nothing was changed. Open the page again.")
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_refusal_is_a_page_with_a_way_on_and_the_request_id() {
        for meaning in
            [Meaning::NotFound, Meaning::TooMany, Meaning::Internal, Meaning::Invalid, Meaning::Timeout]
        {
            let html = refusal_page(&Refusal::new(meaning, "X", "A message."), "req-7", Timestamp::default());
            assert!(html.contains("href=\"/funpot\"") && html.contains("request req-7"), "{meaning:?}");
        }
    }

    #[test]
    fn a_cause_is_never_shown() {
        let html = refusal_page(&Refusal::internal("disk /var on fire"), "r", Timestamp::default());
        assert!(!html.contains("on fire"));
    }
}
