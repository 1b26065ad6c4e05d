//! A column whose rows contradict each other: it waits for a person, and no other column waits for it.

use crate::harness::checks::assert_sound;
use crate::harness::{Player, Story, TABLES};
use crate::settlement::row;
use serde_json::Value;
use store::{Store, StoreError};
use tap::usecase::{column_close, column_pay};

testkit::on_both_backends! {
    a_column_that_cannot_be_decided_keeps_no_other_waiting with *TABLES;
    a_column_that_cannot_be_paid_keeps_no_other_waiting with *TABLES;
}

/// A winning bet on each of two columns, the price standing still.
async fn bets(story: &Story, player: &Player) -> [Value; 2] {
    let place = async |ahead| story.bet(player, &row(story, ahead, 6_000_000), 500).await;
    [place(2).await, place(3).await]
}

async fn run_past_both(story: &mut Story) {
    story.run(40_000).await;
}

async fn mend(store: &Store, sql: &'static str) {
    let changed: Result<u64, StoreError> = store.write(move |tx| tx.execute(sql, &[])).await;
    assert_eq!(changed.unwrap(), 1, "{sql}");
}

async fn statuses(story: &Story, player: &Player, bets: &[Value; 2]) -> [String; 2] {
    let status = async |bet| story.shown(player, bet).await["status"].as_str().unwrap().to_owned();
    [status(&bets[0]).await, status(&bets[1]).await]
}

async fn a_column_that_cannot_be_decided_keeps_no_other_waiting(store: Store) {
    let mut story = Story::open(store.clone()).await;
    let player = story.player(10_000).await;
    let bets = bets(&story, &player).await;
    mend(
        &store,
        "UPDATE columns SET rule_version = rule_version + 90 WHERE id = (SELECT MIN(column_id) FROM bets)",
    )
    .await;
    run_past_both(&mut story).await;
    assert!(matches!(column_close::run(&story.app).await, Err(StoreError::Corrupt(_))), "said aloud");
    column_pay::run(&story.app).await.unwrap();
    assert_eq!(statuses(&story, &player, &bets).await, ["confirmed", "won"]);
    mend(
        &store,
        "UPDATE columns SET rule_version = rule_version - 90 WHERE id = (SELECT MIN(column_id) FROM bets)",
    )
    .await;
    while story.settle().await > 0 {}
    assert_eq!(statuses(&story, &player, &bets).await, ["won", "won"]);
    assert_sound(&story).await;
}

async fn a_column_that_cannot_be_paid_keeps_no_other_waiting(store: Store) {
    let mut story = Story::open(store.clone()).await;
    let player = story.player(10_000).await;
    let bets = bets(&story, &player).await;
    run_past_both(&mut story).await;
    column_close::run(&story.app).await.unwrap();
    mend(
        &store,
        "UPDATE bets SET rate = rate + 100, payout = payout + amount WHERE id = (SELECT MIN(id) FROM bets)",
    )
    .await;
    assert!(matches!(column_pay::run(&story.app).await, Err(StoreError::Corrupt(_))), "said aloud");
    assert_eq!(statuses(&story, &player, &bets).await, ["confirmed", "won"]);
    mend(
        &store,
        "UPDATE bets SET rate = rate - 100, payout = payout - amount WHERE id = (SELECT MIN(id) FROM bets)",
    )
    .await;
    while story.settle().await > 0 {}
    assert_eq!(statuses(&story, &player, &bets).await, ["won", "won"]);
    assert_sound(&story).await;
}
