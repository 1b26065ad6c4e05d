//! How a recorded answer looks over HTTP.

use axum::http::StatusCode;
use axum::response::IntoResponse;
use web::idempotency::{Answer, Answered};

#[test]
fn a_recorded_answer_is_given_byte_for_byte_and_says_when_it_was_given_before() {
    let answer = |replayed| Answer { status: 201, body: br#"{"n": 1}"#.to_vec(), replayed };
    let response = Answered(answer(true)).into_response();
    assert_eq!(response.status(), StatusCode::CREATED);
    assert_eq!(response.headers()["idempotent-replayed"], "true");
    assert!(!Answered(answer(false)).into_response().headers().contains_key("idempotent-replayed"));
}

#[test]
fn a_reused_key_is_422_and_a_running_attempt_409() {
    assert_eq!(web::status_of(kernel::Meaning::Unprocessable), StatusCode::UNPROCESSABLE_ENTITY);
    assert_eq!(web::status_of(kernel::Meaning::Conflict), StatusCode::CONFLICT);
}
