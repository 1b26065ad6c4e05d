//! Settling: what wins, what loses, to the cent, once.

use crate::harness::checks::{assert_sound, footprint, published};
use crate::harness::{Offer, Story, TABLES, node, settings};
use serde_json::{Value, json};
use store::Store;
use tap::domain::pricing::Crossing;
use tap::settings::Settings;

testkit::on_both_backends! {
    a_price_on_a_line_wins_both_rows_and_no_other with *TABLES;
    the_price_that_was_carried_in_wins with *TABLES;
    a_jump_over_a_row_is_no_touch_of_it with *TABLES;
    a_jump_over_a_row_is_a_touch_where_segments_count with *TABLES;
    a_touch_in_the_grace_column_wins_where_there_is_grace with *TABLES;
    a_touch_after_the_column_is_none with *TABLES;
    settling_again_changes_nothing with *TABLES;
    two_payers_at_once_pay_once with *TABLES;
    what_a_player_is_told_has_no_gap with *TABLES;
}

/// The offer of the row that begins at `low` in the column `ahead`.
pub fn row(story: &Story, ahead: i64, low: i64) -> Offer {
    let found = story.offers_in(ahead).into_iter().find(|offer| offer.cell.low() == low);
    found.unwrap_or_else(|| panic!("the row at {low} is offered"))
}

/// Moves the price and steps once.
async fn tick(story: &mut Story, price: i64) {
    story.market.price = price;
    story.run(100).await;
}

/// Runs to the end of a column and settles it.
async fn finish(story: &mut Story, column: i64) {
    story.run_to(column * story.app.settings.width_ms + story.app.settings.width_ms).await;
    assert!(story.settle().await > 0);
}

fn outcome(bet: &Value) -> (&str, i64) {
    (bet["status"].as_str().unwrap(), bet["payout_amount"].as_i64().unwrap())
}

async fn a_price_on_a_line_wins_both_rows_and_no_other(store: Store) {
    let mut story = Story::open(store).await;
    let player = story.player(10_000).await;
    let mut bets = Vec::new();
    for low in [5_996_000, 5_998_000, 6_000_000, 6_002_000] {
        let offer = row(&story, 2, low);
        bets.push((offer, story.bet(&player, &offer, 500).await));
    }
    let column = bets[0].0.cell.column();
    story.market.price = 6_000_000;
    finish(&mut story, column).await;
    let mut balance = 8_000;
    for (at, (offer, bet)) in bets.iter().enumerate() {
        let payout = 5 * i64::from(offer.rate);
        let expected = if at == 1 || at == 2 { ("won", payout) } else { ("lost", 0) };
        let shown = story.shown(&player, bet).await;
        assert_eq!(outcome(&shown), expected, "{}", offer.cell);
        assert_eq!(shown["resolved_at"], story.now().rfc3339());
        balance += expected.1;
    }
    assert_eq!(story.balance(&player).await, balance);
    assert_eq!(story.get("/tap/api/balance", &player).await.json["open_stake"], 0);
    assert_sound(&story).await;
}

async fn the_price_that_was_carried_in_wins(store: Store) {
    let mut story = Story::open(store).await;
    let player = story.player(10_000).await;
    let (inside, beside) = (row(&story, 2, 5_998_000), row(&story, 2, 5_996_000));
    let column = inside.cell.column();
    let (won, lost) = (story.bet(&player, &inside, 500).await, story.bet(&player, &beside, 500).await);
    story.run_to(column * 5_000 - 300).await;
    tick(&mut story, 5_997_500).await;
    tick(&mut story, 5_999_000).await;
    assert_eq!(story.now_ms(), column * 5_000 - 100, "the last tick before the column is in the row");
    tick(&mut story, 6_000_500).await;
    finish(&mut story, column).await;
    assert_eq!(story.shown(&player, &won).await["status"], "won");
    assert_eq!(story.shown(&player, &lost).await["status"], "lost", "an older price is not carried in");
    let evidence = story.look(&format!("/tap/api/columns/{column}/evidence")).await.json;
    assert_eq!(
        (&evidence["carry_in_price"], &evidence["prices"]),
        (&json!(5_999_000), &json!([[6_000_500, 50]]))
    );
}

/// Bets on the rows around a jump from 6,000,500 to 5,997,000 over the row at 5,998,000.
async fn jump(story: &mut Story) -> [String; 3] {
    let player = story.player(10_000).await;
    let offers = [6_000_000, 5_998_000, 5_996_000].map(|low| row(story, 2, low));
    let mut bets = Vec::new();
    for offer in &offers {
        bets.push(story.bet(&player, offer, 500).await);
    }
    let column = offers[0].cell.column();
    story.run_to(column * 5_000 + 1_000).await;
    tick(story, 5_997_000).await;
    finish(story, column).await;
    assert_sound(story).await;
    let mut statuses = Vec::new();
    for bet in &bets {
        statuses.push(story.shown(&player, bet).await["status"].as_str().unwrap().to_owned());
    }
    statuses.try_into().unwrap()
}

async fn a_jump_over_a_row_is_no_touch_of_it(store: Store) {
    let mut story = Story::open(store).await;
    assert_eq!(jump(&mut story).await, ["won", "lost", "won"]);
}

async fn a_jump_over_a_row_is_a_touch_where_segments_count(store: Store) {
    let mut story = Story::with(store, Settings { crossing: Crossing::Segment, ..settings() }).await;
    assert_eq!(jump(&mut story).await, ["won", "won", "won"]);
}

