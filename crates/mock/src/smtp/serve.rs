//! What the simulated mail server shows over HTTP.

use super::faults::Fault;
use super::kept::{KeptMail, Mailbox};
use axum::extract::{Path, RawQuery, State};
use axum::http::StatusCode;
use axum::http::header::CONTENT_TYPE;
use axum::response::{IntoResponse as _, Response};
use axum::routing::get;
use axum::{Json, Router};
use serde_json::{Value, json};
use std::sync::Arc;

pub(super) fn router(mailbox: Arc<Mailbox>) -> Router {
    Router::new()
        .route("/mails", get(list))
        .route("/mails/{number}", get(one))
        .route("/control", get(control).post(control))
        .with_state(mailbox)
}

type Shared = State<Arc<Mailbox>>;

/// Every mail, newest first.
async fn list(State(mailbox): Shared) -> Response {
    let mails: Vec<Value> = mailbox.mails().iter().rev().map(shown).collect();
    Json(json!({ "mails": mails })).into_response()
}

fn shown(mail: &KeptMail) -> Value {
    json!({ "number": mail.number, "from": mail.from, "to": mail.to, "subject": mail.header("Subject"),
        "message_id": mail.header("Message-ID"), "text": mail.text() })
}

/// One as it came.
async fn one(State(mailbox): Shared, Path(number): Path<usize>) -> Response {
    match mailbox.mails().into_iter().find(|mail| mail.number == number) {
        Some(mail) => ([(CONTENT_TYPE, "text/plain; charset=utf-8")], mail.raw).into_response(),
        None => (StatusCode::NOT_FOUND, "there is no such mail\n").into_response(),
    }
}

/// Tells and sets the fault.
async fn control(State(mailbox): Shared, RawQuery(query): RawQuery) -> Response {
    let query = query.unwrap_or_default();
    let given = form_urlencoded::parse(query.as_bytes()).find(|(name, _)| name == "fault");
    if let Some((_, name)) = given {
        let Some(fault) = Fault::named(&name) else {
            return (StatusCode::BAD_REQUEST, "fault must be a known name\n").into_response();
        };
        mailbox.set_fault(fault);
    }
    Json(json!({ "fault": mailbox.fault().name(), "mails": mailbox.mails().len() })).into_response()
}
