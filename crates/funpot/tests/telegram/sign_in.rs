//! Signing in: who is let in, what they are given, and one user for each of Telegram's.

use crate::harness::{BOSS, Story, says};
use axum::http::Method;
use mock::telegram::{BOT_TOKEN, FIRST_USER};
use serde_json::json;
use std::net::IpAddr;

testkit::on_both_backends! {
    through crate::harness:
    a_first_log_in_makes_one_user_and_a_later_one_finds_it;
    concurrent_first_log_ins_make_one_user;
    what_telegram_did_not_sign_is_refused_by_its_kind;
    an_address_logs_in_ten_times_a_minute;
    a_code_binds_at_the_first_log_in_and_never_later;
    the_configured_id_becomes_the_first_superadmin;
    the_access_token_says_what_it_must_and_is_over_in_time;
}

async fn a_first_log_in_makes_one_user_and_a_later_one_finds_it(story: Story) {
    let first = story.login(&story.telegram.init_data(FIRST_USER, None)).await;
    assert_eq!(first.status, 200, "{}", first.text);
    let me = &first.json["user"];
    assert_eq!((&me["tgUserId"], &me["firstName"]), (&json!(FIRST_USER), &json!("Ada")));
    assert_eq!((&me["balances"]["internal"], &me["isAdmin"]), (&json!(0), &json!(false)));
    assert_eq!(me["roles"], json!(["user"]));
    let code = me["referral"]["code"].as_str().unwrap_or_default();
    assert_eq!(code.len(), 10);
    assert_eq!(me["referral"]["url"], json!(format!("https://t.me/fair_bot/app?startapp=ref_{code}")));
    let again = story.login(&story.telegram.init_data(FIRST_USER, None)).await;
    assert_eq!(again.json["user"]["userId"], me["userId"]);
    assert_eq!(again.json["user"]["referral"]["code"], json!(code));
    assert_ne!(again.json["sessionId"], first.json["sessionId"]);
    assert_eq!(story.count("SELECT COUNT(*) FROM users").await, 1);
    let alias = story
        .post("/funpot/api/auth", &json!({ "initData": story.telegram.init_data(FIRST_USER, None) }))
        .await;
    assert_eq!(alias.status, 200);
}

async fn concurrent_first_log_ins_make_one_user(story: Story) {
    let data = story.telegram.init_data(FIRST_USER + 1, None);
    let all = futures_util::future::join_all((0..8).map(|_| story.login(&data))).await;
    let ids: std::collections::BTreeSet<_> =
        all.iter().map(|one| one.json["user"]["userId"].to_string()).collect();
    assert!(all.iter().all(|one| one.status == 200), "{}", all[0].text);
    assert_eq!((ids.len(), story.count("SELECT COUNT(*) FROM users").await), (1, 1));
}

async fn what_telegram_did_not_sign_is_refused_by_its_kind(story: Story) {
    let sound = story.telegram.init_data(FIRST_USER, None);
    let without = |key: &str| {
        sound.split('&').filter(|pair| !pair.starts_with(&format!("{key}="))).collect::<Vec<_>>().join("&")
    };
    for (bad, status, code) in [
        (String::new(), 400, "bad_request"),
        ("nonsense".to_owned(), 400, "bad_request"),
        (without("hash"), 400, "bad_request"),
        (without("auth_date"), 400, "bad_request"),
        (without("user"), 400, "bad_request"),
        (without("signature"), 401, "unauthenticated"),
        (sound.replace("Ada", "Adb"), 401, "unauthenticated"),
        (format!("{sound}&extra=1"), 401, "unauthenticated"),
    ] {
        assert_eq!(says(&story.login(&bad).await), (status, code), "{bad}");
    }
    assert_eq!(says(&story.post("/funpot/api/auth/telegram", &json!({})).await), (400, "bad_request"));
    story.advance(86_401);
    assert_eq!(says(&story.login(&sound).await), (401, "unauthenticated"), "a day old");
    assert_eq!(story.count("SELECT COUNT(*) FROM users").await, 0);
    assert!(!BOT_TOKEN.is_empty() && !sound.contains(BOT_TOKEN));
}

async fn an_address_logs_in_ten_times_a_minute(story: Story) {
    let (data, ip) = (story.telegram.init_data(FIRST_USER, None), IpAddr::from([198, 51, 100, 1]));
    let body = json!({ "initData": data });
    let login =
        || story.stall.front.call(Method::POST, "/funpot/api/auth/telegram").from(ip).json(&body).send();
    for _ in 0..10 {
        assert_eq!(login().await.status, 200);
    }
    let refused = login().await;
    assert_eq!(says(&refused), (429, "rate_limited"));
    assert_eq!(refused.json["error"]["details"], json!({ "limit": 10, "windowSec": 60 }));
    assert!(refused.headers.get("retry-after").is_some());
    assert_eq!(story.login(&data).await.status, 200, "another address is not held up");
}

async fn a_code_binds_at_the_first_log_in_and_never_later(story: Story) {
    let inviter = story.person(0).await;
    let me = story.get("/funpot/api/me", &inviter).await;
    let param = format!("ref_{}", me.json["referral"]["code"].as_str().unwrap_or_default());
    story.invited(1, Some(&param)).await;
    story.person(2).await;
    story.invited(2, Some(&param)).await;
    story.invited(0, Some(&param)).await;
    story.invited(3, Some("ref_AAAAAAAAAA")).await;
    let bound = "SELECT COUNT(*) FROM referrals WHERE inviter_user_id IS NOT NULL";
    assert_eq!(story.count(bound).await, 1, "an unknown code, a later log-in and oneself bind nobody");
    assert_eq!(story.count("SELECT COUNT(DISTINCT code) FROM referrals").await, 4);
}

async fn the_configured_id_becomes_the_first_superadmin(story: Story) {
    assert_eq!(story.boss().await.tg_user_id, BOSS);
    let boss = story.login(&story.telegram.init_data(BOSS, None)).await;
    assert_eq!(boss.json["user"]["roles"], json!(["user", "superadmin"]));
    assert_eq!(boss.json["user"]["isAdmin"], json!(true));
}

async fn the_access_token_says_what_it_must_and_is_over_in_time(story: Story) {
    let person = story.person(0).await;
    let part = |at: usize| {
        let text = person.token.split('.').nth(at).unwrap_or_default();
        let bytes = base64::Engine::decode(&base64::engine::general_purpose::URL_SAFE_NO_PAD, text);
        serde_json::from_slice::<serde_json::Value>(&bytes.unwrap_or_default()).unwrap_or_default()
    };
    assert_eq!(part(0), json!({ "alg": "HS256", "typ": "JWT" }));
    let claims = part(1);
    assert_eq!((&claims["sub"], &claims["uid"]), (&json!(person.user_id), &json!(person.user_id)));
    assert_eq!((&claims["tid"], &claims["roles"]), (&json!(FIRST_USER), &json!(["user"])));
    let lifetime = claims["exp"].as_i64().unwrap_or(0) - claims["iat"].as_i64().unwrap_or(0);
    assert_eq!(lifetime, 600);
    for name in ["iss", "aud", "sid", "jti"] {
        assert!(claims[name].is_string(), "{name}");
    }
    assert_eq!(story.get("/funpot/api/me", &person).await.status, 200);
    story.advance(600);
    assert_eq!(says(&story.get("/funpot/api/me", &person).await), (401, "token_expired"));
}
