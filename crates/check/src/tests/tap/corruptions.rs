//! Tap's claims: one corruption a case, and the claims that must fail, no more and no fewer.

use super::ground::{make_sound_tap, make_tap};
use crate::tests::{FOLD, check_file};
use crate::{ClaimResult, Target, check};
use std::collections::BTreeSet;
use store::Location;
use testkit::FreshDatabase;

const ZERO: &str = "each asset sums to zero";
const EQUAL: &str = "every balance equals its transfers";
const CHAIN: &str = "the balances after every transfer follow from one another";
const OUTCOME: &str = "every outcome follows from its column's evidence";
const PAID: &str = "every bet was paid what its outcome says, to the cent";
const SUMS: &str = "every column's stakes and bets are those of its bets";
const STAKE: &str = "every bet's stake was taken once, and no other stake was";
const PAYMENT: &str = "every win and every refund was paid once, and nothing else was";
const COLUMN: &str =
    "every column's accounts hold its stakes and its reserve, and nothing once it is settled";
const HOUSE: &str = "the house can pay what it owes";
const FOUND: &str = "every nonce is spent once, every live bet is found by its cell, every payout by its bet";
const TICKS: &str = "ticks are numbered without a gap and go forward in time";
const BLOCKS: &str = "every sealed minute has the hash of its ticks and names the minute before it";
const EVIDENCE: &str = "every column's evidence is what its ticks say";
const SENT: &str = "what each player was told is numbered without a gap";
const CAME: &str = "every deposit came in once, and no other money did";
const LEFT: &str = "every withdrawal is held, left or came back once, and no other money left";
/// Tap's own claims, in their order.
const OWN: [&str; 14] =
    [OUTCOME, PAID, SUMS, STAKE, PAYMENT, COLUMN, HOUSE, FOUND, TICKS, BLOCKS, EVIDENCE, SENT, CAME, LEFT];

