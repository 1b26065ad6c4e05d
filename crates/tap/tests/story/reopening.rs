//! A restart: what was known before is known after, and the chain of minutes goes on in the middle of one.

use crate::harness::checks::{assert_sound, count};
use crate::harness::player::{hex, unhex};
use crate::harness::{Story, TABLES, Tap, settings};
use crate::settlement::row;
use sha2::{Digest as _, Sha256};
use store::{Backend, Store, StoreError};
use tap::settings::Settings;

testkit::on_both_backends! {
    sessions_bets_and_the_watermark_are_known_again with *TABLES;
    a_chain_goes_on_across_a_restart_in_the_middle_of_a_minute with *TABLES;
    volatility_and_row_heights_go_on with *TABLES;
    another_column_width_begins_another_epoch with *TABLES;
    a_fresh_number_is_newer_than_every_known_one with *TABLES;
    what_was_taken_before_is_taken_after with *TABLES;
}

async fn sessions_bets_and_the_watermark_are_known_again(store: Store) {
    let mut story = Story::open(store).await;
    let player = story.player(10_000).await;
    let offer = row(&story, 2, 6_000_000);
    let bet = story.bet(&player, &offer, 500).await;
    story.run_to(offer.cell.column() * 5_000 + 5_000).await;
    let (watermark, last) = (story.app.market_state.watermark_ms(), story.market.last());
    let mut story = story.reopened().await;
    assert_eq!(story.app.market_state.watermark_ms(), watermark);
    assert_eq!(watermark, last.ts_ms);
    assert_eq!(story.get("/tap/api/auth/session", &player).await.status, 200);
    assert_eq!(story.settle().await, 0, "nobody has looked at prices yet");
    story.run(1_500).await;
    assert!(story.settle().await > 0);
    assert_eq!(story.shown(&player, &bet).await["status"], "won");
    story.bet(&player, &story.offers()[0], 500).await;
    assert_sound(&story).await;
}

/// Until what recent bets have taken was learned; where other processes write as well it never is, and need not be.
async fn learn(story: &Story) {
    let is_embedded = story.app.store.backend() == Backend::Sqlite;
    for _ in 0..1_000 {
        let known = story.app.keys.surely_not_recent(1, 1, 1) && story.app.keys.surely_new(1, 1, 1);
        if !is_embedded || known {
            return;
        }
        tokio::time::sleep(std::time::Duration::from_millis(5)).await;
    }
    panic!("it is not learned");
}

async fn what_was_taken_before_is_taken_after(store: Store) {
    let mut story = Story::open(store).await;
    let player = story.player(10_000).await;
    learn(&story).await;
    let offer = story.offers_in(12).into_iter().min_by_key(|offer| offer.rate).unwrap();
    let tap = Tap::on(&story, &offer, 500);
    let first = story.tap(&player, &tap).await;
    for round in 0..2 {
        story = story.reopened().await;
        learn(&story).await;
        // No price has arrived yet: the market state refuses, and a repetition is answered with what it made.
        assert_eq!(story.tap(&player, &tap).await.json, first.json, "round {round}");
        story.run(3_000).await;
        let cell = story.offers().into_iter().find(|other| other.cell == offer.cell).unwrap();
        let second = story.tap(&player, &Tap::on(&story, &cell, 500)).await;
        assert_eq!(second.says(), (409, "duplicate_cell"), "round {round}");
        assert_eq!(second.json["details"]["bet_id"], first.json["bet_id"]);
        let reused = Tap { nonce: tap.nonce.clone(), ..Tap::on(&story, &story.offers_in(14)[0], 500) };
        assert_eq!(story.tap(&player, &reused).await.says(), (401, "replay_detected"), "round {round}");
    }
    assert_sound(&story).await;
}

/// Minute, previous hash and hash of every block, and the ticks: as they are in the tables.
async fn chain(store: &Store) -> (Vec<(i64, String, String)>, Vec<[i64; 5]>) {
    let read = store.read(|tx| {
        let blocks = tx.query("SELECT minute, prev_hash, hash FROM blocks ORDER BY minute", &[], |row| {
            Ok((row.int(0)?, row.text(1)?, row.text(2)?))
        })?;
        let ticks =
            tx.query("SELECT seq, ts_ms, price, n_sources, flags FROM ticks ORDER BY seq", &[], |row| {
                Ok([row.int(0)?, row.int(1)?, row.int(2)?, row.int(3)?, row.int(4)?])
            })?;
        Ok::<_, StoreError>((blocks, ticks))
    });
    read.await.unwrap()
}

