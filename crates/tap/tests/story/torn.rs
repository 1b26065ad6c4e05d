//! Columns in which nobody knew the price: repaired from a venue's history within a minute, or void.

use crate::harness::checks::{assert_sound, count};
use crate::harness::{Player, Story, TABLES};
use crate::settlement::row;
use serde_json::Value;
use store::Store;
use tap::domain::evidence::{HistoricTrade, Hole};

testkit::on_both_backends! {
    a_void_column_gives_back_the_stakes_and_pays_proven_touches with *TABLES;
    a_torn_column_waits_a_minute_for_its_history with *TABLES;
    a_history_with_a_hole_repairs_nothing with *TABLES;
    a_hole_past_the_end_counts_in_full with *TABLES;
    columns_wait_while_the_breaker_is_open_and_are_decided_afterwards with *TABLES;
}

/// A story with three bets on a column that nobody heard of: the row that the price was carried into, and two others.
struct Torn {
    story: Story,
    player: Player,
    bets: [Value; 3],
    stakes_and_win: (i64, i64),
    column: i64,
}

async fn torn(store: Store) -> Torn {
    let mut story = Story::open(store).await;
    let player = story.player(10_000).await;
    let offers = [6_000_000, 5_998_000, 6_002_000].map(|low| row(&story, 2, low));
    let mut bets = Vec::new();
    for offer in &offers {
        bets.push(story.bet(&player, offer, 500).await);
    }
    let column = offers[0].cell.column();
    story.run_to(column * 5_000 - 1_500).await;
    story.market.voices = 0;
    story.run(8_000).await;
    story.market.voices = 2;
    story.run(1_000).await;
    Torn {
        story,
        player,
        bets: bets.try_into().unwrap(),
        stakes_and_win: (1_500, 5 * i64::from(offers[0].rate)),
        column,
    }
}

impl Torn {
    async fn statuses(&self) -> [String; 3] {
        let mut statuses = Vec::new();
        for bet in &self.bets {
            statuses.push(self.story.shown(&self.player, bet).await["status"].as_str().unwrap().to_owned());
        }
        statuses.try_into().unwrap()
    }

    /// A trade that a venue reported `at` ms after the column began.
    fn trade(&self, trade_id: i64, at: i64, price: i64) -> HistoricTrade {
        HistoricTrade { trade_id, at_ms: self.column * 5_000 + at, price }
    }

    fn file(&self, numbers: [i64; 4]) {
        let [before, one, two, after] = numbers;
        let hole = Hole {
            before: self.trade(before, -1_600, 6_000_500),
            between: vec![self.trade(one, 1_000, 5_999_000), self.trade(two, 4_000, 6_000_500)],
            after: self.trade(after, 6_000, 6_000_500),
        };
        self.story.app.holes.lock().push_back(hole);
    }

    async fn evidence(&self) -> Value {
        self.story.look(&format!("/tap/api/columns/{}/evidence", self.column)).await.json
    }
}

async fn a_void_column_gives_back_the_stakes_and_pays_proven_touches(store: Store) {
    let mut torn = torn(store).await;
    assert_eq!(torn.story.settle().await, 0, "its history may still come");
    let left = torn.column * 5_000 + 65_000 - torn.story.now_ms();
    torn.story.run(left - 100).await;
    assert_eq!(torn.story.settle().await, 0);
    assert_eq!(torn.statuses().await, ["confirmed", "confirmed", "confirmed"]);
    torn.story.run(100).await;
    assert!(torn.story.settle().await > 0);
    assert_eq!(torn.statuses().await, ["won", "void", "void"]);
    let (stakes, win) = torn.stakes_and_win;
    assert_eq!(torn.story.balance(&torn.player).await, 10_000 - stakes + win + 1_000);
    let ledger = torn.story.get("/tap/api/ledger", &torn.player).await.json;
    let kinds: Vec<_> = ledger["entries"]
        .as_array()
        .unwrap()
        .iter()
        .map(|entry| entry["ref_type"].as_str().unwrap())
        .collect();
    assert_eq!(kinds, ["REFUND", "REFUND", "PAYOUT", "BET", "BET", "BET", "DEPOSIT"]);
    assert_eq!(torn.evidence().await["verdict"], "void");
    let reason = "SELECT COUNT(*) FROM evidence WHERE verdict = 'void' AND reason = 'gap_is_too_long'";
    assert_eq!(count(&torn.story, reason).await, 1);
    assert_sound(&torn.story).await;
}

