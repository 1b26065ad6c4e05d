//! Logging in, renewing, logging out; and what each token is good for.

use crate::harness::{House, PASSWORD, page_context};
use axum::http::Method;
use rush::usecase::auth_login::{self, Credentials};
use rush::usecase::auth_page_session;
use serde_json::json;

testkit::on_both_backends! {
    through crate::harness:
    a_wrong_password_and_an_unknown_address_get_the_same_answer;
    an_access_token_ends_after_fifteen_minutes_and_renewing_goes_on_for_seven_days;
    a_refresh_token_shown_twice_ends_its_family_and_no_other;
    logging_out_ends_the_access_token_at_once_and_a_strangers_is_safe;
    logging_out_everywhere_ends_tokens_sessions_and_pages_at_once;
    a_page_session_is_found_by_its_cookie_until_it_ends;
    endpoints_without_a_token_say_so;
}

async fn a_wrong_password_and_an_unknown_address_get_the_same_answer(house: House) {
    house.register("ann@example.com").await;
    let wrong = house.login("ann@example.com", "Wrong-horse1").await;
    assert_eq!(wrong.says(), (401, "INVALID_CREDENTIALS"));
    for (email, password) in [
        ("nobody@example.com", "Wrong-horse1"),
        ("not an address", "Wrong-horse1"),
        ("ann@example.com", ""),
        ("ann@example.com", &"x".repeat(5000)),
        ("' OR '1'='1", "' OR '1'='1"),
    ] {
        let answer = house.login(email, password).await;
        assert_eq!((answer.status, &answer.text), (wrong.status, &wrong.text), "{email}");
    }
    let right = house.login(" ANN@example.com ", PASSWORD).await;
    assert_eq!(right.status, 200);
    assert_eq!(
        right.data()["user"]["last_login_at"],
        json!(null),
        "the answer shows the log-in before this one"
    );
    assert_ne!(house.me(&right.access()).await.data()["last_login_at"], json!(null));
}

async fn an_access_token_ends_after_fifteen_minutes_and_renewing_goes_on_for_seven_days(house: House) {
    let first = house.register("ann@example.com").await;
    house.clock.advance_secs(899);
    assert_eq!(house.me(&first.access()).await.status, 200);
    house.clock.advance_secs(1);
    assert_eq!(house.me(&first.access()).await.says(), (401, "TOKEN_EXPIRED"));
    let second = house.refresh(&first.refresh()).await;
    assert_eq!(house.me(&second.access()).await.status, 200);
    assert_ne!(second.refresh(), first.refresh());
    house.clock.advance_secs(7 * 24 * 3600);
    assert_eq!(house.refresh(&second.refresh()).await.says(), (401, "TOKEN_EXPIRED"));
    for junk in ["", "x", "\u{1}", &"A".repeat(43), &first.access(), &"A".repeat(5000)] {
        assert_eq!(house.refresh(junk).await.says(), (401, "INVALID_TOKEN"), "{junk:.20}");
    }
}

async fn a_refresh_token_shown_twice_ends_its_family_and_no_other(house: House) {
    let thief = house.register("ann@example.com").await;
    let other = house.login("ann@example.com", PASSWORD).await;
    let owner = house.refresh(&thief.refresh()).await;
    assert_eq!(owner.status, 200);
    assert_eq!(house.refresh(&thief.refresh()).await.says(), (401, "INVALID_TOKEN"));
    assert_eq!(house.refresh(&owner.refresh()).await.says(), (401, "INVALID_TOKEN"), "the family is over");
    for access in [thief.access(), owner.access()] {
        assert_eq!(house.me(&access).await.says(), (401, "INVALID_TOKEN"), "and so are its access tokens");
    }
    assert_eq!(house.me(&other.access()).await.status, 200);
    assert_eq!(house.refresh(&other.refresh()).await.status, 200, "another log-in goes on");
}

