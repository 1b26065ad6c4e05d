//! From closing to payout: shares as published, refunds, late votes, disputes, and a receipt that adds up.

use crate::harness::{Person, Story, says};
use axum::http::Method;
use funpot::domain::money::{RAKE, ROUNDING};
use serde_json::{Value, json};

testkit::on_both_backends! {
    through crate::harness:
    a_pot_is_shared_as_published;
    what_cannot_be_shared_goes_back;
    votes_after_the_decision_go_back;
    a_result_waits_out_its_dispute_window;
    results_that_contradict_wait_for_a_person;
    nobody_resolves_it_so_it_is_void_after_a_day;
    a_poll_is_decided_by_its_votes;
    a_ban_cancels_live_events;
}

/// So many voters for each option.
async fn crowd(story: &Story, event: &str, counts: &[(&str, usize)]) -> Vec<(Person, String)> {
    let mut voters = Vec::new();
    for (option, count) in counts {
        for _ in 0..*count {
            let voter = story.viewer(100).await;
            story.voted(&voter, event, option).await;
            voters.push((voter, (*option).to_owned()));
        }
    }
    voters
}

async fn balances(story: &Story, voters: &[(Person, String)], option: &str) -> Vec<i64> {
    let mut found = Vec::new();
    for (voter, _) in voters.iter().filter(|(_, voted)| voted == option) {
        found.push(story.balance(voter).await);
    }
    found.dedup();
    found
}

async fn report(story: &Story, key: &str, fields: &Value) -> testkit::Answer {
    let mut body = json!({ "confidence": 0.95, "llmModel": "m", "promptVersions": { "session": "v1" },
        "evidence": { "clipId": "c-1", "atMs": 1_500 } });
    for (name, value) in fields.as_object().expect("fields") {
        body[name] = value.clone();
    }
    story.worker("/funpot/internal/worker/results", key, &body).await
}

async fn a_pot_is_shared_as_published(story: Story) {
    let admin = story.person(&["admin"]).await;
    let event = story.event(&admin, &story.streamer(&admin).await, 100).await;
    let voters = crowd(&story, &event, &[("a", 3), ("b", 5)]).await;
    story.pass(60).await;
    let closed = story.seen(&admin, &event).await;
    assert_eq!((&closed["state"], &closed["settlement"]), (&json!("closed"), &json!("pending")));
    assert_eq!(closed["totals"], json!({ "a": 3, "b": 5 }));
    let path = format!("/funpot/api/events/{event}/receipt");
    assert_eq!(story.stall.front.get(&path).send().await.status, 404, "before settlement");
    assert_eq!(story.resolve(&admin, &event, "a").await.status, 200);
    story.pass(0).await;
    assert_eq!(balances(&story, &voters, "a").await, [258]);
    assert_eq!(balances(&story, &voters, "b").await, [0]);
    assert_eq!((story.account(RAKE).await, story.account(ROUNDING).await), (25, 1));
    let seen = story.seen(&admin, &event).await;
    assert_eq!((&seen["settlement"], &seen["result"]["optionId"]), (&json!("settled"), &json!("a")));
    let receipt = story.stall.front.get(&path).send().await;
    assert_eq!(receipt.status, 200, "{}", receipt.text);
    let body = &receipt.json["body"];
    assert_eq!((&body["rake"], &body["rounding"], &body["pool"]), (&json!(25), &json!(1), &json!(800)));
    let paid: i64 =
        body["votes"].as_array().expect("votes").iter().filter_map(|vote| vote["payout"].as_i64()).sum();
    assert_eq!(paid + 25 + 1, 800);
    let mine = story.get("/funpot/api/votes/mine", &voters[0].0).await;
    assert_eq!(mine.json["votes"][0]["net"], 158);
    own_row(&story, &voters[0].0, &mine.json["votes"][0], body);
    story.pass(1).await;
    assert_eq!(balances(&story, &voters, "a").await, [258], "a second run pays nobody");
    let again = story.resolve(&admin, &event, "b").await;
    assert_eq!(says(&again), (409, "event_settled".to_owned()));
    story.books_are_sound().await;
}

