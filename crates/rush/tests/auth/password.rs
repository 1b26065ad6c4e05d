//! Changing the own password.

use crate::harness::{Answer, House, PASSWORD};
use axum::http::Method;
use serde_json::json;

testkit::on_both_backends! {
    through crate::harness:
    a_changed_password_ends_every_session_but_the_new_one;
    guessing_the_current_password_counts_like_guessing_at_the_door;
}

const NEW: &str = "Battery-staple2";

async fn change(house: &House, token: &str, current: &str, new: &str) -> Answer {
    let body = json!({ "current_password": current, "new_password": new });
    house.request(Method::PUT, "/auth/password").token(token).json(&body).send().await
}

async fn a_changed_password_ends_every_session_but_the_new_one(house: House) {
    let before = house.register("ann@example.com").await;
    assert_eq!(change(&house, &before.access(), PASSWORD, "weak").await.says(), (400, "WEAK_PASSWORD"));
    let wrong = change(&house, &before.access(), "Wrong-horse1", NEW).await;
    assert_eq!(wrong.says(), (401, "INVALID_CREDENTIALS"));
    assert_eq!(house.me(&before.access()).await.status, 200, "a refused change ends nothing");
    let after = change(&house, &before.access(), PASSWORD, NEW).await;
    assert_eq!(house.me(&after.access()).await.status, 200);
    assert_eq!(house.me(&before.access()).await.says(), (401, "INVALID_TOKEN"));
    assert_eq!(house.refresh(&before.refresh()).await.says(), (401, "INVALID_TOKEN"));
    assert_eq!(house.refresh(&after.refresh()).await.status, 200);
    assert_eq!(house.login("ann@example.com", PASSWORD).await.status, 401);
    assert_eq!(house.login("ann@example.com", NEW).await.status, 200);
}

async fn guessing_the_current_password_counts_like_guessing_at_the_door(house: House) {
    let token = house.register("ann@example.com").await.access();
    for _ in 0..10 {
        assert_eq!(change(&house, &token, "Wrong-horse1", NEW).await.status, 401);
    }
    assert_eq!(change(&house, &token, PASSWORD, NEW).await.says(), (429, "ACCOUNT_LOCKED"));
    assert_eq!(house.login("ann@example.com", PASSWORD).await.says(), (429, "ACCOUNT_LOCKED"));
}
