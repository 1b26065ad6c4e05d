//! Tradings and sub-accounts: their life, their names, who sees them.

use crate::harness::Bench;
use serde_json::json;

testkit::on_both_backends! {
    through crate::harness:
    a_trading_lives_and_its_name_is_free_again;
    a_simulated_trading_goes_with_everything_and_a_real_one_keeps_its_history;
    a_binding_may_change_and_the_history_stays;
    guests_read_simulated_tradings_that_are_public_and_no_other;
    a_sub_account_starts_empty_and_keeps_its_asset;
    deposit_withdraw_and_balance_write_one_transaction_each;
    the_probes_answer_under_the_stalls_own_root;
}

async fn a_trading_lives_and_its_name_is_free_again(bench: Bench) {
    let ann = bench.person("ann").await;
    let id = bench.trading(&ann, "Grid", "paper").await;
    let one = bench.get(&ann, &format!("/v1/tradings/{id}")).await;
    assert_eq!((&one.json["data"]["type"], &one.json["data"]["status"]), (&json!("paper"), &json!("active")));
    assert_eq!(one.json["data"]["exchange_binding"]["name"], "Virtual");
    let binding = one.json["data"]["exchange_binding_id"].clone();
    let body = json!({ "name": "Grid", "type": "real", "exchange_binding_id": binding });
    assert_eq!(bench.post(&ann, "/v1/tradings", &body).await.code(), "TRADING_NAME_EXISTS");
    let odd = json!({ "name": "Odd", "type": "imaginary", "exchange_binding_id": binding });
    assert_eq!(bench.post(&ann, "/v1/tradings", &odd).await.status, 400);
    assert_eq!(bench.delete(&ann, &format!("/v1/tradings/{id}")).await.status, 200);
    assert_eq!(bench.get(&ann, &format!("/v1/tradings/{id}")).await.code(), "TRADING_NOT_FOUND");
    assert_eq!(bench.post(&ann, "/v1/tradings", &body).await.status, 201);
}

async fn the_probes_answer_under_the_stalls_own_root(bench: Bench) {
    for (path, status) in [("/health/live", "alive"), ("/health/ready", "ready"), ("/health", "healthy")] {
        let answer = bench.guest(path).await;
        assert_eq!((answer.status, &answer.json["data"]["status"]), (200, &json!(status)), "{path}");
    }
    let refused = bench.guest("/v1/tradings").await;
    assert_eq!((refused.status, refused.code()), (401, "AUTH_REQUIRED"));
    assert!(refused.json["metadata"]["trace_id"].is_string());
}

async fn a_simulated_trading_goes_with_everything_and_a_real_one_keeps_its_history(bench: Bench) {
    let ann = bench.person("ann").await;
    let paper = bench.pots(&ann, "Paper", "paper").await;
    let real = bench.pots(&ann, "Real", "real").await;
    for pots in [&paper, &real] {
        bench.log(&ann, &pots.cash("deposit", "100")).await;
        bench.log(&ann, &pots.trade("long", "10", "2", "1")).await;
    }
    let of = |pots: &crate::harness::Pots| format!("/v1/tradings/{}", pots.trading);
    assert_eq!(bench.delete(&ann, &of(&paper)).await.status, 200);
    assert_eq!(bench.get(&ann, &format!("/v1/sub-accounts/{}", paper.usdt)).await.status, 404);
    assert_eq!(bench.get(&ann, "/v1/transactions").await.json["data"]["total"], 3);
    assert_eq!(bench.get(&ann, "/v1/trading-logs").await.json["data"]["total"], 2);
    let refused = bench.delete(&ann, &of(&real)).await;
    assert_eq!((refused.status, refused.code()), (409, "TRADING_HAS_SUBACCOUNTS"));
    assert_eq!(bench.delete(&ann, &format!("{}?force=soft", of(&real))).await.status, 200);
    assert_eq!(bench.get(&ann, &of(&real)).await.status, 404);
    assert_eq!(bench.get(&ann, "/v1/transactions").await.json["data"]["total"], 3, "history stays");
    assert_eq!(bench.log(&ann, &real.cash("deposit", "1")).await.code(), "TRADING_NOT_FOUND");
    let again = bench.pots(&ann, "Real", "real").await;
    assert_eq!(bench.log(&ann, &again.cash("deposit", "1")).await.status, 201);
}

