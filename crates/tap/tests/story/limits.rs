//! What the house may owe: each limit by its name, what would still fit, and all of it again after a restart.

use crate::harness::checks::{assert_sound, footprint};
use crate::harness::{Answer, Offer, Player, Story, TABLES, Tap, settings};
use serde_json::json;
use store::Store;
use tap::domain::limits::Limits;
use tap::settings::Settings;

testkit::on_both_backends! {
    one_bet_may_not_pay_too_much with *TABLES;
    one_player_may_not_be_owed_too_much_in_a_column with *TABLES;
    one_cell_may_not_owe_too_much with *TABLES;
    one_column_may_not_owe_too_much with *TABLES;
    all_columns_together_may_not_owe_too_much with *TABLES;
    below_its_floor_the_house_takes_nothing with *TABLES;
    what_is_owed_is_known_again_after_a_restart with *TABLES;
    a_column_that_is_dear_is_quoted_with_a_wider_edge with *TABLES;
}

/// Limits that stand in nobody's way.
fn wide() -> Limits {
    Limits {
        payout_max: 1 << 40,
        player_column_max: 1 << 40,
        cell_max: 1 << 40,
        column_bp: 10_000,
        total_bp: 10_000,
        bankroll_floor: 0,
    }
}

fn limited(limits: Limits) -> Settings {
    Settings { limits, bankroll: 1_000_000, ..settings() }
}

/// An offer whose payout for 10.00 is near `cents`, in the column `ahead`.
fn paying(story: &Story, ahead: i64, cents: i64) -> Offer {
    let payout = |offer: &Offer| 1_000 * i64::from(offer.rate) / 100;
    story.offers_in(ahead).into_iter().min_by_key(|offer| (payout(offer) - cents).abs()).unwrap()
}

fn payout(offer: &Offer, amount: i64) -> i64 {
    amount * i64::from(offer.rate) / 100
}

async fn refused(story: &Story, player: &Player, offer: &Offer, amount: i64, limit: &str) -> Answer {
    let before = footprint(story).await;
    let answer = story.tap(player, &Tap::on(story, offer, amount)).await;
    assert_eq!(answer.says(), (409, "limit_reached"), "{}", answer.text);
    let said = answer.json["details"]["limit"].as_str().unwrap();
    assert!(said.contains(limit), "{said}");
    assert_eq!(footprint(story).await, before);
    answer
}

async fn one_bet_may_not_pay_too_much(store: Store) {
    let story = Story::with(store, limited(Limits { payout_max: 5_000, ..wide() })).await;
    let player = story.player(100_000).await;
    let offer = paying(&story, 1, 4_000);
    let answer = refused(&story, &player, &offer, 10_000, "one bet may").await;
    let presets = [100, 500, 1_000, 2_500, 5_000, 10_000];
    let fits = presets.iter().rev().find(|amount| payout(&offer, **amount) <= 5_000).unwrap();
    assert_eq!(answer.json["details"]["max_amount"], *fits);
    story.bet(&player, &offer, *fits).await;
}

async fn one_player_may_not_be_owed_too_much_in_a_column(store: Store) {
    let story = Story::with(store, limited(Limits { player_column_max: 9_000, ..wide() })).await;
    let (one, two) = (story.player(100_000).await, story.player(100_000).await);
    let mut offers = story.offers_in(1);
    offers.sort_by_key(|offer| offer.rate);
    story.bet(&one, &offers[0], 1_000).await;
    let mut owed = payout(&offers[0], 1_000);
    assert!(owed + payout(&offers[1], 1_000) <= 9_000, "the story's numbers");
    story.bet(&one, &offers[1], 1_000).await;
    owed += payout(&offers[1], 1_000);
    let answer = refused(&story, &one, &offers[2], 5_000, "one player may").await;
    let fits =
        [100, 500, 1_000, 2_500].iter().rev().find(|amount| owed + payout(&offers[2], **amount) <= 9_000);
    assert_eq!(answer.json["details"]["max_amount"], json!(fits));
    story.bet(&two, &offers[2], 1_000).await;
    let elsewhere = story.offers_in(2).into_iter().find(|offer| offer.rate < 900).unwrap();
    story.bet(&one, &elsewhere, 1_000).await;
}

async fn one_cell_may_not_owe_too_much(store: Store) {
    let story = Story::with(store, limited(Limits { cell_max: 9_000, ..wide() })).await;
    let (one, two) = (story.player(100_000).await, story.player(100_000).await);
    let offer = paying(&story, 1, 6_000);
    story.bet(&one, &offer, 1_000).await;
    let answer = refused(&story, &two, &offer, 1_000, "one cell may").await;
    let max = answer.json["details"]["max_amount"].as_i64().unwrap();
    assert!([100, 500].contains(&max), "{max}");
    story.bet(&two, &offer, max).await;
    let third = story.player(100_000).await;
    assert_eq!(
        refused(&story, &third, &offer, 10_000, "one cell may").await.json["details"]["max_amount"].as_i64(),
        Some(100).filter(|_| payout(&offer, 1_000 + max + 100) <= 9_000)
    );
}

