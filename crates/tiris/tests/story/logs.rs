//! Logs beside their money: informational ones, filters, pages, deletion.

use crate::harness::Bench;
use serde_json::{Value, json};

testkit::on_both_backends! {
    through crate::harness:
    informational_logs_keep_any_info_and_move_nothing;
    filters_and_pages_find_what_they_say;
    transactions_are_filtered_and_read_only;
    logs_that_moved_money_stay_and_others_go_by_their_rules;
    nobody_sees_what_is_anothers_and_an_admin_sees_all;
}

async fn informational_logs_keep_any_info_and_move_nothing(bench: Bench) {
    let ann = bench.person("ann").await;
    let pots = bench.pots(&ann, "Grid", "paper").await;
    let body = json!({ "trading_id": pots.trading, "type": "prediction", "source": "api", "message": "up",
                       "info": { "confidence": 0.75, "transaction_ids": ["mine"] } });
    let answer = bench.log(&ann, &body).await;
    assert_eq!(answer.status, 201, "{}", answer.text);
    let info = &answer.json["data"]["info"];
    assert_eq!((&info["confidence"], &info["created_by"]), (&json!(0.75), &json!("api")));
    assert_eq!((&info["api_version"], &info["trading_type"]), (&json!("v1"), &json!("paper")));
    assert_eq!(answer.json["data"]["source"], "manual");
    assert_eq!(answer.json["data"]["event_time"], json!(null));
    assert_eq!(bench.get(&ann, "/v1/transactions").await.json["data"]["total"], 0);
    assert!(answer.json["metadata"]["trace_id"].is_string());
}

async fn filters_and_pages_find_what_they_say(bench: Bench) {
    let ann = bench.person("ann").await;
    let (one, two) = (bench.pots(&ann, "One", "paper").await, bench.pots(&ann, "Two", "paper").await);
    let start = bench.now();
    let clock = &bench.stall.clock;
    for pots in [&one, &two] {
        bench.log(&ann, &pots.cash("deposit", "100")).await;
        clock.advance_secs(10);
        let body = json!({ "trading_id": pots.trading, "type": "signal", "source": "manual", "message": "up",
                           "sub_account_id": pots.eth });
        assert_eq!(bench.log(&ann, &body).await.status, 201);
        clock.advance_secs(10);
    }
    let after = start.plus_secs(15).rfc3339();
    let cases = [
        (String::new(), 4),
        ("?type=signal".to_owned(), 2),
        ("?source=bot".to_owned(), 2),
        (format!("?trading_id={}", one.trading), 2),
        (format!("?sub_account_id={}", two.eth), 1),
        (format!("?start_date={after}"), 2),
        (format!("?since={after}"), 2),
        (format!("?end_date={after}"), 2),
        (format!("?start_date={after}&type=deposit"), 1),
        (format!("/trading/{}", two.trading), 2),
        (format!("/trading/{}?since={after}", one.trading), 0),
        (format!("/sub-account/{}", one.eth), 1),
        (format!("/time-range?start_time={}&end_time={after}", start.rfc3339()), 2),
    ];
    for (query, total) in cases {
        let answer = bench.get(&ann, &format!("/v1/trading-logs{query}")).await;
        assert_eq!(answer.json["data"]["total"], total, "{query} {}", answer.text);
    }
    let page = bench.get(&ann, "/v1/trading-logs?limit=3").await;
    let data = &page.json["data"];
    assert_eq!((data["trading_logs"].as_array().map(Vec::len), &data["has_more"]), (Some(3), &json!(true)));
    assert_eq!(data["pagination"]["next_offset"], 3);
    assert_eq!(data["trading_logs"][0]["type"], "signal", "newest first");
    let last = bench.get(&ann, "/v1/trading-logs?limit=3&offset=3").await;
    assert_eq!(last.json["data"]["pagination"]["next_offset"], Value::Null);
    for (query, code) in [
        ("?limit=1001", "INVALID_QUERY_PARAMS"),
        ("?limit=0", "INVALID_QUERY_PARAMS"),
        ("?offset=-1", "INVALID_QUERY_PARAMS"),
        ("?start_date=yesterday", "INVALID_QUERY_PARAMS"),
        ("?start_date=2030-01-02T00:00:00Z&end_date=2030-01-01T00:00:00Z", "INVALID_DATE_RANGE"),
        ("/time-range", "MISSING_TIME_RANGE"),
        ("/time-range?start_time=x&end_time=y", "INVALID_START_TIME"),
        ("/seven", "INVALID_TRADING_LOG_ID"),
        ("?trading_id=seven", "INVALID_TRADING_ID"),
    ] {
        let answer = bench.get(&ann, &format!("/v1/trading-logs{query}")).await;
        assert_eq!((answer.status, answer.code()), (400, code), "{query}");
    }
}

