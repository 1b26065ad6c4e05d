//! The index of an ordinary day: median, ages, basis, clocks, and what is dropped by name.

use super::chance::Chance;
use super::venues::{CENT, Venues};
use tap::domain::market::{DropReason, Standing};
use tap::domain::venue_update::{MarketEvent, PRICE_E8_MAX, Quote, Venue};

const P: i64 = 6_000_000;

#[test]
fn the_index_begins_with_a_quorum() {
    let mut venues = Venues::usd(3);
    assert_eq!((venues.read().price_cents, venues.read().newest_input_age_ms), (None, None));
    venues.book(0, P);
    let alone = venues.read();
    assert_eq!((alone.price_cents, alone.live, alone.degraded), (None, 0, true));
    venues.book(1, P + 100);
    let both = venues.read();
    assert_eq!((both.price_cents, both.live, both.degraded), (Some(P + 50), 2, false));
}

#[test]
fn the_index_is_the_median_and_of_two_the_mean_rounded_down_to_a_cent() {
    let mut venues = Venues::usd(4);
    for (slot, cents) in [(0, P + 300), (1, P), (2, P + 100)] {
        venues.book(slot, cents);
    }
    assert_eq!(venues.read().price_cents, Some(P + 100));
    venues.book(3, P + 103);
    assert_eq!(venues.read().price_cents, Some(P + 101), "of 100 and 103");
}

#[test]
fn a_mid_counts_for_two_seconds_then_the_last_trade_then_nothing() {
    let mut venues = Venues::usd(3);
    for slot in 0..3 {
        venues.book(slot, P);
    }
    venues.wait(1_500);
    for slot in 0..3 {
        venues.trade(slot, P + 500);
    }
    assert_eq!(venues.read().price_cents, Some(P), "a young mid is better than a trade");
    assert_eq!(venues.wait(500).price_cents, Some(P));
    assert_eq!(venues.wait(1).price_cents, Some(P + 500));
    assert_eq!(venues.wait(1_499).price_cents, Some(P + 500));
    assert_eq!(venues.wait(1).price_cents, None);
}

#[test]
fn an_unchanged_book_lives_five_seconds_while_its_venue_is_heard() {
    let mut venues = Venues::usd(2);
    venues.book(0, P);
    venues.book(1, P);
    for _ in 0..5 {
        let reading = venues.wait(1_000);
        assert_eq!(reading.price_cents, Some(P));
        venues.say(0, MarketEvent::Heartbeat);
        venues.say(1, MarketEvent::Heartbeat);
        assert_eq!(venues.read().newest_input_age_ms, Some(0), "a heartbeat is news: nothing moved");
    }
    let reading = venues.wait(1);
    assert_eq!((reading.price_cents, reading.live), (None, 0), "stale must stop");
    venues.say(0, MarketEvent::Heartbeat);
    assert_eq!(venues.wait(5_000).newest_input_age_ms, Some(5_001), "heartbeats without data do not refresh");
}

#[test]
fn an_unchanged_book_without_heartbeats_lives_two_seconds() {
    let mut venues = Venues::usd(2);
    venues.book(0, P);
    venues.book(1, P);
    assert_eq!(venues.wait(2_000).live, 2);
    assert_eq!(venues.wait(1).live, 0);
}

#[test]
fn one_source_continues_the_index_degraded() {
    let mut venues = Venues::usd(2);
    venues.quote_for(1_000, &[Some(P), Some(P)]);
    let readings = venues.quote_for(20_000, &[Some(P + 10), None]);
    let last = readings.last().unwrap();
    assert_eq!((last.price_cents, last.live, last.degraded), (Some(P + 10), 1, true));
    venues.wait(10_000);
    let readings = venues.quote_for(5_000, &[Some(P), None]);
    assert!(
        readings.iter().all(|reading| reading.price_cents.is_none()),
        "after silence a quorum is needed anew"
    );
}

