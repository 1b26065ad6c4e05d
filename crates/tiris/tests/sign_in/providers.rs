//! Coming in with Google and with WeChat.

use crate::harness::{Returned, World, code, is, text};
use serde_json::json;
use store::params;

testkit::on_both_backends! { through crate::harness:
    google_makes_a_user_once_and_knows_them_again;
    what_google_says_wrongly_is_refused_and_makes_nobody;
    an_unverified_address_links_to_nobody;
    a_state_is_good_once_for_its_provider_its_redirect_and_ten_minutes;
    wechat_knows_one_person_in_two_applications;
    wechats_failure_in_a_200_is_a_401;
    names_that_collide_get_a_suffix;
    whoever_the_configuration_names_is_an_admin;
}

async fn google_makes_a_user_once_and_knows_them_again(world: World) {
    let begun = world.login("google", None).await;
    let url = text(&begun.json["data"], "auth_url");
    for part in [
        "client_id=",
        "scope=openid+email+profile",
        "state=",
        "nonce=",
        "code_challenge=",
        "code_challenge_method=S256",
    ] {
        assert!(url.contains(part), "{part} in {url}");
    }
    assert!(begun.headers.get("set-cookie").is_some_and(|cookie| cookie.contains("HttpOnly")));
    let first = world.sign_in("google", "ann").await;
    assert_eq!((first["token_type"].as_str(), first["expires_in"].as_i64()), (Some("Bearer"), Some(3600)));
    assert_eq!(
        (first["user"]["username"].as_str(), first["user"]["email"].as_str()),
        (Some("AnnLee"), Some("ann@example.com"))
    );
    assert!(first["user"]["settings"]["timezone"].is_string());
    let token = text(&first, "access_token");
    let tradings = world.get(&token, "/tradings").await;
    assert_eq!(tradings.json["data"]["tradings"].as_array().map(Vec::len), Some(1), "{}", tradings.text);
    let again = world.sign_in("google", "ann").await;
    assert_eq!(again["user"]["id"], first["user"]["id"]);
    let tradings = world.get(&token, "/tradings").await;
    assert_eq!(tradings.json["data"]["tradings"].as_array().map(Vec::len), Some(1), "nothing is made twice");
    let sealed = world
        .stall
        .store
        .read(|tx| tx.query("SELECT access_token FROM oauth_tokens", params![], |row| row.blob(0)));
    for bytes in sealed.await.expect("read") {
        assert!(!bytes.windows(4).any(|window| window == b"ya29"), "a provider's token is sealed");
    }
}

async fn what_google_says_wrongly_is_refused_and_makes_nobody(world: World) {
    for fault in [
        "wrong_audience",
        "wrong_issuer",
        "wrong_nonce",
        "expired",
        "unknown_key",
        "no_algorithm",
        "away",
        "redirect",
    ] {
        let returned = world.browse("google", None, "ann").await;
        world.control(&format!("provider=google&fault={fault}")).await;
        let answer = world.callback(&returned).await;
        assert_eq!(code(&answer), is(401, "OAUTH_CALLBACK_FAILED"), "{fault}");
        assert!(!answer.text.contains(mock::oauth::CLIENT_SECRET) && !answer.text.contains(&returned.code));
        world.control("provider=google&fault=none").await;
    }
    let count = world
        .stall
        .store
        .read(|tx| tx.query_one("SELECT CAST(COUNT(*) AS BIGINT) FROM users", params![], |row| row.int(0)));
    assert_eq!(count.await.expect("read"), 0);
}

async fn an_unverified_address_links_to_nobody(world: World) {
    let ann = world.sign_in("google", "ann").await;
    world.control("provider=google&fault=unverified_mail").await;
    // Another account at the provider that claims nothing yet: its address is not kept.
    let ben = world.sign_in("google", "ben").await;
    assert_eq!(ben["user"]["email"], json!(null));
    world.control("provider=google&fault=none").await;
    assert_ne!(ann["user"]["id"], ben["user"]["id"]);
}