async fn transactions_are_filtered_and_read_only(bench: Bench) {
    let ann = bench.person("ann").await;
    let pots = bench.pots(&ann, "One", "paper").await;
    bench.log(&ann, &pots.cash("deposit", "100")).await;
    bench.log(&ann, &pots.trade("long", "10", "2", "1")).await;
    bench.log(&ann, &pots.cash("withdrawal", "5")).await;
    let cases = [
        (String::new(), 4),
        ("?direction=debit".to_owned(), 2),
        ("?reason=withdrawal".to_owned(), 1),
        ("?min_amount=5&max_amount=21".to_owned(), 2),
        ("?min_amount=100".to_owned(), 1),
        (format!("?trading_id={}", pots.trading), 4),
        (format!("?sub_account_id={}", pots.eth), 1),
        (format!("/sub-account/{}?direction=debit", pots.usdt), 2),
        (format!("/trading/{}", pots.trading), 4),
    ];
    for (query, total) in cases {
        let answer = bench.get(&ann, &format!("/v1/transactions{query}")).await;
        assert_eq!(answer.json["data"]["total"], total, "{query} {}", answer.text);
        let rows = answer.json["data"]["transactions"].as_array().map_or(0, Vec::len);
        assert_eq!(rows, total, "{query}");
    }
    for (query, code) in [
        ("?min_amount=5&max_amount=4", "INVALID_FILTER_RANGE"),
        ("?start_date=2030-01-02T00:00:00Z&end_date=2030-01-01T00:00:00Z", "INVALID_FILTER_RANGE"),
        ("?min_amount=0.123456789", "INVALID_VALUE"),
        ("?direction=up", "INVALID_VALUE"),
        ("/seven", "INVALID_TRANSACTION_ID"),
    ] {
        let answer = bench.get(&ann, &format!("/v1/transactions{query}")).await;
        assert_eq!((answer.status, answer.code()), (400, code), "{query}");
    }
    let listed = bench.get(&ann, "/v1/transactions").await;
    let row = &listed.json["data"]["transactions"][0];
    assert_eq!(row["info"]["trading_log"]["type"], "withdraw", "each has its cause");
    let path = format!("/v1/transactions/{}", row["id"].as_str().expect("an id"));
    assert_eq!(bench.get(&ann, &path).await.json["data"]["id"], row["id"]);
    for method in ["POST", "PUT", "DELETE"] {
        let answer = bench.call(method, &ann, &path, &json!({})).send().await;
        assert!([404, 405].contains(&answer.status), "{method} {}", answer.status);
    }
}

