//! A worker's result under its key: the same key gets the first answer.

use super::result_report::{Reporter, ResultReport};
use crate::app::App;
use kernel::{PublicIds, Refusal};
use serde_json::json;
use store::keyed::{Answer, Attempt, answer};

/// Takes the result. Errors: 404, 409, 422.
pub async fn run(app: &App, attempt: Attempt, report: ResultReport) -> Result<Answer, Refusal> {
    let (reporter, public, now) = (Reporter::of(app), app.public.clone(), app.clock.now());
    app.store
        .write(move |tx| {
            answer(tx, &attempt, now, |tx| {
                let received = reporter.receive(tx, &report)?;
                Ok::<_, Refusal>((200, body(&public, &received)))
            })
        })
        .await
}

fn body(public: &PublicIds, received: &super::result_report::Received) -> Vec<u8> {
    let settle_at = received.settle_at.map(kernel::Timestamp::rfc3339);
    json!({ "ok": true, "resultId": public.encode(received.id), "state": received.state.as_str(),
        "settleAt": settle_at })
    .to_string()
    .into_bytes()
}