/// A voter finds the own row by the salt, and nobody's id stands in the receipt.
fn own_row(story: &Story, voter: &Person, vote: &Value, body: &Value) {
    let user = testkit::edge::public_ids().encode(voter.user.id);
    let hash = funpot::domain::receipt::user_hash(vote["salt"].as_str().expect("a salt"), &user);
    let rows = body["votes"].as_array().expect("votes");
    let own: Vec<_> = rows.iter().filter(|row| row["userHash"] == json!(hash)).collect();
    assert_eq!((own.len(), &own[0]["voteId"]), (1, &vote["voteId"]));
    assert!(!body.to_string().contains(&user) && story.fresh() > 0);
}

async fn what_cannot_be_shared_goes_back(story: Story) {
    let admin = story.person(&["admin"]).await;
    let streamer = story.streamer(&admin).await;
    for (counts, option, outcome) in [
        (&[("b", 3)][..], "a", "no_winner"),
        (&[("a", 3)], "a", "one_sided"),
        (&[("a", 2), ("b", 1)], "", "void"),
    ] {
        let event = story.event(&admin, &streamer, 100).await;
        let voters = crowd(&story, &event, counts).await;
        story.pass(60).await;
        let answer = if option.is_empty() {
            let path = format!("/funpot/api/admin/events/{event}/void");
            story.send(Method::POST, &path, &admin, &json!({ "reason": "The stream broke off." })).await
        } else {
            story.resolve(&admin, &event, option).await
        };
        assert_eq!(answer.status, 200, "{}", answer.text);
        story.pass(0).await;
        for option in ["a", "b"] {
            assert!(
                balances(&story, &voters, option).await.iter().all(|balance| *balance == 100),
                "{outcome}"
            );
        }
        let seen = story.seen(&admin, &event).await;
        assert_eq!((&seen["settlement"], &seen["result"]["outcome"]), (&json!("voided"), &json!(outcome)));
    }
    assert_eq!(story.account(RAKE).await, 0);
    story.books_are_sound().await;
}

async fn votes_after_the_decision_go_back(story: Story) {
    let admin = story.person(&["admin"]).await;
    let streamer = story.streamer(&admin).await;
    let event = story.event(&admin, &streamer, 100).await;
    let early = crowd(&story, &event, &[("a", 1), ("b", 1)]).await;
    let decided_at = story.now();
    story.stall.clock.advance_secs(5);
    let late = crowd(&story, &event, &[("a", 2)]).await;
    let fields = json!({ "streamerId": streamer, "eventId": event, "optionId": "a", "decidedAt": decided_at.rfc3339() });
    let answer = report(&story, "r-1", &fields).await;
    assert_eq!((answer.status, &answer.json["state"]), (200, &json!("proposed")), "{}", answer.text);
    assert_eq!(story.seen(&admin, &event).await["state"], "closed", "a result closes its event");
    story.pass(120).await;
    assert_eq!(balances(&story, &early, "a").await, [195], "100, and 100 less five percent");
    assert_eq!(balances(&story, &late, "a").await, [100], "late votes are neutral");
    story.books_are_sound().await;
}

async fn a_result_waits_out_its_dispute_window(story: Story) {
    let admin = story.person(&["admin"]).await;
    let streamer = story.streamer(&admin).await;
    let event = story.event(&admin, &streamer, 100).await;
    let voters = crowd(&story, &event, &[("a", 1), ("b", 1)]).await;
    story.pass(60).await;
    let fields = json!({ "streamerId": streamer, "eventId": event, "optionId": "b" });
    let first = report(&story, "r-1", &fields).await;
    assert_eq!(first.json["state"], "proposed", "{}", first.text);
    let again = report(&story, "r-1", &fields).await;
    assert_eq!((again.status, &again.json), (200, &first.json));
    assert_eq!(again.headers.get("idempotent-replayed"), Some("true"));
    assert_eq!(story.seen(&admin, &event).await["settlement"], "proposed");
    story.pass(119).await;
    assert_eq!(balances(&story, &voters, "b").await, [0], "the window is open");
    story.pass(1).await;
    assert_eq!(balances(&story, &voters, "b").await, [195]);
    let late = report(&story, "r-2", &fields).await;
    assert_eq!(says(&late), (409, "event_settled".to_owned()));
    story.books_are_sound().await;
}

