//! Correcting a wrong verdict: two persons, what was paid comes back, both receipts stay; and attempts that stop in the middle.

use crate::harness::{Person, Story, says};
use axum::http::Method;
use funpot::domain::money::{RAKE, ROUNDING, debt_of};
use serde_json::{Value, json};

testkit::on_both_backends! {
    through crate::harness:
    two_superadmins_correct_a_verdict_and_both_receipts_stay;
    a_spent_payout_becomes_debt_that_is_paid_first;
    counting_anew_repairs_tallies_and_says_what_differed;
}

async fn resettle(story: &Story, person: &Person, event: &str, option: Option<&str>) -> testkit::Answer {
    let path = format!("/funpot/api/admin/events/{event}/resettle");
    let body = json!({ "optionId": option, "reason": "The clip shows it." });
    story.send(Method::POST, &path, person, &body).await
}

async fn receipt(story: &Story, event: &str, attempt: i64) -> Value {
    let path = format!("/funpot/api/events/{event}/receipt?attempt={attempt}");
    let answer = story.stall.front.get(&path).send().await;
    assert_eq!(answer.status, 200, "{}", answer.text);
    answer.json
}

async fn two_superadmins_correct_a_verdict_and_both_receipts_stay(story: Story) {
    let admin = story.person(&["admin"]).await;
    let (first, second) = (story.person(&["superadmin"]).await, story.person(&["superadmin"]).await);
    let event = story.event(&admin, &story.streamer(&admin).await, 100).await;
    let (ann, ben, cid) = (story.viewer(100).await, story.viewer(100).await, story.viewer(100).await);
    for (voter, option) in [(&ann, "a"), (&ben, "b"), (&cid, "b")] {
        story.voted(voter, &event, option).await;
    }
    story.pass(60).await;
    story.resolve(&admin, &event, "a").await;
    story.pass(0).await;
    assert_eq!(story.balance(&ann).await, 290);
    assert_eq!(
        says(&resettle(&story, &admin, &event, Some("b")).await).0,
        403,
        "an administrator alone may not"
    );
    assert_eq!(resettle(&story, &first, &event, Some("b")).await.status, 202);
    assert_eq!(
        resettle(&story, &first, &event, Some("b")).await.status,
        202,
        "the same person twice is one person"
    );
    assert_eq!(resettle(&story, &second, &event, None).await.status, 202, "another word is another act");
    assert_eq!(resettle(&story, &first, &event, None).await.json["status"], "resettling");
    story.pass(0).await;
    assert_eq!([story.balance(&ann).await, story.balance(&ben).await, story.balance(&cid).await], [100; 3]);
    assert_eq!((story.account(RAKE).await, story.account(ROUNDING).await), (0, 0));
    let (before, after) = (receipt(&story, &event, 1).await, receipt(&story, &event, 2).await);
    assert_eq!(after["body"]["previous"], before["hash"]);
    assert_eq!((&before["body"]["rake"], &after["body"]["rake"]), (&json!(10), &json!(0)));
    story.stall.clock.advance_secs(72 * 3_600 + 1);
    assert_eq!(says(&resettle(&story, &first, &event, Some("b")).await), (409, "too_late".to_owned()));
    story.books_are_sound().await;
}

async fn a_spent_payout_becomes_debt_that_is_paid_first(story: Story) {
    let admin = story.person(&["admin"]).await;
    let (first, second) = (story.person(&["superadmin"]).await, story.person(&["superadmin"]).await);
    let streamer = story.streamer(&admin).await;
    let event = story.event(&admin, &streamer, 100).await;
    let (ann, ben) = (story.viewer(100).await, story.viewer(100).await);
    story.voted(&ann, &event, "a").await;
    story.voted(&ben, &event, "b").await;
    story.pass(60).await;
    story.resolve(&admin, &event, "a").await;
    story.pass(0).await;
    let next = story.event(&admin, &streamer, 150).await;
    story.voted(&ann, &next, "a").await;
    assert_eq!(story.balance(&ann).await, 45);
    resettle(&story, &first, &event, Some("b")).await;
    assert_eq!(resettle(&story, &second, &event, Some("b")).await.status, 200);
    story.pass(0).await;
    assert_eq!((story.balance(&ben).await, story.balance(&ann).await), (195, 0));
    assert_eq!(story.account(debt_of(ann.user.id)).await, -150);
    // The stake of the next event comes back and pays what is owed.
    story.pass(60).await;
    story.resolve(&admin, &next, "b").await;
    story.pass(0).await;
    assert_eq!((story.balance(&ann).await, story.account(debt_of(ann.user.id)).await), (0, 0));
    story.books_are_sound().await;
}

async fn counting_anew_repairs_tallies_and_says_what_differed(story: Story) {
    let (admin, viewer) = (story.person(&["admin"]).await, story.viewer(100).await);
    let event = story.event(&admin, &story.streamer(&admin).await, 100).await;
    story.voted(&viewer, &event, "b").await;
    let broken =
        story.stall.store.write(|tx| tx.execute("UPDATE events SET tallies = '[[7,700],[0,0]]'", &[]));
    let broken: Result<u64, store::StoreError> = broken.await;
    assert_eq!(broken.expect("written"), 1);
    let path = format!("/funpot/api/admin/events/{event}/recalculate");
    let answer = story.send(Method::POST, &path, &admin, &json!({})).await;
    let expected = json!({ "before": [[7, 700], [0, 0]], "after": [[0, 0], [1, 100]], "differs": true });
    assert_eq!((answer.status, &answer.json), (200, &expected));
    assert_eq!(story.send(Method::POST, &path, &admin, &json!({})).await.json["differs"], false);
    assert_eq!(story.seen(&viewer, &event).await["totals"], json!({ "a": 0, "b": 1 }));
}
