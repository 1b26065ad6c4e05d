//! What handlers of pages return as their error: a refusal, or a log-in first.

use super::redirect::{encoded, see_other};
use axum::response::{IntoResponse, Response};
use kernel::Refusal;
use web::Refused;

/// Why a request is not answered with its page; `?` turns refusals into it.
#[derive(Debug)]
pub enum PageError {
    /// Answered with the page of the refusal.
    Refused(Refused),
    /// Sent to the log-in.
    LogIn {
        /// The path to come back to.
        return_to: String,
    },
}

impl From<Refusal> for PageError {
    fn from(refusal: Refusal) -> Self {
        Self::Refused(refusal.into())
    }
}

impl From<Refused> for PageError {
    fn from(refused: Refused) -> Self {
        Self::Refused(refused)
    }
}

impl IntoResponse for PageError {
    fn into_response(self) -> Response {
        match self {
            Self::Refused(refused) => refused.into_response(),
            Self::LogIn { return_to } => see_other(&format!("/rush/login?next={}", encoded(&return_to))),
        }
    }
}
