//! A venue that lies must not move the index, however many others there are.

use super::chance::Chance;
use super::venues::{CENT, Venues};
use tap::domain::market::{DropReason, IndexReading, Standing};
use tap::domain::venue_update::{MarketEvent, Venue};

const P: i64 = 6_000_000;

fn prices(venues: usize, liar: usize, lie: i64) -> Vec<Option<i64>> {
    (0..venues).map(|slot| Some(if slot == liar { lie } else { P })).collect()
}

/// Whether the index stayed where the honest venues were; `None` stays, too.
fn stays(readings: &[IndexReading]) -> bool {
    readings.iter().all(|reading| reading.price_cents.is_none_or(|price| price == P))
}

#[test]
fn a_venue_that_prints_ten_times_the_price_never_moves_the_index() {
    for venues in 2..=4 {
        for liar in 0..venues {
            for lie in [P * 10, P / 10] {
                let mut market = Venues::usd(venues);
                let honest = prices(venues, venues, 0);
                assert!(stays(&market.quote_for(5_000, &honest)));
                let readings = market.quote_for(120_000, &prices(venues, liar, lie));
                assert!(stays(&readings), "{venues} {liar} {lie}");
                let has_price = readings.iter().all(|reading| reading.price_cents == Some(P));
                assert!(has_price, "the honest ones carry on: {venues} {liar} {lie}");
                let few = venues == 2;
                assert!(readings.iter().skip(30).all(|reading| reading.degraded == few));
            }
        }
    }
}

#[test]
fn a_venue_that_lies_from_the_beginning_is_never_the_index() {
    for venues in 2..=4 {
        for liar in 0..venues {
            let mut market = Venues::usd(venues);
            let readings = market.quote_for(120_000, &prices(venues, liar, P * 10));
            assert!(stays(&readings), "{venues} {liar}");
            let nobody = readings.iter().all(|reading| reading.price_cents.is_none());
            assert_eq!(nobody, venues == 2, "of two strangers that disagree neither is believed");
        }
    }
}

#[test]
fn two_sources_that_disagree_degrade_the_index_and_do_not_move_it() {
    let mut market = Venues::usd(2);
    market.quote_for(5_000, &[Some(P), Some(P)]);
    // Creeping, so that no single step is a jump: half a percent is reached after eleven steps.
    let mut last = Vec::new();
    for step in 1..=40 {
        last = market.quote_for(1_000, &[Some(P), Some(P + step * P / 2_000)]);
        let moved = |reading: &IndexReading| reading.price_cents.is_some_and(|price| price > P + P / 400);
        assert!(!last.iter().any(moved), "never more than half of half a percent: {step}");
    }
    let reading = last.last().unwrap();
    assert_eq!((reading.price_cents, reading.live, reading.degraded), (None, 0, true));
    assert!(market.market.dropped(Venue(0), DropReason::Disagrees) > 0);
    assert_eq!(reading.sources[0].standing, Standing::Contradicted);
    assert!(reading.newest_input_age_ms > Some(10_000), "the breaker will hear of it");
}

#[test]
fn a_jump_waits_for_another_venue_and_is_believed_once_it_comes() {
    let mut market = Venues::usd(3);
    market.quote_for(5_000, &[Some(P), Some(P), Some(P)]);
    let to = P + P / 250;
    market.now += 100;
    market.book(0, to);
    assert_eq!(market.read().price_cents, Some(P));
    market.now += 300;
    market.book(1, to + 100);
    let reading = market.read();
    assert_eq!(
        (reading.price_cents, reading.live),
        (Some(to), 3),
        "the slow one is still within half a percent"
    );
    assert_eq!(market.market.dropped(Venue(0), DropReason::JumpUnconfirmed), 0);
}

#[test]
fn a_venue_that_said_it_long_ago_or_is_in_quarantine_confirms_no_jump() {
    let to = P + P / 500;
    for quarantined in [false, true] {
        let mut market = Venues::usd(3);
        market.quote_for(5_000, &[Some(P), Some(to), Some(P)]);
        let faults = if quarantined { 3 } else { 0 };
        for _ in 0..faults {
            market.say(1, MarketEvent::Book { bid: 2 * CENT, ask: CENT });
        }
        market.now += if quarantined { 0 } else { 501 };
        market.book(0, to);
        market.wait(501);
        assert_eq!(market.market.dropped(Venue(0), DropReason::JumpUnconfirmed), 1, "{quarantined}");
    }
}

