//! A crowd: money for ten, a hundred bets at once; conservation at every commit.

use crate::harness::checks::{assert_sound, count};
use crate::harness::{Offer, Story, TABLES, Tap};
use futures_util::future::join_all;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use store::{Store, StoreError};

testkit::on_both_backends! {
    of_a_hundred_bets_at_once_with_money_for_ten_exactly_ten_are_taken with *TABLES;
    what_came_from_cash_is_all_there_is_at_every_commit with *TABLES;
    a_player_who_is_too_fast_is_asked_to_wait with *TABLES;
}

async fn of_a_hundred_bets_at_once_with_money_for_ten_exactly_ten_are_taken(store: Store) {
    let story = Story::open(store).await;
    let player = story.player(1_000).await;
    let offers = story.offers();
    assert!(offers.len() >= 100, "{}", offers.len());
    let taps: Vec<_> = offers.iter().take(100).map(|offer| Tap::on(&story, offer, 100)).collect();
    let answers = join_all(taps.iter().map(|tap| story.tap(&player, tap))).await;
    let says: Vec<_> = answers.iter().map(|answer| answer.says()).collect();
    assert_eq!(says.iter().filter(|said| **said == (201, "")).count(), 10, "{says:?}");
    assert_eq!(says.iter().filter(|said| **said == (400, "insufficient_funds")).count(), 90, "{says:?}");
    assert_eq!(story.balance(&player).await, 0);
    let mut balances: Vec<_> =
        answers.iter().filter_map(|answer| answer.json["new_balance"].as_i64()).collect();
    balances.sort_unstable();
    assert_eq!(balances, (0..10).map(|left| left * 100).collect::<Vec<_>>(), "one after the other");
    let sum =
        count(&story, "SELECT CAST(COALESCE(SUM(amount), 0) AS BIGINT) FROM bets WHERE status = 'confirmed'")
            .await;
    assert_eq!(sum, 1_000);
    assert_eq!(count(&story, "SELECT COUNT(*) FROM bets WHERE status = 'insufficient_funds'").await, 90);
    assert_sound(&story).await;
    // A record without money does not block its cell.
    let failed: Vec<&Offer> =
        offers.iter().zip(&says).filter(|(_, said)| said.0 == 400).map(|(offer, _)| offer).collect();
    story.deposit(&player, 200).await;
    story.bet(&player, failed[0], 100).await;
    story.bet(&player, failed[89], 100).await;
    assert_sound(&story).await;
}

/// Sums of everybody's money in one snapshot: all of it, and what cash gave.
async fn sums(store: &Store) -> (i64, i64) {
    let read = store.read(|tx| {
        let all = "SELECT CAST(SUM(credits_posted - debits_posted) AS BIGINT) FROM accounts WHERE id <> 1";
        let given = "SELECT debits_posted - credits_posted FROM accounts WHERE id = 1";
        Ok::<_, StoreError>((
            tx.query_one(all, &[], |row| row.int(0))?,
            tx.query_one(given, &[], |row| row.int(0))?,
        ))
    });
    read.await.unwrap()
}

async fn what_came_from_cash_is_all_there_is_at_every_commit(store: Store) {
    let mut story = Story::open(store.clone()).await;
    let mut players = Vec::new();
    for _ in 0..8 {
        players.push(story.player(3_000).await);
    }
    let done = Arc::new(AtomicBool::new(false));
    let watch = {
        let (store, done) = (store.clone(), done.clone());
        tokio::spawn(async move {
            let mut looks = 0;
            while !done.load(Ordering::Relaxed) || looks == 0 {
                let (all, given) = sums(&store).await;
                assert_eq!(all, given, "users, house and columns together");
                looks += 1;
            }
            looks
        })
    };
    let offers = story.offers();
    for round in 0..5 {
        let taps: Vec<_> = (0..40)
            .map(|at| (at % 8, Tap::on(&story, &offers[(at * 7 + round) % offers.len()], 500)))
            .collect();
        let answers = join_all(taps.iter().map(|(who, tap)| story.tap(&players[*who], tap))).await;
        assert!(answers.iter().all(|answer| answer.status < 500));
    }
    story.run(130_000).await;
    while story.settle().await > 0 {}
    done.store(true, Ordering::Relaxed);
    assert!(watch.await.unwrap() > 0);
    assert_eq!(count(&story, "SELECT COUNT(*) FROM bets WHERE status = 'confirmed'").await, 0);
    assert_eq!(count(&story, "SELECT COUNT(*) FROM columns WHERE state <> 'settled'").await, 0);
    assert_sound(&story).await;
}

async fn a_player_who_is_too_fast_is_asked_to_wait(store: Store) {
    let mut story = Story::open(store).await;
    story.front = crate::harness::Front::of(&story.app, story.clock.clone(), web::Limits::Times(1));
    let (fast, calm) = (story.player(10_000).await, story.player(10_000).await);
    let offers = story.offers();
    for offer in &offers[..20] {
        story.bet(&fast, offer, 100).await;
    }
    let answer = story.tap(&fast, &Tap::on(&story, &offers[20], 100)).await;
    assert_eq!(answer.says(), (429, "rate_limited"));
    let wait: i64 = answer.headers["retry-after"].to_str().unwrap().parse().unwrap();
    assert!((1..=60).contains(&wait), "{wait}");
    story.bet(&calm, &offers[20], 100).await;
    assert_eq!(story.get("/tap/api/balance", &fast).await.status, 200, "reading goes on");
    // A steady player is released again: half a second a bet.
    story.run(wait.max(1) * 1_000).await;
    let offer = story.offers_in(3)[0];
    story.bet(&fast, &offer, 100).await;
}
