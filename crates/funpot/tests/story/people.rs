//! Operators and users: roles, blocking, the record of every act, balances corrected by two persons, and being forgotten.

use crate::harness::{Person, Story, says};
use axum::http::Method;
use serde_json::{Value, json};

testkit::on_both_backends! {
    through crate::harness:
    roles_are_given_and_taken_at_once;
    who_is_blocked_is_out_at_once_and_comes_in_again;
    every_act_is_on_record_and_nobody_changes_it;
    two_superadmins_correct_a_balance;
    who_is_forgotten_takes_their_data_along_and_leaves_sound_books;
}

fn path(person: &Person, word: &str) -> String {
    format!("/funpot/api/admin/users/{}/{word}", testkit::edge::public_ids().encode(person.user.id))
}

async fn give(story: &Story, by: &Person, to: &Person, roles: &[&str]) -> testkit::Answer {
    story.send(Method::PUT, &path(to, "roles"), by, &json!({ "roles": roles })).await
}

async fn roles_are_given_and_taken_at_once(story: Story) {
    let (chief, admin, viewer) =
        (story.person(&["superadmin"]).await, story.person(&["admin"]).await, story.viewer(0).await);
    assert_eq!(says(&give(&story, &admin, &viewer, &["moderator"]).await).0, 403, "superadmins alone");
    assert_eq!(says(&give(&story, &chief, &viewer, &["king"]).await).0, 400);
    let queue = "/funpot/api/admin/review";
    assert_eq!(story.get(queue, &viewer).await.status, 403);
    let given = give(&story, &chief, &viewer, &["moderator"]).await;
    assert_eq!(given.json["roles"], json!(["user", "moderator"]), "{}", given.text);
    assert_eq!(story.get(queue, &viewer).await.status, 200, "with the token they had before");
    give(&story, &chief, &viewer, &[]).await;
    assert_eq!(story.get(queue, &viewer).await.status, 403);
    assert_eq!(
        says(&give(&story, &chief, &chief, &["admin"]).await),
        (409, "conflict".to_owned()),
        "the last one"
    );
    give(&story, &chief, &admin, &["superadmin"]).await;
    assert_eq!(give(&story, &chief, &chief, &["admin"]).await.status, 200);
    assert_eq!(says(&give(&story, &chief, &viewer, &["admin"]).await).0, 403, "it is gone at once");
    let nobody =
        Person { user: funpot::domain::user::User { id: kernel::UserId(77), ..viewer.user.clone() } };
    assert_eq!(says(&give(&story, &admin, &nobody, &[]).await).0, 404);
}

async fn who_is_blocked_is_out_at_once_and_comes_in_again(story: Story) {
    let (chief, admin, viewer) =
        (story.person(&["superadmin"]).await, story.person(&["admin"]).await, story.viewer(50).await);
    let block = async |by: &Person, whom: &Person, blocked: bool| {
        story.send(Method::PUT, &path(whom, "block"), by, &json!({ "blocked": blocked })).await
    };
    assert_eq!(story.get("/funpot/api/wallet", &viewer).await.status, 200);
    assert_eq!(block(&admin, &viewer, true).await.json["status"], "blocked");
    assert_eq!(says(&story.get("/funpot/api/wallet", &viewer).await), (403, "forbidden".to_owned()));
    assert_eq!(block(&admin, &viewer, false).await.json["status"], "active");
    let old = story.get("/funpot/api/wallet", &viewer).await;
    assert_eq!(says(&old).0, 401, "tokens from before stay over");
    let mut again = viewer.clone();
    again.user.token_version = 2;
    assert_eq!(story.get("/funpot/api/wallet", &again).await.status, 200);
    assert_eq!(says(&block(&admin, &chief, true).await).0, 403, "nobody blocks those above");
    assert_eq!(says(&block(&chief, &chief, true).await).0, 403, "nor themselves");
    assert_eq!(block(&chief, &admin, true).await.status, 200);
    assert_eq!(says(&story.get("/funpot/api/admin/review", &admin).await).0, 403);
    let ended = story.send(Method::POST, &path(&again, "sessions/revoke"), &chief, &json!({})).await;
    assert_eq!(ended.json["ok"], true, "{}", ended.text);
    assert_eq!(says(&story.get("/funpot/api/wallet", &again).await).0, 401);
}

