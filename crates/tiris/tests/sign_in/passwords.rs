//! Mail and password: an account, its confirmation, guesses, invitations.

use crate::harness::{World, code, is, text};
use serde_json::{Value, json};
use store::StoreError;

testkit::on_both_backends! {
    through crate::harness:
    an_address_signs_up_once_and_is_confirmed_by_its_mail;
    five_wrong_passwords_close_the_door_until_time_or_an_admin_opens_it;
    an_invitation_lets_one_person_trade_with_real_money;
    an_address_that_was_never_confirmed_is_its_owners_when_they_come;
}

fn ann() -> Value {
    json!({"email": "Ann@Example.org", "password": "planted-pass-word", "full_name": "Ann Lee"})
}

/// The code of the newest mail.
async fn mailed(world: &World) -> String {
    let newest = world.stall.store.read(|tx| mail::newest(tx, 1)).await;
    let newest = newest.unwrap_or_else(|error: StoreError| panic!("{error}"));
    let data = newest[0].data.clone();
    data["code"].as_str().expect("a code").to_owned()
}

async fn an_address_signs_up_once_and_is_confirmed_by_its_mail(world: World) {
    let made = world.post("/auth/signup", &ann()).await;
    assert_eq!(made.status, 201, "{}", made.text);
    let (token, user) = (text(&made.json["data"], "access_token"), &made.json["data"]["user"]);
    assert_eq!((&user["email_verified"], &user["username"]), (&json!(false), &json!("AnnLee")));
    assert!(!made.text.contains("planted-pass"));
    let again = json!({"email": "ann@example.ORG", "password": "another-pass-word", "full_name": "Not Ann"});
    assert_eq!(code(&world.post("/auth/signup", &again).await), is(409, "EMAIL_EXISTS"));
    for (field, value) in [("email", "ann"), ("password", "short"), ("full_name", "A")] {
        let mut body = ann();
        body[field] = json!(value);
        assert_eq!(world.post("/auth/signup", &body).await.status, 400, "{field}");
    }
    let sent = mailed(&world).await;
    let confirm = async |body: &str| {
        world
            .call("POST", "/auth/verify-email/confirm")
            .token(&token)
            .json(&json!({"code": body}))
            .send()
            .await
    };
    assert_eq!(code(&confirm("WRONGONE").await), is(400, "VERIFICATION_CODE_INVALID"));
    let request =
        world.call("POST", "/auth/verify-email/request").token(&token).json(&json!({})).send().await;
    assert_eq!(request.status, 200, "{}", request.text);
    assert_eq!(code(&confirm(&sent).await), is(400, "VERIFICATION_CODE_INVALID"));
    let fresh = mailed(&world).await;
    world.stall.clock.advance_secs(1_801);
    assert_eq!(code(&confirm(&fresh).await), is(400, "VERIFICATION_CODE_INVALID"));
    world.call("POST", "/auth/verify-email/request").token(&token).json(&json!({})).send().await;
    let last = mailed(&world).await;
    assert_eq!(confirm(&last.to_lowercase()).await.status, 200);
    assert_eq!(world.get(&token, "/users/me").await.json["data"]["email_verified"], true);
    assert_eq!(code(&confirm(&last).await), is(400, "VERIFICATION_CODE_INVALID"));
    let again = world.call("POST", "/auth/verify-email/request").token(&token).json(&json!({})).send().await;
    assert_eq!(code(&again), is(409, "EMAIL_ALREADY_VERIFIED"));
    let entered = world
        .post("/auth/signin", &json!({"email": "ann@example.org", "password": "planted-pass-word"}))
        .await;
    assert_eq!(entered.status, 200, "{}", entered.text);
    let token = text(&entered.json["data"], "access_token");
    assert_eq!(
        world.get(&token, "/tradings").await.json["data"]["tradings"].as_array().map(Vec::len),
        Some(1)
    );
}

