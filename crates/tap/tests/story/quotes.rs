//! Quotes: known, young, at the rate that was offered, and never far better than the present one.

use crate::harness::checks::footprint;
use crate::harness::{Story, TABLES, Tap};
use store::Store;

testkit::on_both_backends! {
    a_quote_that_nobody_made_or_that_is_old_is_refused_with_the_fresh_rate with *TABLES;
    a_rate_that_was_never_offered_is_refused with *TABLES;
    a_rate_that_the_price_left_behind_is_refused_and_a_worse_one_is_kept with *TABLES;
}

async fn a_quote_that_nobody_made_or_that_is_old_is_refused_with_the_fresh_rate(store: Store) {
    let mut story = Story::open(store).await;
    let player = story.player(10_000).await;
    let before = footprint(&story).await;
    let offer = story.offers()[20];
    for quote_seq in [0, 1, offer.quote_seq - 1, offer.quote_seq + 1, i64::MAX] {
        let answer = story.tap(&player, &Tap { quote_seq, ..Tap::on(&story, &offer, 500) }).await;
        assert_eq!(answer.says(), (409, "quote_expired"), "{quote_seq}");
        assert_eq!(answer.json["details"]["fresh_rate"], offer.rate);
    }
    let mut beyond = Tap::on(&story, &offer, 500).body(&player);
    beyond["quote_seq"] = serde_json::json!(u64::MAX);
    let answer = story.front.post("/tap/api/bets", &player, &beyond).await;
    assert_eq!(answer.says(), (401, "invalid_signature"));
    assert_eq!(footprint(&story).await, before);
    // A second and a half old: still good. A tenth more: not.
    story.run(1_500).await;
    story.bet(&player, &offer, 500).await;
    let next = story
        .offers()
        .into_iter()
        .find(|next| next.cell != offer.cell && next.cell.column() == offer.cell.column());
    story.run(1_600).await;
    let answer = story.tap(&player, &Tap::on(&story, &next.unwrap(), 500)).await;
    assert_eq!(answer.says(), (409, "quote_expired"));
}

async fn a_rate_that_was_never_offered_is_refused(store: Store) {
    let story = Story::open(store).await;
    let player = story.player(10_000).await;
    let before = footprint(&story).await;
    let offer = story.offers()[0];
    for rate in [0, 1, offer.rate - 1, offer.rate + 1, offer.rate * 2, u32::MAX] {
        let answer = story.tap(&player, &Tap { rate, ..Tap::on(&story, &offer, 500) }).await;
        assert_eq!(answer.says(), (409, "quote_expired"), "{rate}");
    }
    assert_eq!(footprint(&story).await, before);
}

async fn a_rate_that_the_price_left_behind_is_refused_and_a_worse_one_is_kept(store: Store) {
    let mut story = Story::open(store).await;
    let player = story.player(10_000).await;
    let price = story.market.price;
    let near = |above: bool| {
        let side = |low: i64| if above { low > price } else { low + 2_000 < price };
        story
            .offers_in(1)
            .into_iter()
            .filter(|offer| side(offer.cell.low()))
            .min_by_key(|offer| offer.rate)
            .unwrap()
    };
    let (above, below) = (near(true), near(false));
    story.market.price += 1_500;
    story.run(400).await;
    let answer = story.tap(&player, &Tap::on(&story, &above, 500)).await;
    assert_eq!(answer.says(), (409, "quote_moved"));
    let fresh = answer.json["details"]["fresh_rate"].as_u64().unwrap_or(0);
    assert!(fresh < u64::from(above.rate), "{fresh} {}", above.rate);
    // The price went away from this one: its rate is worse than the present one, and it is what was shown.
    let bet = story.bet(&player, &below, 500).await;
    assert_eq!(bet["rate"], below.rate);
}
