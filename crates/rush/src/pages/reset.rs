//! `/rush/reset-password`: a new password for a link's token.

use super::flash::Message;
use super::posted::Posted;
use super::redirect::{see_other_with, set_cookie};
use super::register::busy;
use super::state::PagesState;
use super::view::{Field, Notice, ResetPage};
use super::visitor::Visitor;
use crate::usecase::auth_reset::{self, NewPassword};
use axum::extract::{RawQuery, State};
use axum::http::StatusCode;
use axum::response::Response;
use identity::sessions::cookie;
use kernel::{Meaning, Refusal};
use web::shell::Tone;
use web::{Refused, status_of};

/// Shows the form, or that the link is spent.
pub async fn form(
    State(state): State<PagesState>,
    visitor: Visitor,
    RawQuery(query): RawQuery,
) -> Result<Response, Refused> {
    let query = query.unwrap_or_default();
    let token = form_urlencoded::parse(query.as_bytes()).find(|(name, _)| name == "token");
    let token = token.map(|(_, value)| value.into_owned()).unwrap_or_default();
    match auth_reset::check(&state.app, token.clone()).await {
        Ok(()) => Ok(visitor.answer(StatusCode::OK, &page(&visitor, token))),
        Err(refusal) if spent(&refusal) => Ok(spent_page(&visitor, &refusal)),
        Err(refusal) => Err(refusal.into()),
    }
}

/// Changes the password.
pub async fn send(State(state): State<PagesState>, posted: Posted) -> Result<Response, Refused> {
    let (visitor, token) = (&posted.visitor, posted.text("token").to_owned());
    let password = posted.text("password").to_owned();
    if password != posted.text("again") {
        return Ok(again(visitor, token, "The two passwords differ."));
    }
    let new = NewPassword { from: visitor.client.ip.clone(), token: token.clone(), password };
    match auth_reset::run(&state.app, new).await {
        Ok(()) => Ok(done(visitor)),
        Err(refusal) if refusal.code == "WEAK_PASSWORD" => Ok(again(visitor, token, &refusal.message)),
        Err(refusal) if refusal.code == "SERVICE_UNAVAILABLE" => {
            let mut page = page(visitor, token);
            page.notice = Some(Notice::new(Tone::Warn, "Not now", busy()));
            Ok(visitor.answer(status_of(refusal.meaning), &page))
        }
        Err(refusal) if spent(&refusal) => Ok(spent_page(visitor, &refusal)),
        Err(refusal) => Err(refusal.into()),
    }
}

/// Every session of the account has ended, this browser's too.
fn done(visitor: &Visitor) -> Response {
    let mut response = see_other_with("/rush/login", Message::PasswordReset);
    set_cookie(&mut response, &cookie::clear(visitor.secure()));
    response
}

fn spent(refusal: &Refusal) -> bool {
    matches!(refusal.meaning, Meaning::Invalid | Meaning::Gone)
}

fn spent_page(visitor: &Visitor, refusal: &Refusal) -> Response {
    visitor.answer(status_of(refusal.meaning), &page(visitor, String::new()))
}

fn again(visitor: &Visitor, token: String, problem: &str) -> Response {
    let mut page = page(visitor, token);
    page.password = Field::default().wrong(problem);
    visitor.answer(StatusCode::BAD_REQUEST, &page)
}

fn page(visitor: &Visitor, token: String) -> ResetPage {
    ResetPage {
        shell: visitor.shell("Choose a new password"),
        token,
        password: Field::default(),
        notice: None,
    }
}
