//! The money of logs: the worked chain, every refusal, repetitions, reversals, past moments.

use crate::harness::Bench;
use serde_json::{Value, json};

testkit::on_both_backends! {
    through crate::harness:
    the_worked_chain_comes_out_to_the_last_unit;
    what_is_refused_writes_nothing_and_says_why;
    a_repeated_request_gets_the_first_log_and_a_changed_one_is_refused;
    a_batch_keeps_its_order_and_each_log_is_whole_or_nothing;
    a_reversal_restores_balances_and_happens_once;
    a_fill_of_an_order_is_posted_once;
    a_fee_in_the_base_or_a_third_asset_is_a_leg_of_its_own;
    a_past_moment_is_read_on_two_clocks;
    a_hundred_trades_at_once_are_exact;
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

async fn a_repeated_request_gets_the_first_log_and_a_changed_one_is_refused(bench: Bench) {
    let ann = bench.person("ann").await;
    let pots = bench.pots(&ann, "Grid", "virtual").await;
    let send = |amount: &'static str| {
        let (bench, ann, body) = (&bench, &ann, pots.cash("deposit", amount));
        async move { bench.call("POST", ann, "/v1/trading-logs", &body).key("k-1").send().await }
    };
    let (first, again, changed) = (send("5").await, send("5").await, send("6").await);
    assert_eq!((first.status, again.status), (201, 201));
    assert_eq!(first.json["data"], again.json["data"]);
    assert_eq!(&again.headers["idempotent-replayed"], "true");
    assert_eq!((changed.status, changed.code()), (422, "IDEMPOTENCY_KEY_REUSED"));
    assert_eq!(bench.balance(&ann, &pots.usdt).await, "5.00000000");
    let path = format!("/v1/sub-accounts/{}/deposit", pots.usdt);
    let body = json!({ "amount": "2" });
    for replayed in [false, true] {
        let answer = bench.call("POST", &ann, &path, &body).key("k-2").send().await;
        assert_eq!((answer.status, answer.headers.has("idempotent-replayed")), (200, replayed));
        assert_eq!(answer.json["data"]["transaction"]["closing_balance"], "7.00000000");
    }
    let bob = bench.person("bob").await;
    let theirs = bench.pots(&bob, "Grid", "virtual").await;
    let body = theirs.cash("deposit", "1");
    let answer = bench.call("POST", &bob, "/v1/trading-logs", &body).key("k-1").send().await;
    assert!(answer.status == 201 && !answer.headers.has("idempotent-replayed"), "a key is its owner's alone");
}

async fn a_batch_keeps_its_order_and_each_log_is_whole_or_nothing(bench: Bench) {
    let ann = bench.person("ann").await;
    let pots = bench.pots(&ann, "Grid", "virtual").await;
    let mut logs =
        vec![pots.cash("deposit", "100"), pots.cash("withdraw", "150"), pots.trade("long", "10", "2", "1")];
    logs.extend((0..497).map(|_| pots.cash("deposit", "0.00000001")));
    let body = json!({ "logs": logs });
    let send = || bench.call("POST", &ann, "/v1/trading-logs/batch", &body).key("b-1").send();
    let answer = send().await;
    assert_eq!(answer.status, 200, "{}", answer.text);
    let data = &answer.json["data"];
    let refused: Vec<_> = data["results"]
        .as_array()
        .expect("results")
        .iter()
        .filter(|result| result["status"] != 201)
        .collect();
    assert_eq!((&data["written"], &data["refused"]), (&json!(499), &json!(1)), "{refused:?}");
    let results = data["results"].as_array().expect("results");
    assert_eq!(results[1]["error"]["code"], "INSUFFICIENT_BALANCE");
    assert_eq!((&results[1]["status"], &results[2]["status"]), (&json!(422), &json!(201)));
    assert!(results.iter().enumerate().all(|(at, result)| result["index"] == at));
    assert_eq!(bench.both(&ann, &pots).await, ("2.00000000".to_owned(), "79.00000497".to_owned()));
    let again = send().await;
    assert_eq!(again.json["data"]["results"][0], results[0]);
    assert_eq!(bench.balance(&ann, &pots.usdt).await, "79.00000497", "a repeated batch moves nothing");
    let listed = bench.get(&ann, "/v1/trading-logs?limit=3&offset=496").await;
    assert_eq!(listed.json["data"]["pagination"]["total"], 499);
    assert_eq!(listed.json["data"]["trading_logs"][2]["info"]["amount"], "100");
    let changed = json!({ "logs": [pots.cash("deposit", "3")] });
    let answer = bench.call("POST", &ann, "/v1/trading-logs/batch", &changed).key("b-1").send().await;
    assert_eq!((answer.status, answer.code()), (422, "IDEMPOTENCY_KEY_REUSED"));
    let none = bench.post(&ann, "/v1/trading-logs/batch", &json!({ "logs": [] })).await;
    let many = json!({ "logs": (0..501).map(|_| pots.cash("deposit", "1")).collect::<Vec<_>>() });
    let many = bench.post(&ann, "/v1/trading-logs/batch", &many).await;
    assert_eq!((none.status, many.status), (400, 400));
}

