//! Forgotten passwords: nobody learns who has an account, and a link is good once, for thirty minutes.

use crate::harness::{House, PASSWORD};
use rush::domain::role;
use serde_json::json;

testkit::on_both_backends! {
    through crate::harness:
    the_answer_to_a_forgotten_password_tells_nothing;
    a_link_changes_the_password_once_and_ends_every_session;
    a_link_ends_after_thirty_minutes;
    a_weak_password_leaves_the_link_good;
    a_reset_opens_an_account_that_guesses_had_closed;
}

const NEW: &str = "Battery-staple2";

async fn forgot(house: &House, email: &str) -> (u16, String) {
    let answer = house.post("/auth/forgot-password", json!({ "email": email })).await;
    (answer.status.as_u16(), answer.text)
}

/// The token of the newest mail's link.
async fn link(house: &House, email: &str) -> String {
    assert_eq!(forgot(house, email).await.0, 202);
    let newest = house.mails().await.remove(0);
    let (_, rest) = newest.split_once("https://tickets.example/rush/reset-password?token=").unwrap();
    rest.split_whitespace().next().unwrap().to_owned()
}

async fn reset(house: &House, token: &str, password: &str) -> (u16, String) {
    let answer =
        house.post("/auth/reset-password", json!({ "token": token, "new_password": password })).await;
    (answer.status.as_u16(), answer.code().to_owned())
}

fn refused(status: u16, code: &str) -> (u16, String) {
    (status, code.to_owned())
}

async fn the_answer_to_a_forgotten_password_tells_nothing(house: House) {
    house.register("ann@example.com").await;
    let known = forgot(&house, "Ann@example.com").await;
    assert_eq!(known.0, 202);
    for email in ["nobody@example.com", "no address", "", &"x".repeat(5000)] {
        assert_eq!(forgot(&house, email).await, known, "{email:.20}");
    }
    assert_eq!(house.mails().await.len(), 1);
    for _ in 0..20 {
        assert_eq!(forgot(&house, "ann@example.com").await, known, "a flood looks alike");
    }
    assert_eq!(house.mails().await.len(), 5, "and sends five mails");
}

async fn a_link_changes_the_password_once_and_ends_every_session(house: House) {
    let before = house.register("ann@example.com").await;
    let (earlier, token) = (link(&house, "ann@example.com").await, link(&house, "ann@example.com").await);
    assert_eq!(reset(&house, &token, NEW).await, refused(200, ""));
    for used in [&token, &earlier] {
        assert_eq!(
            reset(&house, used, PASSWORD).await,
            refused(400, "INVALID_TOKEN"),
            "used, or sent before"
        );
    }
    assert_eq!(house.me(&before.access()).await.says(), (401, "INVALID_TOKEN"));
    assert_eq!(house.refresh(&before.refresh()).await.says(), (401, "INVALID_TOKEN"));
    assert_eq!(house.login("ann@example.com", PASSWORD).await.says(), (401, "INVALID_CREDENTIALS"));
    let after = house.login("ann@example.com", NEW).await;
    assert_eq!(house.me(&after.access()).await.status, 200);
    for junk in ["", "x", &"A".repeat(43), &after.refresh()] {
        assert_eq!(reset(&house, junk, NEW).await, refused(400, "INVALID_TOKEN"), "{junk:.20}");
    }
}

async fn a_link_ends_after_thirty_minutes(house: House) {
    house.user("ben@example.com", role::ORGANIZER, Some(crate::harness::TENANT)).await;
    house.register("ann@example.com").await;
    let token = link(&house, "ann@example.com").await;
    house.clock.advance_secs(1800);
    assert_eq!(reset(&house, &token, NEW).await, refused(410, "TOKEN_EXPIRED"));
    let token = link(&house, "ann@example.com").await;
    house.clock.advance_secs(1799);
    assert_eq!(reset(&house, &token, NEW).await, refused(200, ""));
}

async fn a_weak_password_leaves_the_link_good(house: House) {
    house.register("ann@example.com").await;
    let token = link(&house, "ann@example.com").await;
    assert_eq!(reset(&house, &token, "weak").await, refused(400, "WEAK_PASSWORD"));
    assert_eq!(reset(&house, &token, NEW).await, refused(200, ""));
}

async fn a_reset_opens_an_account_that_guesses_had_closed(house: House) {
    house.register("ann@example.com").await;
    for _ in 0..10 {
        house.login("ann@example.com", "Wrong-horse1").await;
    }
    assert_eq!(house.login("ann@example.com", PASSWORD).await.says(), (429, "ACCOUNT_LOCKED"));
    let token = link(&house, "ann@example.com").await;
    assert_eq!(reset(&house, &token, NEW).await, refused(200, ""));
    assert_eq!(house.login("ann@example.com", NEW).await.status, 200);
}