async fn a_binding_may_change_and_the_history_stays(bench: Bench) {
    let ann = bench.person("ann").await;
    let pots = bench.pots(&ann, "One", "virtual").await;
    bench.log(&ann, &pots.cash("deposit", "1")).await;
    let other = testkit::edge::public_ids().encode(tiris::domain::ids::ExchangeBindingId(1));
    let path = format!("/v1/tradings/{}", pots.trading);
    let body = json!({ "exchange_binding_id": other, "status": "paused", "info": { "strategy": "grid" } });
    let changed = bench.put(&ann, &path, &body).await;
    assert_eq!(changed.json["data"]["exchange_binding"]["name"], "Binance", "{}", changed.text);
    assert_eq!(
        (&changed.json["data"]["status"], &changed.json["data"]["type"]),
        (&json!("paused"), &json!("virtual"))
    );
    assert_eq!(changed.json["data"]["info"]["strategy"], "grid");
    assert_eq!(bench.get(&ann, "/v1/transactions").await.json["data"]["total"], 1);
    for (status, code) in [("inactive", 200), ("active", 200), ("gone", 400)] {
        assert_eq!(bench.put(&ann, &path, &json!({ "status": status })).await.status, code, "{status}");
    }
    let unknown = json!({ "exchange_binding_id": uuid::Uuid::nil().to_string() });
    assert_eq!(bench.put(&ann, &path, &unknown).await.code(), "EXCHANGE_BINDING_NOT_FOUND");
    assert_eq!(
        bench.get(&ann, "/v1/tradings?type=paper").await.json["data"]["tradings"].as_array().map(Vec::len),
        Some(1)
    );
    assert_eq!(
        bench.get(&ann, "/v1/tradings?type=real").await.json["data"]["tradings"].as_array().map(Vec::len),
        Some(0)
    );
}

async fn guests_read_simulated_tradings_that_are_public_and_no_other(bench: Bench) {
    let ann = bench.person("ann").await;
    let public = json!({ "info": { "is_public": true } });
    for (kind, shown) in [("backtest", true), ("real", false)] {
        let pots = bench.pots(&ann, kind, kind).await;
        bench.log(&ann, &pots.cash("deposit", "1")).await;
        let paths = [
            format!("/v1/tradings/{}", pots.trading),
            format!("/v1/sub-accounts?trading_id={}", pots.trading),
            format!("/v1/trading-logs/trading/{}", pots.trading),
            format!("/v1/transactions?trading_id={}", pots.trading),
        ];
        for path in &paths {
            assert_eq!(bench.guest(path).await.status, 404, "{path}");
        }
        assert_eq!(bench.put(&ann, &paths[0], &public).await.status, 200);
        for path in &paths {
            assert_eq!(bench.guest(path).await.status, if shown { 200 } else { 404 }, "{kind} {path}");
        }
    }
}