async fn logs_that_moved_money_stay_and_others_go_by_their_rules(bench: Bench) {
    let (ann, admin) = (bench.person("ann").await, bench.admin().await);
    let pots = bench.pots(&ann, "One", "real").await;
    let log = |kind: &str, source: &str| json!({ "trading_id": pots.trading, "type": kind, "source": source, "message": "m" });
    let moved = bench.log(&ann, &pots.cash("deposit", "1")).await;
    let manual = bench.log(&ann, &log("note", "manual")).await;
    let bots = bench.log(&ann, &log("note", "bot")).await;
    let path = |answer: &testkit::Answer| {
        format!("/v1/trading-logs/{}", answer.json["data"]["id"].as_str().expect("an id"))
    };
    assert_eq!(bench.delete(&ann, &path(&moved)).await.code(), "CANNOT_DELETE_BUSINESS_LOG");
    assert_eq!(bench.delete(&admin, &path(&moved)).await.status, 409);
    assert_eq!(bench.delete(&ann, &path(&bots)).await.code(), "CANNOT_DELETE_BOT_LOG");
    assert_eq!(bench.delete(&ann, &path(&manual)).await.status, 200);
    assert_eq!(bench.delete(&admin, &path(&bots)).await.status, 200);
    assert_eq!(bench.delete(&ann, &path(&manual)).await.status, 404);
    assert_eq!(bench.get(&ann, "/v1/trading-logs").await.json["data"]["total"], 1);
    assert_eq!(bench.balance(&ann, &pots.usdt).await, "1.00000000");
}

async fn nobody_sees_what_is_anothers_and_an_admin_sees_all(bench: Bench) {
    let (ann, bob, admin) = (bench.person("ann").await, bench.person("bob").await, bench.admin().await);
    let pots = bench.pots(&ann, "One", "real").await;
    let log = bench.log(&ann, &pots.cash("deposit", "1")).await;
    let log_id = log.json["data"]["id"].as_str().expect("an id");
    let transaction = log.json["data"]["transaction_id"].as_str().expect("an id");
    let paths = [
        format!("/v1/trading-logs/{log_id}"),
        format!("/v1/transactions/{transaction}"),
        format!("/v1/tradings/{}", pots.trading),
        format!("/v1/sub-accounts/{}", pots.usdt),
        format!("/v1/sub-accounts/{}/balance", pots.usdt),
        format!("/v1/trading-logs/trading/{}", pots.trading),
        format!("/v1/transactions/trading/{}", pots.trading),
        format!("/v1/transactions/sub-account/{}", pots.usdt),
        format!("/v1/sub-accounts?trading_id={}", pots.trading),
        format!("/v1/transactions?trading_id={}", pots.trading),
    ];
    for path in &paths {
        assert_eq!(bench.get(&ann, path).await.status, 200, "{path}");
        assert_eq!(bench.get(&bob, path).await.status, 404, "{path}");
        assert!([401, 404].contains(&bench.guest(path).await.status), "{path}");
    }
    for path in ["/v1/admin/trading-logs", "/v1/admin/transactions", "/v1/admin/tradings"] {
        assert_eq!(bench.get(&admin, path).await.json["data"]["total"], 1, "{path}");
        assert_eq!(
            (bench.get(&bob, path).await.status, bench.guest(path).await.status),
            (403, 401),
            "{path}"
        );
    }
    for path in [format!("/v1/admin/trading-logs/{log_id}"), format!("/v1/admin/transactions/{transaction}")]
    {
        assert_eq!(bench.get(&admin, &path).await.status, 200, "{path}");
    }
    let range = "start_time=2029-01-01T00:00:00Z&end_time=2031-01-01T00:00:00Z";
    let theirs = bench.get(&bob, &format!("/v1/transactions/time-range?{range}")).await;
    assert_eq!(theirs.json["data"]["total"], 0);
    let forged = json!({ "trading_id": pots.trading, "type": "x", "source": "manual", "message": "m", "user_id": "y" });
    assert_eq!(bench.log(&bob, &forged).await.status, 404);
    assert_eq!(
        bench.put(&bob, &format!("/v1/tradings/{}", pots.trading), &json!({ "name": "Mine" })).await.status,
        404
    );
    assert_eq!(bench.delete(&bob, &format!("/v1/sub-accounts/{}", pots.eth)).await.status, 404);
}
