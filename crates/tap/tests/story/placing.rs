//! Placing a bet: the answer, its repetition, one bet a cell, what can be tapped.

use crate::harness::checks::{assert_sound, footprint, published};
use crate::harness::{Offer, Story, TABLES, Tap};
use serde_json::{Value, json};
use store::Store;
use tap::domain::cell::CellId;

testkit::on_both_backends! {
    a_bet_is_on_disk_when_it_is_answered with *TABLES;
    the_same_nonce_gets_the_same_answer_and_with_another_text_a_refusal with *TABLES;
    a_cell_is_bet_on_once_by_one_player_and_by_all with *TABLES;
    only_presets_are_staked with *TABLES;
    a_column_is_tapped_from_the_second_ahead_to_the_twenty_fourth with *TABLES;
    money_that_is_not_there_is_recorded_and_blocks_nothing with *TABLES;
    a_repetition_is_answered_whatever_the_desk_says_by_now with *TABLES;
}

async fn a_bet_is_on_disk_when_it_is_answered(store: Store) {
    let story = Story::open(store).await;
    let player = story.player(10_000).await;
    let offer = story.offers()[0];
    let tap = Tap::on(&story, &offer, 500);
    let answer = story.tap(&player, &tap).await;
    assert_eq!(answer.status, 201, "{}", answer.text);
    let payout = 500 * i64::from(offer.rate) / 100;
    let expected = json!({
        "bet_id": answer.json["bet_id"], "cell_id": offer.cell.to_string(), "amount": 500, "rate": offer.rate,
        "rate_seen": offer.rate, "min_rate": null, "payout": payout, "status": "confirmed",
        "placed_at": story.now().rfc3339(), "new_balance": 9_500,
    });
    assert_eq!(answer.json, expected);
    let shown = story.shown(&player, &answer.json).await;
    let (t0, t1) = (offer.cell.column() * 5_000, offer.cell.column() * 5_000 + 5_000);
    let expected = json!({
        "bet_id": answer.json["bet_id"], "cell_id": offer.cell.to_string(), "column": offer.cell.column(),
        "low": offer.cell.low(), "high": offer.cell.high(), "t0_ms": t0, "t1_ms": t1, "amount": 500,
        "rate": offer.rate, "rate_seen": offer.rate, "min_rate": null, "payout": payout, "status": "confirmed",
        "payout_amount": null,
        "placed_at": story.now().rfc3339(), "resolved_at": null,
    });
    assert_eq!(shown, expected);
    let balance = story.get("/tap/api/balance", &player).await.json;
    assert_eq!(balance, json!({ "balance": 9_500, "version": 1, "open_stake": 500, "held": 0 }));
    let told = published(&story, player.user).await;
    let data = json!({ "bet_id": answer.json["bet_id"], "cell_id": offer.cell.to_string(), "status": "confirmed",
        "rate": offer.rate, "amount": 500, "payout": payout, "new_balance": 9_500 });
    assert_eq!(told, [("bet.confirmed".to_owned(), data)]);
    assert_sound(&story).await;
}

async fn the_same_nonce_gets_the_same_answer_and_with_another_text_a_refusal(store: Store) {
    let story = Story::open(store).await;
    let player = story.player(10_000).await;
    let tap = Tap::on(&story, &story.offers()[0], 500);
    let first = story.tap(&player, &tap).await;
    assert_eq!(first.status, 201);
    for _ in 0..3 {
        let again = story.tap(&player, &tap).await;
        assert_eq!((again.status, &again.json), (200, &first.json));
    }
    let before = footprint(&story).await;
    let other = story.offers()[1];
    for changed in [
        Tap { amount: 1_000, ..tap.clone() },
        Tap { timestamp: tap.timestamp - 1, ..tap.clone() },
        Tap { cell: other.cell.to_string(), rate: other.rate, ..tap.clone() },
    ] {
        assert_eq!(story.tap(&player, &changed).await.says(), (401, "replay_detected"));
    }
    assert_eq!(footprint(&story).await, before);
    // Another player's nonces are another player's.
    let second = story.player(1_000).await;
    assert_eq!(story.tap(&second, &tap).await.status, 201);
    assert_sound(&story).await;
}

async fn a_cell_is_bet_on_once_by_one_player_and_by_all(store: Store) {
    let story = Story::open(store).await;
    let (one, two) = (story.player(10_000).await, story.player(10_000).await);
    let offer = story.offers()[0];
    let bet = story.bet(&one, &offer, 500).await;
    let answer = story.tap(&one, &Tap::on(&story, &offer, 1_000)).await;
    assert_eq!(answer.says(), (409, "duplicate_cell"));
    assert_eq!(answer.json["details"]["bet_id"], bet["bet_id"]);
    story.bet(&two, &offer, 500).await;
    // Twenty at once: one is taken.
    let offer = story.offers()[1];
    let taps: Vec<_> = (0..20).map(|_| Tap::on(&story, &offer, 100)).collect();
    let answers = futures_util::future::join_all(taps.iter().map(|tap| story.tap(&one, tap))).await;
    let says: Vec<_> = answers.iter().map(|answer| answer.says()).collect();
    assert_eq!(says.iter().filter(|said| **said == (201, "")).count(), 1, "{says:?}");
    assert_eq!(says.iter().filter(|said| **said == (409, "duplicate_cell")).count(), 19, "{says:?}");
    assert_eq!(story.balance(&one).await, 9_400);
    assert_sound(&story).await;
}

