//! The portal's own calls, in its order and with its bodies: what its wizards and lists parse.

use crate::harness::Bench;
use serde_json::{Value, json};

testkit::on_both_backends! {
    through crate::harness:
    the_wizards_of_the_portal_complete;
    portfolios_say_what_was_added_and_what_was_skipped;
    stats_are_what_a_count_says;
    a_stream_goes_on_after_the_last_id_without_a_gap;
}

/// Trading, two sub-accounts, a deposit by a number: the paper, backtest and real wizards.
async fn the_wizards_of_the_portal_complete(bench: Bench) {
    let ann = bench.person("ann").await;
    for kind in ["paper", "backtest", "real"] {
        let binding = testkit::edge::public_ids().encode(tiris::domain::ids::ExchangeBindingId(1));
        let trading = json!({ "name": format!("My {kind}"), "type": kind, "exchange_binding_id": binding,
            "info": { "strategy": "grid", "timeframe": "1h", "initial_funds": 10000, "quote_currency": "USDT" } });
        let trading = bench.post(&ann, "/v1/tradings", &trading).await;
        assert_eq!((trading.status, &trading.json["data"]["type"]), (201, &json!(kind)));
        assert_eq!(trading.json["data"]["info"]["initial_funds"], 10000);
        assert_eq!(trading.json["data"]["exchange_binding"]["exchange_type"], "binance");
        let id = trading.json["data"]["id"].as_str().expect("an id");
        let account = |name: &str, symbol: &str, role: &str| {
            json!({ "name": name, "symbol": symbol, "balance": "0", "trading_id": id,
                    "info": { "description": name, "account_type": role } })
        };
        bench.made(&ann, "/v1/sub-accounts", &account("ETH Stock Account", "ETH", "stock")).await;
        let usdt =
            bench.made(&ann, "/v1/sub-accounts", &account("USDT Balance Account", "USDT", "balance")).await;
        let deposit = json!({ "trading_id": id, "type": "deposit", "source": "manual", "message": "Initial deposit",
            "event_time": "2029-12-31T00:00:00.000Z", "info": { "account_id": usdt, "amount": 10000.5, "currency": "USDT" } });
        assert_eq!(bench.log(&ann, &deposit).await.status, 201);
        assert_eq!(bench.balance(&ann, &usdt).await, "10000.50000000");
        let accounts = bench.get(&ann, &format!("/v1/sub-accounts?trading_id={id}")).await;
        let roles: Vec<_> = accounts.json["data"]["sub_accounts"]
            .as_array()
            .expect("rows")
            .iter()
            .map(|row| row["info"]["account_type"].clone())
            .collect();
        assert_eq!(roles, ["balance", "stock"]);
        let transactions = bench.get(&ann, &format!("/v1/transactions?trading_id={id}&limit=1000")).await;
        assert_eq!(transactions.json["data"]["transactions"].as_array().map(Vec::len), Some(1));
        let row = &transactions.json["data"]["transactions"][0];
        assert_eq!(
            (&row["event_time"], &row["price"]),
            (&json!("2029-12-31T00:00:00Z"), &json!("1.00000000"))
        );
        let logs = bench
            .get(
                &ann,
                &format!("/v1/trading-logs/trading/{id}?limit=1000&offset=0&since=2029-01-01T00:00:00.000Z"),
            )
            .await;
        assert_eq!(logs.json["data"]["trading_logs"].as_array().map(Vec::len), Some(1));
        let deleted = bench.delete(&ann, &format!("/v1/tradings/{id}")).await;
        assert_eq!(deleted.status, if kind == "real" { 409 } else { 200 });
    }
}