async fn five_wrong_passwords_close_the_door_until_time_or_an_admin_opens_it(world: World) {
    let made = world.post("/auth/signup", &ann()).await;
    let id = text(&made.json["data"]["user"], "id");
    let try_with = async |email: &str, password: &str| {
        world.post("/auth/signin", &json!({"email": email, "password": password})).await
    };
    let guess = async |times: usize| {
        for _ in 0..times {
            assert_eq!(
                code(&try_with("ann@example.org", "wrong-pass-word").await),
                is(401, "INVALID_CREDENTIALS")
            );
        }
    };
    guess(4).await;
    assert_eq!(try_with("ann@example.org", "planted-pass-word").await.status, 200);
    guess(5).await;
    let locked = try_with("ann@example.org", "planted-pass-word").await;
    assert_eq!(code(&locked), is(429, "ACCOUNT_LOCKED"));
    assert_eq!(&locked.headers["retry-after"], "900");
    world.stall.clock.advance_secs(901);
    assert_eq!(try_with("ann@example.org", "planted-pass-word").await.status, 200, "time opens it");
    guess(5).await;
    let root = world.token("root").await;
    let unlock = world.call("PUT", &format!("/users/{id}/unlock"));
    assert_eq!(unlock.token(&root).json(&json!({})).send().await.status, 200);
    assert_eq!(try_with("ann@example.org", "planted-pass-word").await.status, 200, "an admin opens it");
    // Nobody's address is counted like somebody's: whoever guesses cannot find out which there are.
    for _ in 0..5 {
        assert_eq!(
            code(&try_with("nobody@example.org", "wrong-pass-word").await),
            is(401, "INVALID_CREDENTIALS")
        );
    }
    assert_eq!(code(&try_with("nobody@example.org", "wrong-pass-word").await), is(429, "ACCOUNT_LOCKED"));
    let user = text(&try_with("ann@example.org", "planted-pass-word").await.json["data"], "access_token");
    let refused =
        world.call("PUT", &format!("/users/{id}/unlock")).token(&user).json(&json!({})).send().await;
    assert_eq!(code(&refused), is(403, "ACCESS_DENIED"));
}

async fn an_invitation_lets_one_person_trade_with_real_money(world: World) {
    let (root, ben, chen) = (world.token("root").await, world.token("ben").await, world.token("chen").await);
    let invite = async |body: Value| world.call("POST", "/invitations").token(&root).json(&body).send().await;
    let made = invite(json!({})).await;
    assert_eq!(made.status, 201, "{}", made.text);
    let first = text(&made.json["data"], "code");
    let refused = world.call("POST", "/invitations").token(&ben).json(&json!({})).send().await;
    assert_eq!(code(&refused), is(403, "ACCESS_DENIED"));
    let lie = json!({"info": {"real_trading_enabled": true}});
    world.call("PUT", "/users/me").token(&ben).json(&lie).send().await;
    let enabled = async |token: &str| {
        world.get(token, "/users/me").await.json["data"]["info"]["real_trading_enabled"].clone()
    };
    assert_eq!(enabled(&ben).await, json!(null), "nobody gives it to themselves");
    let show = async |token: &str, code: &str| {
        world.call("POST", "/invitations/validate").token(token).json(&json!({"code": code})).send().await
    };
    assert_eq!(code(&show(&ben, "nonsense").await), is(400, "INVITATION_CODE_INVALID"));
    let unknown = format!("inv_{}", "0".repeat(32));
    assert_eq!(code(&show(&ben, &unknown).await), is(404, "INVITATION_CODE_NOT_FOUND"));
    assert_eq!(show(&ben, &first).await.status, 200);
    assert_eq!(show(&ben, &first).await.status, 200, "the same once more says the same");
    assert_eq!(enabled(&ben).await, json!(true));
    assert_eq!(code(&show(&chen, &first).await), is(400, "INVITATION_CODE_INVALID"));
    assert_eq!(enabled(&chen).await, json!(null));
    let lie = json!({"info": {"real_trading_enabled": false, "theme": "dark"}});
    world.call("PUT", "/users/me").token(&ben).json(&lie).send().await;
    assert_eq!(enabled(&ben).await, json!(true));
    let short = invite(json!({"expires_at": "2030-01-01T00:00:10Z"})).await;
    world.stall.clock.advance_secs(11);
    assert_eq!(
        code(&show(&chen, &text(&short.json["data"], "code")).await),
        is(410, "INVITATION_CODE_EXPIRED")
    );
}

async fn an_address_that_was_never_confirmed_is_its_owners_when_they_come(world: World) {
    // Somebody signs up with an address that is not theirs, and waits for its owner.
    let thief = json!({"email": "ben@example.com", "password": "planted-pass-word", "full_name": "Not Ben"});
    let made = world.post("/auth/signup", &thief).await;
    let stolen = text(&made.json["data"], "access_token");
    let owner = world.sign_in("google", "ben").await;
    assert_eq!(owner["user"]["id"], made.json["data"]["user"]["id"]);
    assert_eq!(world.get(&stolen, "/users/me").await.status, 401);
    let again = json!({"email": "ben@example.com", "password": "planted-pass-word"});
    assert_eq!(code(&world.post("/auth/signin", &again).await), is(401, "INVALID_CREDENTIALS"));
    assert_eq!(owner["user"]["email_verified"], true);
}
