//! A wallet is its slices, what is declared outside, and what nothing explains; no more is promised than lies there.

use crate::harness::{World, is};
use serde_json::json;

testkit::on_both_backends! {
    through crate::harness:
    what_nothing_explains_becomes_an_item_with_its_cause_and_is_mended_once;
    no_more_is_allocated_than_the_exchange_has;
}

async fn what_nothing_explains_becomes_an_item_with_its_cause_and_is_mended_once(world: World) -> World {
    let ann = world.person("ann").await;
    let id = world.bind(&ann, "Main", "key-of-ann-1").await;
    let path = format!("/exchange-bindings/{id}");
    world.control("key=key-of-ann-1&asset=USDT&free=10000").await;
    let (_, first) = world.real(&ann, "Grid", &id).await;
    let (_, second) = world.real(&ann, "Trend", &id).await;
    assert_eq!(world.deposit(&ann, &first, "5000").await.status, 200);
    assert_eq!(world.deposit(&ann, &second, "3000").await.status, 200);
    let found = world.post(&ann, &format!("{path}/reconcile"), &json!({})).await;
    let (asset, item) = (&found.json["data"]["assets"][0], &found.json["data"]["items"][0]);
    assert_eq!(
        (&asset["wallet"], &asset["allocated"], &asset["unexplained"]),
        (&json!("10000.00000000"), &json!("8000.00000000"), &json!("2000.00000000")),
        "{}",
        found.text
    );
    assert_eq!(
        (&item["cause"], &item["proposal"]["type"]),
        (&json!("undeclared_outside"), &json!("declare_outside"))
    );
    assert!(item["explanation"].as_str().is_some_and(|text| text.len() > 20));
    let declared = world.put(&ann, &format!("{path}/outside"), &json!({"outside": {"USDT": "2000"}})).await;
    assert_eq!(declared.json["data"]["items"], json!([]), "{}", declared.text);
    // Somebody takes 50 away by hand: an item, no overwrite, whose entry is made once.
    world.control("key=key-of-ann-1&asset=USDT&free=10050").await;
    world.post(&ann, &format!("{path}/reconcile"), &json!({})).await;
    let open = world.get(&ann, "/reconciliation?status=open").await;
    let item = &open.json["data"]["items"][0];
    assert_eq!(
        (&item["amount"], &item["cause"]),
        (&json!("50.00000000"), &json!("manual_transfer")),
        "{}",
        open.text
    );
    let balance = async |pot: &str| {
        world.get(&ann, &format!("/sub-accounts/{pot}")).await.json["data"]["balance"].clone()
    };
    assert_eq!(balance(&first).await, "5000.00000000");
    let apply = format!("/reconciliation/{}/apply", item["id"].as_str().expect("an id"));
    let bob = world.person("bob").await;
    is(&world.post(&bob, &apply, &json!({})).await, 404, "RECONCILIATION_ITEM_NOT_FOUND");
    assert_eq!(world.post(&ann, &apply, &json!({})).await.json["data"]["status"], "resolved");
    is(&world.post(&ann, &apply, &json!({})).await, 409, "RECONCILIATION_ITEM_SETTLED");
    let again = world.post(&ann, &format!("{path}/reconcile"), &json!({})).await;
    assert_eq!(again.json["data"]["items"], json!([]), "{}", again.text);
    // The last decimals: an entry of its own, made once.
    world.control("key=key-of-ann-1&asset=USDT&free=10049.99999999").await;
    let found = world.post(&ann, &format!("{path}/reconcile"), &json!({})).await;
    let item = &found.json["data"]["items"][0];
    assert_eq!(
        (&item["cause"], &item["proposal"]["type"]),
        (&json!("rounding"), &json!("withdraw")),
        "{}",
        found.text
    );
    let apply = format!("/reconciliation/{}/apply", item["id"].as_str().expect("an id"));
    let done = world.post(&ann, &apply, &json!({})).await;
    assert!(done.json["data"]["log_id"].is_string(), "{}", done.text);
    assert_eq!(balance(&first).await, "4999.99999999");
    let last = world.post(&ann, &format!("{path}/reconcile"), &json!({})).await;
    assert_eq!(last.json["data"]["assets"][0]["unexplained"], "0.00000000");
    assert_eq!(world.get(&ann, "/reconciliation").await.json["data"]["total"], 3);
    world
}

async fn no_more_is_allocated_than_the_exchange_has(world: World) -> World {
    let ann = world.person("ann").await;
    let id = world.bind(&ann, "Main", "key-of-ann-1").await;
    world.control("key=key-of-ann-1&asset=USDT&free=10000").await;
    let (trading, first) = world.real(&ann, "Grid", &id).await;
    let (_, second) = world.real(&ann, "Trend", &id).await;
    assert_eq!(world.deposit(&ann, &first, "6000").await.status, 200);
    let refused = world.deposit(&ann, &second, "4000.00000001").await;
    is(&refused, 422, "ALLOCATION_EXCEEDS_BALANCE");
    assert_eq!(refused.json["error"]["details"]["available"], "4000.00000000");
    assert_eq!(world.deposit(&ann, &second, "4000").await.status, 200);
    let log = json!({"trading_id": trading, "type": "deposit", "source": "bot", "message": "more",
                     "info": {"account_id": first, "amount": "0.00000001", "currency": "USDT"}});
    is(&world.post(&ann, "/trading-logs", &log).await, 422, "ALLOCATION_EXCEEDS_BALANCE");
    // Two deposits at once never promise more than there is.
    world.control("key=key-of-ann-1&asset=USDT&free=10100").await;
    world.get(&ann, &format!("/exchange-bindings/{id}/balance")).await;
    let both =
        futures_util::future::join(world.deposit(&ann, &first, "60"), world.deposit(&ann, &second, "60"))
            .await;
    let mut statuses = [both.0.status, both.1.status];
    statuses.sort_unstable();
    assert_eq!(statuses, [200, 422], "{} {}", both.0.text, both.1.text);
    // A simulated trading promises nothing of the wallet.
    let body = json!({"name": "Paper", "type": "paper", "exchange_binding_id": id});
    let paper = world.post(&ann, "/tradings", &body).await.json["data"]["id"].clone();
    let pot =
        world.post(&ann, "/sub-accounts", &json!({"trading_id": paper, "name": "P", "symbol": "USDT"})).await;
    let pot = pot.json["data"]["id"].as_str().expect("an id").to_owned();
    assert_eq!(world.deposit(&ann, &pot, "1000000").await.status, 200);
    world
}
