//! A user who is switched off is refused at once, at every door and on every node.

use crate::harness::{Answer, House, PASSWORD, TENANT, page_context};
use axum::http::Method;
use identity::users;
use kernel::{TenantId, UserId};
use rush::domain::role;
use rush::usecase::auth_login::{self, Credentials};
use rush::usecase::{auth_page_session, auth_upkeep};
use serde_json::json;

testkit::on_both_backends! {
    through crate::harness:
    a_switched_off_user_is_refused_at_every_door_at_once;
    only_administrators_switch_and_only_within_their_tenant;
    the_last_administrator_stays;
    what_another_node_switched_off_is_refused_after_a_reload;
}

async fn switch(house: &House, token: &str, user: UserId, to: &str) -> Answer {
    let path = format!("/users/{}/{to}", house.public(user));
    house.request(Method::POST, &path).token(token).send().await
}

async fn a_switched_off_user_is_refused_at_every_door_at_once(house: House) {
    let (_, admin) = house.user("admin@example.com", role::SUPER_ADMIN, None).await;
    let (ann, token) = house.user("ann@example.com", role::CUSTOMER, None).await;
    let session = house.login("ann@example.com", PASSWORD).await;
    let credentials =
        || Credentials { site: None, email: "ann@example.com".into(), password: PASSWORD.into() };
    let cookie = auth_login::run(&house.app, credentials(), page_context()).await.unwrap().secret.text();

    let off = switch(&house, &admin, ann, "deactivate").await;
    assert_eq!(off.data()["is_active"], json!(false));
    assert_eq!(house.me(&token).await.says(), (403, "USER_INACTIVE"));
    assert_eq!(house.refresh(&session.refresh()).await.says(), (401, "INVALID_TOKEN"));
    assert!(auth_page_session::find(&house.app, cookie).await.unwrap().is_none());
    assert_eq!(house.login("ann@example.com", PASSWORD).await.says(), (403, "USER_INACTIVE"));
    let wrong = house.login("ann@example.com", "Wrong-horse1").await;
    assert_eq!(wrong.says(), (401, "INVALID_CREDENTIALS"), "who does not know the password learns nothing");
    house.post("/auth/forgot-password", json!({ "email": "ann@example.com" })).await;
    assert!(house.mails().await.is_empty());

    switch(&house, &admin, ann, "activate").await.data();
    assert_eq!(house.me(&token).await.says(), (401, "INVALID_TOKEN"), "tokens from before stay over");
    let back = house.login("ann@example.com", PASSWORD).await;
    assert_eq!(house.me(&back.access()).await.status, 200);
}

async fn only_administrators_switch_and_only_within_their_tenant(house: House) {
    let (ann, _) = house.user("ann@example.com", role::CUSTOMER, Some(TENANT)).await;
    for (role, tenant, says) in [
        (role::CUSTOMER, Some(TENANT), (403, "FORBIDDEN")),
        (role::ORGANIZER, Some(TENANT), (403, "FORBIDDEN")),
        (role::SERVICE, None, (403, "FORBIDDEN")),
        (role::ADMIN, Some(TenantId(8)), (404, "NOT_FOUND")),
        (role::ADMIN, Some(TENANT), (200, "")),
        (role::SUPER_ADMIN, None, (200, "")),
    ] {
        let email = format!("{}-{}@example.com", role.as_str(), tenant.map_or(0, |tenant| tenant.0));
        let (_, token) = house.user(&email, role, tenant).await;
        assert_eq!(switch(&house, &token, ann, "activate").await.says(), says, "{email}");
    }
    let (_, admin) = house.user("boss@example.com", role::ADMIN, Some(TENANT)).await;
    assert_eq!(switch(&house, &admin, UserId(1), "deactivate").await.says(), (404, "NOT_FOUND"));
    let forged = house.request(Method::POST, "/users/00000000-0000-8000-8000-000000000001/deactivate");
    assert_eq!(forged.token(&admin).send().await.says(), (404, "NOT_FOUND"));
}

async fn the_last_administrator_stays(house: House) {
    let (boss, boss_token) = house.user("boss@example.com", role::ADMIN, Some(TENANT)).await;
    assert_eq!(switch(&house, &boss_token, boss, "deactivate").await.says(), (409, "LAST_ADMIN"));
    assert_eq!(house.me(&boss_token).await.status, 200);
    // An administrator of another tenant is no help; a second one of this tenant is.
    house.user("far@example.com", role::ADMIN, Some(TenantId(8))).await;
    assert_eq!(switch(&house, &boss_token, boss, "deactivate").await.says(), (409, "LAST_ADMIN"));
    let (second, second_token) = house.user("second@example.com", role::ADMIN, Some(TENANT)).await;
    assert_eq!(switch(&house, &boss_token, boss, "deactivate").await.status, 200);
    assert_eq!(switch(&house, &second_token, second, "deactivate").await.says(), (409, "LAST_ADMIN"));
}

async fn what_another_node_switched_off_is_refused_after_a_reload(house: House) {
    let (ann, token) = house.user("ann@example.com", role::CUSTOMER, None).await;
    let (ben, bens) = house.user("ben@example.com", role::CUSTOMER, None).await;
    let now = house.app.clock.now();
    let elsewhere = house.app.store.write(move |tx| {
        users::set_active(tx, now, ann, false)?;
        users::raise_epoch(tx, now, ben)
    });
    elsewhere.await.unwrap();
    assert_eq!(house.me(&bens).await.status, 200, "this node has not heard of it");
    auth_upkeep::reload_blocked(&house.app).await.unwrap();
    assert_eq!(house.me(&token).await.says(), (403, "USER_INACTIVE"));
    assert_eq!(house.me(&bens).await.says(), (401, "INVALID_TOKEN"));
    house.clock.advance_secs(8 * 24 * 3600);
    auth_upkeep::sweep(&house.app).await.unwrap();
}