async fn a_touch_in_the_grace_column_wins_where_there_is_grace(store: Store) {
    let mut story = Story::with(store, Settings { touch_grace_columns: 1, ..settings() }).await;
    let player = story.player(10_000).await;
    let offer = row(&story, 2, 5_998_000);
    let (bet, column) = (story.bet(&player, &offer, 500).await, offer.cell.column());
    story.run_to(column * 5_000 + 7_000).await;
    assert_eq!(story.settle().await, 0, "the window is two columns long");
    tick(&mut story, 5_999_000).await;
    finish(&mut story, column + 1).await;
    assert_eq!(story.shown(&player, &bet).await["status"], "won");
    let evidence = story.look(&format!("/tap/api/columns/{column}/evidence")).await.json;
    assert_eq!(evidence["rule_version"], 10);
    assert_sound(&story).await;
}

async fn a_touch_after_the_column_is_none(store: Store) {
    let mut story = Story::open(store).await;
    let player = story.player(10_000).await;
    let offer = row(&story, 2, 5_998_000);
    let (bet, column) = (story.bet(&player, &offer, 500).await, offer.cell.column());
    story.run_to(column * 5_000 + 4_900).await;
    assert_eq!(story.settle().await, 0, "its last tick may still come");
    tick(&mut story, 5_999_000).await;
    assert!(story.settle().await > 0);
    assert_eq!(story.shown(&player, &bet).await["status"], "lost");
}

async fn settling_again_changes_nothing(store: Store) {
    let mut story = Story::open(store).await;
    let player = story.player(10_000).await;
    let (one, two) = (row(&story, 2, 6_000_000), row(&story, 2, 6_002_000));
    let bets = [story.bet(&player, &one, 500).await, story.bet(&player, &two, 500).await];
    finish(&mut story, one.cell.column()).await;
    let (before, balance) = (footprint(&story).await, story.balance(&player).await);
    let shown = [story.shown(&player, &bets[0]).await, story.shown(&player, &bets[1]).await];
    for _ in 0..3 {
        assert_eq!(story.settle().await, 0);
        let id = tap::domain::money::column_id(one.cell.column() * 5_000, 5_000);
        assert_eq!(tap::usecase::column_pay::step(&story.app, id, 0).await.unwrap(), None);
    }
    assert_eq!((footprint(&story).await, story.balance(&player).await), (before, balance));
    assert_eq!([story.shown(&player, &bets[0]).await, story.shown(&player, &bets[1]).await], shown);
}

async fn two_payers_at_once_pay_once(store: Store) {
    let mut story = Story::open(store.clone()).await;
    let other = node(store, settings(), story.clock.clone(), 1).await;
    let mut players = Vec::new();
    for _ in 0..4 {
        players.push(story.player(10_000).await);
    }
    let offers: Vec<_> = [5_998_000, 6_000_000, 6_002_000].map(|low| row(&story, 2, low)).to_vec();
    for player in &players {
        for offer in &offers {
            story.bet(player, offer, 500).await;
        }
    }
    story.run_to(offers[0].cell.column() * 5_000 + 5_000).await;
    other.market_state.set(tap::market_state::View::clone(&story.app.market_state.view()));
    other.market_state.advance_watermark(story.app.market_state.watermark_ms());
    let run = |app: std::sync::Arc<tap::app::App>| async move {
        let mut done = 0;
        for _ in 0..4 {
            // What another node did meanwhile may be a conflict; the next run goes on.
            done += tap::usecase::column_close::run(&app).await.unwrap_or(0);
            done += tap::usecase::column_pay::run(&app).await.unwrap_or(0);
        }
        done
    };
    let tasks: Vec<_> = (0..4)
        .map(|at| tokio::spawn(run(if at % 2 == 0 { story.app.clone() } else { other.clone() })))
        .collect();
    for task in tasks {
        task.await.unwrap();
    }
    for player in &players {
        let won = 5 * i64::from(offers[1].rate);
        assert_eq!(story.balance(player).await, 10_000 - 1_500 + won);
    }
    assert_sound(&story).await;
}

async fn what_a_player_is_told_has_no_gap(store: Store) {
    let mut story = Story::open(store).await;
    let player = story.player(800).await;
    let (one, two) = (row(&story, 2, 6_000_000), row(&story, 2, 6_002_000));
    story.bet(&player, &one, 500).await;
    assert_eq!(story.tap(&player, &crate::harness::Tap::on(&story, &two, 500)).await.status, 400);
    let faucet = story.front.post("/tap/api/demo/faucet", &player, &json!({})).await;
    assert_eq!(faucet.json["balance"], 100_300);
    assert_eq!(
        story.front.post("/tap/api/demo/faucet", &player, &json!({})).await.json["balance"],
        100_300,
        "once a day"
    );
    story.bet(&player, &two, 500).await;
    finish(&mut story, one.cell.column()).await;
    let kinds: Vec<_> = published(&story, player.user).await.into_iter().map(|(kind, _)| kind).collect();
    assert_eq!(
        kinds,
        ["bet.confirmed", "bet.failed", "balance.update", "bet.confirmed", "bet.resolved", "bet.resolved"]
    );
    assert_eq!(story.get("/tap/api/balance", &player).await.json["version"], 6);
    assert_sound(&story).await;
}