/// (what is done, the claims it breaks).
const CORRUPTIONS: &[(&str, &[&str])] = &[
    // Outcomes.
    ("UPDATE bets SET status = 'lost' WHERE id = {won}", &[OUTCOME, PAID, PAYMENT]),
    ("UPDATE bets SET status = 'lost', payout_amount = 0 WHERE id = {won}", &[OUTCOME, PAYMENT]),
    ("UPDATE bets SET status = 'won' WHERE id = {lost}", &[OUTCOME, PAID, PAYMENT]),
    ("UPDATE bets SET status = 'won', payout_amount = payout WHERE id = {lost}", &[OUTCOME, PAYMENT]),
    ("UPDATE bets SET status = 'lost', payout_amount = 0 WHERE id = {void}", &[OUTCOME, PAYMENT]),
    ("UPDATE bets SET status = 'lost', payout_amount = 0 WHERE id = {open}", &[OUTCOME]),
    ("UPDATE bets SET low = low + 50000000, high = high + 50000000 WHERE id = {won}", &[OUTCOME]),
    ("UPDATE evidence SET verdict = 'valid' WHERE verdict = 'void'", &[OUTCOME]),
    ("DELETE FROM evidence WHERE id = {settled}", &[OUTCOME]),
    // Amounts.
    ("UPDATE bets SET payout_amount = payout_amount + 1 WHERE id = {won}", &[PAID, PAYMENT]),
    ("UPDATE bets SET payout_amount = payout_amount - 1 WHERE id = {void}", &[PAID, PAYMENT]),
    ("UPDATE bets SET payout = payout + 1 WHERE id = {won}", &[PAID]),
    ("UPDATE bets SET payout = payout + 1 WHERE id = {open}", &[PAID]),
    ("UPDATE bets SET rate = rate + 100 WHERE id = {open}", &[PAID]),
    ("UPDATE bets SET payout_amount = 0 WHERE id = {open}", &[PAID]),
    // Stakes.
    ("DELETE FROM transfers WHERE id = {open}", &[EQUAL, CHAIN, STAKE, COLUMN]),
    (
        "INSERT INTO transfers SELECT {fresh}, kind, debit, credit, amount, pending_id, expires_at, code, at, debit_posted_after,
           debit_pending_after, credit_posted_after, credit_pending_after FROM transfers WHERE id = {open}",
        &[EQUAL, CHAIN, STAKE, COLUMN],
    ),
    ("UPDATE transfers SET code = 3 WHERE id = {payout}", &[STAKE, PAYMENT]),
    ("UPDATE bets SET user_id = {other} WHERE id = {open}", &[STAKE, FOUND]),
    ("UPDATE bets SET status = 'confirmed' WHERE status = 'insufficient_funds'", &[SUMS, STAKE, FOUND]),
    ("DELETE FROM bets WHERE id = {open}", &[SUMS, STAKE, FOUND]),
    // Payouts.
    ("UPDATE transfers SET amount = amount + 1 WHERE id = {payout}", &[EQUAL, CHAIN, PAYMENT, COLUMN]),
    ("DELETE FROM transfers WHERE id = {payout}", &[EQUAL, CHAIN, PAYMENT, COLUMN]),
    ("UPDATE transfers SET code = 9 WHERE id = {payout}", &[PAYMENT]),
    ("UPDATE bets SET payout_transfer = NULL WHERE id = {won}", &[PAYMENT, FOUND]),
    (
        "UPDATE bets SET payout_transfer = {payout}
         WHERE id = (SELECT MAX(id) FROM bets WHERE status = 'won')",
        &[PAYMENT, FOUND],
    ),
    // Columns and the house.
    ("UPDATE columns SET stakes = stakes + 1 WHERE id = {settled}", &[SUMS]),
    ("UPDATE columns SET bets = bets - 1 WHERE id = {settled}", &[SUMS]),
    ("UPDATE columns SET stakes = stakes + 1 WHERE state = 'open'", &[SUMS, COLUMN]),
    ("UPDATE columns SET reserved = reserved + 1 WHERE state = 'open'", &[COLUMN]),
    ("UPDATE columns SET state = 'settled' WHERE state = 'paying'", &[SUMS, COLUMN]),
    ("DELETE FROM columns WHERE id = {settled}", &[OUTCOME, SUMS]),
    (
        "INSERT INTO transfers SELECT {fresh}, 1, 2, {settled}, 100, NULL, NULL, 7, at, 0, 0, 100, 0
         FROM transfers WHERE id = {payout}",
        &[EQUAL, CHAIN, COLUMN],
    ),
    (
        "INSERT INTO transfers SELECT {fresh}, 1, 2, 1, 1000000000, NULL, NULL, 2, at, 0, 0, 0, 0
         FROM transfers WHERE id = {payout}",
        &[EQUAL, CHAIN, HOUSE],
    ),
    ("UPDATE accounts SET credits_posted = credits_posted + 1 WHERE id = {settled}", &[ZERO, EQUAL]),
    // Locators.
    ("DELETE FROM locators WHERE kind = 1 AND id = {won}", &[FOUND]),
    ("DELETE FROM locators WHERE kind = 2 AND id = {open}", &[FOUND]),
    ("DELETE FROM locators WHERE kind = 5 AND id = {payout}", &[FOUND]),
    ("UPDATE locators SET key = key + 1 WHERE kind = 5 AND id = {payout}", &[FOUND]),
    ("UPDATE locators SET owner = 7 WHERE kind = 2 AND id = {open}", &[FOUND]),
    // Money that came and left.
    ("UPDATE deposits SET amount = amount + 1", &[CAME]),
    ("UPDATE deposits SET user_id = user_id + 1", &[CAME]),
    ("DELETE FROM deposits", &[CAME]),
    ("DELETE FROM locators WHERE kind = 7", &[CAME]),
    ("DELETE FROM locators WHERE kind = 6 AND owner = {other}", &[CAME]),
    ("UPDATE transfers SET code = 1 WHERE id = {payout}", &[PAYMENT, CAME]),
    ("UPDATE withdrawals SET amount = amount + 1 WHERE state = 'pending'", &[LEFT]),
    ("UPDATE withdrawals SET amount = amount - 1 WHERE state = 'rejected'", &[LEFT]),
    ("UPDATE withdrawals SET user_id = user_id + 1 WHERE state = 'pending'", &[LEFT]),
    ("UPDATE withdrawals SET state = 'rejected' WHERE state = 'approved'", &[LEFT]),
    ("UPDATE withdrawals SET state = 'approved' WHERE state = 'rejected'", &[LEFT]),
    ("UPDATE withdrawals SET state = 'rejected' WHERE state = 'pending'", &[LEFT]),
    ("UPDATE withdrawals SET state = 'pending', transfer = NULL WHERE state = 'approved'", &[LEFT]),
    ("DELETE FROM withdrawals WHERE state = 'rejected'", &[LEFT]),
    ("DELETE FROM withdrawals WHERE state = 'pending'", &[LEFT]),
    ("DELETE FROM locators WHERE kind = 8", &[LEFT]),
    ("INSERT INTO locators SELECT owner, 8, key, id FROM locators WHERE kind = 7", &[LEFT]),
    // Prices.
    (
        "UPDATE evidence SET body = replace(body, '\"prices\":[[', '\"prices\":[[1') WHERE id = {settled}",
        &[EVIDENCE],
    ),
    ("UPDATE evidence SET body = replace(body, '\"valid\"', '\"void\"') WHERE id = {settled}", &[EVIDENCE]),
    ("UPDATE ticks SET price = price + 1 WHERE seq > 700", &[BLOCKS, EVIDENCE]),
    ("DELETE FROM ticks WHERE seq > 700", &[EVIDENCE]),
    ("DELETE FROM ticks WHERE seq = 100", &[TICKS]),
    ("UPDATE ticks SET ts_ms = ts_ms - 200 WHERE seq = 100", &[TICKS, BLOCKS]),
    ("UPDATE ticks SET price = price + 1 WHERE seq = 100", &[BLOCKS]),
    ("UPDATE ticks SET flags = flags + 1 WHERE seq = 100", &[BLOCKS]),
    ("UPDATE ticks SET n_sources = n_sources + 1 WHERE seq = 100", &[BLOCKS]),
    ("UPDATE blocks SET hash = prev_hash WHERE minute = (SELECT MIN(minute) FROM blocks)", &[BLOCKS]),
    ("UPDATE blocks SET prev_hash = hash WHERE minute = (SELECT MIN(minute) FROM blocks)", &[BLOCKS]),
    ("DELETE FROM blocks WHERE minute = (SELECT MIN(minute) FROM blocks)", &[BLOCKS]),
    ("DELETE FROM blocks WHERE minute = (SELECT MAX(minute) FROM blocks)", &[BLOCKS]),
    // What players were sent.
    ("DELETE FROM outbox WHERE seq = {sent}", &[SENT]),
    ("UPDATE outbox SET payload = replace(payload, '{\"seq\":', '{\"seq\":1') WHERE seq = {sent}", &[SENT]),
];

