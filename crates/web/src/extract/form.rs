//! Forms of pages, as browsers send them. What the fields mean is checked by their domain.

use super::body::read;
use super::query::{complaint, refuse_nul};
use crate::Refused;
use crate::edge::Edge;
use axum::extract::{FromRef, FromRequest, Request};
use axum::http::Method;
use axum::http::header::CONTENT_TYPE;
use kernel::{Meaning, Refusal};
use serde::de::DeserializeOwned;

/// The content type browsers give a form without files.
const FORM: &str = "application/x-www-form-urlencoded";

/// A form. Fields that `T` does not know are ignored.
///
/// Refusals: 400 `VALIDATION_ERROR` (missing or wrong fields, NUL), 413 `PAYLOAD_TOO_LARGE`, 415 `UNSUPPORTED_MEDIA_TYPE`.
#[derive(Debug)]
pub struct Form<T>(pub T);

impl<T: DeserializeOwned, S: Send + Sync> FromRequest<S> for Form<T>
where
    Edge: FromRef<S>,
{
    type Rejection = Refused;

    async fn from_request(request: Request, state: &S) -> Result<Self, Refused> {
        if !is_form(&request) {
            let text = "Send the form as application/x-www-form-urlencoded.";
            return Err(Refusal::new(Meaning::UnsupportedMedia, "UNSUPPORTED_MEDIA_TYPE", text).into());
        }
        let limit = Edge::from_ref(state).body_bytes_max_at(request.uri().path());
        let bytes = read(request.into_body(), limit).await?;
        refuse_nul("form", &bytes)?;
        // axum reads the pairs; it wants a request, so it gets one of just these bytes.
        let mut pairs = Request::new(bytes.into());
        *pairs.method_mut() = Method::POST;
        pairs.headers_mut().insert(CONTENT_TYPE, FORM.parse().expect("a constant that is a header value"));
        match axum::Form::from_request(pairs, &()).await {
            Ok(axum::Form(value)) => Ok(Self(value)),
            Err(error) => Err(complaint("form", &error.body_text()).into()),
        }
    }
}

fn is_form(request: &Request) -> bool {
    let content_type = request.headers().get(CONTENT_TYPE).and_then(|value| value.to_str().ok());
    let essence = content_type.and_then(|text| text.split(';').next()).unwrap_or_default();
    essence.trim().eq_ignore_ascii_case(FORM)
}
