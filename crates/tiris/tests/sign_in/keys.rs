//! API keys: made and shown once, and what each may do.

use crate::harness::{World, code, is, text};
use serde_json::{Value, json};

testkit::on_both_backends! { through crate::harness:
    a_key_is_shown_once_and_writes_logs;
    a_key_is_over_when_it_is_revoked_replaced_or_expired;
    a_key_may_do_what_its_scopes_say_from_where_its_list_says;
}

async fn made(world: &World, token: &str, body: &Value) -> Value {
    let answer = world.call("POST", "/api-keys").token(token).json(body).send().await;
    assert_eq!(answer.status, 201, "{}", answer.text);
    answer.json["data"].clone()
}

async fn with_key(world: &World, key: &str, method: &str, path: &str, body: &Value) -> testkit::Answer {
    world.call(method, path).header("x-api-key", key).json(body).send().await
}

async fn a_key_is_shown_once_and_writes_logs(world: World) {
    let token = world.token("ann").await;
    let key = made(&world, &token, &json!({"name": "bot", "kind": "exchange"})).await;
    let shown = text(&key, "api_key");
    assert!(shown.starts_with("txc_") && text(&key, "masked_key").len() < 12);
    let list = world.get(&token, "/api-keys").await;
    assert!(
        !list.text.contains(&shown) && list.json["data"]["api_keys"][0]["api_key"].is_null(),
        "{}",
        list.text
    );
    let tradings = with_key(&world, &shown, "GET", "/tradings", &Value::Null).await;
    let trading = text(&tradings.json["data"]["tradings"][0], "id");
    let log = json!({"trading_id": trading, "type": "custom", "source": "bot", "message": "hello"});
    let written = with_key(&world, &shown, "POST", "/trading-logs", &log).await;
    assert_eq!(written.status, 201, "{}", written.text);
    let own = with_key(&world, &shown, "POST", "/api-keys", &json!({"name": "x"})).await;
    assert_eq!(own.status, 401, "a key makes no key");
}

async fn a_key_is_over_when_it_is_revoked_replaced_or_expired(world: World) {
    let token = world.token("ann").await;
    let key = made(&world, &token, &json!({"name": "a", "expires_at": "2030-01-01T00:30:00Z"})).await;
    let (first, id) = (text(&key, "api_key"), text(&key, "id"));
    let rotated =
        world.call("POST", &format!("/api-keys/{id}/rotate")).token(&token).json(&Value::Null).send().await;
    assert_eq!(rotated.status, 201, "{}", rotated.text);
    let second = text(&rotated.json["data"], "api_key");
    let me = async |key: &str| with_key(&world, key, "GET", "/users/me", &Value::Null).await;
    assert_eq!(code(&me(&first).await), is(401, "INVALID_API_KEY"));
    assert_eq!(me(&second).await.status, 200);
    let mut invented = second.clone();
    invented.replace_range(5..6, if &invented[5..6] == "A" { "B" } else { "A" });
    assert_eq!(code(&me(&invented).await), is(401, "INVALID_API_KEY"), "well formed and unknown");
    world.stall.clock.advance_secs(1_800);
    assert_eq!(code(&me(&second).await), is(401, "INVALID_API_KEY"), "expired");
    let key = made(&world, &token, &json!({"name": "b"})).await;
    let path = format!("/api-keys/{}", text(&key, "id"));
    let other = world.token("ben").await;
    assert_eq!(
        world.call("DELETE", &path).token(&other).json(&Value::Null).send().await.status,
        404,
        "another's"
    );
    assert_eq!(world.call("DELETE", &path).token(&token).json(&Value::Null).send().await.status, 200);
    assert_eq!(me(&text(&key, "api_key")).await.status, 401);
}

async fn a_key_may_do_what_its_scopes_say_from_where_its_list_says(world: World) {
    let token = world.token("ann").await;
    let key = made(&world, &token, &json!({"name": "r", "permissions": ["read"]})).await;
    let shown = text(&key, "api_key");
    assert_eq!(with_key(&world, &shown, "GET", "/users/me", &Value::Null).await.status, 200);
    let change = with_key(&world, &shown, "PUT", "/users/me", &json!({})).await;
    assert_eq!(code(&change), is(403, "ACCESS_DENIED"));
    let key = made(&world, &token, &json!({"name": "n", "allowed_ips": ["198.51.100.0/24"]})).await;
    let elsewhere = with_key(&world, &text(&key, "api_key"), "GET", "/users/me", &Value::Null).await;
    assert_eq!(code(&elsewhere), is(401, "INVALID_API_KEY"));
    for bad in [
        json!({"name": "x", "permissions": ["admin"]}),
        json!({"name": "x", "allowed_ips": ["here"]}),
        json!({"name": "x", "kind": "service", "permissions": ["delete"]}),
    ] {
        let answer = world.call("POST", "/api-keys").token(&token).json(&bad).send().await;
        assert_eq!(answer.status, 400, "{bad}");
    }
}
