//! An operator's hand on the breaker.

use super::breaker::Bench;
use tap::domain::breaker::{Override, OverrideRefusal};

#[test]
fn bets_can_be_blocked_by_hand_at_any_time_until_told_otherwise() {
    let mut bench = Bench::healthy();
    bench.breaker.open();
    assert!(!bench.allows());
    bench.hold(50, 3, 600_000);
    assert_eq!((bench.allows(), bench.breaker.manual(bench.now)), (false, Override::Open));
    bench.breaker.auto();
    assert!(bench.allows());
    Bench::new().breaker.open();
}

#[test]
fn bets_can_be_let_through_by_hand_for_five_minutes_at_most() {
    let mut bench = Bench::new();
    bench.hold(50, 3, 1_000);
    for for_ms in [0, -1, 300_001, i64::MAX] {
        assert_eq!(bench.breaker.close(for_ms, bench.now), Err(OverrideRefusal::DurationIsOutOfRange));
    }
    bench.breaker.close(300_000, bench.now).unwrap();
    for _ in 0..2_999 {
        // Ages of 3 to 10 s hold the state CRITICAL all the time.
        bench.look(9_000, 3);
        assert!(bench.allows());
    }
    bench.look(9_000, 3);
    assert_eq!((bench.allows(), bench.breaker.manual(bench.now)), (false, Override::Auto));
}

#[test]
fn a_stale_price_cannot_be_blessed() {
    let mut bench = Bench::new();
    assert_eq!(bench.breaker.close(1_000, bench.now), Err(OverrideRefusal::PriceIsStale), "never a price");
    bench.look(10_001, 3);
    assert_eq!(bench.breaker.close(1_000, bench.now), Err(OverrideRefusal::PriceIsStale));
    bench.look(10_000, 3);
    assert_eq!(
        bench.breaker.close(1_000, bench.now + 1),
        Err(OverrideRefusal::PriceIsStale),
        "it ages since"
    );
    bench.breaker.close(1_000, bench.now).unwrap();
    assert!(bench.allows());
    assert!(!bench.breaker.bets_allowed(bench.now + 1));
}

#[test]
fn an_override_ends_for_good_when_the_price_goes_stale() {
    let mut bench = Bench::healthy();
    bench.breaker.close(300_000, bench.now).unwrap();
    bench.look(10_001, 3);
    assert!(!bench.allows());
    bench.hold(50, 3, 1_000);
    assert_eq!((bench.allows(), bench.breaker.manual(bench.now)), (false, Override::Auto));
}
