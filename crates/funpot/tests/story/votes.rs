//! Votes: taken once, at the price that was seen, before the event closes, and not without funds.

use crate::harness::{Story, says};
use axum::http::Method;
use serde_json::json;

testkit::on_both_backends! {
    through crate::harness:
    a_vote_debits_its_cost_once_under_a_hundred_repetitions;
    a_changed_request_and_a_second_vote_are_refused;
    a_vote_without_funds_leaves_nothing_behind;
    a_vote_at_closing_time_is_refused;
    another_price_is_refused_and_free_votes_touch_no_ledger;
    what_is_switched_off_takes_no_votes;
    a_voter_reads_the_own_votes_and_live_events;
}

async fn a_vote_debits_its_cost_once_under_a_hundred_repetitions(story: Story) {
    let (admin, viewer) = (story.person(&["admin"]).await, story.viewer(1_000).await);
    let event = story.event(&admin, &story.streamer(&admin).await, 100).await;
    let body = json!({ "eventId": event, "optionId": "a" });
    let all = (0..100).map(|_| story.vote(&viewer, "k-1", &body));
    let answers = futures_util::future::join_all(all).await;
    let first = &answers[0].json;
    assert_eq!(first["newBalance"], 900);
    assert!(answers.iter().all(|answer| answer.status == 200 && answer.json == *first), "one answer");
    let fresh = answers.iter().filter(|answer| answer.headers.get("idempotent-replayed").is_none()).count();
    assert_eq!(fresh, 1);
    assert_eq!(story.balance(&viewer).await, 900);
    assert_eq!(story.number("SELECT COUNT(*) FROM votes").await, 1);
    story.books_are_sound().await;
}

async fn a_changed_request_and_a_second_vote_are_refused(story: Story) {
    let (admin, viewer) = (story.person(&["admin"]).await, story.viewer(1_000).await);
    let streamer = story.streamer(&admin).await;
    let (one, other) = (story.event(&admin, &streamer, 100).await, story.event(&admin, &streamer, 100).await);
    let a = json!({ "eventId": one, "optionId": "a" });
    assert_eq!(story.vote(&viewer, "k-1", &a).await.status, 200);
    for changed in [json!({ "eventId": one, "optionId": "b" }), json!({ "eventId": other, "optionId": "a" })]
    {
        let answer = story.vote(&viewer, "k-1", &changed).await;
        assert_eq!(says(&answer), (422, "idempotency_key_reused".to_owned()));
    }
    assert_eq!(says(&story.vote(&viewer, "k-2", &a).await), (409, "already_voted".to_owned()));
    assert_eq!(story.balance(&viewer).await, 900);
    // Another user's key is another key.
    let friend = story.viewer(100).await;
    let answer = story.vote(&friend, "k-1", &json!({ "eventId": one, "optionId": "b" })).await;
    assert_eq!((answer.status, &answer.json["newBalance"]), (200, &json!(0)));
    let nameless = story.stall.front.post("/funpot/api/votes", &a).token(&story.token(&viewer)).send().await;
    assert_eq!(says(&nameless), (400, "bad_request".to_owned()));
    story.books_are_sound().await;
}

async fn a_vote_without_funds_leaves_nothing_behind(story: Story) {
    let (admin, poor) = (story.person(&["admin"]).await, story.viewer(99).await);
    let event = story.event(&admin, &story.streamer(&admin).await, 100).await;
    let body = json!({ "eventId": event, "optionId": "a" });
    let answer = story.vote(&poor, "k-1", &body).await;
    assert_eq!(says(&answer), (402, "insufficient_funds".to_owned()));
    assert_eq!(answer.json["error"]["details"]["balance"], 99);
    assert_eq!(story.number("SELECT COUNT(*) FROM votes").await, 0);
    assert_eq!(story.seen(&poor, &event).await["totals"], json!({ "a": 0, "b": 0 }));
    // The key is free: with funds it buys the vote.
    story.give(poor.user.id, 1).await;
    assert_eq!(story.vote(&poor, "k-1", &body).await.status, 200);
    story.books_are_sound().await;
}

async fn a_vote_at_closing_time_is_refused(story: Story) {
    let (admin, viewer) = (story.person(&["admin"]).await, story.viewer(1_000).await);
    let streamer = story.streamer(&admin).await;
    let event = story.event(&admin, &streamer, 100).await;
    let body = json!({ "eventId": event, "optionId": "a" });
    // Nothing has closed the row yet: the clock alone refuses.
    story.stall.clock.advance_secs(60);
    let answer = story.vote(&viewer, "k-1", &body).await;
    assert_eq!(says(&answer), (409, "event_closed".to_owned()));
    assert_eq!(answer.json["error"]["details"]["closesAt"], "2030-01-01T00:01:00Z");
    story.pass(0).await;
    assert_eq!(says(&story.vote(&viewer, "k-2", &body).await), (409, "event_closed".to_owned()));
    let early = story.event(&admin, &streamer, 100).await;
    let closed = story
        .send(Method::POST, &format!("/funpot/api/admin/events/{early}/close"), &admin, &json!({}))
        .await;
    assert_eq!((closed.status, &closed.json["state"]), (200, &json!("closed")), "{}", closed.text);
    let body = json!({ "eventId": early, "optionId": "a" });
    assert_eq!(says(&story.vote(&viewer, "k-3", &body).await), (409, "event_closed".to_owned()));
    assert_eq!(story.balance(&viewer).await, 1_000);
    let nowhere = story.vote(&viewer, "k-4", &json!({ "eventId": streamer, "optionId": "a" })).await;
    assert_eq!(says(&nowhere).0, 404);
}