async fn every_act_is_on_record_and_nobody_changes_it(story: Story) {
    let (chief, admin, viewer) =
        (story.person(&["superadmin"]).await, story.person(&["admin"]).await, story.viewer(0).await);
    let put = |path: &'static str, body: Value| {
        let (story, admin) = (&story, &admin);
        async move { story.send(Method::PUT, path, admin, &body).await }
    };
    put("/funpot/api/admin/config/settle.rakeBps", json!({ "value": 300 })).await;
    give(&story, &chief, &viewer, &["moderator"]).await;
    let streamer = story.streamer(&admin).await;
    let event = story.event(&admin, &streamer, 0).await;
    story.pass(60).await;
    story.resolve(&admin, &event, "a").await;
    let audit = "/funpot/api/admin/audit";
    assert_eq!(says(&story.get(audit, &viewer).await).0, 403);
    let all = story.get(audit, &admin).await;
    let acts = all.json["acts"].as_array().expect("acts");
    let words: Vec<&str> = acts.iter().filter_map(|act| act["action"].as_str()).collect();
    assert_eq!(words, ["event.resolve", "event.open", "streamer.moderate", "user.roles", "config.set"]);
    let roles = &acts[3];
    assert_eq!(
        (&roles["before"]["roles"], &roles["after"]["roles"]),
        (&json!(["user"]), &json!(["user", "moderator"]))
    );
    assert_eq!((&acts[4]["before"], &acts[4]["after"]), (&json!(500), &json!(300)));
    assert_eq!(roles["actor"], json!(format!("user:{}", chief.user.id.0)));
    assert_eq!(roles["ip"], testkit::edge::HOME.to_string());
    let two = story.get(&format!("{audit}?limit=2"), &admin).await;
    let next = two.json["nextCursor"].as_str().expect("a next page").to_owned();
    let rest = story.get(&format!("{audit}?cursor={next}&action=config.set"), &admin).await;
    assert_eq!(rest.json["acts"].as_array().map(Vec::len), Some(1));
    for method in [Method::POST, Method::PUT, Method::DELETE] {
        let answer = story.send(method.clone(), audit, &chief, &json!({})).await;
        assert_eq!(answer.status, 405, "{method}");
    }
    for sql in ["UPDATE audit SET actor = 'nobody'", "DELETE FROM audit"] {
        let changed: Result<u64, store::StoreError> =
            story.stall.store.write(move |tx| tx.execute(sql, &[])).await;
        assert!(changed.is_err(), "the database itself refuses: {sql}");
    }
}

async fn two_superadmins_correct_a_balance(story: Story) {
    let (one, two) = (story.person(&["superadmin"]).await, story.person(&["superadmin"]).await);
    let (admin, viewer) = (story.person(&["admin"]).await, story.viewer(100).await);
    let id = testkit::edge::public_ids().encode(viewer.user.id);
    let adjust = async |by: &Person, amount: i64| {
        let body = json!({ "userId": id, "amountINT": amount, "reason": "paid twice" });
        story.send(Method::POST, "/funpot/api/admin/ledger/adjust", by, &body).await
    };
    assert_eq!(says(&adjust(&admin, 50).await).0, 403);
    assert_eq!(says(&adjust(&one, 0).await).0, 400);
    let first = adjust(&one, 50).await;
    assert_eq!((first.status, &first.json["status"]), (202, &json!("awaiting_approval")));
    assert_eq!(adjust(&one, 50).await.status, 202, "the same person twice is one person");
    assert_eq!(adjust(&two, 51).await.status, 202, "another amount is another word");
    assert_eq!(story.balance(&viewer).await, 100);
    assert_eq!(adjust(&one, 51).await.json["status"], "adjusted");
    assert_eq!(story.balance(&viewer).await, 151);
    let wallet = story.get("/funpot/api/wallet", &viewer).await;
    assert_eq!(
        (&wallet.json["history"][0]["amount"], &wallet.json["history"][0]["reason"]),
        (&json!(51), &json!("correction"))
    );
    adjust(&one, -200).await;
    assert_eq!(adjust(&two, -200).await.status, 200);
    let wallet = story.get("/funpot/api/wallet", &viewer).await;
    assert_eq!((&wallet.json["balance"], &wallet.json["debt"]), (&json!(0), &json!(49)), "never below zero");
    story.books_are_sound().await;
}

async fn who_is_forgotten_takes_their_data_along_and_leaves_sound_books(story: Story) {
    let (admin, viewer, other) =
        (story.person(&["admin"]).await, story.viewer(300).await, story.viewer(300).await);
    let streamer = story.streamer(&admin).await;
    let event = story.event(&admin, &streamer, 100).await;
    story.voted(&viewer, &event, "a").await;
    story.voted(&other, &event, "b").await;
    let export = story.get("/funpot/api/me/export", &viewer).await;
    assert_eq!(
        (export.status, &export.json["profile"]["balances"]["internal"]),
        (200, &json!(200)),
        "{}",
        export.text
    );
    assert_eq!(
        (&export.json["votes"][0]["eventId"], &export.json["movements"][0]["reason"]),
        (&json!(event), &json!("vote_cost"))
    );
    assert!(!export.text.contains(&testkit::edge::public_ids().encode(other.user.id)), "nobody else's");
    let erased = story.send(Method::DELETE, "/funpot/api/me", &viewer, &json!({})).await;
    assert_eq!(erased.status, 200, "{}", erased.text);
    for path in ["/funpot/api/me", "/funpot/api/me/export", "/funpot/api/wallet"] {
        assert_eq!(story.get(path, &viewer).await.status, 403, "{path}");
    }
    let named =
        "SELECT COUNT(*) FROM users WHERE status = 'erased' AND (first_name IS NOT NULL OR tg_user_id > 0)";
    assert_eq!(story.number(named).await, 0);
    // What was staked is settled as if nothing had happened.
    story.pass(60).await;
    story.resolve(&admin, &event, "a").await;
    story.pass(0).await;
    assert_eq!(story.balance(&viewer).await, 395, "under a number that is nobody's");
    story.books_are_sound().await;
}
