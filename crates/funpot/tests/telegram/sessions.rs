//! Sessions: renewed with rotation, ended by reuse, by logging out, by newer ones.

use crate::harness::{Person, Story, says};
use axum::http::Method;
use serde_json::json;
use testkit::Answer;

testkit::on_both_backends! {
    through crate::harness:
    a_refresh_token_is_good_once_and_its_reuse_ends_the_session;
    of_concurrent_renewals_one_wins;
    logging_out_ends_one_session_and_logging_out_everywhere_all;
    a_sixth_session_ends_the_oldest;
    a_refresh_token_that_is_none_is_malformed;
}

async fn renew(story: &Story, token: &str) -> Answer {
    story.post("/funpot/api/auth/refresh", &json!({ "refreshToken": token })).await
}

async fn a_refresh_token_is_good_once_and_its_reuse_ends_the_session(story: Story) {
    let person = story.person(0).await;
    let first = renew(&story, &person.refresh).await;
    assert_eq!(first.status, 200, "{}", first.text);
    let second = first.json["refreshToken"].as_str().unwrap_or_default().to_owned();
    assert_ne!(second, person.refresh);
    assert_eq!(second.split('.').next(), person.refresh.split('.').next(), "the same session");
    let renewed =
        Person { token: first.json["token"].as_str().unwrap_or_default().to_owned(), ..person.clone() };
    assert_eq!(story.get("/funpot/api/me", &renewed).await.status, 200);
    assert_eq!(says(&renew(&story, &person.refresh).await), (401, "unauthenticated"));
    assert_eq!(says(&renew(&story, &second).await), (401, "unauthenticated"), "the whole session is over");
    let other = story.person(0).await;
    story.advance(30 * 86_400);
    assert_eq!(says(&renew(&story, &other.refresh).await).0, 401, "thirty days are over");
}

async fn of_concurrent_renewals_one_wins(story: Story) {
    let person = story.person(0).await;
    let all = futures_util::future::join_all((0..6).map(|_| renew(&story, &person.refresh))).await;
    let won: Vec<_> = all.iter().filter(|answer| answer.status == 200).collect();
    assert_eq!(won.len(), 1);
    assert!(all.iter().all(|answer| [200, 401].contains(&answer.status)));
}

async fn logging_out_ends_one_session_and_logging_out_everywhere_all(story: Story) {
    let (here, there) = (story.person(0).await, story.person(0).await);
    let out = story.post("/funpot/api/auth/logout", &json!({ "refreshToken": here.refresh })).await;
    assert_eq!(out.json, json!({ "ok": true }));
    assert_eq!(renew(&story, &here.refresh).await.status, 401);
    let again = story.post("/funpot/api/auth/logout", &json!({ "refreshToken": here.refresh })).await;
    assert_eq!(says(&again), (401, "unauthenticated"));
    let third = story.person(0).await;
    let all = story.send(Method::POST, "/funpot/api/auth/logout-all", &there, &json!({})).await;
    assert_eq!(all.json, json!({ "ok": true }));
    for person in [&there, &third] {
        assert_eq!(renew(&story, &person.refresh).await.status, 401);
        assert_eq!(says(&story.get("/funpot/api/me", person).await), (401, "unauthenticated"));
    }
    let back = story.person(0).await;
    assert_eq!(story.get("/funpot/api/me", &back).await.status, 200, "a new token is of the new version");
    story.stall.run_job("reload_revocations").await;
    assert_eq!(story.get("/funpot/api/me", &there).await.status, 401, "after a reload too");
}

async fn a_sixth_session_ends_the_oldest(story: Story) {
    let mut all = Vec::new();
    for _ in 0..6 {
        all.push(story.person(0).await);
        story.advance(1);
    }
    assert_eq!(renew(&story, &all[0].refresh).await.status, 401);
    for person in &all[1..] {
        assert_eq!(renew(&story, &person.refresh).await.status, 200);
    }
}

async fn a_refresh_token_that_is_none_is_malformed(story: Story) {
    for bad in ["", "x", "a.b", "aaaaaaaaaaaaaaaaaaaaaaaa."] {
        assert_eq!(says(&renew(&story, bad).await), (400, "bad_request"), "{bad}");
    }
    let unknown = format!("{}.{}", "a".repeat(24), "b".repeat(43));
    assert_eq!(says(&renew(&story, &unknown).await), (401, "unauthenticated"));
    assert_eq!(says(&story.post("/funpot/api/auth/refresh", &json!({})).await), (400, "bad_request"));
}
