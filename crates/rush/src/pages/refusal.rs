//! Refusals as pages: what happened, whether anything moved, and a way on. The edge calls it for every refusal below
//! `/rush` that is not the API's.

use super::redirect::safe_return_to;
use super::view::{RUSH, RefusalPage};
use askama::Template;
use kernel::{Meaning, Refusal, Timestamp};
use web::shell::Shell;
use web::status_of;

/// The page of `refusal`. It knows no visitor, because it must also work where nothing else does.
#[must_use]
pub fn refusal_page(refusal: &Refusal, request_id: &str, now: Timestamp) -> String {
    let title = title(refusal);
    let mut shell = Shell::new(&RUSH, title, now);
    shell.request_id = request_id.to_owned();
    let page = RefusalPage {
        shell,
        status: status_of(refusal.meaning).as_u16(),
        title: title.to_owned(),
        text: text(refusal),
        retry_after_s: refusal.retry_after_s,
        way: way(refusal),
    };
    page.render().unwrap_or_else(|_| format!("{title}. Request {request_id}."))
}

fn title(refusal: &Refusal) -> &'static str {
    match refusal.meaning {
        Meaning::Invalid | Meaning::UnsupportedMedia | Meaning::TooLarge => {
            "That did not arrive as we expected"
        }
        Meaning::Unauthenticated => "Log in first",
        Meaning::PaymentRequired => "Not paid yet",
        Meaning::Forbidden if refusal.code == "FORM_OUT_OF_DATE" => "This form is out of date",
        Meaning::Forbidden => "Not for you",
        Meaning::NotFound | Meaning::MethodNotAllowed => "This lamp is out",
        Meaning::Conflict | Meaning::Unprocessable => "That does not work any more",
        Meaning::Gone => "Too late for that",
        Meaning::TooMany => "One at a time",
        Meaning::Internal => "Something broke on our side",
        Meaning::Unavailable | Meaning::BadGateway | Meaning::Timeout => "Back in a moment",
    }
}

fn text(refusal: &Refusal) -> String {
    match refusal.meaning {
        Meaning::NotFound | Meaning::MethodNotAllowed => {
            "There is no such page for you. It may have moved, or the link was cut short.".to_owned()
        }
        Meaning::TooMany => {
            "You asked more often than we answer. Nothing was changed, and what you hold stays held."
                .to_owned()
        }
        Meaning::Unavailable | Meaning::BadGateway | Meaning::Timeout => {
            "We cannot take this right now. Nothing was changed, and what you hold stays held.".to_owned()
        }
        _ => refusal.message.to_string(),
    }
}

fn way(refusal: &Refusal) -> (String, String) {
    if let Some(page) = refusal.details.as_ref().and_then(|facts| facts["page"].as_str()) {
        return (safe_return_to(page).to_owned(), "Open the page again".to_owned());
    }
    let (href, label) = match refusal.meaning {
        Meaning::Unauthenticated => ("/rush/login", "Log in"),
        Meaning::PaymentRequired | Meaning::Conflict | Meaning::Gone => {
            ("/rush/my-bookings", "See your tickets")
        }
        _ => ("/rush/events", "See all events"),
    };
    (href.to_owned(), label.to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_meaning_has_a_page_with_a_way_on_and_the_request_id() {
        use Meaning::{
            Conflict, Forbidden, Gone, Internal, Invalid, MethodNotAllowed, NotFound, PaymentRequired,
        };
        use Meaning::{
            Timeout, TooLarge, TooMany, Unauthenticated, Unavailable, Unprocessable, UnsupportedMedia,
        };
        for meaning in [
            Invalid,
            Unauthenticated,
            PaymentRequired,
            Forbidden,
            NotFound,
            MethodNotAllowed,
            Conflict,
            Gone,
            TooLarge,
            UnsupportedMedia,
            Unprocessable,
            TooMany,
            Internal,
            Unavailable,
            Timeout,
        ] {
            let html = refusal_page(&Refusal::new(meaning, "X", "A message."), "req-7", Timestamp::default());
            assert!(
                html.contains("class=\"btn\" href=\"/rush/") && html.contains("request req-7"),
                "{meaning:?}"
            );
        }
    }

    #[test]
    fn a_cause_is_never_shown() {
        let html = refusal_page(&Refusal::internal("disk /var on fire"), "r", Timestamp::default());
        assert!(!html.contains("on fire"));
    }
}