async fn only_presets_are_staked(store: Store) {
    let story = Story::open(store).await;
    let player = story.player(100_000).await;
    let offers = story.offers();
    let mut at = 0..;
    for amount in [i64::MIN, -500, -1, 0, 1, 99, 101, 499, 10_001, 100_000, i64::MAX] {
        let offer = offers[at.next().unwrap()];
        let answer = story.tap(&player, &Tap::on(&story, &offer, amount)).await;
        assert_eq!(answer.says(), (400, "bad_amount"), "{amount}");
    }
    assert_eq!(story.balance(&player).await, 100_000);
    let presets = story.look("/tap/api/grid").await.json["presets"].clone();
    assert_eq!(presets, json!([100, 500, 1_000, 2_500, 5_000, 10_000]));
    for amount in presets.as_array().unwrap().iter().filter_map(Value::as_i64) {
        story.bet(&player, &offers[at.next().unwrap()], amount).await;
    }
}

async fn a_column_is_tapped_from_the_second_ahead_to_the_twenty_fourth(store: Store) {
    let story = Story::open(store).await;
    let player = story.player(100_000).await;
    let now = story.now_ms().div_euclid(5_000);
    let offers = story.offers();
    let columns: Vec<_> = offers.iter().map(|offer| offer.cell.column()).collect();
    assert_eq!((columns.iter().min(), columns.iter().max()), (Some(&(now + 2)), Some(&(now + 24))));
    let model = offers[0];
    let on = |column: i64| {
        let cell = CellId::new(model.cell.epoch(), column, model.cell.low(), model.cell.high()).unwrap();
        Tap::on(&story, &Offer { cell, ..model }, 100)
    };
    for column in [0, now - 1, now, now + 1] {
        assert_eq!(story.tap(&player, &on(column)).await.says(), (400, "too_late"), "{column}");
    }
    for column in [now + 25, now + 1_000] {
        assert_eq!(story.tap(&player, &on(column)).await.says(), (400, "cell_not_offered"), "{column}");
    }
    assert_eq!(story.balance(&player).await, 100_000);
    for column in [now + 2, now + 24] {
        let offer = offers.iter().find(|offer| offer.cell.column() == column).unwrap();
        story.bet(&player, offer, 100).await;
    }
}

async fn money_that_is_not_there_is_recorded_and_blocks_nothing(store: Store) {
    let story = Story::open(store).await;
    let player = story.player(100).await;
    let offer = story.offers()[0];
    let poor = Tap::on(&story, &offer, 500);
    let answer = story.tap(&player, &poor).await;
    assert_eq!(answer.says(), (400, "insufficient_funds"));
    assert_eq!(answer.json["details"]["balance"], 100);
    let again = story.tap(&player, &poor).await;
    assert_eq!(
        (again.says(), &again.json["details"]),
        ((400, "insufficient_funds"), &answer.json["details"])
    );
    let list = story.get("/tap/api/bets?status=insufficient_funds", &player).await.json;
    assert_eq!(list["bets"].as_array().unwrap().len(), 1);
    assert_eq!(list["bets"][0]["bet_id"], answer.json["details"]["bet_id"]);
    let ledger = story.get("/tap/api/ledger", &player).await.json;
    assert_eq!(ledger["entries"].as_array().unwrap().len(), 1, "the deposit alone: {ledger}");
    story.deposit(&player, 400).await;
    let bet = story.bet(&player, &offer, 500).await;
    assert_eq!(bet["new_balance"], 0);
    let told: Vec<_> = published(&story, player.user).await.into_iter().map(|(kind, _)| kind).collect();
    assert_eq!(told, ["bet.failed", "bet.confirmed"]);
    assert_sound(&story).await;
}

async fn a_repetition_is_answered_whatever_the_desk_says_by_now(store: Store) {
    let mut story = Story::open(store).await;
    let player = story.player(10_000).await;
    let tap = Tap::on(&story, &story.offers()[0], 500);
    let first = story.tap(&player, &tap).await;
    story.market.voices = 0;
    story.run(20_000).await;
    let again = story.tap(&player, &tap).await;
    assert_eq!(
        (again.status, &again.json),
        (200, &first.json),
        "prices are stale, the quote is old, the column is near"
    );
    story.wait_ms(11_000);
    assert_eq!(story.tap(&player, &tap).await.says(), (401, "signature_expired"));
}
