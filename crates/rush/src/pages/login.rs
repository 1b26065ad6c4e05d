//! `/rush/login`, `/rush/logout` and `/rush/logout-everywhere`.

use super::flash::Message;
use super::posted::Posted;
use super::redirect::{safe_return_to, see_other, see_other_with, set_cookie};
use super::register::{answer_again, busy, return_to_of, welcome};
use super::state::PagesState;
use super::view::{Field, LoginPage, Notice};
use super::visitor::Visitor;
use crate::rates;
use crate::usecase::auth_login::{self, Credentials};
use crate::usecase::{auth_logout, auth_page_session};
use axum::extract::{RawQuery, State};
use axum::http::header::COOKIE;
use axum::http::{HeaderMap, StatusCode};
use axum::response::Response;
use identity::email;
use identity::sessions::cookie;
use kernel::Refusal;
use web::Refused;
use web::shell::Tone;

/// Shows the form; whoever is logged in already goes on.
pub async fn form(State(state): State<PagesState>, visitor: Visitor, RawQuery(query): RawQuery) -> Response {
    let return_to = return_to_of(query.as_deref());
    if visitor.session.is_some() {
        return see_other(&return_to);
    }
    let mut page = page(&state, &visitor, return_to);
    if page.next.starts_with("/rush/checkout/") {
        let text = "You were logged out meanwhile. Seats you hold stay held until their time is up; log in and you are back at them.";
        page.notice = Some(Notice::new(Tone::Plain, "Log in to go on", text));
    }
    if page.next.starts_with("/rush/events/") {
        let text = "Your choice is kept. Log in or create an account, and you are back at it.";
        page.notice = Some(Notice::new(Tone::Plain, "One step before your seats", text));
    }
    visitor.answer(StatusCode::OK, &page)
}

/// Logs in.
pub async fn send(State(state): State<PagesState>, posted: Posted) -> Result<Response, Refused> {
    let visitor = &posted.visitor;
    let credentials = Credentials {
        site: visitor.site(),
        email: posted.text("email").to_owned(),
        password: posted.text("password").to_owned(),
    };
    let key = email::key(posted.text("email"));
    let logged_in = match state.edge.charge_door(&visitor.facts, rates::LOGIN, &key) {
        Ok(()) => auth_login::run(&state.app, credentials, visitor.sign_in_context()).await,
        Err(refusal) => Err(refusal),
    };
    match logged_in {
        Ok(signed_in) => Ok(welcome(&state, visitor, &signed_in, posted.text("next"), Message::LoggedIn)),
        Err(refusal) => refused(&state, &posted, refusal),
    }
}

/// Logs out here.
pub async fn out(
    State(state): State<PagesState>,
    headers: HeaderMap,
    posted: Posted,
) -> Result<Response, Refused> {
    let cookies = headers.get(COOKIE).and_then(|value| value.to_str().ok());
    if let Some(text) = cookies.and_then(cookie::find) {
        auth_page_session::end(&state.app, text.to_owned()).await?;
    }
    Ok(gone(&posted.visitor, Message::LoggedOut))
}

/// Logs out everywhere.
pub async fn out_everywhere(State(state): State<PagesState>, posted: Posted) -> Result<Response, Refused> {
    if let Some(actor) = posted.visitor.actor() {
        auth_logout::everywhere(&state.app, actor).await?;
    }
    Ok(gone(&posted.visitor, Message::LoggedOutEverywhere))
}

fn gone(visitor: &Visitor, message: Message) -> Response {
    let mut response = see_other_with("/rush", message);
    set_cookie(&mut response, &cookie::clear(visitor.secure()));
    response
}

fn page(state: &PagesState, visitor: &Visitor, return_to: String) -> LoginPage {
    let here = state.parts.demo.as_ref().filter(|demo| demo.shop == visitor.tenant.fields.slug);
    let demo = here.map(|demo| demo.accounts.clone()).unwrap_or_default();
    LoginPage { shell: visitor.shell("Log in"), next: return_to, email: Field::default(), notice: None, demo }
}

/// The form again; it never says which of the two was wrong.
fn refused(state: &PagesState, posted: &Posted, refusal: Refusal) -> Result<Response, Refused> {
    let mut page = page(state, &posted.visitor, safe_return_to(posted.text("next")).to_owned());
    page.email = Field::of(posted.text("email"));
    let message = refusal.message.to_string();
    page.notice = Some(match refusal.code {
        "INVALID_CREDENTIALS" => Notice::new(Tone::Bad, "That did not fit", message),
        "ACCOUNT_LOCKED" | "TOO_MANY_REQUESTS" => Notice::new(Tone::Warn, "Too many tries", message),
        "USER_INACTIVE" => Notice::new(Tone::Warn, "This account is switched off", message),
        "SERVICE_UNAVAILABLE" => Notice::new(Tone::Warn, "Not now", busy()),
        _ => return Err(refusal.into()),
    });
    Ok(answer_again(&posted.visitor, &refusal, &page))
}
