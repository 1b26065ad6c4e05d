//! A fault planted at each step of writing a log: nothing of it is kept, and the next try goes through.

use crate::harness::Bench;
use store::{StoreError, Tx};

testkit::on_both_backends! {
    through crate::harness:
    a_fault_at_any_step_leaves_no_log_no_transaction_and_no_balance;
}

/// The tables that a trade writes, in the order in which it does, and how.
const STEPS: [(&str, &str); 6] = [
    ("accounts", "INSERT"),
    ("accounts", "UPDATE"),
    ("transfers", "INSERT"),
    ("trading_logs", "INSERT"),
    ("transactions", "INSERT"),
    (LOCATORS, "INSERT"),
];

/// New locators go to a log on SQLite.
const LOCATORS: &str = "locators";

/// Statements must live as long as the program; a test may leak a few.
fn leaked(sql: String) -> &'static str {
    Box::leak(sql.into_boxed_str())
}

fn plant(tx: &mut Tx<'_>, table: &str, verb: &str) -> Result<(), StoreError> {
    let is_log = table == LOCATORS && tx.backend() == store::Backend::Sqlite;
    let table = if is_log { "locator_log" } else { table };
    let sqlite = leaked(format!(
        "CREATE TRIGGER planted BEFORE {verb} ON {table} BEGIN SELECT RAISE(ABORT, 'planted'); END"
    ));
    if tx.backend() == store::Backend::Postgres {
        tx.execute(
            "CREATE OR REPLACE FUNCTION planted_fault() RETURNS trigger LANGUAGE plpgsql AS
             $$ BEGIN RAISE EXCEPTION 'planted'; END $$",
            &[],
        )?;
    }
    let postgres = leaked(format!(
        "CREATE TRIGGER planted BEFORE {verb} ON {table} FOR EACH ROW EXECUTE FUNCTION planted_fault()"
    ));
    let sql = tx.pick(sqlite, postgres);
    tx.execute(sql, &[]).map(drop)
}

fn dig_up(tx: &mut Tx<'_>, table: &str) -> Result<(), StoreError> {
    let postgres = leaked(format!("DROP TRIGGER planted ON {table}"));
    let sql = tx.pick("DROP TRIGGER planted", postgres);
    tx.execute(sql, &[]).map(drop)
}

async fn a_fault_at_any_step_leaves_no_log_no_transaction_and_no_balance(bench: Bench) {
    let ann = bench.person("ann").await;
    let store = bench.stall.store.clone();
    for (number, (table, verb)) in STEPS.into_iter().enumerate() {
        let pots = bench.pots(&ann, &format!("Grid {number}"), "virtual").await;
        bench.log(&ann, &pots.cash("deposit", "100")).await;
        let before = (
            bench.get(&ann, "/v1/trading-logs").await.json["data"]["total"].clone(),
            bench.get(&ann, "/v1/transactions").await.json["data"]["total"].clone(),
            bench.both(&ann, &pots).await,
        );
        store.write(move |tx| plant(tx, table, verb)).await.expect("it is planted");
        let refused = bench.log(&ann, &pots.trade("long", "10", "2", "1")).await;
        assert_eq!(refused.status, 500, "{verb} on {table}: {}", refused.text);
        assert!(!refused.text.contains("planted") && !refused.text.contains(table), "{}", refused.text);
        store.write(move |tx| dig_up(tx, table)).await.expect("it is gone");
        let after = (
            bench.get(&ann, "/v1/trading-logs").await.json["data"]["total"].clone(),
            bench.get(&ann, "/v1/transactions").await.json["data"]["total"].clone(),
            bench.both(&ann, &pots).await,
        );
        assert_eq!(after, before, "{verb} on {table}");
        let again = bench.log(&ann, &pots.trade("long", "10", "2", "1")).await;
        assert_eq!(again.status, 201, "{verb} on {table}: {}", again.text);
        assert_eq!(bench.both(&ann, &pots).await, ("2.00000000".to_owned(), "79.00000000".to_owned()));
    }
}
