//! `/rush/forgot-password`: a link by mail. The answer is the same for every address.

use super::posted::Posted;
use super::register::answer_again;
use super::state::PagesState;
use super::view::{Field, ForgotPage, Notice};
use super::visitor::Visitor;
use crate::rates;
use crate::usecase::auth_forgot;
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::Response;
use identity::email;
use web::Refused;
use web::shell::Tone;

/// Shows the form.
pub async fn form(State(state): State<PagesState>, visitor: Visitor) -> Response {
    visitor.answer(StatusCode::OK, &page(&state, &visitor, Field::default(), false))
}

/// Sends the link.
pub async fn send(State(state): State<PagesState>, posted: Posted) -> Result<Response, Refused> {
    let address = posted.text("email");
    if identity::Email::parse(address).is_err() {
        let field = Field::of(address).wrong("This does not look like an email address.");
        return Ok(posted
            .visitor
            .answer(StatusCode::BAD_REQUEST, &page(&state, &posted.visitor, field, false)));
    }
    if let Err(refusal) = state.edge.charge_door(&posted.visitor.facts, rates::FORGOT, &email::key(address)) {
        let mut page = page(&state, &posted.visitor, Field::of(address), false);
        page.notice = Some(Notice::new(Tone::Warn, "Not so fast", refusal.message.to_string()));
        return Ok(answer_again(&posted.visitor, &refusal, &page));
    }
    auth_forgot::run(&state.app, posted.visitor.site(), address).await?;
    let page = page(&state, &posted.visitor, Field::of(address), true);
    Ok(posted.visitor.answer(StatusCode::ACCEPTED, &page))
}

fn page(state: &PagesState, visitor: &Visitor, email: Field, sent: bool) -> ForgotPage {
    let outbox_href = state.parts.demo.is_some().then_some("/rush/outbox");
    ForgotPage { shell: visitor.shell("Forgot your password?"), email, sent, outbox_href, notice: None }
}
