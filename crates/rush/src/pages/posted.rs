//! A form that was sent: read with a limit, believed only with its visitor's token.

use super::state::PagesState;
use super::visitor::Visitor;
use axum::extract::{FromRequest, FromRequestParts, Request};
use kernel::{Meaning, Refusal};
use std::time::Duration;
use web::Refused;

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
    type Rejection = Refused;

    async fn from_request(request: Request, state: &PagesState) -> Result<Self, Refused> {
        let (mut parts, body) = request.into_parts();
        let visitor = Visitor::from_request_parts(&mut parts, state).await?;
        let reading = axum::body::to_bytes(body, FORM_BYTES_MAX);
        let Ok(Ok(bytes)) = tokio::time::timeout(FORM_READ_MAX, reading).await else {
            return Err(unreadable().into());
        };
        let fields = fields(&bytes)?;
        let posted = Self { visitor, fields };
        if posted.visitor.made_form(posted.text("csrf")) { Ok(posted) } else { Err(out_of_date().into()) }
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

fn out_of_date() -> Refusal {
    let text = "This form is out of date. Nothing was changed. Open the page again and repeat it.";
    Refusal::new(Meaning::Forbidden, "FORM_OUT_OF_DATE", text)
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
