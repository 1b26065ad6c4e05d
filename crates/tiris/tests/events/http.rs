//! Events over HTTP, on both databases.

use crate::harness::{Bench, Person, Pots};
use serde_json::{Value, json};
use testkit::edge::public_ids;

testkit::on_both_backends! { through crate::harness:
    each_of_the_ten_types_becomes_its_log_or_effect;
    a_fill_with_accounts_is_posted_once_also_if_its_log_arrives;
    what_the_bot_believes_wrongly_changes_nothing_and_opens_an_item;
    locked_money_stays_within_the_balance;
    what_can_never_be_applied_is_a_dead_letter_that_operators_see;
    a_replay_applies_nothing_twice_and_a_dry_run_nothing_at_all;
    events_of_others_are_refused;
}

/// An event's common fields.
pub fn event(person: &Person, pots: &Pots, id: &str, more: &Value) -> Value {
    let mut event = json!({
        "event_id": id, "event_type": "t", "timestamp": "2030-01-01T00:00:00Z", "user_id": public_ids().encode(person.id),
        "trading_id": pots.trading, "sub_account_id": pots.usdt, "source": "tiris-bot", "version": "1.0",
    });
    let fields = more.as_object().expect("an object").clone();
    event.as_object_mut().expect("an object").extend(fields);
    event
}

/// Posts one event; what came of it.
async fn send(bench: &Bench, person: &Person, subject: &str, event: &Value) -> (String, String) {
    let body = json!({"events": [{"subject": subject, "event": event}]});
    let answer = bench.post(person, "/v1/events", &body).await;
    assert_eq!(answer.status, 201, "{}", answer.text);
    let result = &answer.json["data"]["results"][0];
    let text = |name: &str| result[name].as_str().unwrap_or_default().to_owned();
    (text("status"), text("code"))
}

fn is(status: &str, code: &str) -> (String, String) {
    (status.to_owned(), code.to_owned())
}

async fn funded(bench: &Bench, person: &Person) -> Pots {
    let pots = bench.pots(person, "bot", "virtual").await;
    assert_eq!(bench.log(person, &pots.cash("deposit", "10000")).await.status, 201);
    pots
}

/// The fill of a buy of 2 ETH at 3000 with a fee of 12.
pub fn fill(person: &Person, pots: &Pots, id: &str) -> Value {
    let metadata = json!({"stock_account_id": pots.eth, "currency_account_id": pots.usdt, "fee": "12"});
    event(
        person,
        pots,
        id,
        &json!({"order_id": "o1", "symbol": "ETH/USDT", "side": "buy", "type": "market", "amount": "2",
                                    "price": "3000", "status": "filled", "message": "filled", "metadata": metadata}),
    )
}

async fn each_of_the_ten_types_becomes_its_log_or_effect(bench: Bench) {
    let ann = bench.person("ann").await;
    let pots = funded(&bench, &ann).await;
    let money = json!({"symbol": "USDT", "amount": "5", "direction": "debit", "reason": "fee"});
    for (subject, kind, more) in [
        ("trading.orders.created", "order_created", json!({})),
        ("trading.orders.filled", "order_filled", json!({})),
        ("trading.orders.cancelled", "order_cancelled", json!({})),
        ("trading.orders.failed", "order_failed", json!({})),
        ("trading.balance.locked", "balance_update", money.clone()),
        ("trading.balance.unlocked", "balance_update", money.clone()),
        ("trading.balance.updated", "balance_update", money.clone()),
        ("trading.errors", "system_error", json!({"error_message": "no"})),
        ("trading.signals", "trading_signal", json!({"confidence": 0.5})),
        ("system.heartbeat", "", json!({})),
    ] {
        let sent = event(&ann, &pots, subject, &more);
        assert_eq!(send(&bench, &ann, subject, &sent).await, is("applied", ""), "{subject}");
        assert_eq!(send(&bench, &ann, subject, &sent).await, is("duplicate", ""), "{subject}");
        let logs = bench.get(&ann, "/v1/trading-logs?limit=1").await;
        let newest = &logs.json["data"]["trading_logs"][0];
        if !kind.is_empty() {
            assert_eq!(
                (newest["type"].as_str(), newest["source"].as_str()),
                (Some(kind), Some("bot")),
                "{subject}"
            );
        }
    }
    assert_eq!(bench.balance(&ann, &pots.usdt).await, "9995.00000000");
}

async fn a_fill_with_accounts_is_posted_once_also_if_its_log_arrives(bench: Bench) {
    let ann = bench.person("ann").await;
    let pots = funded(&bench, &ann).await;
    let subject = "trading.orders.filled";
    assert_eq!(send(&bench, &ann, subject, &fill(&ann, &pots, "f1")).await, is("applied", ""));
    let after = (String::from("2.00000000"), String::from("3988.00000000"));
    assert_eq!(bench.both(&ann, &pots).await, after);
    assert_eq!(
        send(&bench, &ann, subject, &fill(&ann, &pots, "f2")).await,
        is("applied", ""),
        "the same fill again"
    );
    assert_eq!(bench.both(&ann, &pots).await, after);
    let mut log = pots.trade("long", "3000", "2", "12");
    log["info"]["order_id"] = json!("o1");
    let answer = bench.log(&ann, &log).await;
    assert_eq!((answer.status, answer.code()), (409, "FILL_ALREADY_POSTED"), "{}", answer.text);
    assert_eq!(bench.both(&ann, &pots).await, after);
}

