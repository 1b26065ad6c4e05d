//! Who operates: whoever shows the configured token.

use super::state::TapState;
use axum::extract::FromRequestParts;
use axum::http::request::Parts;
use kernel::Refusal;
use subtle::ConstantTimeEq;
use web::{Refused, bearer};

/// Characters of what operators write for the record, at most.
const RECORDED_CHARS_MAX: usize = 200;

/// An operator. Refusal: 403.
#[derive(Debug, Clone, Copy)]
pub struct Operator;

impl FromRequestParts<TapState> for Operator {
    type Rejection = Refused;

    /// The token is compared in constant time; where none is configured nobody is an operator.
    async fn from_request_parts(parts: &mut Parts, state: &TapState) -> Result<Self, Refused> {
        let token = state.app.settings.admin_token.as_bytes();
        let shown = bearer(&parts.headers).and_then(Result::ok).unwrap_or_default();
        let right: bool = !token.is_empty() && bool::from(shown.as_bytes().ct_eq(token));
        if right { Ok(Self) } else { Err(Refusal::forbidden().into()) }
    }
}

/// Words for the record: there, short, and on one line.
pub fn recorded(field: &str, text: &str) -> Result<String, Refusal> {
    let text = text.trim();
    if text.is_empty() || text.chars().count() > RECORDED_CHARS_MAX || text.chars().any(char::is_control) {
        return Err(Refusal::field(field, "is recorded: 1 to 200 characters on one line"));
    }
    Ok(text.to_owned())
}
