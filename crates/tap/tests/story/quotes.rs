//! Quotes: known, young, at the rate that was offered, and never far better than the present one.

use crate::harness::checks::{assert_sound, footprint, published};
use crate::harness::{Offer, Story, TABLES, Tap};
use serde_json::{Value, json};
use store::Store;

testkit::on_both_backends! {
    a_quote_that_nobody_made_or_that_is_old_is_refused_with_the_fresh_rate with *TABLES;
    a_rate_that_was_never_offered_is_refused with *TABLES;
    a_rate_that_the_price_left_behind_is_refused_and_a_worse_one_is_kept with *TABLES;
    what_the_price_left_behind_is_booked_at_the_present_rate_where_the_text_accepts_it with *TABLES;
    a_least_rate_is_part_of_what_is_signed_and_never_above_what_was_seen with *TABLES;
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

async fn what_the_price_left_behind_is_booked_at_the_present_rate_where_the_text_accepts_it(store: Store) {
    let mut story = Story::open(store).await;
    let player = story.player(10_000).await;
    let (price, offer) = (story.market.price, |story: &Story, ahead| {
        let above = |offer: &Offer| offer.cell.low() > story.market.price;
        story.offers_in(ahead).into_iter().filter(above).min_by_key(|offer| offer.rate).unwrap()
    });
    let (seen, other) = (offer(&story, 1), offer(&story, 2));
    story.market.price = price + 400;
    story.run(300).await;
    let before = footprint(&story).await;
    // Exactly, and a little less: the fresh rate is told, and nothing moves.
    let tap = Tap { min_rate: Some(seen.rate), ..Tap::on(&story, &seen, 500) };
    let answer = story.tap(&player, &tap).await;
    assert_eq!(answer.says(), (409, "quote_moved"));
    let fresh = u32::try_from(answer.json["details"]["fresh_rate"].as_u64().unwrap()).unwrap();
    assert!(f64::from(fresh) * 1.03 < f64::from(seen.rate), "{fresh} {}", seen.rate);
    let above = Tap { min_rate: Some(fresh + 1), ..Tap::on(&story, &seen, 500) };
    assert_eq!(story.tap(&player, &above).await.says(), (409, "quote_moved"));
    assert_eq!(footprint(&story).await, before);
    // Down to that rate: booked at it, and every reader is told the booked rate.
    let tap = Tap { min_rate: Some(fresh), ..Tap::on(&story, &seen, 500) };
    let bet = story.tap(&player, &tap).await;
    assert_eq!(bet.status, 201, "{}", bet.text);
    let payout = 5 * i64::from(fresh);
    let shown = story.shown(&player, &bet.json).await;
    let listed = story.get("/tap/api/bets", &player).await.json["bets"][0].clone();
    for told in [&bet.json, &shown, &listed] {
        assert_eq!(told["rate"], fresh, "{told}");
        assert_eq!((&told["rate_seen"], &told["min_rate"]), (&json!(seen.rate), &json!(fresh)));
        assert_eq!(told["payout"], payout);
    }
    let (kind, data) = published(&story, player.user).await.pop().unwrap();
    assert_eq!(
        (kind.as_str(), &data["rate"], &data["payout"]),
        ("bet.confirmed", &json!(fresh), &json!(payout))
    );
    // The same text again is the same bet; within three percent what was seen is booked, whatever else is accepted.
    let again = story.tap(&player, &tap).await;
    assert_eq!((again.status, &again.json), (200, &bet.json));
    story.market.price = price;
    story.run(300).await;
    let kept = Tap { min_rate: Some(1), ..Tap::on(&story, &other, 500) };
    let kept = story.tap(&player, &kept).await;
    assert_eq!((kept.status, &kept.json["rate"]), (201, &json!(other.rate)), "{}", kept.text);
    prove(&mut story, &bet.json, &[("rate", fresh), ("rate_seen", seen.rate), ("min_rate", fresh)]).await;
    prove(&mut story, &kept.json, &[("rate", other.rate), ("rate_seen", other.rate), ("min_rate", 1)]).await;
    assert_sound(&story).await;
}

/// Lets the bet's column end and its minute be sealed: the program accepts the proof, which has these rates.
async fn prove(story: &mut Story, bet: &Value, rates: &[(&str, u32)]) {
    let path = format!("/tap/api/bets/{}/proof", bet["bet_id"].as_str().unwrap());
    let mut proof = story.look(&path).await;
    while proof.says() == (409, "proof_pending") {
        story.run(5_000).await;
        story.settle().await;
        proof = story.look(&path).await;
    }
    assert_eq!(proof.status, 200, "{}", proof.text);
    assert_eq!(proof.json["format"], "fairground-tap-proof-2");
    for (name, rate) in rates {
        assert_eq!(proof.json["bet"][name], *rate, "{name}");
    }
    let failed: Vec<_> = verify::verify(&proof.text, None)
        .into_iter()
        .filter(|claim| claim.verdict == verify::Verdict::Failed)
        .collect();
    assert!(failed.is_empty(), "{failed:?}\n{}", proof.text);
}

async fn a_least_rate_is_part_of_what_is_signed_and_never_above_what_was_seen(store: Store) {
    let story = Story::open(store).await;
    let player = story.player(10_000).await;
    let before = footprint(&story).await;
    let offer = story.offers_in(1)[3];
    let above = Tap { min_rate: Some(offer.rate + 1), ..Tap::on(&story, &offer, 500) };
    let answer = story.tap(&player, &above).await;
    assert_eq!(answer.says(), (400, "bad_request"), "{}", answer.text);
    let tap = Tap { min_rate: Some(offer.rate), ..Tap::on(&story, &offer, 500) };
    let mut lower = tap.body(&player);
    lower["min_rate"] = json!(offer.rate - 1);
    let mut left_out = tap.body(&player);
    left_out.as_object_mut().unwrap().remove("min_rate");
    let mut added = Tap::on(&story, &offer, 500).body(&player);
    added["min_rate"] = json!(offer.rate);
    for body in [lower, left_out, added] {
        let answer = story.front.post("/tap/api/bets", &player, &body).await;
        assert_eq!(answer.says(), (401, "invalid_signature"), "{body}");
    }
    for wrong in [json!(-1), json!("200"), json!(2.5), json!(4_294_967_296_u64), json!([200])] {
        let mut body = tap.body(&player);
        body["min_rate"] = wrong.clone();
        let answer = story.front.post("/tap/api/bets", &player, &body).await;
        assert_eq!(answer.says(), (400, "bad_request"), "{wrong}");
    }
    assert_eq!(footprint(&story).await, before);
}