#[test]
fn a_jump_that_nobody_confirms_within_half_a_second_is_dropped() {
    let mut market = Venues::usd(3);
    market.quote_for(5_000, &[Some(P), Some(P), Some(P)]);
    market.book(0, P + P / 500);
    assert!(market.wait(500).drops.is_empty());
    let reading = market.wait(1);
    assert_eq!(
        reading.drops.iter().map(|drop| drop.reason).collect::<Vec<_>>(),
        [DropReason::JumpUnconfirmed]
    );
    assert_eq!((reading.price_cents, reading.sources[0].standing), (Some(P), Standing::Silent));
    market.book(0, P + 10);
    assert_eq!(market.read().live, 3, "it is heard again when it says something believable");
}

#[test]
fn a_move_of_a_tenth_of_a_percent_or_of_eight_sigma_is_no_jump() {
    let mut market = Venues::usd(3);
    market.quote_for(5_000, &[Some(P), Some(P), Some(P)]);
    market.book(0, P + P / 1_000);
    market.now += 600;
    market.read();
    market.market.set_sigma_ppb(4 * 89_036);
    market.book(1, P + P / 600);
    market.now += 600;
    market.read();
    for slot in 0..3 {
        assert_eq!(market.market.dropped(Venue(slot), DropReason::JumpUnconfirmed), 0);
    }
}

#[test]
fn three_drops_in_ten_seconds_are_a_quarantine_of_thirty() {
    let mut market = Venues::usd(3);
    market.quote_for(5_000, &[Some(P), Some(P), Some(P)]);
    let crossed = MarketEvent::Book { bid: 2 * CENT, ask: CENT };
    for _ in 0..2 {
        market.say(2, crossed);
        market.quote_for(6_000, &[Some(P), Some(P), Some(P)]);
    }
    assert_eq!(market.read().live, 3, "two in ten seconds are none");
    market.say(2, crossed);
    market.say(2, crossed);
    assert_eq!(market.read().sources[2].standing, Standing::Quarantined);
    let dropped = market.book(2, P).map(|drop| drop.reason);
    assert_eq!(dropped, Some(DropReason::Quarantined));
    let readings = market.quote_for(29_900, &[Some(P), Some(P), Some(P)]);
    assert!(readings.iter().all(|reading| reading.live == 2 && !reading.degraded));
    assert_eq!(market.quote_for(200, &[Some(P), Some(P), Some(P)])[1].live, 3);
}

#[test]
fn one_liar_of_three_keeps_the_index_among_the_honest_whatever_it_says() {
    let mut chance = Chance::announced("one liar of three");
    for _ in 0..200 {
        let mut market = Venues::usd(3);
        market.quote_for(1_000, &[Some(P), Some(P + 40), Some(P)]);
        for _ in 0..300 {
            let near = P + chance.between(-60_000, 60_000);
            let lie = chance.pick(&[near, P * 10, P / 10, 1, -5, 0, i64::MAX, P + P / 1_000, P + 3]);
            let liar = chance.percent(80).then_some(lie);
            for reading in market.quote_for(100, &[Some(P), Some(P + 40), liar]) {
                let price = reading.price_cents.expect("two honest ones are a quorum");
                assert!((P..=P + 40).contains(&price) && reading.live >= 2, "{price} {lie}");
            }
        }
    }
}

#[test]
fn one_liar_of_two_moves_the_index_by_a_quarter_of_a_percent_at_most() {
    let mut chance = Chance::announced("one liar of two");
    for _ in 0..200 {
        let mut market = Venues::usd(2);
        market.quote_for(1_000, &[Some(P), Some(P)]);
        let mut lie = P;
        for _ in 0..600 {
            let creep = lie + chance.between(-5_000, 5_900);
            lie = chance.pick(&[creep, lie, P, P * 10, P + P / 250]).clamp(1, P * 20);
            for reading in market.quote_for(100, &[Some(P), Some(lie)]) {
                let off = reading.price_cents.map_or(0, |price| price.abs_diff(P));
                assert!(off <= P.unsigned_abs() / 400, "{off} {lie}");
            }
        }
    }
}
