//! The caller's own profile.

use crate::harness::{Story, says};
use axum::http::Method;
use serde_json::json;

testkit::on_both_backends! {
    through crate::harness:
    a_nickname_can_be_chosen_and_survives_the_next_log_in;
}

async fn a_nickname_can_be_chosen_and_survives_the_next_log_in(story: Story) {
    let person = story.person(0).await;
    let edit = async |body| story.send(Method::PATCH, "/funpot/api/me", &person, &body).await;
    let edited = edit(json!({ "nickname": " Cliff ", "language": "pt-BR" })).await;
    assert_eq!(edited.status, 200, "{}", edited.text);
    for (field, body) in [
        ("empty", json!({ "nickname": " " })),
        ("long", json!({ "nickname": "n".repeat(33) })),
        ("language", json!({ "language": "<script>" })),
    ] {
        assert_eq!(says(&edit(body).await), (400, "bad_request"), "{field}");
    }
    let again = story.person(0).await;
    let me = story.get("/funpot/api/me", &again).await;
    assert_eq!((&me.json["nickname"], &me.json["language"]), (&json!("Cliff"), &json!("pt-BR")));
    assert_eq!(me.json["flags"]["paymentsEnabled"], json!(true));
    let nobody = story.stall.front.get("/funpot/api/me").send().await;
    assert_eq!(says(&nobody), (401, "unauthenticated"));
}
