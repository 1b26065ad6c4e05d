//! Stale prices: bets are refused by name, everything else goes on, and nobody's money moves.

use crate::harness::checks::{assert_sound, footprint};
use crate::harness::{Market, Player, Story, TABLES, Tap, settings};
use serde_json::json;
use store::Store;
use tap::domain::price_engine::Memory;
use tap::settings::Settings;

testkit::on_both_backends! {
    while_prices_are_stale_bets_are_refused_and_all_else_goes_on with *TABLES;
    bets_come_back_after_the_time_that_was_told with *TABLES;
    flapping_prices_let_no_bet_through with *TABLES;
    one_venue_alone_widens_the_edge_and_then_stops_bets with *TABLES;
    too_wild_a_price_and_too_short_a_watch_are_named with *TABLES;
    an_engine_that_hangs_is_no_engine with *TABLES;
}

async fn refused(story: &Story, player: &Player, offer: &crate::harness::Offer) -> (u64, u64) {
    let before = footprint(story).await;
    let answer = story.tap(player, &Tap::on(story, offer, 100)).await;
    assert_eq!(answer.says(), (503, "PRICE_FEED_STALE"), "{}", answer.text);
    assert_eq!(footprint(story).await, before);
    let header = answer.headers["retry-after"].to_str().unwrap().parse().unwrap();
    (header, answer.json["details"]["retry_after"].as_u64().unwrap())
}

async fn while_prices_are_stale_bets_are_refused_and_all_else_goes_on(store: Store) {
    let mut story = Story::cold(store, Settings { recovery_s: 30, ..settings() }, testkit::standing_clock())
        .await
        .await_open(32_000)
        .await;
    let player = story.player(10_000).await;
    let offer = story.offers()[0];
    let bet = story.bet(&player, &offer, 100).await;
    story.market.voices = 0;
    story.run(15_100).await;
    assert_eq!(refused(&story, &player, &offer).await, (30, 30));
    for path in [
        "/tap/api/balance",
        "/tap/api/bets",
        "/tap/api/ledger",
        "/tap/api/auth/session",
        "/tap/api/prices/latest",
    ] {
        assert_eq!(story.get(path, &player).await.status, 200, "{path}");
    }
    let grid = story.look("/tap/api/grid").await;
    assert_eq!((grid.status, &grid.json["betting"]), (200, &json!("price_feed_stale")));
    assert_eq!(grid.json["breaker"], "critical");
    assert_eq!(story.look("/tap/api/healthz").await.status, 503);
    story.player(100).await;
    assert_eq!(story.shown(&player, &bet).await["status"], "confirmed");
    assert_eq!(story.settle().await, 0, "nothing is decided while nobody knows the price");
}

impl Story {
    /// Lets prices run until bets are taken.
    async fn await_open(mut self, ms: i64) -> Self {
        self.run(ms).await;
        assert_eq!(self.app.market_state.view().betting.as_str(), "open");
        self
    }
}

async fn bets_come_back_after_the_time_that_was_told(store: Store) {
    let mut story =
        Story::cold(store, Settings { recovery_s: 30, ..settings() }, testkit::standing_clock()).await;
    story.run(100).await;
    let player = story.player(10_000).await;
    let offer = story.offers()[0];
    assert_eq!(refused(&story, &player, &offer).await.0, 30);
    story.run(10_000).await;
    assert_eq!(refused(&story, &player, &offer).await.0, 20);
    story.run(19_900).await;
    assert_eq!(refused(&story, &player, &story.offers()[0]).await.0, 1);
    story.run(100).await;
    story.bet(&player, &story.offers()[0], 100).await;
}

async fn flapping_prices_let_no_bet_through(store: Store) {
    let mut story = Story::cold(store, Settings { recovery_s: 30, ..settings() }, testkit::standing_clock())
        .await
        .await_open(32_000)
        .await;
    let player = story.player(10_000).await;
    let offer = story.offers()[0];
    story.market.voices = 0;
    story.run(15_000).await;
    refused(&story, &player, &offer).await;
    for _ in 0..15 {
        story.market.voices = 2;
        story.run(9_000).await;
        refused(&story, &player, &offer).await;
        story.market.voices = 0;
        story.run(11_000).await;
        refused(&story, &player, &offer).await;
    }
}

async fn one_venue_alone_widens_the_edge_and_then_stops_bets(store: Store) {
    let mut story = Story::open(store).await;
    let player = story.player(10_000).await;
    story.market.voices = 1;
    story.run(8_000).await;
    let view = story.app.market_state.view().clone();
    assert_eq!((view.breaker.as_str(), view.betting.as_str()), ("degraded", "open"));
    let offer = story.offers()[0];
    assert_eq!(view.snapshots.last().unwrap().find(&offer.cell).unwrap().edge_bp, 800);
    story.bet(&player, &offer, 100).await;
    story.run(12_000).await;
    refused(&story, &player, &offer).await;
    assert_sound(&story).await;
}

async fn too_wild_a_price_and_too_short_a_watch_are_named(store: Store) {
    let mut story = Story::open(store.clone()).await;
    let player = story.player(10_000).await;
    let offer = story.offers()[0];
    let before = footprint(&story).await;
    let wild = json!({ "last": null, "returns": 300, "fast_e18": 1_000_000_000_000_000_i64, "slow_e18": 1_000_000_000_000_000_i64, "peaks": [] });
    let memory =
        Memory { volatility: serde_json::from_value(wild).unwrap(), ..story.app.memory().await.unwrap() };
    story.market = Market::with(&story.app, story.clock.clone(), memory);
    story.run(2_000).await;
    let answer = story.tap(&player, &Tap::on(&story, &offer, 100)).await;
    assert_eq!(answer.says(), (503, "volatility_halt"));
    assert!(answer.headers.contains_key("retry-after"));
    let memory = Memory { volatility: None, ..story.app.memory().await.unwrap() };
    story.market = Market::with(&story.app, story.clock.clone(), memory);
    story.run(2_000).await;
    let answer = story.tap(&player, &Tap::on(&story, &offer, 100)).await;
    assert_eq!(answer.says(), (503, "warming_up"));
    assert!(answer.headers.contains_key("retry-after"));
    assert_eq!(footprint(&story).await, before);
}

async fn an_engine_that_hangs_is_no_engine(store: Store) {
    let story = Story::open(store).await;
    let player = story.player(10_000).await;
    let offer = story.offers()[0];
    let mut view = tap::market_state::View::clone(&story.app.market_state.view());
    view.at = std::time::Instant::now().checked_sub(std::time::Duration::from_secs(11)).unwrap();
    story.app.market_state.set(view);
    refused(&story, &player, &offer).await;
}
