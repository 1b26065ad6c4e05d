//! Statements: a stranger recomputes them from the file, and finds every digit that was changed.

use crate::harness::Bench;
use serde_json::{Value, json};

testkit::on_both_backends! {
    through crate::harness:
    a_statement_is_recomputed_by_a_stranger_and_a_forged_one_is_not;
}

/// The names of the claims that do not hold.
fn failed(text: &str, head: Option<&str>) -> Vec<&'static str> {
    verify::verify(text, head).iter().filter(|claim| claim.failed()).map(|claim| claim.name).collect()
}

/// What is changed in a statement, and the claims that it breaks.
type Forgery<'f> = (&'f dyn Fn(&mut Value), &'f [&'f str]);

async fn a_statement_is_recomputed_by_a_stranger_and_a_forged_one_is_not(bench: Bench) {
    let ann = bench.person("ann").await;
    let pots = bench.pots(&ann, "Grid", "virtual").await;
    bench.log(&ann, &pots.cash("deposit", "10000")).await;
    bench.log(&ann, &pots.trade("long", "3000", "2", "12")).await;
    bench.stall.clock.advance_secs(60);
    let middle = bench.now().rfc3339();
    bench.log(&ann, &pots.trade("short", "3000", "1.5", "9")).await;
    let wrong = bench.log(&ann, &pots.trade("long", "7", "0.33333333", "0.1")).await;
    let undo = format!("/v1/trading-logs/{}/reverse", wrong.json["data"]["id"].as_str().expect("an id"));
    bench.post(&ann, &undo, &Value::Null).await;
    let mut in_base = pots.trade("long", "1000", "0.3", "0.001");
    in_base["info"]["fee_currency"] = json!("ETH");
    in_base["event_time"] = json!("2029-06-01T00:00:00.5Z");
    bench.log(&ann, &in_base).await;
    bench.log(&ann, &pots.trade("stop_loss", "2500", "0.7", "2.5")).await;
    ledger::seal::seal(&bench.stall.store, bench.now()).await.expect("it can be sealed");
    let path = format!("/v1/tradings/{}/statement?from={middle}", pots.trading);
    let answer = bench.get(&ann, &path).await;
    assert_eq!(answer.status, 200, "{}", answer.text);
    assert!(answer.text.starts_with(r#"{"format":"fairground-statement-1","#));
    let claims = verify::verify(&answer.text, None);
    let told: Vec<_> = claims.iter().map(|claim| claim.name).collect();
    assert_eq!(told, ["text", "balances", "gains", "chain", "seals"]);
    assert_eq!(failed(&answer.text, None), Vec::<&str>::new(), "{claims:#?}");
    let file = &answer.json;
    let usdt = file["accounts"].as_array().expect("accounts").iter().find(|one| one["symbol"] == "USDT");
    assert_eq!(usdt.expect("a line")["opening"], "3988.00000000");
    assert_eq!(
        (file["seals"].as_array().map(Vec::len), file["entries"].as_array().map(Vec::len)),
        (Some(2), Some(14))
    );
    let head = file["chain"]["head"].as_str().expect("a hash").to_owned();
    assert_eq!(failed(&answer.text, Some(&head)), Vec::<&str>::new());
    assert_eq!(failed(&answer.text, Some(&"0".repeat(64))), ["chain"]);
    let forge = |change: &dyn Fn(&mut Value)| {
        let mut forged = file.clone();
        change(&mut forged);
        failed(&forged.to_string(), None)
    };
    let forgeries: [Forgery<'_>; 9] = [
        (&|file| file["entries"][2]["amount"] = json!("6013.00000000"), &["balances", "gains", "chain"]),
        (&|file| file["entries"][0]["closing"] = json!("10000.00000001"), &["balances", "chain"]),
        (&|file| file["accounts"][0]["closing"] = json!("1.00000000"), &["balances"]),
        (&|file| file["accounts"][0]["opening"] = json!("1.00000000"), &["balances"]),
        (&|file| file["gains"]["realised"] = json!("1.00000000"), &["gains"]),
        (&|file| file["gains"]["sales"][0]["gain"] = json!("1.00000000"), &["gains"]),
        (&|file| file["gains"]["sales"][0]["lots"][0]["quantity"] = json!("1.00000000"), &["gains"]),
        (&|file| file["entries"][1]["at"] = json!("2029-01-01T00:00:00Z"), &["chain"]),
        (&|file| file["seals"][0]["proof"]["transfer"][4] = json!("7"), &["seals"]),
    ];
    for (at, (change, expected)) in forgeries.into_iter().enumerate() {
        assert_eq!(forge(change), expected, "forgery {at}");
    }
    assert_eq!(failed(r#"{"format":"fairground-statement-1"}"#, None), ["text"]);
    let bob = bench.person("bob").await;
    assert_eq!(bench.get(&bob, &path).await.code(), "TRADING_NOT_FOUND");
}
