//! Log-ins and time: the ninety seconds of the nonce and of its message, a session's day.

use crate::harness::front::HOME;
use crate::harness::player::{Key, LoginText, address, nonce, personal_sign, send_login, wallet_key};
use crate::harness::{Player, Story, TABLES};
use kernel::Timestamp;
use store::Store;

testkit::on_both_backends! {
    a_message_is_good_as_long_as_its_nonce_and_five_seconds_ahead with *TABLES;
    what_a_slow_wallet_signs_is_good_while_its_nonce_is with *TABLES;
    a_nonce_is_over_after_ninety_seconds with *TABLES;
    a_message_with_its_own_limits_is_held_to_them with *TABLES;
    a_session_is_over_after_a_day with *TABLES;
}

/// Asks for a nonce, waits, then signs a message that says it was written `offset_ms` from then.
async fn after(story: &Story, wait_ms: i64, offset_ms: i64, more: &str) -> (u16, String) {
    let number = story.fresh();
    let wallet = wallet_key(number);
    let given = nonce(story, &address(&wallet), HOME).await;
    story.wait_ms(wait_ms);
    let mut text = LoginText::of(&given, &address(&wallet), Key::named("ed25519", number).resource());
    text.issued_at = Timestamp::from_micros(story.now().as_micros() + offset_ms * 1_000).rfc3339();
    text.more = more.to_owned();
    let text = text.render();
    let answer = send_login(story, &text, &personal_sign(&wallet, &text), HOME).await;
    let (status, code) = answer.says();
    (status, code.to_owned())
}

async fn what_a_slow_wallet_signs_is_good_while_its_nonce_is(store: Store) {
    let story = Story::open(store).await;
    // A hardware wallet takes a minute and more over the very message that was issued.
    for (wait_ms, status) in [(31_000, 200), (89_000, 200), (90_001, 401)] {
        let (got, code) = after(&story, wait_ms, -wait_ms, "").await;
        assert_eq!(got, status, "{wait_ms} {code}");
    }
}

async fn a_message_is_good_as_long_as_its_nonce_and_five_seconds_ahead(store: Store) {
    let story = Story::open(store).await;
    for (offset_ms, status) in [(0, 200), (-90_000, 200), (5_000, 200), (-90_001, 401), (5_001, 401)] {
        let (got, code) = after(&story, 0, offset_ms, "").await;
        assert_eq!(got, status, "{offset_ms}");
        assert_eq!(code, if status == 200 { "" } else { "signature_expired" }, "{offset_ms}");
    }
}

async fn a_nonce_is_over_after_ninety_seconds(store: Store) {
    let story = Story::open(store).await;
    assert_eq!(after(&story, 89_999, 0, "").await.0, 200);
    let (status, code) = after(&story, 90_001, 0, "").await;
    assert_eq!(status, 401);
    assert!(["signature_expired", "replay_detected"].contains(&code.as_str()), "{code}");
}

async fn a_message_with_its_own_limits_is_held_to_them(store: Store) {
    let story = Story::open(store).await;
    let at = |ms: i64| Timestamp::from_micros(story.now().as_micros() + ms * 1_000).rfc3339();
    let (past, soon) = (at(-1), at(1_000));
    for (line, status) in [
        (format!("Expiration Time: {past}\n"), 401),
        (format!("Expiration Time: {soon}\n"), 200),
        (format!("Not Before: {soon}\n"), 401),
        (format!("Not Before: {past}\n"), 200),
    ] {
        assert_eq!(after(&story, 0, 0, &line).await.0, status, "{line}");
    }
}

async fn a_session_is_over_after_a_day(store: Store) {
    let story = Story::open(store).await;
    let player = Player::log_in(&story, "ed25519").await;
    story.wait_ms(86_399_000);
    let facts = story.get("/tap/api/auth/session", &player).await;
    assert_eq!((facts.status, &facts.json["rotation_due"]), (200, &serde_json::json!(true)));
    story.wait_ms(1_000);
    assert_eq!(story.get("/tap/api/auth/session", &player).await.says(), (401, "invalid_session"));
    tap::usecase::session::sweep(&story.app).await.unwrap();
    assert_eq!(story.get("/tap/api/auth/session", &player).await.says(), (401, "invalid_session"));
}