/// What stands for rows whose numbers are drawn anew each time.
const NAMES: &[(&str, &str)] = &[
    ("{won}", "(SELECT MIN(id) FROM bets WHERE status = 'won')"),
    ("{lost}", "(SELECT MIN(id) FROM bets WHERE status = 'lost')"),
    ("{void}", "(SELECT MIN(id) FROM bets WHERE status = 'void')"),
    (
        "{open}",
        "(SELECT MIN(b.id) FROM bets b JOIN columns c ON c.id = b.column_id
          WHERE b.status = 'confirmed' AND c.state = 'open')",
    ),
    ("{payout}", "(SELECT MIN(id) FROM transfers WHERE code = 8)"),
    ("{fresh}", "(SELECT MAX(id) + 1 FROM transfers)"),
    ("{settled}", "(SELECT MIN(id) FROM columns WHERE state = 'settled')"),
    ("{other}", "(SELECT MAX(user_id) FROM bets)"),
    ("{sent}", "(SELECT MIN(seq) + 4 FROM outbox WHERE topic = 'tap-bets')"),
];

fn spelled(sql: &str) -> String {
    NAMES.iter().fold(sql.to_owned(), |sql, (name, select)| sql.replace(name, select))
}

fn failed(results: &[ClaimResult]) -> BTreeSet<&'static str> {
    results.iter().filter(|result| !result.ok).map(|result| result.name).collect()
}

#[test]
fn a_sound_database_of_tap_passes_every_claim() {
    let folder = tempfile::tempdir().unwrap();
    let results = check_file("tap", &make_sound_tap(folder.path()));
    assert_eq!(failed(&results), BTreeSet::new(), "{results:#?}");
    let own: Vec<_> = results.iter().filter(|result| OWN.contains(&result.name)).collect();
    assert_eq!(own.iter().map(|result| result.name).collect::<Vec<_>>(), OWN);
    assert!(own.iter().all(|result| result.count > 0), "{own:#?}");
}

#[test]
fn ticks_that_were_purged_are_no_fault() {
    let folder = tempfile::tempdir().unwrap();
    let path = make_sound_tap(folder.path());
    let conn = rusqlite::Connection::open(&path).unwrap();
    for seq in [100, 650, 750, 900] {
        assert!(conn.execute("DELETE FROM ticks WHERE seq < ?1", [seq]).unwrap() > 0);
        assert_eq!(failed(&check_file("tap", &path)), BTreeSet::new(), "before {seq}");
    }
}

