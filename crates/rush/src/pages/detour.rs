//! Why a request gets another answer than its page: a refusal, or a log-in first.

use super::visitor::{encoded, go};
use axum::response::{IntoResponse, Response};
use kernel::Refusal;
use web::Refused;

/// What handlers of pages return as their error; `?` turns refusals into it.
#[derive(Debug)]
pub enum Detour {
    /// Told on a page of its own.
    Refused(Refused),
    /// To the log-in and back to this path.
    LogIn(String),
}

impl From<Refusal> for Detour {
    fn from(refusal: Refusal) -> Self {
        Self::Refused(refusal.into())
    }
}

impl IntoResponse for Detour {
    fn into_response(self) -> Response {
        match self {
            Self::Refused(refused) => refused.into_response(),
            Self::LogIn(back) => go(&format!("/rush/login?next={}", encoded(&back))),
        }
    }
}
