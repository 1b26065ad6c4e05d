//! What must hold at every commit, asked of the tables alone. No facts here.

use super::Story;
use std::collections::BTreeMap;
use store::locator;
use store::outbox::{self, Queued};
use store::{StoreError, Tx};

const EMPTY_QUESTIONS: [(&str, &str); 8] = [
    (
        "players, house, columns and reserves are not what came from cash",
        "SELECT CAST(SUM(credits_posted - debits_posted) AS BIGINT) FROM accounts HAVING SUM(credits_posted - debits_posted) <> 0",
    ),
    (
        "an open column's account is not its stakes",
        "SELECT c.id FROM columns c JOIN accounts a ON a.id = c.id WHERE c.state = 'open'
           AND a.credits_posted - a.debits_posted <> (SELECT COALESCE(SUM(b.amount), 0) FROM bets b
             WHERE b.column_id = c.id AND b.status = 'confirmed')",
    ),
    (
        "a column's reserve is not what its row says",
        "SELECT c.id FROM columns c JOIN accounts a ON a.id = c.id + 1
         WHERE a.credits_posted - a.debits_posted <> c.reserved",
    ),
    (
        "a settled column has money left or a bet without outcome",
        "SELECT c.id FROM columns c JOIN accounts a ON a.id = c.id WHERE c.state = 'settled'
           AND (a.credits_posted <> a.debits_posted OR EXISTS
             (SELECT 1 FROM bets b WHERE b.column_id = c.id AND b.status = 'confirmed'))",
    ),
    (
        "a paid bet has not exactly its one transfer",
        "SELECT b.id FROM bets b LEFT JOIN transfers t ON t.id = b.payout_transfer AND t.debit = b.column_id
           AND t.credit = b.user_id AND t.amount = b.payout_amount
         WHERE b.status IN ('won', 'void') AND t.id IS NULL",
    ),
    (
        "two bets share a payout",
        "SELECT MIN(id) FROM bets WHERE payout_transfer IS NOT NULL GROUP BY payout_transfer HAVING COUNT(*) > 1",
    ),
    (
        "a payout is not the floor of amount times rate",
        "SELECT id FROM bets WHERE (status = 'won' AND payout_amount <> amount * rate / 100)
           OR (status = 'void' AND payout_amount <> amount) OR (status = 'lost' AND payout_amount <> 0)",
    ),
    (
        "a live bet took no money, or a failed one did",
        "SELECT b.id FROM bets b LEFT JOIN transfers t ON t.id = b.id
         WHERE (b.status = 'insufficient_funds') <> (t.id IS NULL)",
    ),
];

/// Panics with whatever is wrong with the books, the columns or the players' numbers.
pub async fn assert_sound(story: &Story) {
    testkit::checker::assert_sound(&story.app.store).await;
    let found =
        story.app.store.read(|tx| Ok::<_, StoreError>((wrong(tx)?, outbox::after(tx, 0, 100_000)?))).await;
    let (wrong, events) = found.unwrap();
    assert!(wrong.is_empty(), "{wrong:#?}");
    assert_gapless(&events);
}

fn wrong(tx: &mut Tx<'_>) -> Result<Vec<String>, StoreError> {
    let mut wrong = Vec::new();
    for (about, sql) in EMPTY_QUESTIONS {
        let rows = tx.query(sql, &[], |row| row.int(0))?;
        wrong.extend(rows.iter().map(|id| format!("{about}: {id}")));
    }
    Ok(wrong)
}

/// Every player's numbers are 1, 2, 3, in the order of the outbox.
fn assert_gapless(events: &[Queued]) {
    let mut last: BTreeMap<i64, i64> = BTreeMap::new();
    for queued in events {
        let payload: serde_json::Value = serde_json::from_str(&queued.event.payload).unwrap();
        let known = last.entry(queued.event.key).or_default();
        assert_eq!(payload["seq"], *known + 1, "{}", queued.event.payload);
        *known += 1;
    }
}

/// The user's events in their order: (kind, data).
pub async fn published(story: &Story, user: kernel::UserId) -> Vec<(String, serde_json::Value)> {
    let all = story.app.store.read(|tx| outbox::after(tx, 0, 100_000)).await;
    let all: Vec<Queued> = all.unwrap_or_else(|error: StoreError| panic!("{error}"));
    let mine = all.into_iter().filter(|queued| queued.event.key == user.0);
    let read = |queued: Queued| {
        let payload: serde_json::Value = serde_json::from_str(&queued.event.payload).unwrap();
        (queued.event.kind, payload["data"].clone())
    };
    mine.map(read).collect()
}

/// How many rows a statement counts.
pub async fn count(story: &Story, sql: &'static str) -> i64 {
    let read = story.app.store.read(move |tx| tx.query_one(sql, &[], |row| row.int(0))).await;
    read.unwrap_or_else(|error: StoreError| panic!("{error}"))
}

/// Everything about money and bets that a refused request must leave as it is.
pub async fn footprint(story: &Story) -> [i64; 4] {
    [
        count(story, "SELECT COUNT(*) FROM transfers").await,
        count(story, "SELECT COUNT(*) FROM bets").await,
        count(story, "SELECT COUNT(*) FROM outbox").await,
        locators(story).await,
    ]
}

/// How many places are taken, in the tree or not there yet.
async fn locators(story: &Story) -> i64 {
    let least = (i64::MIN, i64::MIN, i64::MIN);
    let read = story.app.store.read(move |tx| locator::after(tx, least, 1_000_000)).await;
    let places = read.unwrap_or_else(|error: StoreError| panic!("{error}"));
    i64::try_from(places.len()).unwrap_or(i64::MAX)
}
