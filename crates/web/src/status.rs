//! The one HTTP status of each meaning.

use axum::http::StatusCode;
use kernel::Meaning;

/// The one HTTP status of each meaning.
#[must_use]
pub const fn status_of(meaning: Meaning) -> StatusCode {
    match meaning {
        Meaning::Invalid => StatusCode::BAD_REQUEST,
        Meaning::Unauthenticated => StatusCode::UNAUTHORIZED,
        Meaning::PaymentRequired => StatusCode::PAYMENT_REQUIRED,
        Meaning::Forbidden => StatusCode::FORBIDDEN,
        Meaning::NotFound => StatusCode::NOT_FOUND,
        Meaning::MethodNotAllowed => StatusCode::METHOD_NOT_ALLOWED,
        Meaning::Conflict => StatusCode::CONFLICT,
        Meaning::Gone => StatusCode::GONE,
        Meaning::TooLarge => StatusCode::PAYLOAD_TOO_LARGE,
        Meaning::UnsupportedMedia => StatusCode::UNSUPPORTED_MEDIA_TYPE,
        Meaning::Unprocessable => StatusCode::UNPROCESSABLE_ENTITY,
        Meaning::TooMany => StatusCode::TOO_MANY_REQUESTS,
        Meaning::Internal => StatusCode::INTERNAL_SERVER_ERROR,
        Meaning::Unavailable => StatusCode::SERVICE_UNAVAILABLE,
        Meaning::BadGateway => StatusCode::BAD_GATEWAY,
        Meaning::Timeout => StatusCode::GATEWAY_TIMEOUT,
    }
}
