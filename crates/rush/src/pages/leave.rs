//! `/rush/mail/leave`: out of a list of mails by the link in one of them. Mail programs post to it by themselves (RFC 8058), so it
//! asks for no form's token: the link is the proof, and all it does is send less.

use super::state::PagesState;
use super::view::LeavePage;
use super::visitor::Visitor;
use crate::usecase::mail_leave;
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::Response;
use serde::Deserialize;
use web::{Query, Refused};

/// The link.
#[derive(Debug, Default, Deserialize)]
pub struct LeaveQuery {
    /// Who leaves which list.
    #[serde(default)]
    token: String,
}

/// Asks whether they mean it: a mail scanner that opens every link leaves nothing.
pub async fn form(
    State(state): State<PagesState>,
    visitor: Visitor,
    Query(query): Query<LeaveQuery>,
) -> Result<Response, Refused> {
    let leaving = mail_leave::read(&state.app, &query.token)?;
    let page = LeavePage {
        shell: visitor.shell("No more of these mails"),
        email: leaving.recipient,
        token: Some(query.token),
    };
    Ok(visitor.answer(StatusCode::OK, &page))
}

/// Leaves it.
pub async fn send(
    State(state): State<PagesState>,
    visitor: Visitor,
    Query(query): Query<LeaveQuery>,
) -> Result<Response, Refused> {
    let leaving = mail_leave::run(&state.app, &query.token).await?;
    let page =
        LeavePage { shell: visitor.shell("No more of these mails"), email: leaving.recipient, token: None };
    Ok(visitor.answer(StatusCode::OK, &page))
}
