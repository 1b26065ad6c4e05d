//! How long somebody stays in.

use crate::harness::{World, code, is, text};
use serde_json::{Value, json};

testkit::on_both_backends! { through crate::harness:
    a_refresh_token_is_good_again_and_again_until_its_holder_signs_out;
    in_rotation_mode_a_second_use_ends_the_whole_sign_in;
    tokens_end_in_their_time;
    whoever_is_switched_off_is_out_at_once;
    a_profile_is_merged_and_keeps_what_the_server_wrote;
    whoever_is_erased_leaves_nothing_personal;
}

async fn refresh(world: &World, token: &str, rotate: bool) -> testkit::Answer {
    world.post("/auth/refresh", &json!({"refresh_token": token, "rotate": rotate})).await
}

async fn a_refresh_token_is_good_again_and_again_until_its_holder_signs_out(world: World) {
    let ann = world.sign_in("google", "ann").await;
    let (access, token) = (text(&ann, "access_token"), text(&ann, "refresh_token"));
    for _ in 0..2 {
        let answer = refresh(&world, &token, false).await;
        assert_eq!(
            (answer.status, answer.json["data"]["refresh_token"].as_str()),
            (200, Some(token.as_str()))
        );
    }
    assert_eq!(world.get(&access, "/users/me").await.status, 200);
    let out = world.call("POST", "/auth/logout").token(&access).json(&Value::Null).send().await;
    assert_eq!(out.status, 200, "{}", out.text);
    assert_eq!(code(&world.get(&access, "/users/me").await), is(401, "INVALID_TOKEN"));
    assert_eq!(code(&refresh(&world, &token, false).await), is(401, "TOKEN_REFRESH_FAILED"));
    assert_eq!(
        code(&refresh(&world, &access, false).await),
        is(401, "TOKEN_REFRESH_FAILED"),
        "another kind of token"
    );
    assert_eq!(world.get(&token, "/users/me").await.status, 401, "a refresh token opens nothing");
}

async fn in_rotation_mode_a_second_use_ends_the_whole_sign_in(world: World) {
    let ann = world.sign_in("google", "ann").await;
    let first = text(&ann, "refresh_token");
    let second = refresh(&world, &first, true).await.json["data"].clone();
    let third = refresh(&world, &text(&second, "refresh_token"), false).await;
    assert_eq!(third.status, 200, "{}", third.text);
    let third = third.json["data"].clone();
    assert_ne!(text(&third, "refresh_token"), text(&second, "refresh_token"), "rotation goes on");
    assert_eq!(code(&refresh(&world, &first, true).await), is(401, "TOKEN_REFRESH_FAILED"));
    assert_eq!(
        refresh(&world, &text(&third, "refresh_token"), true).await.status,
        401,
        "the family has ended"
    );
    assert_eq!(world.get(&text(&third, "access_token"), "/users/me").await.status, 401);
}

async fn tokens_end_in_their_time(world: World) {
    let ann = world.sign_in("google", "ann").await;
    let (access, token) = (text(&ann, "access_token"), text(&ann, "refresh_token"));
    world.stall.clock.advance_secs(3_599);
    assert_eq!(world.get(&access, "/users/me").await.status, 200);
    world.stall.clock.advance_secs(1);
    assert_eq!(world.get(&access, "/users/me").await.status, 401);
    world.stall.clock.advance_secs(604_800 - 3_601);
    assert_eq!(refresh(&world, &token, false).await.status, 200);
    world.stall.clock.advance_secs(1);
    assert_eq!(refresh(&world, &token, false).await.status, 401);
    let none =
        format!("{}.{}.", "eyJhbGciOiJub25lIiwidHlwIjoiSldUIn0", access.split('.').nth(1).expect("claims"));
    assert_eq!(world.get(&none, "/users/me").await.status, 401, "an algorithm called none");
}

async fn whoever_is_switched_off_is_out_at_once(world: World) {
    let (root, ann) = (world.token("root").await, world.sign_in("google", "ann").await);
    let (access, token, id) =
        (text(&ann, "access_token"), text(&ann, "refresh_token"), text(&ann["user"], "id"));
    let put =
        async |token: &str, path: &str| world.call("PUT", path).token(token).json(&json!({})).send().await;
    assert_eq!(put(&root, &format!("/users/{id}/disable")).await.status, 200);
    assert_eq!(world.get(&access, "/users/me").await.status, 401);
    assert_eq!(refresh(&world, &token, false).await.status, 401);
    let returned = world.browse("google", None, "ann").await;
    assert_eq!(code(&world.callback(&returned).await), is(403, "USER_DISABLED"));
    assert_eq!(put(&root, &format!("/users/{id}/enable")).await.status, 200);
    let access = world.token("ann").await;
    assert_eq!(put(&access, "/users/me/disable").await.status, 200);
    assert_eq!(world.get(&access, "/users/me").await.status, 401);
}

async fn a_profile_is_merged_and_keeps_what_the_server_wrote(world: World) {
    let (ann, _) = (world.token("ann").await, world.token("ben").await);
    let put = async |body: &Value| world.call("PUT", "/users/me").token(&ann).json(body).send().await;
    let answer =
        put(&json!({"settings": {"currency": "EUR"}, "info": {"real_trading_enabled": true, "x": 1}})).await;
    let user = &answer.json["data"];
    assert_eq!(
        (user["settings"]["currency"].as_str(), user["settings"]["timezone"].as_str()),
        (Some("EUR"), Some("UTC"))
    );
    assert_eq!(
        (&user["info"]["x"], &user["info"]["real_trading_enabled"]),
        (&json!(1), &json!(null)),
        "{}",
        answer.text
    );
    assert_eq!(
        code(&put(&json!({"username": "benokafor"})).await),
        is(409, "USERNAME_TAKEN"),
        "whatever its case"
    );
    assert_eq!(put(&json!({"username": "a b"})).await.status, 400);
    assert_eq!(put(&json!({"username": "ann_lee_2"})).await.json["data"]["username"], "ann_lee_2");
}

async fn whoever_is_erased_leaves_nothing_personal(world: World) {
    let ann = world.token("ann").await;
    let gone = world.call("DELETE", "/users/me").token(&ann).json(&Value::Null).send().await;
    assert_eq!(gone.status, 200, "{}", gone.text);
    assert_eq!(world.get(&ann, "/users/me").await.status, 401);
    let again = world.sign_in("google", "ann").await;
    assert_eq!(again["user"]["username"], "AnnLee", "the provider's name is free again");
}