async fn one_column_may_not_owe_too_much(store: Store) {
    // Two percent of 10,000.00 are 200.00.
    let story = Story::with(store, limited(Limits { column_bp: 200, ..wide() })).await;
    let player = story.player(100_000).await;
    let mut offers = story.offers_in(1);
    offers.retain(|offer| (300..900).contains(&offer.rate));
    let mut owed = 0;
    for offer in &offers {
        let answer = story.tap(&player, &Tap::on(&story, offer, 2_500)).await;
        if answer.status == 201 {
            owed += payout(offer, 2_500);
            continue;
        }
        assert!(
            answer.json["details"]["limit"].as_str().unwrap().contains("column's worst case"),
            "{}",
            answer.text
        );
    }
    assert!((1..=20_000).contains(&owed), "neighbours are all within reach: {owed}");
    let other = story.offers_in(2).into_iter().find(|offer| offer.rate < 800).unwrap();
    story.bet(&player, &other, 2_500).await;
    assert_sound(&story).await;
}

async fn all_columns_together_may_not_owe_too_much(store: Store) {
    let story = Story::with(store, limited(Limits { total_bp: 300, ..wide() })).await;
    let player = story.player(100_000).await;
    let mut owed = 0;
    let mut refusals = 0;
    for ahead in 0..10 {
        let offer = paying(&story, ahead, 6_000);
        let answer = story.tap(&player, &Tap::on(&story, &offer, 1_000)).await;
        if answer.status == 201 {
            owed += payout(&offer, 1_000);
        } else {
            refusals += 1;
            assert!(
                answer.json["details"]["limit"].as_str().unwrap().contains("all open columns"),
                "{}",
                answer.text
            );
        }
    }
    assert!((20_000..=30_000).contains(&owed) && refusals > 0, "{owed} {refusals}");
    assert_sound(&story).await;
}

async fn below_its_floor_the_house_takes_nothing(store: Store) {
    let story = Story::with(store, limited(Limits { bankroll_floor: 1_000_001, ..wide() })).await;
    let player = story.player(100_000).await;
    let answer = story.tap(&player, &Tap::on(&story, &story.offers()[0], 100)).await;
    assert_eq!(answer.says(), (503, "house_limit"));
    assert_eq!(answer.headers["retry-after"], "30");
    assert_eq!(story.balance(&player).await, 100_000);
}

async fn what_is_owed_is_known_again_after_a_restart(store: Store) {
    let limits = Limits { cell_max: 9_000, player_column_max: 12_000, total_bp: 300, ..wide() };
    let mut story = Story::with(store, limited(limits)).await;
    let player = story.player(100_000).await;
    let offer = paying(&story, 6, 6_000);
    story.bet(&player, &offer, 1_000).await;
    let mut story2 = {
        story.run(100).await;
        story.reopened().await
    };
    story2.run(2_000).await;
    assert_eq!(story2.app.market_state.view().betting.as_str(), "open");
    let other = story2.player(100_000).await;
    let again = story2.offers().into_iter().find(|again| again.cell == offer.cell).unwrap();
    refused(&story2, &other, &again, 1_000, "one cell may").await;
    let answer = story2.tap(&player, &Tap::on(&story2, &again, 100)).await;
    assert_eq!(answer.says(), (409, "duplicate_cell"));
    let beside = story2
        .offers()
        .into_iter()
        .find(|beside| {
            beside.cell.column() == offer.cell.column()
                && beside.cell != offer.cell
                && (300..900).contains(&beside.rate)
        })
        .unwrap();
    refused(&story2, &player, &beside, 2_500, "one player may").await;
    assert_sound(&story2).await;
}

async fn a_column_that_is_dear_is_quoted_with_a_wider_edge(store: Store) {
    let mut story = Story::with(store, limited(Limits { column_bp: 200, ..wide() })).await;
    let player = story.player(100_000).await;
    let offer = paying(&story, 4, 6_500);
    story.bet(&player, &offer, 2_500).await;
    assert!(payout(&offer, 2_500) > 14_000, "the story's numbers: {}", payout(&offer, 2_500));
    story.run(300).await;
    let snapshot = story.app.market_state.view().snapshots.last().cloned().unwrap();
    let edge = |column: i64| {
        let any = story.offers().into_iter().find(|offer| offer.cell.column() == column).unwrap();
        snapshot.find(&any.cell).unwrap().edge_bp
    };
    assert_eq!((edge(offer.cell.column()), edge(offer.cell.column() + 1)), (800, 600));
}
