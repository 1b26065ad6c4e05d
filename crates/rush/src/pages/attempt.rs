//! The attempt of a form: a hidden field that is drawn with the page, so that a double click is one attempt.

use super::posted::Posted;
use super::state::PagesState;
use axum::http::Method;
use kernel::{Actor, Refusal};
use web::idempotency::{Attempt, Scope, request_hash};

/// The name of the hidden field.
const FIELD: &str = "attempt";
/// Characters of the longest key a form of ours carries; a secret's text has 43.
const KEY_CHARS_MAX: usize = 64;

/// The value of the hidden field of a fresh page.
#[must_use]
pub fn draw(state: &PagesState) -> String {
    state.app.identity.draw_secret().text()
}

/// The key of the attempt that a form carries. No key of the API is one of a form.
#[must_use]
pub fn key(posted: &Posted) -> String {
    format!("page-{}", posted.text(FIELD))
}

/// The attempt of a form at `path` that says `body`. Refusal: the hidden field was tampered with.
pub fn of_form(actor: Actor, path: &str, posted: &Posted, body: &str) -> Result<Attempt, Refusal> {
    let drawn = posted.text(FIELD);
    let ours =
        (1..=KEY_CHARS_MAX).contains(&drawn.len()) && drawn.bytes().all(|byte| byte.is_ascii_graphic());
    if !ours {
        return Err(Refusal::field(FIELD, "open the checkout again, so that it is charged once"));
    }
    let hash = request_hash(&Method::POST, path, actor.user, body.as_bytes());
    Ok(Attempt { scope: Scope::new(&actor, key(posted)), hash })
}