async fn results_that_contradict_wait_for_a_person(story: Story) {
    let (admin, moderator) = (story.person(&["admin"]).await, story.person(&["moderator"]).await);
    let streamer = story.streamer(&admin).await;
    let event = story.event(&admin, &streamer, 100).await;
    let voters = crowd(&story, &event, &[("a", 1), ("b", 1)]).await;
    story.pass(60).await;
    let of = |option: &str| json!({ "streamerId": streamer, "eventId": event, "optionId": option });
    assert_eq!(report(&story, "r-1", &of("a")).await.json["state"], "proposed");
    assert_eq!(report(&story, "r-2", &of("b")).await.json["state"], "review");
    story.pass(600).await;
    assert_eq!(story.seen(&admin, &event).await["settlement"], "pending", "nobody is paid");
    let queue = story.get("/funpot/api/admin/review", &moderator).await;
    assert_eq!(queue.json.as_array().map(Vec::len), Some(2), "{}", queue.text);
    let waiting = queue.json.as_array().expect("rows");
    let b = waiting.iter().find(|row| row["payload"]["optionId"] == "b").expect("the second result");
    assert_eq!(b["reason"], "contradiction");
    let path = format!("/funpot/api/admin/review/{}/accept", b["id"].as_str().expect("an id"));
    assert_eq!(story.send(Method::POST, &path, &moderator, &json!({})).await.status, 200);
    assert_eq!(says(&story.send(Method::POST, &path, &moderator, &json!({})).await).0, 409);
    story.pass(0).await;
    assert_eq!(balances(&story, &voters, "b").await, [195]);
    assert_eq!(
        story.get("/funpot/api/admin/review", &moderator).await.json,
        json!([]),
        "the other one is decided"
    );
    // Unsure results wait too.
    let event = story.event(&admin, &streamer, 100).await;
    let unsure = json!({ "streamerId": streamer, "eventId": event, "optionId": "a", "confidence": 0.84 });
    assert_eq!(report(&story, "r-3", &unsure).await.json["state"], "review");
    story.books_are_sound().await;
}

async fn nobody_resolves_it_so_it_is_void_after_a_day(story: Story) {
    let admin = story.person(&["admin"]).await;
    let event = story.event(&admin, &story.streamer(&admin).await, 100).await;
    let voters = crowd(&story, &event, &[("a", 2), ("b", 1)]).await;
    story.pass(60).await;
    story.pass(24 * 3_600 - 1).await;
    assert_eq!(story.seen(&admin, &event).await["settlement"], "pending");
    story.pass(1).await;
    let seen = story.seen(&admin, &event).await;
    assert_eq!((&seen["settlement"], &seen["result"]["outcome"]), (&json!("voided"), &json!("unresolved")));
    for option in ["a", "b"] {
        assert_eq!(balances(&story, &voters, option).await, [100]);
    }
    story.books_are_sound().await;
}

async fn a_poll_is_decided_by_its_votes(story: Story) {
    let admin = story.person(&["admin"]).await;
    let streamer = story.streamer(&admin).await;
    let poll = json!({ "streamerId": streamer, "kind": "poll", "costPerVote": 100 });
    let (clear, tied) = (story.event_of(&admin, &poll).await, story.event_of(&admin, &poll).await);
    let winners = crowd(&story, &clear, &[("a", 2), ("b", 1)]).await;
    let equals = crowd(&story, &tied, &[("a", 1), ("b", 1)]).await;
    story.pass(60).await;
    assert_eq!(balances(&story, &winners, "a").await, [147], "100 and half of 95");
    assert_eq!(balances(&story, &equals, "a").await, [100]);
    assert_eq!(story.seen(&admin, &tied).await["result"]["outcome"], "tie");
    story.books_are_sound().await;
}

async fn a_ban_cancels_live_events(story: Story) {
    let admin = story.person(&["admin"]).await;
    let streamer = story.streamer(&admin).await;
    let event = story.event(&admin, &streamer, 100).await;
    let voters = crowd(&story, &event, &[("a", 2), ("b", 1)]).await;
    let path = format!("/funpot/api/admin/streamers/{streamer}");
    let ban = json!({ "status": "banned", "reason": "breaks the rules" });
    assert_eq!(story.send(Method::PATCH, &path, &admin, &ban).await.status, 200);
    story.pass(1).await;
    let seen = story.seen(&admin, &event).await;
    assert_eq!((&seen["state"], &seen["result"]["outcome"]), (&json!("cancelled"), &json!("cancelled")));
    assert_eq!(balances(&story, &voters, "a").await, [100]);
    let list = story.get("/funpot/api/streamers", &voters[0].0).await;
    assert_eq!(list.json, json!([]), "a banned streamer is hidden");
    story.books_are_sound().await;
}