async fn a_reversal_restores_balances_and_happens_once(bench: Bench) {
    let ann = bench.person("ann").await;
    let pots = bench.pots(&ann, "Grid", "virtual").await;
    bench.log(&ann, &pots.cash("deposit", "100")).await;
    let bought = bench.log(&ann, &pots.trade("long", "10", "2", "1")).await;
    let path = format!("/v1/trading-logs/{}/reverse", bought.json["data"]["id"].as_str().expect("an id"));
    let bob = bench.person("bob").await;
    assert_eq!(bench.post(&bob, &path, &Value::Null).await.code(), "TRADING_LOG_NOT_FOUND");
    let undone = bench.post(&ann, &path, &json!({ "reason": "a wrong fill" })).await;
    assert_eq!(undone.status, 201, "{}", undone.text);
    assert_eq!(undone.json["data"]["type"], "reversal");
    assert_eq!(undone.json["data"]["info"]["reverses"], bought.json["data"]["id"]);
    assert_eq!(bench.both(&ann, &pots).await, ("0.00000000".to_owned(), "100.00000000".to_owned()));
    let twice = bench.post(&ann, &path, &Value::Null).await;
    assert_eq!((twice.status, twice.code()), (409, "ALREADY_REVERSED"));
    assert_eq!(twice.json["error"]["details"]["log_id"], undone.json["data"]["id"]);
    let back = format!("/v1/trading-logs/{}/reverse", undone.json["data"]["id"].as_str().expect("an id"));
    assert_eq!(bench.post(&ann, &back, &Value::Null).await.code(), "LOG_IS_NOT_REVERSIBLE");
    let bought = bench.log(&ann, &pots.trade("long", "10", "2", "1")).await;
    bench.log(&ann, &pots.trade("short", "10", "2", "1")).await;
    let path = format!("/v1/trading-logs/{}/reverse", bought.json["data"]["id"].as_str().expect("an id"));
    assert_eq!(bench.post(&ann, &path, &Value::Null).await.code(), "INSUFFICIENT_BALANCE");
}

async fn a_fill_of_an_order_is_posted_once(bench: Bench) {
    let ann = bench.person("ann").await;
    let pots = bench.pots(&ann, "Grid", "virtual").await;
    bench.log(&ann, &pots.cash("deposit", "100")).await;
    let fill = |fill: &str| {
        let body = with(pots.trade("long", "1", "1", "0"), "order_id", json!("o-1"));
        with(body, "fill_id", json!(fill))
    };
    let first = bench.log(&ann, &fill("f-1")).await;
    let again = bench.log(&ann, &fill("f-1")).await;
    assert_eq!((again.status, again.code()), (409, "FILL_ALREADY_POSTED"));
    assert_eq!(again.json["error"]["details"]["log_id"], first.json["data"]["id"]);
    let batch = json!({ "logs": [fill("f-2"), fill("f-2"), fill("f-3")] });
    let answer = bench.post(&ann, "/v1/trading-logs/batch", &batch).await;
    assert_eq!(answer.json["data"]["written"], 2, "{}", answer.text);
    assert_eq!(bench.balance(&ann, &pots.eth).await, "3.00000000");
}