#[test]
fn usdt_is_corrected_by_its_basis_and_needs_a_dollar_venue() {
    let mut venues = Venues::new(&[Quote::Usdt, Quote::Usd, Quote::Usd]);
    venues.quote_for(5_000, &[Some(P), None, None]);
    let alone = venues.read();
    assert_eq!((alone.price_cents, alone.sources[0].standing), (None, Standing::WithoutBasis));
    let reading = venues.quote_for(10_000, &[Some(P + 1_280), Some(P), Some(P)]).pop().unwrap();
    assert_eq!((reading.price_cents, reading.live), (Some(P), 3));
    assert_eq!(reading.sources[0].basis_ppm, Some(213));
    // One dollar venue goes: the mean of it and the corrected USDT venue, not of the raw one.
    let reading = venues.quote_for(3_000, &[Some(P + 1_280), Some(P), None]).pop().unwrap();
    assert_eq!((reading.price_cents, reading.live), (Some(P), 2));
    let reading = venues.quote_for(59_000, &[Some(P + 1_280), None, None]).pop().unwrap();
    assert_eq!((reading.price_cents, reading.live), (Some(P), 1), "on the basis it had");
    let reading = venues.quote_for(5_000, &[Some(P + 1_280), None, None]).pop().unwrap();
    assert_eq!((reading.price_cents, reading.sources[0].standing), (None, Standing::WithoutBasis));
}

#[test]
fn a_clock_that_jumps_changes_no_age_and_no_price() {
    let story = |jump: i64| {
        let mut venues = Venues::usd(3);
        let mut told = Vec::new();
        for step in 0..200 {
            venues.wall = super::venues::WALL + if step < 100 { 0 } else { jump };
            let readings = venues.quote_for(100, &[Some(P + step), (step % 40 < 10).then_some(P), None]);
            let tell = readings.into_iter().map(|it| (it.price_cents, it.live, it.newest_input_age_ms));
            told.extend(tell);
        }
        told
    };
    assert_eq!(story(0), story(5_000));
    assert_eq!(story(0), story(-5_000));
}

#[test]
fn clocks_that_differ_by_more_than_half_a_second_are_alarming() {
    let mut venues = Venues::usd(1);
    venues.book(0, P);
    let state = venues.read().sources[0];
    assert_eq!((state.clock_offset_ms, state.clock_alarm), (Some(20), false));
    venues.wall -= 1_293;
    venues.book(0, P);
    let state = venues.read().sources[0];
    assert_eq!((state.clock_offset_ms, state.clock_alarm), (Some(-1_273), true));
}

#[test]
fn what_cannot_count_is_dropped_and_counted_by_name() {
    let mut venues = Venues::usd(1);
    let book = |bid, ask| MarketEvent::Book { bid, ask };
    let trade = |trade_id, price| MarketEvent::Trade { trade_id, price };
    let cases = [
        (0, book(5 * CENT, 4 * CENT), DropReason::BookIsCrossed),
        (0, book(0, CENT), DropReason::PriceIsNoPrice),
        (0, book(CENT, PRICE_E8_MAX), DropReason::PriceIsNoPrice),
        (0, book(i64::MIN, i64::MAX), DropReason::PriceIsNoPrice),
        (0, trade(8, -1), DropReason::PriceIsNoPrice),
        (0, trade(7, P * CENT), DropReason::TradeIsOld),
        (0, trade(6, P * CENT), DropReason::TradeIsOld),
        (9, trade(1, P * CENT), DropReason::UnknownVenue),
    ];
    assert_eq!(venues.say(0, trade(7, P * CENT)), None);
    for (slot, event, reason) in cases {
        venues.now += 6_000;
        let before = venues.market.dropped(Venue(slot), reason);
        assert_eq!(venues.say(slot, event).map(|drop| drop.reason), Some(reason), "{event:?}");
        assert_eq!(venues.market.dropped(Venue(slot), reason), before + 1);
    }
    venues.now += 60_001;
    assert_eq!(venues.say(0, trade(1, P * CENT)), None, "after a minute the numbers may begin anew");
}

#[test]
fn honest_venues_are_believed_and_the_same_updates_give_the_same_index() {
    let mut chance = Chance::announced("honest venues");
    let steps: Vec<[i64; 3]> = (0..20_000).map(|_| [0; 3].map(|_| chance.between(-150, 150))).collect();
    let story = || {
        let mut venues = Venues::usd(3);
        let (mut told, mut dropped) = (Vec::new(), 0);
        let mut fair = P;
        for noise in &steps {
            fair = (fair + noise[0] + noise[1]).clamp(P / 2, P * 2);
            let prices = noise.map(|noise| Some(fair + noise));
            for reading in venues.quote_for(100, &prices) {
                dropped += reading.drops.len();
                told.push(reading.price_cents);
            }
        }
        (told, dropped)
    };
    let (told, dropped) = story();
    assert_eq!(dropped, 0);
    assert!(told.iter().all(Option::is_some));
    assert_eq!(story().0, told);
}