async fn another_price_is_refused_and_free_votes_touch_no_ledger(story: Story) {
    let (admin, viewer) = (story.person(&["admin"]).await, story.viewer(1_000).await);
    let streamer = story.streamer(&admin).await;
    let paid = story.event(&admin, &streamer, 100).await;
    let answer = story.vote(&viewer, "k-1", &json!({ "eventId": paid, "optionId": "a", "cost": 50 })).await;
    assert_eq!(says(&answer), (409, "cost_mismatch".to_owned()));
    assert_eq!(answer.json["error"]["details"]["costPerVote"], 100);
    let answer = story.vote(&viewer, "k-1", &json!({ "eventId": paid, "optionId": "x", "cost": 100 })).await;
    assert_eq!(says(&answer), (422, "unknown_option".to_owned()));
    let free = story.event(&admin, &streamer, 0).await;
    let transfers = story.number("SELECT COUNT(*) FROM transfers").await;
    let penniless = story.viewer(0).await;
    let answer = story.vote(&penniless, "k-1", &json!({ "eventId": free, "optionId": "a", "cost": 0 })).await;
    assert_eq!((answer.status, &answer.json["newBalance"]), (200, &json!(0)), "{}", answer.text);
    assert_eq!(story.number("SELECT COUNT(*) FROM transfers").await, transfers);
    assert_eq!(story.resolve(&admin, &free, "a").await.status, 200);
    story.pass(1).await;
    assert_eq!(story.seen(&penniless, &free).await["settlement"], "settled");
    assert_eq!(story.number("SELECT COUNT(*) FROM transfers").await, transfers);
}

async fn what_is_switched_off_takes_no_votes(story: Story) {
    let (admin, viewer) = (story.person(&["admin"]).await, story.viewer(1_000).await);
    let streamer = story.streamer(&admin).await;
    let (paid, free) = (story.event(&admin, &streamer, 100).await, story.event(&admin, &streamer, 0).await);
    let switch = |flag: &'static str, on: bool| {
        let (story, admin) = (&story, &admin);
        async move {
            let path = format!("/funpot/api/admin/flags/{flag}");
            story.send(Method::PUT, &path, admin, &json!({ "enabled": on })).await
        }
    };
    assert_eq!(switch("paidVoting", false).await.status, 200);
    let answer = story.vote(&viewer, "k-1", &json!({ "eventId": paid, "optionId": "a" })).await;
    assert_eq!(says(&answer), (503, "feature_disabled".to_owned()));
    assert_eq!(story.vote(&viewer, "k-2", &json!({ "eventId": free, "optionId": "a" })).await.status, 200);
    assert_eq!(switch("votes", false).await.status, 200);
    let other = story.event(&admin, &streamer, 0).await;
    let answer = story.vote(&viewer, "k-3", &json!({ "eventId": other, "optionId": "a" })).await;
    assert_eq!(says(&answer), (503, "feature_disabled".to_owned()));
    assert_eq!(story.balance(&viewer).await, 1_000);
}

async fn a_voter_reads_the_own_votes_and_live_events(story: Story) {
    let (admin, viewer) = (story.person(&["admin"]).await, story.viewer(1_000).await);
    let streamer = story.streamer(&admin).await;
    let event = story.event(&admin, &streamer, 100).await;
    let path = format!("/funpot/api/events/live?streamerId={streamer}");
    story.until(async || story.get(&path, &viewer).await.json[0]["id"] == json!(event)).await;
    story.voted(&viewer, &event, "b").await;
    let live = story.get(&path, &viewer).await;
    assert_eq!(live.json[0]["userVote"], json!({ "optionId": "b" }), "{}", live.text);
    assert_eq!((&live.json[0]["totals"], &live.json[0]["pool"]), (&json!({ "a": 0, "b": 1 }), &json!(100)));
    assert_eq!(story.get(&path, &admin).await.json[0]["userVote"], json!(null));
    let mine = story.get("/funpot/api/votes/mine", &viewer).await;
    assert_eq!(
        (mine.json["votes"].as_array().map(Vec::len), &mine.json["votes"][0]["outcome"]),
        (Some(1), &json!("none"))
    );
    let history = story.get(&format!("/funpot/api/events?streamerId={streamer}&state=live"), &viewer).await;
    assert_eq!(history.json["events"][0]["id"], json!(event), "{}", history.text);
    assert_eq!(says(&story.get("/funpot/api/events/live?streamerId=x", &viewer).await).0, 400);
    story.stall.clock.advance_secs(60);
    assert_eq!(story.get(&path, &viewer).await.json, json!([]), "what is over takes no votes");
}
