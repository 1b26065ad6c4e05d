//! Who operates a stall: whoever shows the token it is configured with. Nothing else decides that.

use crate::Refused;
use crate::edge::bearer;
use axum::extract::{FromRef, FromRequestParts};
use axum::http::HeaderMap;
use axum::http::request::Parts;
use kernel::Refusal;
use std::sync::Arc;
use subtle::ConstantTimeEq;

/// What a stall's operators show as `Authorization: Bearer …`. The stall's state gives it to the extractor:
/// `impl FromRef<ShopState> for web::OperatorToken`.
#[derive(Clone)]
pub struct OperatorToken(Arc<str>);

impl OperatorToken {
    /// The token as configured; where it is empty nobody is an operator.
    #[must_use]
    pub fn new(token: impl Into<Arc<str>>) -> Self {
        Self(token.into())
    }

    /// Whether a request's headers show the token.
    pub(crate) fn is_shown(&self, headers: &HeaderMap) -> bool {
        self.is(bearer(headers).and_then(Result::ok).unwrap_or_default())
    }

    /// Whether `shown` is the token; the time it takes does not say how much of it is right.
    fn is(&self, shown: &str) -> bool {
        !self.0.is_empty() && bool::from(shown.as_bytes().ct_eq(self.0.as_bytes()))
    }
}

impl std::fmt::Debug for OperatorToken {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("OperatorToken")
    }
}

/// An operator; an extractor. Refusal: 403 `FORBIDDEN`, whatever is wrong.
#[derive(Debug, Clone, Copy)]
pub struct Operator;

impl<S: Send + Sync> FromRequestParts<S> for Operator
where
    OperatorToken: FromRef<S>,
{
    type Rejection = Refused;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, Refused> {
        if OperatorToken::from_ref(state).is_shown(&parts.headers) {
            Ok(Self)
        } else {
            Err(Refusal::forbidden().into())
        }
    }
}
