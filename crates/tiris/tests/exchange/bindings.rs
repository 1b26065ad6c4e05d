//! Bindings: whose they are, which names and keys clash, who may write them, and what an exchange says of their keys.

use crate::harness::{World, binding, is, public_binding};
use serde_json::json;

testkit::on_both_backends! {
    through crate::harness:
    a_binding_shows_a_mask_and_nothing_else_of_its_keys;
    name_key_and_secret_clash_by_three_names_for_one_user;
    public_bindings_are_everybodys_and_an_admin_writes_them;
    what_is_anothers_is_not_there_and_what_is_used_stays;
    an_exchange_goes_by_two_names_and_okx_wants_a_passphrase;
    a_key_is_asked_what_it_may_do_and_refused_when_it_can_withdraw;
    ten_refusals_in_an_hour_give_a_binding_up;
    each_use_of_a_key_is_there_for_its_owner;
}

async fn a_binding_shows_a_mask_and_nothing_else_of_its_keys(world: World) -> World {
    let ann = world.person("ann").await;
    let made = world.post(&ann, "/exchange-bindings", &binding("Main", "planted-key-0001")).await;
    assert_eq!(made.status, 201, "{}", made.text);
    let data = &made.json["data"];
    assert_eq!(data["masked_api_key"], "plan...0001");
    assert_eq!(
        (&data["type"], &data["status"], &data["exchange_type"]),
        (&json!("private"), &json!("active"), &json!("binance"))
    );
    let id = data["id"].as_str().expect("an id");
    for answer in [
        &made,
        &world.get(&ann, &format!("/exchange-bindings/{id}")).await,
        &world.get(&ann, "/exchange-bindings").await,
        &world.get(&ann, "/exchange-bindings?page=1&limit=10").await,
    ] {
        assert!(
            !answer.text.contains("planted-key-0001") && !answer.text.contains("secret-of"),
            "{}",
            answer.text
        );
    }
    let stored = world.stall.store.read(|tx| {
        tx.query_one(
            "SELECT api_key, api_secret, data_key FROM exchange_bindings WHERE user_id IS NOT NULL",
            &[],
            |row| Ok([row.blob(0)?, row.blob(1)?, row.blob(2)?].concat()),
        )
    });
    let stored: Vec<u8> = stored.await.unwrap_or_else(|error: store::StoreError| panic!("{error}"));
    let text = String::from_utf8_lossy(&stored);
    assert!(stored.len() > 100 && !text.contains("planted") && !text.contains("secret-of"));
    let short = json!({"name": "Short", "exchange": "virtual", "api_key": "12345678", "api_secret": "abc"});
    assert_eq!(world.post(&ann, "/exchange-bindings", &short).await.json["data"]["masked_api_key"], "***");
    world
}

async fn name_key_and_secret_clash_by_three_names_for_one_user(world: World) -> World {
    let (ann, bob) = (world.person("ann").await, world.person("bob").await);
    assert_eq!(world.post(&ann, "/exchange-bindings", &binding("Main", "key-0000001")).await.status, 201);
    let other = |name: &str, key: &str, secret: &str| json!({"name": name, "exchange": "binance", "api_key": key, "api_secret": secret});
    let post = async |body| world.post(&ann, "/exchange-bindings", &body).await;
    is(&post(other("Main", "k2-00000000", "s2")).await, 409, "EXCHANGE_BINDING_EXISTS");
    is(&post(other("Second", "key-0000001", "s2")).await, 409, "API_KEY_EXISTS");
    is(&post(other("Second", "k2-00000000", "secret-of-key-0000001")).await, 409, "API_SECRET_EXISTS");
    assert_eq!(world.post(&bob, "/exchange-bindings", &binding("Main", "key-0000001")).await.status, 201);
    let second = post(other("Second", "k2-00000000", "s2")).await;
    let path = format!("/exchange-bindings/{}", second.json["data"]["id"].as_str().expect("an id"));
    is(&world.put(&ann, &path, &json!({"name": "Main"})).await, 409, "EXCHANGE_BINDING_EXISTS");
    let keys = json!({"api_key": "key-0000001", "api_secret": "s3"});
    is(&world.put(&ann, &path, &keys).await, 409, "API_KEY_EXISTS");
    is(&world.put(&ann, &path, &json!({"api_key": "key-0000009"})).await, 400, "MISSING_FIELD");
    let fresh = json!({"api_key": "key-0000009", "api_secret": "s9", "name": "Third"});
    let changed = world.put(&ann, &path, &fresh).await;
    assert_eq!(
        (&changed.json["data"]["masked_api_key"], &changed.json["data"]["name"]),
        (&json!("key-...0009"), &json!("Third"))
    );
    world
}