async fn logging_out_ends_the_access_token_at_once_and_a_strangers_is_safe(house: House) {
    let ann = house.register("ann@example.com").await;
    let ben = house.register("ben@example.com").await;
    let out = |token: String, shown: String| {
        let ask = house.request(Method::POST, "/auth/logout").token(&token);
        ask.json(&json!({ "refresh_token": shown })).send()
    };
    assert_eq!(out(ben.access(), ann.refresh()).await.status, 200);
    let ann = house.refresh(&ann.refresh()).await;
    assert_eq!(ann.status, 200, "a stranger ended nothing");
    let other = house.login("ann@example.com", PASSWORD).await;
    assert_eq!(out(ann.access(), ann.refresh()).await.status, 200);
    assert_eq!(house.refresh(&ann.refresh()).await.says(), (401, "INVALID_TOKEN"));
    assert_eq!(house.me(&ann.access()).await.says(), (401, "INVALID_TOKEN"));
    assert_eq!(out(ann.access(), ann.refresh()).await.says(), (401, "INVALID_TOKEN"), "it is over already");
    assert_eq!(house.me(&other.access()).await.status, 200, "the other log-in goes on");
    assert_eq!(out(other.access(), "gone".into()).await.status, 200, "a token that is gone is no error");
    rush::usecase::auth_upkeep::reload_blocked(&house.app).await.unwrap();
    assert_eq!(house.me(&ann.access()).await.says(), (401, "INVALID_TOKEN"), "another node learns of it");
}

async fn logging_out_everywhere_ends_tokens_sessions_and_pages_at_once(house: House) {
    let first = house.register("ann@example.com").await;
    let second = house.login("ann@example.com", PASSWORD).await;
    let cookie = page_login(&house).await;
    let ask = house.request(Method::POST, "/auth/logout-all").token(&first.access());
    assert_eq!(ask.send().await.data()["ended_sessions"], 3);
    for answer in [&first, &second] {
        assert_eq!(house.me(&answer.access()).await.says(), (401, "INVALID_TOKEN"));
        assert_eq!(house.refresh(&answer.refresh()).await.says(), (401, "INVALID_TOKEN"));
    }
    assert!(auth_page_session::find(&house.app, cookie).await.unwrap().is_none());
    let again = house.login("ann@example.com", PASSWORD).await;
    assert_eq!(house.me(&again.access()).await.status, 200, "a new log-in is of the new epoch");
}

async fn page_login(house: &House) -> String {
    let credentials = Credentials {
        site: Some(crate::harness::TENANT),
        email: "ann@example.com".into(),
        password: PASSWORD.into(),
    };
    auth_login::run(&house.app, credentials, page_context()).await.unwrap().secret.text()
}

async fn a_page_session_is_found_by_its_cookie_until_it_ends(house: House) {
    house.register("ann@example.com").await;
    let cookie = page_login(&house).await;
    let day = 24 * 3600;
    for _ in 0..20 {
        house.clock.advance_secs(6 * day);
        let session = auth_page_session::find(&house.app, cookie.clone()).await.unwrap();
        assert_eq!(session.unwrap().email, "ann@example.com", "a session in use never ends");
    }
    assert_eq!(house.refresh(&cookie).await.says(), (401, "INVALID_TOKEN"), "a cookie is no refresh token");
    auth_page_session::end(&house.app, cookie.clone()).await.unwrap();
    assert!(auth_page_session::find(&house.app, cookie).await.unwrap().is_none());
}

async fn endpoints_without_a_token_say_so(house: House) {
    for (method, path) in [
        (Method::GET, "/auth/me"),
        (Method::PUT, "/auth/me"),
        (Method::PUT, "/auth/password"),
        (Method::POST, "/auth/logout"),
        (Method::POST, "/auth/logout-all"),
        (Method::POST, "/auth/validate"),
    ] {
        let plain = house.request(method.clone(), path).json(&json!({})).send().await;
        assert_eq!(plain.says(), (401, "MISSING_TOKEN"), "{method} {path}");
        let pretended =
            house.request(method.clone(), path).json(&json!({})).header("x-user-id", "1").send().await;
        assert_eq!(pretended.says(), (401, "MISSING_TOKEN"), "{method} {path} with a pretended user");
    }
}
