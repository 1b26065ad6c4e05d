//! What `fairground check` finds: each corruption in raw SQL breaks the claims it should, and no other.

use crate::harness::{Bench, on_file};
use check::{ClaimResult, Target, check};
use serde_json::{Value, json};
use std::collections::BTreeSet;
use std::path::Path;

const TRANSACTION: &str = "every transaction is one leg of the ledger, and every leg one transaction";
const CLOSING: &str = "the closing balances of every sub-account follow from one another";
const EVENTS: &str = "entries that happened before earlier ones are marked, and the others summed";
const HELD: &str = "every sub-account holds what its last transaction says";
const LEGS: &str = "every log has all of its transactions, and every transaction its log";
const REVERSED: &str = "every reversal moves back exactly what its log moved, once";
const NUMBERED: &str = "each user's logs and transactions are numbered once, and counted";
const TRADES: &str = "every trade moves price times volume with its fee, to the last unit";
const OWN: [&str; 8] = [TRANSACTION, CLOSING, EVENTS, HELD, LEGS, REVERSED, NUMBERED, TRADES];

/// (what is done, the claims it breaks).
const CORRUPTIONS: &[(&str, &[&str])] = &[
    ("UPDATE transactions SET amount = amount + 1 WHERE id = {last}", &[TRANSACTION, CLOSING]),
    ("UPDATE transactions SET closing_balance = closing_balance + 1 WHERE id = {last}", &[CLOSING, HELD]),
    ("UPDATE transactions SET closing_balance = closing_balance + 1 WHERE id = {first}", &[CLOSING]),
    ("UPDATE transactions SET direction = 'debit' WHERE id = {first}", &[TRANSACTION, CLOSING, EVENTS]),
    ("UPDATE transactions SET is_late = NOT is_late WHERE id = {last}", &[EVENTS]),
    ("UPDATE transactions SET event_balance = event_balance + 1 WHERE id = {last}", &[EVENTS]),
    ("UPDATE transactions SET user_id = user_id + 1 WHERE id = {last}", &[TRANSACTION, LEGS, NUMBERED]),
    ("UPDATE transactions SET seq = seq + 1 WHERE id = {last}", &[NUMBERED]),
    ("UPDATE transactions SET log_id = {other} WHERE id = {last}", &[LEGS]),
    ("DELETE FROM transactions WHERE id = {last}", &[TRANSACTION, HELD, LEGS, NUMBERED]),
    ("UPDATE trading_logs SET transactions = 2 WHERE id = {deposit}", &[LEGS]),
    ("UPDATE trading_logs SET transaction_id = NULL WHERE id = {deposit}", &[LEGS]),
    ("UPDATE trading_logs SET reverses = {deposit} WHERE type = 'reversal'", &[REVERSED]),
    ("DELETE FROM locators WHERE kind = 3", &[REVERSED]),
    ("UPDATE locators SET id = id + 1 WHERE kind = 4", &[NUMBERED]),
    ("UPDATE trading_logs SET info = '{\"fee\":\"1.00000001\"}' WHERE type = 'short'", &[TRADES]),
    ("UPDATE transactions SET price = price + 1 WHERE reason = 'short'", &[TRADES]),
    ("UPDATE sub_accounts SET trading_id = trading_id + 1 WHERE symbol = 'ETH'", &[TRANSACTION]),
];

const NAMES: [(&str, &str); 4] = [
    ("{last}", "(SELECT MAX(id) FROM transactions)"),
    ("{first}", "(SELECT MIN(id) FROM transactions)"),
    ("{deposit}", "(SELECT MIN(id) FROM trading_logs WHERE type = 'deposit')"),
    ("{other}", "(SELECT MIN(id) FROM trading_logs)"),
];

/// A deposit, trades with a fee in the quote and in the base, a reversal, an entry that is late.
async fn fill(bench: Bench) {
    let ann = bench.person("ann").await;
    let pots = bench.pots(&ann, "Grid", "virtual").await;
    bench.log(&ann, &pots.cash("deposit", "10000")).await;
    let bought = bench.log(&ann, &pots.trade("long", "3000.33333333", "0.33333333", "1")).await;
    let path = format!("/v1/trading-logs/{}/reverse", bought.json["data"]["id"].as_str().expect("an id"));
    assert_eq!(bench.post(&ann, &path, &Value::Null).await.status, 201);
    let mut in_base = pots.trade("long", "3000", "1", "0.001");
    in_base["info"]["fee_currency"] = json!("ETH");
    assert_eq!(bench.log(&ann, &in_base).await.status, 201);
    assert_eq!(bench.log(&ann, &pots.trade("short", "3000", "0.5", "1")).await.status, 201);
    let mut late = pots.cash("deposit", "1");
    late["event_time"] = json!("2020-01-01T00:00:00Z");
    assert_eq!(bench.log(&ann, &late).await.status, 201);
    let note = json!({ "trading_id": pots.trading, "type": "note", "source": "manual", "message": "m" });
    let note = bench.log(&ann, &note).await;
    let path = format!("/v1/trading-logs/{}", note.json["data"]["id"].as_str().expect("an id"));
    assert_eq!(bench.delete(&ann, &path).await.status, 200);
}

fn broken(results: &[ClaimResult]) -> BTreeSet<&'static str> {
    results.iter().filter(|result| !result.ok).map(|result| result.name).collect()
}

/// Moves the log of locators into their table, so that a corruption finds them there.
fn fold(path: &Path) {
    let conn = rusqlite::Connection::open(path).expect("a database");
    let fold = "INSERT OR REPLACE INTO locators SELECT owner, kind, key, id FROM locator_log WHERE id IS NOT NULL ORDER BY seq;
                DELETE FROM locators WHERE (owner, kind, key) IN (SELECT owner, kind, key FROM (
                  SELECT owner, kind, key, id, MAX(seq) FROM locator_log GROUP BY owner, kind, key) WHERE id IS NULL);
                DELETE FROM locator_log";
    conn.execute_batch(fold).expect("folded");
}

async fn checked(path: &Path) -> Vec<ClaimResult> {
    check("tiris", Target::Sqlite(path.to_owned())).await.expect("it can be read")
}

#[test]
fn each_corruption_breaks_exactly_the_claims_it_should() {
    let folder = tempfile::tempdir().expect("a folder");
    let sound = folder.path().join("tiris.db");
    testkit::block_on(async {
        on_file(&sound, fill).await;
        fold(&sound);
        let results = checked(&sound).await;
        assert_eq!(broken(&results), BTreeSet::new(), "{results:#?}");
        let own = results.iter().filter(|result| OWN.contains(&result.name) && result.count > 0);
        assert_eq!(own.map(|result| result.name).collect::<Vec<_>>(), OWN);
        let mut surprises = Vec::new();
        for (sql, expected) in CORRUPTIONS {
            let copy = folder.path().join("copy.db");
            std::fs::copy(&sound, &copy).expect("a copy");
            let sql = NAMES.iter().fold((*sql).to_owned(), |sql, (name, select)| sql.replace(name, select));
            let conn = rusqlite::Connection::open(&copy).expect("a database");
            let before = conn.total_changes();
            conn.execute_batch(&sql).unwrap_or_else(|error| panic!("{error}: {sql}"));
            assert!(conn.total_changes() > before, "nothing was corrupted by {sql}");
            drop(conn);
            let found = broken(&checked(&copy).await);
            if found != expected.iter().copied().collect() {
                surprises.push(format!("{sql}: {found:?}"));
            }
        }
        assert!(surprises.is_empty(), "{surprises:#?}");
    });
}