async fn a_sub_account_starts_empty_and_keeps_its_asset(bench: Bench) {
    let ann = bench.person("ann").await;
    let pots = bench.pots(&ann, "One", "virtual").await;
    let body = json!({ "trading_id": pots.trading, "name": "Fees", "symbol": "bnb", "balance": "0",
                       "info": { "account_type": "stock" } });
    let made = bench.post(&ann, "/v1/sub-accounts", &body).await;
    assert_eq!(
        (&made.json["data"]["symbol"], &made.json["data"]["balance"]),
        (&json!("BNB"), &json!("0.00000000"))
    );
    assert_eq!(made.json["data"]["info"]["account_type"], "stock");
    assert_eq!(bench.post(&ann, "/v1/sub-accounts", &body).await.code(), "SUBACCOUNT_NAME_EXISTS");
    let rich = json!({ "trading_id": pots.trading, "name": "Rich", "symbol": "BNB", "balance": "5" });
    assert_eq!(bench.post(&ann, "/v1/sub-accounts", &rich).await.code(), "USE_DEPOSIT_OR_WITHDRAW");
    let of_symbol = bench.get(&ann, "/v1/sub-accounts/symbol/bnb").await;
    assert_eq!(of_symbol.json["data"]["sub_accounts"].as_array().map(Vec::len), Some(1));
    assert_eq!(bench.get(&ann, "/v1/sub-accounts/symbol/b-b").await.code(), "INVALID_SYMBOL");
    let path = format!("/v1/sub-accounts/{}", made.json["data"]["id"].as_str().expect("an id"));
    assert_eq!(bench.put(&ann, &path, &json!({ "balance": 7 })).await.code(), "USE_DEPOSIT_OR_WITHDRAW");
    assert_eq!(bench.put(&ann, &path, &json!({ "symbol": "USDC", "name": "Cash" })).await.status, 200);
    bench.post(&ann, &format!("{path}/deposit"), &json!({ "amount": 1 })).await;
    assert_eq!(bench.put(&ann, &path, &json!({ "symbol": "BNB" })).await.code(), "SYMBOL_IS_FROZEN");
    assert_eq!(bench.put(&ann, &path, &json!({ "symbol": "USDC", "name": "Coins" })).await.status, 200);
    assert_eq!(bench.delete(&ann, &path).await.code(), "SUBACCOUNT_HAS_BALANCE");
    bench.post(&ann, &format!("{path}/withdraw"), &json!({ "amount": 1 })).await;
    assert_eq!(bench.delete(&ann, &path).await.status, 200);
    assert_eq!(bench.get(&ann, &path).await.code(), "SUBACCOUNT_NOT_FOUND");
}

async fn deposit_withdraw_and_balance_write_one_transaction_each(bench: Bench) {
    let ann = bench.person("ann").await;
    let pots = bench.pots(&ann, "One", "virtual").await;
    let path = format!("/v1/sub-accounts/{}", pots.usdt);
    let deposit =
        bench.post(&ann, &format!("{path}/deposit"), &json!({ "amount": "10.5", "note": "pay" })).await;
    assert_eq!(deposit.json["data"]["transaction"]["closing_balance"], "10.50000000", "{}", deposit.text);
    assert_eq!(deposit.json["data"]["sub_account"]["balance"], "10.50000000");
    let withdraw = bench.post(&ann, &format!("{path}/withdraw"), &json!({ "amount": 0.5 })).await;
    assert_eq!(withdraw.json["data"]["transaction"]["closing_balance"], "10.00000000");
    let credit =
        json!({ "amount": "2", "direction": "credit", "reason": "rebate", "info": { "of": "June" } });
    let changed = bench.put(&ann, &format!("{path}/balance"), &credit).await;
    assert_eq!(changed.json["data"]["balance"], "12.00000000", "{}", changed.text);
    let listed = bench.get(&ann, &format!("/v1/transactions/sub-account/{}", pots.usdt)).await;
    let rows = listed.json["data"]["transactions"].as_array().expect("rows");
    let told: Vec<_> =
        rows.iter().map(|row| (row["reason"].as_str(), row["closing_balance"].as_str())).collect();
    assert_eq!(
        told,
        [
            (Some("rebate"), Some("12.00000000")),
            (Some("withdraw"), Some("10.00000000")),
            (Some("deposit"), Some("10.50000000")),
        ]
    );
    for (verb, body, status) in [
        ("withdraw", json!({ "amount": "12.00000001" }), 422),
        ("withdraw", json!({ "amount": 0 }), 400),
        ("deposit", json!({}), 400),
        ("deposit", json!({ "amount": "-1" }), 400),
        ("deposit", json!({ "amount": "1.123456789" }), 400),
        ("deposit", json!({ "amount": "92233720369" }), 400),
        ("deposit", json!({ "amount": "92233720368" }), 400),
    ] {
        assert_eq!(bench.post(&ann, &format!("{path}/{verb}"), &body).await.status, status, "{verb} {body}");
    }
    assert_eq!(bench.balance(&ann, &pots.usdt).await, "12.00000000");
    assert_eq!(bench.get(&ann, "/v1/transactions").await.json["data"]["total"], 3);
}