async fn a_torn_column_waits_a_minute_for_its_history(store: Store) {
    let mut torn = torn(store).await;
    torn.story.run(20_000).await;
    assert_eq!(torn.story.settle().await, 0);
    torn.file([70, 71, 72, 73]);
    assert!(torn.story.settle().await > 0);
    assert_eq!(torn.statuses().await, ["won", "won", "lost"], "history was at 5,999,000");
    let evidence = torn.evidence().await;
    assert_eq!((&evidence["verdict"], evidence["n_ticks"].as_i64()), (&"valid".into(), Some(50)));
    assert_sound(&torn.story).await;
}

async fn a_history_with_a_hole_repairs_nothing(store: Store) {
    let mut torn = torn(store).await;
    torn.file([70, 71, 73, 74]);
    torn.file([70, 72, 71, 73]);
    torn.story.run(20_000).await;
    assert_eq!(torn.story.settle().await, 0);
    torn.story.run(40_000).await;
    assert!(torn.story.settle().await > 0);
    assert_eq!(torn.statuses().await, ["won", "void", "void"]);
    assert_sound(&torn.story).await;
}

async fn a_hole_past_the_end_counts_in_full(store: Store) {
    let mut story = Story::open(store).await;
    let player = story.player(10_000).await;
    let offers = [6_000_000, 6_002_000].map(|low| row(&story, 2, low));
    let mut bets = Vec::new();
    for offer in &offers {
        bets.push(story.bet(&player, offer, 500).await);
    }
    let end = offers[0].cell.column() * 5_000 + 5_000;
    // The price is carried for three seconds; then a second and a half of the column, and three seconds behind it, have none.
    story.run_to(end - 4_500).await;
    story.market.voices = 0;
    story.run(7_500).await;
    story.market.voices = 2;
    story.run(70_000).await;
    assert!(story.settle().await > 0);
    let column = format!("/tap/api/columns/{}/evidence", offers[0].cell.column());
    let evidence = story.look(&column).await.json;
    assert_eq!((&evidence["verdict"], evidence["rule_version"].as_i64()), (&"void".into(), Some(9)));
    assert!(evidence["max_gap_ms"].as_i64() > Some(4_000), "{evidence}");
    let mut statuses = Vec::new();
    for bet in &bets {
        statuses.push(story.shown(&player, bet).await["status"].clone());
    }
    assert_eq!(statuses, ["won", "void"], "what was touched counts, what nobody could see does not lose");
    assert_sound(&story).await;
}

async fn columns_wait_while_the_breaker_is_open_and_are_decided_afterwards(store: Store) {
    let mut story = Story::open(store).await;
    let player = story.player(10_000).await;
    let offer = row(&story, 2, 6_000_000);
    let bet = story.bet(&player, &offer, 500).await;
    // The column ends well; then prices stop before anybody settles it.
    story.run_to(offer.cell.column() * 5_000 + 5_100).await;
    story.market.voices = 0;
    story.run(60_000).await;
    assert_eq!(story.settle().await, 0);
    assert_eq!(story.shown(&player, &bet).await["status"], "confirmed");
    story.market.voices = 2;
    story.run(3_000).await;
    assert!(story.settle().await > 0);
    assert_eq!(story.shown(&player, &bet).await["status"], "won");
    assert_sound(&story).await;
}