async fn what_the_bot_believes_wrongly_changes_nothing_and_opens_an_item(bench: Bench) {
    let ann = bench.person("ann").await;
    let pots = funded(&bench, &ann).await;
    let change = |before: &str, after: &str| json!({"symbol": "USDT", "amount": "5", "direction": "credit", "reason": "rebate", "previous_balance": before, "new_balance": after});
    let wrong = event(&ann, &pots, "w", &change("9000", "9005"));
    assert_eq!(send(&bench, &ann, "trading.balance.updated", &wrong).await, is("dead", "BALANCE_MISMATCH"));
    assert_eq!(bench.balance(&ann, &pots.usdt).await, "10000.00000000");
    let items = bench
        .stall
        .store
        .read(|tx| tx.query("SELECT amount FROM reconciliation_items", &[], |row| row.int(0)));
    assert_eq!(items.await.expect("read"), [-100_000_000_000]);
    let right = event(&ann, &pots, "r", &change("10000", "10005"));
    assert_eq!(send(&bench, &ann, "trading.balance.updated", &right).await, is("applied", ""));
    assert_eq!(bench.balance(&ann, &pots.usdt).await, "10005.00000000");
}

async fn locked_money_stays_within_the_balance(bench: Bench) {
    let ann = bench.person("ann").await;
    let pots = funded(&bench, &ann).await;
    let amount = |amount: &str| json!({"symbol": "USDT", "amount": amount});
    let lock = "trading.balance.locked";
    assert_eq!(send(&bench, &ann, lock, &event(&ann, &pots, "1", &amount("9000"))).await, is("applied", ""));
    let answer = bench.log(&ann, &pots.cash("withdraw", "1000.00000001")).await;
    assert_eq!(
        (answer.status, answer.code()),
        (422, "INSUFFICIENT_BALANCE"),
        "what is locked does not leave"
    );
    assert_eq!(bench.log(&ann, &pots.cash("withdraw", "1000")).await.status, 201);
    assert_eq!(
        send(&bench, &ann, lock, &event(&ann, &pots, "2", &amount("0.00000001"))).await,
        is("waiting", "")
    );
    let unlock = event(&ann, &pots, "3", &amount("9000.5"));
    assert_eq!(
        send(&bench, &ann, "trading.balance.unlocked", &unlock).await,
        is("waiting", ""),
        "behind the one before"
    );
    assert_eq!(bench.balance(&ann, &pots.usdt).await, "9000.00000000");
}

async fn what_can_never_be_applied_is_a_dead_letter_that_operators_see(bench: Bench) {
    let (ann, admin) = (bench.person("ann").await, bench.admin().await);
    let pots = funded(&bench, &ann).await;
    let missing = event(&ann, &pots, "m", &json!({"sub_account_id": null}));
    assert_eq!(send(&bench, &ann, "trading.orders.created", &missing).await, is("dead", "MISSING_FIELD"));
    let nobody = event(&ann, &pots, "n", &json!({"user_id": "00000000-0000-4000-8000-000000000000"}));
    assert_eq!(send(&bench, &ann, "trading.orders.created", &nobody).await, is("dead", "UNKNOWN_USER"));
    assert_eq!(bench.get(&ann, "/v1/events/dead-letters").await.status, 403);
    let letters = bench.get(&admin, "/v1/events/dead-letters").await;
    let list = letters.json["data"]["dead_letters"].as_array().expect("a list").clone();
    assert_eq!(list.len(), 2, "{}", letters.text);
    let id = list[0]["id"].as_i64().expect("a number");
    let act = async |verb: &str| {
        bench.post(&admin, &format!("/v1/events/dead-letters/{id}/{verb}"), &json!({})).await.status
    };
    assert_eq!((act("requeue").await, act("requeue").await), (200, 404));
    assert_eq!(
        bench.get(&admin, &format!("/v1/events/dead-letters/{id}")).await.json["data"]["status"],
        "waiting"
    );
    let id = list[1]["id"].as_i64().expect("a number");
    assert_eq!(
        bench.post(&admin, &format!("/v1/events/dead-letters/{id}/discard"), &json!({})).await.status,
        200
    );
    let status = bench.get(&admin, "/v1/events/status").await;
    assert_eq!(status.json["data"]["broker"], "disabled", "{}", status.text);
}

async fn a_replay_applies_nothing_twice_and_a_dry_run_nothing_at_all(bench: Bench) {
    let (ann, admin) = (bench.person("ann").await, bench.admin().await);
    let pots = funded(&bench, &ann).await;
    send(&bench, &ann, "trading.orders.filled", &fill(&ann, &pots, "f1")).await;
    let body = |dry: bool| json!({"start_time": "2029-12-31T00:00:00Z", "end_time": "2030-01-02T00:00:00Z", "event_types": [], "dry_run": dry});
    assert_eq!(bench.post(&ann, "/v1/events/replay", &body(true)).await.status, 403);
    for dry in [true, false, false] {
        let done = bench.post(&admin, "/v1/events/replay", &body(dry)).await;
        let data = &done.json["data"];
        assert_eq!(
            (data["applied"].as_i64(), data["duplicates"].as_i64()),
            (Some(0), Some(1)),
            "{}",
            done.text
        );
    }
    assert_eq!(bench.balance(&ann, &pots.usdt).await, "3988.00000000");
}

async fn events_of_others_are_refused(bench: Bench) {
    let (ann, ben) = (bench.person("ann").await, bench.person("ben").await);
    let pots = funded(&bench, &ann).await;
    let body = json!({"events": [{"subject": "trading.orders.filled", "event": fill(&ann, &pots, "f1")}]});
    assert_eq!(bench.post(&ben, "/v1/events", &body).await.status, 403);
    assert_eq!(bench.balance(&ann, &pots.usdt).await, "10000.00000000");
}