#[test]
fn each_corruption_of_tap_breaks_exactly_the_claims_it_should() {
    let folder = tempfile::tempdir().unwrap();
    let sound = make_sound_tap(folder.path());
    let (mut broken, mut surprises) = (BTreeSet::new(), Vec::new());
    for (sql, expected) in CORRUPTIONS {
        let copy = folder.path().join("copy.db");
        std::fs::copy(&sound, &copy).unwrap();
        let conn = rusqlite::Connection::open(&copy).unwrap();
        // What the tables' own checks and triggers would refuse is exactly what a second pair of eyes is for.
        let unguarded = "PRAGMA ignore_check_constraints = ON;
                         DROP TRIGGER transfers_never_change; DROP TRIGGER transfers_never_go";
        conn.execute_batch(unguarded).unwrap();
        conn.execute_batch(FOLD).unwrap();
        let before = conn.total_changes();
        conn.execute_batch(&spelled(sql)).unwrap_or_else(|error| panic!("{error}: {sql}"));
        assert!(conn.total_changes() > before, "nothing was corrupted by {sql}");
        drop(conn);
        let results = check_file("tap", &copy);
        let (failed, expected) = (failed(&results), expected.iter().copied().collect::<BTreeSet<_>>());
        if failed != expected {
            surprises.push(format!("{sql}\n  breaks {failed:#?}\n  and not {expected:#?}"));
        }
        broken.extend(failed);
    }
    assert!(surprises.is_empty(), "{}", surprises.join("\n"));
    let never: Vec<_> = OWN.iter().filter(|name| !broken.contains(*name)).collect();
    assert!(never.is_empty(), "no corruption breaks {never:?}");
}

#[tokio::test(flavor = "multi_thread")]
#[ignore = "needs FAIRGROUND_TEST_POSTGRES; run with --include-ignored"]
async fn each_corruption_of_tap_is_found_on_postgres() {
    let Some(database) = FreshDatabase::create().await else { return };
    let (url, schema) = (database.url(), "tap".to_owned());
    make_tap(Location::Postgres { url: url.clone(), schema: schema.clone() }).await;
    let (client, connection) = tokio_postgres::connect(&url, tokio_postgres::NoTls).await.unwrap();
    tokio::spawn(connection);
    client
        .batch_execute("SET search_path = tap; DROP TRIGGER transfers_never_change ON transfers")
        .await
        .unwrap();
    drop_checks(&client).await;
    let target = Target::Postgres { url, schema };
    assert_eq!(failed(&check("tap", target.clone()).await.unwrap()), BTreeSet::new());
    for (sql, expected) in CORRUPTIONS {
        // The check reads what is committed, so each corruption is undone by hand: from a copy of the tables it touches.
        let undo = corrupt(&client, &spelled(sql)).await;
        let found = failed(&check("tap", target.clone()).await.unwrap());
        assert_eq!(found, expected.iter().copied().collect::<BTreeSet<_>>(), "{sql}");
        client.batch_execute(&undo).await.unwrap();
    }
    assert_eq!(failed(&check("tap", target).await.unwrap()), BTreeSet::new());
}

/// Takes the checks of the tables away.
async fn drop_checks(client: &tokio_postgres::Client) {
    let sql =
        "SELECT format('ALTER TABLE %s DROP CONSTRAINT %I', conrelid::regclass, conname) FROM pg_constraint
               WHERE contype = 'c' AND connamespace = 'tap'::regnamespace";
    for row in client.query(sql, &[]).await.unwrap() {
        client.batch_execute(row.get(0)).await.unwrap();
    }
}

/// Does it; the statements that undo it.
async fn corrupt(client: &tokio_postgres::Client, sql: &str) -> String {
    let words: Vec<&str> = sql.split_whitespace().collect();
    let table = if words[0] == "UPDATE" { words[1] } else { words[2] };
    client.batch_execute(&format!("CREATE TABLE sound AS TABLE {table}")).await.unwrap();
    client.batch_execute(sql).await.unwrap_or_else(|error| panic!("{error:?}: {sql}"));
    format!(
        "DELETE FROM {table}; INSERT INTO {table} OVERRIDING SYSTEM VALUE SELECT * FROM sound; DROP TABLE sound"
    )
}