async fn a_state_is_good_once_for_its_provider_its_redirect_and_ten_minutes(world: World) {
    let returned = world.browse("google", None, "ann").await;
    assert_eq!(world.callback(&returned).await.status, 200);
    assert_eq!(code(&world.callback(&returned).await), is(400, "INVALID_STATE"), "a second time");
    let returned = world.browse("google", None, "ann").await;
    let other = Returned { provider: "wechat", ..returned.clone() };
    assert_eq!(code(&world.callback(&other).await), is(400, "INVALID_STATE"), "another provider");
    let returned = world.browse("google", None, "ann").await;
    let body = json!({"provider": "google", "code": returned.code, "state": returned.state,
                      "redirect_uri": "http://localhost:3000/other"});
    assert_eq!(code(&world.post("/auth/callback", &body).await), is(400, "REDIRECT_URI_MISMATCH"));
    let returned = world.browse("google", None, "ann").await;
    world.stall.clock.advance_secs(601);
    assert_eq!(code(&world.callback(&returned).await), is(400, "INVALID_STATE"), "ten minutes");
    let body = json!({"provider": "google", "redirect_uri": "https://evil.example/"});
    assert_eq!(code(&world.post("/auth/login", &body).await), is(400, "REDIRECT_URI_MISMATCH"));
    let body = json!({"provider": "google", "code": "c", "state": "invented"});
    assert_eq!(code(&world.post("/auth/callback", &body).await), is(400, "INVALID_STATE"));
}

async fn wechat_knows_one_person_in_two_applications(world: World) {
    let begun = world.login("wechat", Some("in_app")).await;
    let url = text(&begun.json["data"], "auth_url");
    assert!(url.contains("/connect/oauth2/authorize?appid=") && url.contains("scope=snsapi_userinfo"));
    let at_desk = world.browse("wechat", Some("qr"), "chen").await;
    let at_desk = world.callback(&at_desk).await;
    assert_eq!(at_desk.status, 200, "{}", at_desk.text);
    let in_app = world.browse("wechat", Some("in_app"), "chen").await;
    let in_app = world.callback(&in_app).await;
    assert_eq!(at_desk.json["data"]["user"]["id"], in_app.json["data"]["user"]["id"]);
    assert_eq!(at_desk.json["data"]["user"]["email"], json!(null));
}

async fn wechats_failure_in_a_200_is_a_401(world: World) {
    let returned = world.browse("wechat", Some("qr"), "chen").await;
    world.control("provider=wechat&fault=errcode").await;
    let answer = world.callback(&returned).await;
    assert_eq!(code(&answer), is(401, "OAUTH_CALLBACK_FAILED"));
    assert!(!answer.text.contains(mock::oauth::WECHAT_APP_SECRET));
}

async fn names_that_collide_get_a_suffix(world: World) {
    // Both have a name without letters, and one mail prefix is the other's name.
    let first = world.sign_in("google", "sam.x").await;
    let second = world.sign_in("google", "samx").await;
    assert_eq!(first["user"]["username"], "samx");
    let name = text(&second["user"], "username");
    assert!(name.starts_with("samx_") && name.len() == 9, "{name}");
}

async fn whoever_the_configuration_names_is_an_admin(world: World) {
    let root = world.token("root").await;
    let ann = world.sign_in("google", "ann").await;
    let ann_token = text(&ann, "access_token");
    assert_eq!(code(&world.get(&ann_token, "/users").await), is(403, "ACCESS_DENIED"));
    let users = world.get(&root, "/users?limit=1").await;
    assert_eq!(users.json["data"]["pagination"]["total"], 2, "{}", users.text);
    assert_eq!(world.call("GET", "/users").send().await.status, 401);
    let id = text(&ann["user"], "id");
    let role = world
        .call("PUT", &format!("/users/{id}/role"))
        .token(&root)
        .json(&json!({"role": "admin"}))
        .send()
        .await;
    assert_eq!(role.status, 200, "{}", role.text);
    assert_eq!(world.get(&ann_token, "/users").await.status, 200, "the role counts without a new sign-in");
}