async fn public_bindings_are_everybodys_and_an_admin_writes_them(world: World) -> World {
    let (ann, admin) = (world.person("ann").await, world.admin().await);
    let listed = world.get(&ann, "/exchange-bindings/public").await;
    let names: Vec<_> =
        listed.json["data"].as_array().expect("rows").iter().map(|row| row["name"].clone()).collect();
    assert_eq!(names, ["Binance", "Kraken", "Gate.io", "Coinbase", "Virtual"]);
    let one = world.get(&ann, "/exchange-bindings/public?exchange=kraken").await;
    assert_eq!(one.json["data"].as_array().map(Vec::len), Some(1));
    let body = json!({"name": "OKX", "exchange": "okx", "type": "public", "user_id": "somebody", "api_key": "k", "api_secret": "s"});
    is(&world.post(&ann, "/exchange-bindings", &body).await, 403, "ACCESS_DENIED");
    let made = world.post(&admin, "/exchange-bindings", &body).await;
    assert_eq!(
        (made.status, &made.json["data"]["user_id"], &made.json["data"]["masked_api_key"]),
        (201, &json!(null), &json!(null))
    );
    is(&world.post(&admin, "/exchange-bindings", &body).await, 409, "EXCHANGE_BINDING_EXISTS");
    let virtual_path = format!("/exchange-bindings/{}", public_binding(5));
    for (verb, body) in [("PUT", json!({"name": "Mine"})), ("DELETE", json!(null))] {
        is(&world.call(verb, &ann, &virtual_path).json(&body).send().await, 403, "ACCESS_DENIED");
    }
    is(&world.get(&ann, &format!("{virtual_path}/balance")).await, 404, "EXCHANGE_BINDING_NOT_FOUND");
    assert_eq!(world.put(&admin, &virtual_path, &json!({"info": {"description": "Play"}})).await.status, 200);
    assert_eq!(world.get(&ann, &virtual_path).await.json["data"]["info"]["description"], "Play");
    world
}

async fn what_is_anothers_is_not_there_and_what_is_used_stays(world: World) -> World {
    let (ann, bob) = (world.person("ann").await, world.person("bob").await);
    let id = world.bind(&ann, "Main", "key-of-ann-1").await;
    let path = format!("/exchange-bindings/{id}");
    for (verb, end) in [
        ("GET", ""),
        ("PUT", ""),
        ("DELETE", ""),
        ("POST", "/validate"),
        ("GET", "/balance"),
        ("GET", "/uses"),
        ("POST", "/reconcile"),
    ] {
        let answer = world.call(verb, &bob, &format!("{path}{end}")).json(&json!({})).send().await;
        is(&answer, 404, "EXCHANGE_BINDING_NOT_FOUND");
    }
    let (trading, _) = world.real(&ann, "Grid", &id).await;
    is(&world.delete(&ann, &path).await, 409, "EXCHANGE_BINDING_IN_USE");
    assert_eq!(world.delete(&ann, &format!("/tradings/{trading}")).await.status, 200);
    assert_eq!(world.delete(&ann, &path).await.status, 200);
    is(&world.get(&ann, &path).await, 404, "EXCHANGE_BINDING_NOT_FOUND");
    let again = world.bind(&ann, "Main", "key-of-ann-1").await;
    assert_ne!(again, id, "name and keys are free again");
    let left = world.stall.store.read(|tx| {
        tx.query_one(
            "SELECT COUNT(*) FROM exchange_bindings WHERE deleted_at IS NOT NULL AND api_key IS NOT NULL",
            &[],
            |row| row.int(0),
        )
    });
    assert_eq!(
        left.await.unwrap_or_else(|error: store::StoreError| panic!("{error}")),
        0,
        "deleted keys are gone"
    );
    world
}

async fn an_exchange_goes_by_two_names_and_okx_wants_a_passphrase(world: World) -> World {
    let ann = world.person("ann").await;
    let mut body = json!({"name": "OK", "exchange_type": "okx", "api_key": "okx-key-00001", "api_secret": "okx-secret-00001"});
    is(&world.post(&ann, "/exchange-bindings", &body).await, 400, "MISSING_FIELD");
    body["info"] = json!({"passphrase": "planted-phrase", "testnet": true});
    let made = world.post(&ann, "/exchange-bindings", &body).await;
    assert_eq!(
        (made.status, &made.json["data"]["exchange"], &made.json["data"]["type"]),
        (201, &json!("okx"), &json!("private"))
    );
    assert_eq!(made.json["data"]["info"], json!({"testnet": true}));
    world
        .control("new_key=okx-key-00001&secret=okx-secret-00001&passphrase=planted-phrase&permissions=read")
        .await;
    world.control("key=okx-key-00001&asset=USDT&free=12.5").await;
    let path = format!("/exchange-bindings/{}", made.json["data"]["id"].as_str().expect("an id"));
    let valid = world.post(&ann, &format!("{path}/validate"), &json!({})).await;
    assert_eq!((valid.status, &valid.json["data"]["permissions"]), (200, &json!(["read"])), "{}", valid.text);
    let balance = world.get(&ann, &format!("{path}/balance")).await;
    assert_eq!(balance.json["data"]["balances"][0]["total"], "12.50000000", "{}", balance.text);
    let odd = json!({"name": "X", "exchange": "mtgox", "api_key": "a", "api_secret": "b"});
    assert_eq!(world.post(&ann, "/exchange-bindings", &odd).await.status, 400);
    let gate = json!({"name": "G", "exchange": "gate", "api_key": "gate-key-0001", "api_secret": "gate-secret-0001"});
    let gate = world.post(&ann, "/exchange-bindings", &gate).await;
    let gate = format!("/exchange-bindings/{}/validate", gate.json["data"]["id"].as_str().expect("an id"));
    is(&world.post(&ann, &gate, &json!({})).await, 422, "EXCHANGE_NOT_SUPPORTED");
    world
}

