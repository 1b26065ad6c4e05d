//! `/rush/register`: a new account, logged in at once.

use super::flash::Message;
use super::posted::Posted;
use super::redirect::{safe_return_to, see_other, see_other_with, set_cookie};
use super::state::PagesState;
use super::view::{Field, Notice, RegisterPage};
use super::visitor::Visitor;
use crate::rates;
use crate::usecase::auth_register::{self, Registration};
use crate::usecase::auth_signed_in::{SignedIn, device_cookie};
use askama::Template;
use axum::extract::{RawQuery, State};
use axum::http::StatusCode;
use axum::http::header::RETRY_AFTER;
use axum::response::Response;
use identity::email;
use identity::sessions::cookie;
use kernel::Refusal;
use web::shell::Tone;
use web::{Refused, status_of};

/// Shows the form; whoever is logged in already goes on.
pub async fn form(visitor: Visitor, RawQuery(query): RawQuery) -> Response {
    let return_to = return_to_of(query.as_deref());
    if visitor.session.is_some() {
        return see_other(&return_to);
    }
    visitor.answer(StatusCode::OK, &page(&visitor, return_to))
}

/// Makes the account.
pub async fn send(State(state): State<PagesState>, posted: Posted) -> Result<Response, Refused> {
    let visitor = &posted.visitor;
    let registration = Registration {
        site: visitor.site(),
        email: posted.text("email").to_owned(),
        password: posted.text("password").to_owned(),
        name: posted.text("name").to_owned(),
    };
    let key = email::key(posted.text("email"));
    let registered = match state.edge.charge_door(&visitor.facts, rates::REGISTER, &key) {
        Ok(()) => auth_register::run(&state.app, registration, visitor.sign_in_context()).await,
        Err(refusal) => Err(refusal),
    };
    match registered {
        Ok(signed_in) => Ok(welcome(&state, visitor, &signed_in, posted.text("next"), Message::Welcome)),
        Err(refusal) => refused(&posted, refusal),
    }
}

/// Goes on to `next` with the cookie of a new session.
pub(super) fn welcome(
    state: &PagesState,
    visitor: &Visitor,
    signed_in: &SignedIn,
    next: &str,
    message: Message,
) -> Response {
    let mut response = see_other_with(safe_return_to(next), message);
    set_cookie(&mut response, &cookie::set(&signed_in.secret, visitor.secure()));
    set_cookie(&mut response, &device_cookie(&state.app, &signed_in.user));
    response
}

/// The `next` of a query, if it is a path of ours.
pub(super) fn return_to_of(query: Option<&str>) -> String {
    let all = form_urlencoded::parse(query.unwrap_or_default().as_bytes());
    let return_to =
        all.into_owned().find(|(name, _)| name == "next").map(|(_, value)| value).unwrap_or_default();
    safe_return_to(&return_to).to_owned()
}

fn page(visitor: &Visitor, return_to: String) -> RegisterPage {
    let blank = Field::default;
    RegisterPage {
        shell: visitor.shell("Create an account"),
        next: return_to,
        name: blank(),
        email: blank(),
        password: blank(),
        notice: None,
    }
}

/// The form again, the problem beside its field.
fn refused(posted: &Posted, refusal: Refusal) -> Result<Response, Refused> {
    let mut page = page(&posted.visitor, safe_return_to(posted.text("next")).to_owned());
    page.name = Field::of(posted.text("name"));
    page.email = Field::of(posted.text("email"));
    let problem = refusal.message.to_string();
    match refusal.code {
        "INVALID_EMAIL" | "USER_EXISTS" => page.email.error = Some(problem),
        "WEAK_PASSWORD" => page.password.error = Some(problem),
        "VALIDATION_ERROR" => page.name.error = Some(problem),
        "SERVICE_UNAVAILABLE" => page.notice = Some(Notice::new(Tone::Warn, "Not now", busy())),
        "TOO_MANY_REQUESTS" => page.notice = Some(Notice::new(Tone::Warn, "Not so fast", problem)),
        _ => return Err(refusal.into()),
    }
    Ok(answer_again(&posted.visitor, &refusal, &page))
}

/// A form that was refused, as it was filled in, with when to try again.
pub(super) fn answer_again(visitor: &Visitor, refusal: &Refusal, page: &impl Template) -> Response {
    let mut response = visitor.answer(status_of(refusal.meaning), page);
    if let Some(seconds) = refusal.retry_after_s {
        response.headers_mut().insert(RETRY_AFTER, seconds.into());
    }
    response
}

/// What is said while every worker for passwords has work.
pub(super) fn busy() -> &'static str {
    "Many people are coming in at this moment. Nothing was changed; try again in a few seconds."
}
