//! Settling that is cut off between any two of its steps ends as if it had not been.

use crate::harness::checks::{assert_sound, count};
use crate::harness::{Player, Story, TABLES, Tap};
use crate::settlement::row;
use futures_util::future::join_all;
use store::Store;
use tap::domain::money::column_id;
use tap::usecase::{column_close, column_pay};

testkit::on_both_backends! {
    settling_that_is_cut_off_after_any_step_ends_the_same with *TABLES;
    a_column_of_many_bets_is_paid_in_parts_and_may_be_cut_off_in_each with *TABLES;
}

async fn settling_that_is_cut_off_after_any_step_ends_the_same(store: Store) {
    let mut story = Story::open(store).await;
    let player = Player::log_in(&story, "ed25519").await;
    story.deposit(&player, 100_000).await;
    for steps in 0..=3 {
        let offers = [5_998_000, 6_000_000, 6_002_000].map(|low| row(&story, 3, low));
        let mut bets = Vec::new();
        for offer in &offers {
            bets.push(story.bet(&player, offer, 500).await);
        }
        let (column, before) = (offers[0].cell.column(), story.balance(&player).await);
        story.run_to(column * 5_000 + 5_000).await;
        if steps > 0 {
            assert_eq!(column_close::run(&story.app).await.unwrap(), 1);
        }
        for _ in 1..steps {
            column_pay::step(&story.app, column_id(column * 5_000, 5_000), 0).await.unwrap();
        }
        assert_sound(&story).await;
        story = story.reopened().await;
        story.run(2_000).await;
        story.settle().await;
        let mut statuses = Vec::new();
        for bet in &bets {
            statuses.push(story.shown(&player, bet).await["status"].as_str().unwrap().to_owned());
        }
        assert_eq!(statuses, ["lost", "won", "lost"], "after {steps} steps");
        assert_eq!(
            story.balance(&player).await,
            before + 5 * i64::from(offers[1].rate),
            "after {steps} steps"
        );
        assert_eq!(count(&story, "SELECT COUNT(*) FROM columns WHERE state <> 'settled'").await, 0);
        assert_sound(&story).await;
    }
}

async fn a_column_of_many_bets_is_paid_in_parts_and_may_be_cut_off_in_each(store: Store) {
    let mut story = Story::open(store).await;
    let mut players = Vec::new();
    for _ in 0..40 {
        players.push(story.player(10_000).await);
    }
    let offers = story.offers_in(10);
    let offers: Vec<_> = offers.iter().take(7).collect();
    let column = offers[0].cell.column();
    let taps: Vec<_> =
        players.iter().flat_map(|player| offers.iter().map(move |offer| (player, *offer))).collect();
    let taps: Vec<_> =
        taps.into_iter().map(|(player, offer)| (player, Tap::on(&story, offer, 100))).collect();
    let answers = join_all(taps.iter().map(|(player, tap)| story.tap(player, tap))).await;
    assert!(
        answers.iter().all(|answer| answer.status == 201),
        "{:?}",
        answers.iter().map(|a| a.says()).find(|said| said.0 != 201)
    );
    story.run_to(column * 5_000 + 5_000).await;
    let id = column_id(column * 5_000, 5_000);
    assert_eq!(column_close::run(&story.app).await.unwrap(), 1);
    assert_eq!(column_pay::step(&story.app, id, 0).await.unwrap().map(|(paid, _)| paid), Some(250));
    assert_eq!(count(&story, "SELECT COUNT(*) FROM bets WHERE status = 'confirmed'").await, 30);
    assert_sound(&story).await;
    let mut story = story.reopened().await;
    story.run(1_500).await;
    assert_eq!(column_pay::step(&story.app, id, 0).await.unwrap().map(|(paid, _)| paid), Some(30));
    assert_sound(&story).await;
    assert_eq!(column_pay::step(&story.app, id, 0).await.unwrap().map(|(paid, _)| paid), None);
    assert_eq!(column_pay::step(&story.app, id, 0).await.unwrap().map(|(paid, _)| paid), None);
    assert_eq!(count(&story, "SELECT COUNT(*) FROM bets WHERE status = 'confirmed'").await, 0);
    assert_sound(&story).await;
}
