//! The money of logs: the worked chain, every refusal, repetitions, reversals, past moments.

use crate::harness::Bench;
use serde_json::{Value, json};

testkit::on_both_backends! {
    through crate::harness:
    the_worked_chain_comes_out_to_the_last_unit;
    what_is_refused_writes_nothing_and_says_why;
}

async fn the_worked_chain_comes_out_to_the_last_unit(bench: Bench) {
    let ann = bench.person("ann").await;
    let pots = bench.pots(&ann, "Grid", "virtual").await;
    let steps = [
        (pots.cash("deposit", "10000"), 1, ("0.00000000", "10000.00000000")),
        (pots.trade("long", "3000", "2", "12"), 2, ("2.00000000", "3988.00000000")),
        (pots.trade("short", "3000", "1.5", "9"), 2, ("0.50000000", "8479.00000000")),
        (pots.trade("stop_loss", "2500", "0.5", "2.5"), 2, ("0.00000000", "9726.50000000")),
        (pots.cash("withdraw", "500"), 1, ("0.00000000", "9226.50000000")),
    ];
    for (body, transactions, (eth, usdt)) in steps {
        let answer = bench.log(&ann, &body).await;
        assert_eq!(answer.status, 201, "{}", answer.text);
        assert_eq!(answer.json["data"]["info"]["processed_transactions"], transactions);
        assert_eq!(bench.both(&ann, &pots).await, (eth.to_owned(), usdt.to_owned()));
    }
    let answer = bench.log(&ann, &pots.cash("withdraw", "10000")).await;
    assert_eq!((answer.status, answer.code()), (422, "INSUFFICIENT_BALANCE"));
    assert_eq!(answer.json["error"]["details"]["available"], "9226.50000000");
    assert_eq!(answer.json["error"]["details"]["required"], "10000.00000000");
    let answer = bench.log(&ann, &pots.trade("long", "9226.5", "1", "0.00000001")).await;
    assert_eq!((answer.status, answer.code()), (422, "INSUFFICIENT_BALANCE"));
    assert_eq!(answer.json["error"]["details"]["required"], "9226.50000001");
    assert_eq!(bench.both(&ann, &pots).await, ("0.00000000".to_owned(), "9226.50000000".to_owned()));
    let listed = bench.get(&ann, "/v1/transactions").await;
    assert_eq!(listed.json["data"]["total"], 8, "{}", listed.text);
    let rows = listed.json["data"]["transactions"].as_array().expect("rows");
    let told: Vec<_> = rows.iter().rev().map(row).collect();
    let row = |direction, reason, amount, closing, price, quote| {
        [direction, reason, amount, closing, price, quote].map(str::to_owned)
    };
    assert_eq!(
        told,
        [
            row("credit", "deposit", "10000.00000000", "10000.00000000", "1.00000000", "USDT"),
            row("credit", "long", "2.00000000", "2.00000000", "3000.00000000", "USDT"),
            row("debit", "long", "6012.00000000", "3988.00000000", "3000.00000000", "USDT"),
            row("debit", "short", "1.50000000", "0.50000000", "3000.00000000", "USDT"),
            row("credit", "short", "4491.00000000", "8479.00000000", "3000.00000000", "USDT"),
            row("debit", "stop_loss", "0.50000000", "0.00000000", "2500.00000000", "USDT"),
            row("credit", "stop_loss", "1247.50000000", "9726.50000000", "2500.00000000", "USDT"),
            row("debit", "withdraw", "500.00000000", "9226.50000000", "1.00000000", "USDT"),
        ]
    );
}

fn row(row: &Value) -> [String; 6] {
    ["direction", "reason", "amount", "closing_balance", "price", "quote_symbol"]
        .map(|name| row[name].as_str().unwrap_or_else(|| panic!("{name} of {row}")).to_owned())
}

/// A log with one field of its info changed.
fn with(mut body: Value, field: &str, value: Value) -> Value {
    if value.is_null() {
        body["info"].as_object_mut().expect("an object").remove(field);
    } else {
        body["info"][field] = value;
    }
    body
}

async fn what_is_refused_writes_nothing_and_says_why(bench: Bench) {
    let ann = bench.person("ann").await;
    let pots = bench.pots(&ann, "Grid", "virtual").await;
    let other = bench.pots(&ann, "Other", "virtual").await;
    let bob = bench.person("bob").await;
    let foreign = bench.pots(&bob, "Grid", "virtual").await;
    bench.log(&ann, &pots.cash("deposit", "100")).await;
    let long = || pots.trade("long", "10", "1", "0.1");
    let info = "INVALID_INFO_STRUCTURE";
    let cases = [
        (with(long(), "price", Value::Null), 400, info),
        (with(long(), "price", json!(0)), 400, info),
        (with(long(), "volume", json!("0.123456789")), 400, info),
        (with(long(), "volume", json!(true)), 400, info),
        (with(long(), "fee", json!(-1)), 400, info),
        (with(long(), "fee", Value::Null), 400, info),
        (with(long(), "stock", json!("WAY-TOO-ODD")), 400, info),
        (with(long(), "stock_account_id", json!("seven")), 400, info),
        (with(long(), "stock_account_id", json!(pots.usdt)), 400, info),
        (with(long(), "price", json!("92233720369")), 400, "AMOUNT_TOO_LARGE"),
        (with(long(), "stock_account_id", json!(foreign.eth)), 404, "SUBACCOUNT_NOT_FOUND"),
        (with(long(), "stock_account_id", json!(uuid(9))), 404, "SUBACCOUNT_NOT_FOUND"),
        (with(long(), "stock_account_id", json!(other.eth)), 422, "TRADING_MISMATCH"),
        (with(long(), "stock", json!("BTC")), 422, "SYMBOL_MISMATCH"),
        (with(long(), "price", json!("0.00000001")), 422, "INSUFFICIENT_BALANCE"),
        (pots.trade("long", "0.00000001", "0.4", "0"), 422, "AMOUNT_TOO_SMALL"),
        (pots.trade("short", "10", "1", "10"), 422, "FEE_EXCEEDS_PROCEEDS"),
        (pots.trade("short", "10", "0.00000001", "0"), 422, "INSUFFICIENT_BALANCE"),
        (pots.trade("long", "100.00000001", "1", "0"), 422, "INSUFFICIENT_BALANCE"),
        (foreign.trade("long", "10", "1", "0"), 404, "TRADING_NOT_FOUND"),
        (foreign.cash("deposit", "10"), 404, "TRADING_NOT_FOUND"),
    ];
    let before = bench.both(&ann, &pots).await;
    for (body, status, code) in cases {
        let body = if code == "INSUFFICIENT_BALANCE" && body["info"]["price"] == "0.00000001" {
            with(body, "fee", json!("100.5"))
        } else {
            body
        };
        let answer = bench.log(&ann, &body).await;
        assert_eq!((answer.status, answer.code()), (status, code), "{body} {}", answer.text);
    }
    assert_eq!(bench.both(&ann, &pots).await, before);
    assert_eq!(bench.get(&ann, "/v1/trading-logs").await.json["data"]["total"], 1);
    assert_eq!(bench.get(&ann, "/v1/transactions").await.json["data"]["total"], 1);
}

fn uuid(number: u128) -> String {
    uuid::Uuid::from_u128(number).to_string()
}
