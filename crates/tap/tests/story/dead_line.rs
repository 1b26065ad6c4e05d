//! Bets that wait: what is received in time and decided too late takes nothing.

use crate::harness::checks::{assert_sound, footprint};
use crate::harness::{Answer, Player, Story, TABLES, Tap};
use ledger::Book;
use std::sync::Arc;
use std::sync::mpsc;
use store::{Store, StoreError};
use tap::domain::money::HOUSE;
use tap::domain::price_engine::Betting;

testkit::on_both_backends! {
    a_bet_that_is_decided_too_near_to_its_column_takes_nothing with *TABLES;
    a_bet_that_waits_while_the_breaker_opens_takes_nothing with *TABLES;
    a_bet_that_waits_until_its_quote_is_old_takes_nothing with *TABLES;
    a_bet_that_waits_a_little_is_taken with *TABLES;
}

/// Sends a bet while somebody else holds the house, lets `meanwhile` happen while it waits, then lets go.
async fn held(story: &Story, player: &Player, tap: &Tap, meanwhile: impl FnOnce(&Story)) -> Answer {
    let (release, released) = mpsc::channel::<()>();
    let (held, holding) = tokio::sync::oneshot::channel::<()>();
    let (store, held) = (story.app.store.clone(), Arc::new(parking_lot::Mutex::new(Some(held))));
    let released = Arc::new(parking_lot::Mutex::new(released));
    let holder = tokio::spawn(async move {
        let work = store.write(move |tx| {
            Book::load(tx, &[HOUSE])?;
            held.lock().take().map(|held| held.send(()));
            let _ = released.lock().recv();
            Ok::<_, StoreError>(())
        });
        work.await
    });
    holding.await.unwrap();
    let answer = story.tap(player, tap);
    let later = async {
        tokio::time::sleep(std::time::Duration::from_millis(150)).await;
        meanwhile(story);
        release.send(()).unwrap();
    };
    let (answer, ()) = tokio::join!(answer, later);
    holder.await.unwrap().unwrap();
    answer
}

async fn a_bet_that_is_decided_too_near_to_its_column_takes_nothing(store: Store) {
    let mut story = Story::open(store).await;
    let player = story.player(1_000).await;
    // The first column is locked in at most five seconds: go to the very end of the present one.
    let end = (story.now_ms().div_euclid(5_000) + 1) * 5_000;
    story.run_to(end - 100).await;
    let offer = story.offers_in(0)[0];
    let t0_ms = offer.cell.column() * 5_000;
    let before = footprint(&story).await;
    let tap = Tap::on(&story, &offer, 100);
    let answer = held(&story, &player, &tap, |story| story.wait_ms(t0_ms - 500 - story.now_ms())).await;
    assert_eq!(answer.says(), (400, "too_late"));
    assert_eq!(footprint(&story).await, before);
    assert_eq!(story.balance(&player).await, 1_000);
    assert_sound(&story).await;
}

async fn a_bet_that_waits_while_the_breaker_opens_takes_nothing(store: Store) {
    let story = Story::open(store).await;
    let player = story.player(1_000).await;
    let before = footprint(&story).await;
    let tap = Tap::on(&story, &story.offers()[30], 100);
    let answer = held(&story, &player, &tap, |story| {
        let mut view = tap::market_state::View::clone(&story.app.market_state.view());
        view.betting = Betting::PriceFeedStale { retry_after_s: 30 };
        story.app.market_state.set(view);
    });
    let answer = answer.await;
    assert_eq!(answer.says(), (503, "PRICE_FEED_STALE"));
    assert_eq!(answer.headers["retry-after"], "30");
    assert_eq!(footprint(&story).await, before);
}

async fn a_bet_that_waits_until_its_quote_is_old_takes_nothing(store: Store) {
    let story = Story::open(store).await;
    let player = story.player(1_000).await;
    let before = footprint(&story).await;
    let tap = Tap::on(&story, &story.offers()[30], 100);
    let answer = held(&story, &player, &tap, |story| story.wait_ms(3_100)).await;
    assert_eq!(answer.says(), (409, "quote_expired"));
    assert_eq!(footprint(&story).await, before);
}

async fn a_bet_that_waits_a_little_is_taken(store: Store) {
    let story = Story::open(store).await;
    let player = story.player(1_000).await;
    let tap = Tap::on(&story, &story.offers()[30], 100);
    let answer = held(&story, &player, &tap, |story| story.wait_ms(1_000)).await;
    assert_eq!(answer.status, 201, "{}", answer.text);
    assert_sound(&story).await;
}