async fn a_fee_in_the_base_or_a_third_asset_is_a_leg_of_its_own(bench: Bench) {
    let ann = bench.person("ann").await;
    let pots = bench.pots(&ann, "Grid", "virtual").await;
    let bnb = bench.sub_account(&ann, &pots.trading, "BNB").await;
    bench.log(&ann, &pots.cash("deposit", "100")).await;
    let in_base = with(pots.trade("long", "10", "2", "0.002"), "fee_currency", json!("ETH"));
    let answer = bench.log(&ann, &in_base).await;
    assert_eq!(answer.json["data"]["info"]["processed_transactions"], 3, "{}", answer.text);
    assert_eq!(bench.both(&ann, &pots).await, ("1.99800000".to_owned(), "80.00000000".to_owned()));
    let third = with(pots.trade("short", "10", "1", "0.5"), "fee_currency", json!("BNB"));
    assert_eq!(bench.log(&ann, &third).await.code(), "INVALID_INFO_STRUCTURE", "it needs an account");
    let third = with(third, "fee_account_id", json!(bnb));
    let refused = bench.log(&ann, &third).await;
    assert_eq!(
        (refused.code(), &refused.json["error"]["details"]["symbol"]),
        ("INSUFFICIENT_BALANCE", &json!("BNB"))
    );
    assert_eq!(bench.both(&ann, &pots).await, ("1.99800000".to_owned(), "80.00000000".to_owned()));
    bench.post(&ann, &format!("/v1/sub-accounts/{bnb}/deposit"), &json!({ "amount": 1 })).await;
    assert_eq!(bench.log(&ann, &third).await.status, 201);
    assert_eq!(bench.both(&ann, &pots).await, ("0.99800000".to_owned(), "90.00000000".to_owned()));
    assert_eq!(bench.balance(&ann, &bnb).await, "0.50000000");
    let fees = bench.get(&ann, "/v1/transactions?reason=fee").await;
    assert_eq!(fees.json["data"]["total"], 2);
    let all = with(pots.trade("short", "10", "0.998", "0.00000001"), "fee_currency", json!("ETH"));
    let refused = bench.log(&ann, &all).await;
    assert_eq!(refused.json["error"]["details"]["required"], "0.99800001", "{}", refused.text);
}

async fn a_past_moment_is_read_on_two_clocks(bench: Bench) {
    let ann = bench.person("ann").await;
    let pots = bench.pots(&ann, "Grid", "backtest").await;
    let deposit = |amount: &str, at: &str| {
        let mut body = pots.cash("deposit", amount);
        body["event_time"] = json!(at);
        body
    };
    let (start, clock) = (bench.now(), &bench.stall.clock);
    bench.log(&ann, &deposit("1", "2020-01-01T00:00:00Z")).await;
    clock.advance_secs(10);
    bench.log(&ann, &deposit("10", "2020-03-01T00:00:00Z")).await;
    clock.advance_secs(10);
    bench.log(&ann, &deposit("100", "2020-02-01T00:00:00Z")).await;
    clock.advance_secs(10);
    bench.log(&ann, &pots.cash("withdraw", "5")).await;
    let at = |moment: String, axis: &'static str| {
        let path = format!("/v1/sub-accounts/{}/balance?at={moment}&axis={axis}", pots.usdt);
        let (bench, ann) = (&bench, &ann);
        async move { bench.get(ann, &path).await.json["data"]["balance"].as_str().expect("a balance").to_owned() }
    };
    for (moment, balance) in [
        ("2019-12-31T23:59:59Z", "0.00000000"),
        ("2020-01-01T00:00:00Z", "1.00000000"),
        ("2020-02-15T00:00:00Z", "101.00000000"),
        ("2020-03-01T00:00:00%2B01:00", "101.00000000"),
        ("2020-03-01T00:00:00Z", "111.00000000"),
        ("2040-01-01T00:00:00Z", "106.00000000"),
    ] {
        assert_eq!(at(moment.to_owned(), "event").await, balance, "{moment}");
    }
    for (seconds, balance) in [
        (-1, "0.00000000"),
        (0, "1.00000000"),
        (15, "11.00000000"),
        (20, "111.00000000"),
        (99, "106.00000000"),
    ] {
        assert_eq!(at(start.plus_secs(seconds).rfc3339(), "recorded").await, balance, "{seconds}");
    }
    assert_eq!(bench.balance(&ann, &pots.usdt).await, "106.00000000");
    let odd = bench.get(&ann, &format!("/v1/sub-accounts/{}/balance?axis=third", pots.usdt)).await;
    assert_eq!(odd.status, 400);
}

async fn a_hundred_trades_at_once_are_exact(bench: Bench) {
    let ann = bench.person("ann").await;
    let pots = bench.pots(&ann, "Grid", "virtual").await;
    bench.log(&ann, &pots.cash("deposit", "60")).await;
    let buy = pots.trade("long", "1", "1", "0");
    let calls = (0..100).map(|_| bench.log(&ann, &buy));
    let answers = futures_util::future::join_all(calls).await;
    let bought = answers.iter().filter(|answer| answer.status == 201).count();
    assert!(answers.iter().all(|answer| answer.status == 201 || answer.code() == "INSUFFICIENT_BALANCE"));
    assert_eq!(bought, 60);
    assert_eq!(bench.both(&ann, &pots).await, ("60.00000000".to_owned(), "0.00000000".to_owned()));
}