async fn a_chain_goes_on_across_a_restart_in_the_middle_of_a_minute(store: Store) {
    let mut story = Story::open(store.clone()).await;
    for round in 0..4 {
        story.market.price += 100 * round;
        story.run(25_000).await;
        story = story.reopened().await;
        // The third time it was away for a while.
        if round == 2 {
            story.wait_ms(70_000);
        }
    }
    story.run(65_000).await;
    let (blocks, ticks) = chain(&store).await;
    assert!(blocks.len() >= 3, "{}", blocks.len());
    let mut before = "0".repeat(64);
    for (minute, previous, hash) in &blocks {
        assert_eq!(previous, &before);
        let mut text = [unhex(previous), minute.to_be_bytes().to_vec()].concat();
        for [seq, ts_ms, price, n, flags] in ticks.iter().filter(|tick| tick[1] / 60_000 == *minute) {
            text.extend([seq.to_be_bytes(), ts_ms.to_be_bytes(), price.to_be_bytes()].concat());
            text.extend([u8::try_from(*n).unwrap(), u8::try_from(*flags).unwrap()]);
        }
        assert_eq!(hash, &hex(&Sha256::digest(&text)), "minute {minute}");
        before.clone_from(hash);
    }
    assert!(ticks.windows(2).all(|pair| pair[1][0] == pair[0][0] + 1 && pair[1][1] > pair[0][1]));
    let head = story.look("/tap/api/chain/head").await.json;
    assert_eq!(head["hash"], before);
}

async fn volatility_and_row_heights_go_on(store: Store) {
    let mut story = Story::open(store).await;
    let player = story.player(10_000).await;
    for step in 0..20 {
        story.market.price += if step % 2 == 0 { 700 } else { -700 };
        story.run(1_000).await;
    }
    let (state, epochs) =
        (story.market.engine.volatility().clone(), story.market.engine.heights().unwrap().epochs().to_vec());
    let sigma = story.market.engine.sigma_ppb();
    let mut story = story.reopened().await;
    assert_eq!(story.market.engine.volatility(), &state);
    assert_eq!(story.market.engine.sigma_ppb(), sigma);
    assert_eq!(story.market.engine.heights().unwrap().epochs(), epochs);
    story.run(1_500).await;
    assert_eq!(story.app.market_state.view().betting.as_str(), "open", "no second warm-up");
    story.bet(&player, &story.offers()[0], 500).await;
    story.wait_ms(1_801_000);
    let mut story = story.reopened().await;
    story.run(1_500).await;
    assert_eq!(story.app.market_state.view().betting.as_str(), "warming_up", "half an hour is too long ago");
    assert_eq!(count(&story, "SELECT COUNT(*) FROM epochs").await, 1);
}

async fn another_column_width_begins_another_epoch(store: Store) {
    let mut story = Story::open(store.clone()).await;
    let player = story.player(10_000).await;
    let first = story.offers()[0];
    let bet = story.bet(&player, &first, 500).await;
    story.run(1_000).await;
    let mut story = story.reopened_with(store.clone(), Settings { width_ms: 10_000, ..settings() }).await;
    story.run(2_000).await;
    let second = story.offers()[0];
    assert!(second.cell.epoch() > first.cell.epoch(), "{} {}", first.cell, second.cell);
    story.bet(&player, &second, 500).await;
    story.run(300_000).await;
    while story.settle().await > 0 {}
    assert_ne!(
        story.shown(&player, &bet).await["status"],
        "confirmed",
        "columns of the old width are settled, too"
    );
    let mut story = story.reopened_with(store, settings()).await;
    story.run(2_000).await;
    story.bet(&player, &story.offers()[0], 500).await;
    assert_eq!(count(&story, "SELECT COUNT(*) FROM epochs").await, 3);
    assert_sound(&story).await;
}

async fn a_fresh_number_is_newer_than_every_known_one(store: Store) {
    let story = Story::open(store).await;
    let player = story.player(10_000).await;
    let old = story.bet(&player, &story.offers()[0], 500).await;
    let old = story.app.public.decode::<tap::domain::ids::BetId>(old["bet_id"].as_str().unwrap()).unwrap();
    // The machine's clock went back by an hour.
    story.wait_ms(-3_600_000);
    let story = story.reopened().await;
    assert!(story.app.ids.next(story.now()) > old.0);
}
