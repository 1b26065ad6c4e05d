//! Every refusal of the stall in its caller's words: one exhaustive match per enum, code and text nowhere else.

use crate::domain::live_config::{Flag, flag_name};
use crate::domain::session::SessionRefusal;
use identity::proofs::telegram::InitDataFault;
use kernel::{Meaning, Refusal};
use serde_json::json;
use std::borrow::Cow;

/// How the codes that all stalls share are spelled here (spec, section 3).
#[must_use]
pub fn spell(code: &'static str) -> Cow<'static, str> {
    match code {
        "MISSING_TOKEN" | "INVALID_TOKEN" => "unauthenticated".into(),
        "VALIDATION_ERROR" | "INVALID_REQUEST" | "REQUEST_TIMEOUT" | "MISSING_IDEMPOTENCY_KEY" => {
            "bad_request".into()
        }
        "SERVICE_UNAVAILABLE" => "unavailable".into(),
        "TOO_MANY_REQUESTS" => "rate_limited".into(),
        "ROUTE_NOT_FOUND" => "not_found".into(),
        "REQUEST_IN_PROGRESS" => "idempotency_in_progress".into(),
        other => other.to_ascii_lowercase().into(),
    }
}

/// A capability that is switched off.
#[must_use]
pub fn feature_disabled(flag: Flag) -> Refusal {
    Refusal::new(Meaning::Unavailable, "FEATURE_DISABLED", "This is switched off at present.")
        .with_details(json!({ "flag": flag_name(flag) }))
        .retry_after(60)
}

/// A limit that operators set: so many in so many seconds.
#[must_use]
pub fn rate_limited(limit: u32, window_s: u32, retry_after_s: u64) -> Refusal {
    let text = format!("Too often. Try again in {retry_after_s} s.");
    Refusal::new(Meaning::TooMany, "RATE_LIMITED", text)
        .with_details(json!({ "limit": limit, "windowSec": window_s }))
        .retry_after(retry_after_s)
}

/// Init data that is not accepted: unreadable, or not believed.
#[must_use]
pub fn of_init_data(fault: InitDataFault) -> Refusal {
    let (meaning, code, text) = if fault.is_malformed() {
        (Meaning::Invalid, "VALIDATION_ERROR", "initData: cannot be read.")
    } else {
        (
            Meaning::Unauthenticated,
            "INVALID_TOKEN",
            "Telegram did not sign this, or too long ago. Open the app anew.",
        )
    };
    Refusal::new(meaning, code, text).with_details(json!({ "reason": fault.as_str() }))
}

/// A refresh token that is not accepted.
#[must_use]
pub fn of_session(refusal: SessionRefusal) -> Refusal {
    let over = |text| Refusal::new(Meaning::Unauthenticated, "INVALID_TOKEN", text);
    match refusal {
        SessionRefusal::TokenIsMalformed => Refusal::field("refreshToken", "is missing or malformed"),
        SessionRefusal::SessionIsOver => over("This session is over. Log in again."),
        SessionRefusal::TokenWasUsedBefore => {
            over("This token was used before. Its session is over. Log in again.")
        }
        SessionRefusal::TokenLostTheRace => over("This token was used a moment ago."),
    }
}

/// Programs are no viewers.
#[must_use]
pub fn bots_may_not_enter() -> Refusal {
    Refusal::new(Meaning::Forbidden, "FORBIDDEN", "Bots cannot sign in.")
}

/// Who was blocked.
#[must_use]
pub fn account_is_blocked() -> Refusal {
    Refusal::new(Meaning::Forbidden, "FORBIDDEN", "This account is blocked.")
}