async fn portfolios_say_what_was_added_and_what_was_skipped(bench: Bench) {
    let (ann, bob) = (bench.person("ann").await, bench.person("bob").await);
    let one = bench.pots(&ann, "One", "paper").await;
    let two = bench.pots(&ann, "Two", "paper").await;
    let theirs = bench.pots(&bob, "One", "paper").await;
    let id = bench.made(&ann, "/v1/portfolios", &json!({ "name": "Bots", "description": "all" })).await;
    let path = format!("/v1/portfolios/{id}");
    let add = json!({ "trading_ids": [one.trading, theirs.trading, one.trading] });
    let added = bench.post(&ann, &format!("{path}/tradings"), &add).await;
    assert_eq!(
        added.json["data"],
        json!({ "added": [one.trading], "skipped": [theirs.trading, one.trading] })
    );
    bench.post(&ann, &format!("{path}/tradings"), &json!({ "trading_ids": [two.trading] })).await;
    bench.log(&ann, &one.cash("deposit", "1")).await;
    bench.log(&ann, &two.cash("deposit", "1")).await;
    let logs = bench.get(&ann, &format!("/v1/trading-logs/portfolio/{id}")).await;
    assert_eq!(logs.json["data"]["total"], 2, "{}", logs.text);
    assert_eq!(bench.get(&bob, &format!("/v1/trading-logs/portfolio/{id}")).await.status, 404);
    assert_eq!(bench.delete(&ann, &format!("{path}/tradings/{}", two.trading)).await.status, 200);
    assert_eq!(bench.delete(&ann, &format!("{path}/tradings/{}", two.trading)).await.status, 404);
    let changed = bench.call("PATCH", &ann, &path, &json!({ "name": "Mine" })).send().await;
    assert_eq!(
        (&changed.json["data"]["name"], &changed.json["data"]["description"]),
        (&json!("Mine"), &json!("all"))
    );
    assert_eq!(changed.json["data"]["trading_ids"], json!([one.trading]));
    assert_eq!(
        bench.post(&ann, "/v1/portfolios", &json!({ "name": "Mine" })).await.code(),
        "PORTFOLIO_NAME_EXISTS"
    );
    assert_eq!(bench.post(&ann, "/v1/portfolios", &json!({})).await.status, 400);
    assert_eq!(bench.get(&bob, &path).await.code(), "PORTFOLIO_NOT_FOUND");
    assert_eq!(
        bench.get(&ann, "/v1/portfolios").await.json["data"]["portfolios"].as_array().map(Vec::len),
        Some(1)
    );
    assert_eq!(bench.delete(&ann, &path).await.status, 200);
    assert_eq!(bench.get(&ann, &path).await.status, 404);
    assert_eq!(bench.get(&ann, &format!("/v1/tradings/{}", one.trading)).await.status, 200);
}

async fn stats_are_what_a_count_says(bench: Bench) {
    let ann = bench.person("ann").await;
    let one = bench.pots(&ann, "One", "paper").await;
    let two = bench.pots(&ann, "Two", "real").await;
    bench.put(&ann, &format!("/v1/tradings/{}", two.trading), &json!({ "status": "paused" })).await;
    bench.log(&ann, &one.cash("deposit", "1.5")).await;
    bench.log(&ann, &two.cash("deposit", "2")).await;
    let stats = bench.get(&ann, "/v1/users/me/stats").await;
    let expected = json!({ "total_tradings": 2, "active_tradings": 1, "total_subaccounts": 4,
                           "total_balance": { "ETH": "0.00000000", "USDT": "3.50000000" } });
    assert_eq!(stats.json["data"], expected);
}

async fn a_stream_goes_on_after_the_last_id_without_a_gap(bench: Bench) {
    use futures_util::StreamExt as _;
    let (ann, bob) = (bench.person("ann").await, bench.person("bob").await);
    let pots = bench.pots(&ann, "One", "paper").await;
    let theirs = bench.pots(&bob, "One", "paper").await;
    for amount in ["1", "2", "3"] {
        bench.log(&ann, &pots.cash("deposit", amount)).await;
    }
    let call = bench.call("GET", &ann, "/v1/trading-logs/stream", &Value::Null).header("last-event-id", "1");
    let response = call.stream().await;
    assert_eq!(response.headers()["content-type"], "text/event-stream");
    let mut body = response.into_body().into_data_stream();
    let mut told = String::new();
    let mut after = 0;
    while told.matches("id: ").count() < 4 {
        let chunk = tokio::time::timeout(std::time::Duration::from_secs(5), body.next()).await;
        told.push_str(&String::from_utf8_lossy(&chunk.expect("in time").expect("a chunk").expect("bytes")));
        if told.matches("id: ").count() == 2 && after == 0 {
            after = 1;
            bench.log(&bob, &theirs.cash("deposit", "9")).await;
            bench.log(&ann, &pots.cash("deposit", "4")).await;
            bench.log(&ann, &pots.cash("deposit", "5")).await;
        }
    }
    let ids: Vec<_> = told.lines().filter_map(|line| line.strip_prefix("id: ")).collect();
    assert_eq!(ids, ["2", "3", "4", "5"], "{told}");
    assert!(!told.contains("\"amount\":\"9\""), "another's log is not there");
    let odd = bench.call("GET", &ann, "/v1/trading-logs/stream", &Value::Null).header("last-event-id", "x");
    assert_eq!(odd.send().await.status, 400);
}
