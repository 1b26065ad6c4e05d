//! What can be changed while running: by whom, within which bounds, and that it is on record.

use crate::harness::{Story, says};
use axum::http::Method;
use serde_json::json;

testkit::on_both_backends! {
    through crate::harness:
    a_change_is_in_force_at_once_and_on_record;
    nobody_but_an_administrator_changes_anything;
    a_value_out_of_bounds_is_refused;
}

async fn a_change_is_in_force_at_once_and_on_record(story: Story) {
    let (admin, viewer) = (story.person(&["admin"]).await, story.viewer(0).await);
    let before = story.get("/funpot/api/config", &viewer).await;
    assert_eq!((before.status, &before.json["limits"]["votePerMin"]), (200, &json!(30)), "{}", before.text);
    assert_eq!(before.json["features"]["paidVoting"], true);
    assert_eq!(
        (&before.json["starsRate"], &before.json["minViewers"], &before.json["currencies"]),
        (&json!(1), &json!(100), &json!(["INT"]))
    );
    let put = async |path: &str, body: serde_json::Value| story.send(Method::PUT, path, &admin, &body).await;
    let body = json!({ "value": 7 });
    let answer = put("/funpot/api/admin/config/limits.votePerMin", body.clone()).await;
    assert_eq!((answer.status, &answer.json), (200, &body), "{}", answer.text);
    let answer = put("/funpot/api/admin/flags/paidVoting", json!({ "enabled": false })).await;
    assert_eq!(answer.status, 200, "{}", answer.text);
    put("/funpot/api/admin/config/client.starsRate", json!({ "value": 2 })).await;
    put("/funpot/api/admin/config/client.minViewers", json!({ "value": 50 })).await;
    let after = story.get("/funpot/api/config", &viewer).await;
    assert_eq!((&after.json["starsRate"], &after.json["minViewers"]), (&json!(2), &json!(50)));
    assert_eq!(after.json["limits"]["votePerMin"], 7);
    assert_eq!(after.json["features"]["paidVoting"], false);
    let sql = "SELECT COUNT(*) FROM audit WHERE action = 'config.set'";
    let acts = story.stall.store.read(move |tx| tx.query_one(sql, &[], |row| row.int(0)));
    let acts: Result<i64, store::StoreError> = acts.await;
    assert_eq!(acts.expect("read"), 4);
}

async fn nobody_but_an_administrator_changes_anything(story: Story) {
    let path = "/funpot/api/admin/config/limits.votePerMin";
    let nobody = story.stall.front.call(Method::PUT, path).json(&json!({ "value": 1 })).send().await;
    assert_eq!(says(&nobody), (401, "unauthenticated".to_owned()));
    for roles in [&[][..], &["moderator"]] {
        let person = story.person(roles).await;
        let answer = story.send(Method::PUT, path, &person, &json!({ "value": 1 })).await;
        assert_eq!(says(&answer), (403, "forbidden".to_owned()), "{roles:?}");
    }
    // A token that says more than the database is no help.
    let mut liar = story.person(&[]).await;
    liar.user.roles = funpot::domain::role::HeldRoles::parse(["superadmin"]).expect("a role");
    let answer = story.send(Method::PUT, path, &liar, &json!({ "value": 1 })).await;
    assert_eq!(says(&answer).0, 403);
}

async fn a_value_out_of_bounds_is_refused(story: Story) {
    let admin = story.person(&["admin"]).await;
    for (key, value) in [
        ("settle.rakeBps", json!(10_001)),
        ("settle.minConfidence", json!(1.5)),
        ("limits.votePerMin", json!("many")),
        ("event.minSec", json!(3_000)),
    ] {
        let path = format!("/funpot/api/admin/config/{key}");
        let answer = story.send(Method::PUT, &path, &admin, &json!({ "value": value })).await;
        assert_eq!(says(&answer), (400, "bad_request".to_owned()), "{key} {value}");
    }
    let answer =
        story.send(Method::PUT, "/funpot/api/admin/config/nothing", &admin, &json!({ "value": 1 })).await;
    assert_eq!(says(&answer).0, 404);
}