async fn a_key_is_asked_what_it_may_do_and_refused_when_it_can_withdraw(world: World) -> World {
    let ann = world.person("ann").await;
    let id = world.bind(&ann, "Main", "key-of-ann-1").await;
    let path = format!("/exchange-bindings/{id}");
    let valid = world.post(&ann, &format!("{path}/validate"), &json!({})).await;
    assert_eq!(valid.status, 200, "{}", valid.text);
    let data = &valid.json["data"];
    assert_eq!(
        (&data["can_read"], &data["can_trade"], &data["can_withdraw"]),
        (&json!(true), &json!(true), &json!(false))
    );
    assert!(data["exchange_binding"]["validated_at"].is_string());
    world.control("fault=withdrawals").await;
    let refused = world.post(&ann, &format!("{path}/validate"), &json!({})).await;
    is(&refused, 422, "KEY_CAN_WITHDRAW");
    assert_eq!(refused.json["error"]["details"]["warning"], true);
    let shown = world.get(&ann, &path).await;
    assert_eq!(
        (&shown.json["data"]["status"], &shown.json["data"]["info"]["withdraw_warning"]),
        (&json!("inactive"), &json!(true))
    );
    is(&world.get(&ann, &format!("{path}/balance")).await, 409, "EXCHANGE_BINDING_INACTIVE");
    let lie = json!({"info": {"withdraw_warning": false, "capabilities": ["read"]}});
    assert_eq!(world.put(&ann, &path, &lie).await.json["data"]["info"]["withdraw_warning"], true);
    for (fault, code) in
        [("away", "refused"), ("garbage", "unreadable"), ("bad_key", "key_is_refused"), ("skewed", "refused")]
    {
        world.control(&format!("fault={fault}")).await;
        let answer = world.post(&ann, &format!("{path}/validate"), &json!({})).await;
        is(&answer, 502, "TRADING_ERROR");
        assert_eq!(answer.json["error"]["details"]["fault"], code, "{fault}");
    }
    world
}

async fn ten_refusals_in_an_hour_give_a_binding_up(world: World) -> World {
    let ann = world.person("ann").await;
    let id = world.bind(&ann, "Main", "key-of-ann-1").await;
    let path = format!("/exchange-bindings/{id}");
    let status = async || world.get(&ann, &path).await.json["data"]["status"].clone();
    let fail = async |times: usize| {
        for _ in 0..times {
            is(&world.get(&ann, &format!("{path}/balance")).await, 502, "TRADING_ERROR");
        }
    };
    world.control("fault=away").await;
    fail(9).await;
    assert_eq!(status().await, "active");
    // What is older than an hour counts no more.
    world.stall.clock.advance_secs(3_601);
    fail(9).await;
    assert_eq!(status().await, "active");
    fail(1).await;
    assert_eq!(status().await, "error");
    is(&world.get(&ann, &format!("{path}/balance")).await, 409, "EXCHANGE_BINDING_INACTIVE");
    let uses = world.get(&ann, &format!("{path}/uses")).await;
    assert_eq!(uses.json["data"]["uses"][0]["action"], "system.security_alert", "{}", uses.text);
    assert_eq!(uses.json["data"]["uses"][0]["level"], "critical");
    world.control("fault=none").await;
    // The exchange's clock stands where it stood; the signature is from an hour later, so the key is put on by hand.
    assert_eq!(world.put(&ann, &path, &json!({"status": "active"})).await.json["data"]["failure_count"], 0);
    world.stall.clock.advance_secs(1);
    world.control("fault=away").await;
    fail(9).await;
    assert_eq!(status().await, "active", "a new count was begun");
    world
}

async fn each_use_of_a_key_is_there_for_its_owner(world: World) -> World {
    let ann = world.person("ann").await;
    let id = world.bind(&ann, "Main", "key-of-ann-1").await;
    let path = format!("/exchange-bindings/{id}");
    world.post(&ann, &format!("{path}/validate"), &json!({})).await;
    world.get(&ann, &format!("{path}/balance")).await;
    world.post(&ann, &format!("{path}/reconcile"), &json!({})).await;
    let uses = world.get(&ann, &format!("{path}/uses")).await;
    let told: Vec<_> = uses.json["data"]["uses"]
        .as_array()
        .expect("rows")
        .iter()
        .filter(|row| row["action"] == "binding.use")
        .map(|row| row["details"]["purpose"].clone())
        .collect();
    assert_eq!(told, ["reconcile", "balance", "validate"], "{}", uses.text);
    let first = &uses.json["data"]["uses"][0];
    assert!(first["request_id"].as_str().is_some_and(|id| !id.is_empty()) && first["ip_address"].is_string());
    assert!(world.get(&ann, &path).await.json["data"]["last_used_at"].is_string());
    world
}
