//! A form that was sent: read with a limit, believed only with its visitor's token.

use super::page_error::PageError;
use super::redirect::encoded;
use super::state::PagesState;
use super::visitor::Visitor;
use axum::extract::{FromRequest, FromRequestParts, Request};
use kernel::{Meaning, Refusal};
use serde_json::json;
use std::time::Duration;

/// Bytes of the largest form; ours hold a few short fields.
const FORM_BYTES_MAX: usize = 16 * 1024;
/// How long a browser may take to send one.
const FORM_READ_MAX: Duration = Duration::from_secs(5);

/// The form and who sent it.
#[derive(Debug)]
pub struct Posted {
    /// Who.
    pub visitor: Visitor,
    fields: Vec<(String, String)>,
}

impl Posted {
    /// The field's text; empty when it was not sent.
    #[must_use]
    pub fn text(&self, name: &str) -> &str {
        self.fields.iter().find(|(key, _)| key == name).map_or("", |(_, value)| value)
    }
}

impl FromRequest<PagesState> for Posted {
    type Rejection = PageError;

    async fn from_request(request: Request, state: &PagesState) -> Result<Self, PageError> {
        let (mut parts, body) = request.into_parts();
        let visitor = Visitor::from_request_parts(&mut parts, state).await?;
        let reading = axum::body::to_bytes(body, FORM_BYTES_MAX);
        let Ok(Ok(bytes)) = tokio::time::timeout(FORM_READ_MAX, reading).await else {
            return Err(unreadable().into());
        };
        let fields = fields(&bytes)?;
        let posted = Self { visitor, fields };
        if posted.visitor.made_form(posted.text("csrf")) {
            return Ok(posted);
        }
        let back = posted.came_from(state, parts.uri.path());
        match (&posted.visitor.session, back) {
            // Their session ended while the form was open: they log in and go on where they were.
            (None, Some(return_to)) => Err(PageError::LogIn { return_to }),
            (_, back) => Err(out_of_date(back.as_deref().unwrap_or(parts.uri.path())).into()),
        }
    }
}

impl Posted {
    /// The page of the form that was sent to `path`, where it is one that needs a session.
    fn came_from(&self, state: &PagesState, path: &str) -> Option<String> {
        if path == "/rush/reserve" {
            return Some(self.event_path(state));
        }
        if path.starts_with("/rush/profile") {
            return Some("/rush/profile".to_owned());
        }
        if path.ends_with("/refund") {
            return Some(path.to_owned());
        }
        if path.starts_with("/rush/refunds/") {
            return Some("/rush/refunds".to_owned());
        }
        let page = ["/pay", "/cancel", "/name", "/transfer", "/join", "/leave"]
            .iter()
            .find_map(|verb| path.strip_suffix(verb))?;
        Some(page.to_owned())
    }

    /// The event's page with what was chosen.
    pub(super) fn event_path(&self, state: &PagesState) -> String {
        let event = state.app.public.decode(self.text("event")).ok();
        let event = event.and_then(|id| self.visitor.catalogue.event(id));
        let Some(event) = event else { return "/rush/events".to_owned() };
        let chosen = ["show", "zone", "quantity"].map(|name| format!("{name}={}", encoded(self.text(name))));
        format!("/rush/events/{}?{}", event.fields.slug, chosen.join("&"))
    }
}

fn fields(bytes: &[u8]) -> Result<Vec<(String, String)>, Refusal> {
    let fields: Vec<_> = form_urlencoded::parse(bytes).into_owned().collect();
    // No database text can hold it, so it is refused before anything looks at it.
    if fields.iter().any(|(_, value)| value.contains('\0')) { Err(unreadable()) } else { Ok(fields) }
}

fn unreadable() -> Refusal {
    Refusal::new(Meaning::Invalid, "INVALID_REQUEST", "The form did not arrive whole. Nothing was changed.")
}

/// `page` is where the form is to be had anew.
fn out_of_date(page: &str) -> Refusal {
    let text = "This form is out of date. Nothing was changed. Open the page again and repeat it.";
    Refusal::new(Meaning::Forbidden, "FORM_OUT_OF_DATE", text).with_details(json!({ "page": page }))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn forms_are_decoded_and_nul_is_refused() {
        let read = fields(b"name=Mali+S&email=a%40b.test").expect("a form");
        assert_eq!(read[1], ("email".to_owned(), "a@b.test".to_owned()));
        assert!(fields(b"name=%00").is_err());
        assert!(fields(&[0xff, 0xfe, b'=']).is_ok());
    }
}
