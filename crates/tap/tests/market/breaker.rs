//! The breaker's table, its holes of old, and what it does to bets.

use tap::domain::breaker::{BetFate, BetStage, Breaker, BreakerState, Reason, Transition, fate_of};

/// A breaker with its clock; ages in ms.
pub struct Bench {
    pub breaker: Breaker,
    pub now: i64,
}

impl Bench {
    pub fn new() -> Self {
        Self { breaker: Breaker::new(2), now: 0 }
    }

    /// 100 ms later: one look.
    pub fn look(&mut self, age: i64, sources: u8) -> Option<Transition> {
        self.now += 100;
        self.breaker.step(Some(age), sources, self.now)
    }

    /// The same look for `ms`; the states it went through.
    pub fn hold(&mut self, age: i64, sources: u8, ms: i64) -> Vec<BreakerState> {
        (0..ms / 100).filter_map(|_| self.look(age, sources)).map(|change| change.to).collect()
    }

    pub fn healthy() -> Self {
        let mut bench = Self::new();
        bench.hold(50, 3, 30_100);
        assert_eq!(bench.breaker.state(), BreakerState::Healthy);
        bench
    }

    pub fn allows(&self) -> bool {
        self.breaker.bets_allowed(self.now)
    }
}

use BreakerState::{Critical, Degraded, Healthy, Recovering};

#[test]
fn it_starts_critical_and_needs_thirty_stable_seconds() {
    let mut bench = Bench::new();
    assert_eq!((bench.breaker.state(), bench.allows()), (Critical, false));
    assert_eq!(bench.breaker.step(None, 0, 50), None);
    assert_eq!(bench.hold(50, 3, 30_000), [Recovering]);
    assert!(!bench.allows());
    assert_eq!(bench.hold(50, 3, 100), [Healthy]);
    assert!(bench.allows());
}

#[test]
fn more_than_three_seconds_or_one_source_is_degraded_and_three_calm_seconds_heal() {
    for (age, sources) in [(3_001, 3), (50, 1)] {
        let mut bench = Bench::healthy();
        assert!(bench.hold(3_000, 2, 1_000).is_empty(), "three seconds exactly are well");
        assert_eq!(bench.look(age, sources).map(|change| change.to), Some(Degraded));
        assert!(bench.allows());
        assert_eq!(bench.breaker.extra_edge_bp(), 200);
        assert!(bench.hold(2_999, 2, 3_000).is_empty());
        assert!(bench.hold(3_000, 2, 100).is_empty(), "and spoil the calm: it must be less");
        assert!(bench.hold(2_999, 2, 3_000).is_empty());
        assert_eq!(bench.hold(2_999, 2, 100), [Healthy]);
        assert_eq!(bench.breaker.extra_edge_bp(), 0);
    }
}

#[test]
fn more_than_ten_seconds_is_critical_at_once() {
    let mut bench = Bench::healthy();
    assert_eq!(bench.hold(10_000, 3, 500), [Degraded]);
    assert_eq!(bench.look(10_001, 3).map(|change| (change.from, change.to)), Some((Degraded, Critical)));
    let change = Bench::healthy().look(10_001, 3).unwrap();
    assert_eq!((change.from, change.to, change.reason), (Healthy, Critical, Reason::PriceIsStale));
    assert!(!bench.allows());
}

#[test]
fn one_source_for_more_than_ten_seconds_is_critical() {
    let mut bench = Bench::healthy();
    assert_eq!(bench.hold(50, 1, 10_100), [Degraded]);
    let change = bench.look(50, 1).unwrap();
    assert_eq!((change.to, change.reason), (Critical, Reason::TooFewSources));
    assert!(bench.hold(50, 1, 60_000).is_empty(), "one source is no recovery");
}

#[test]
fn any_trouble_while_recovering_begins_anew() {
    for (age, sources) in [(3_001, 3), (50, 1)] {
        let mut bench = Bench::new();
        bench.hold(50, 3, 29_000);
        assert_eq!(bench.look(age, sources).map(|change| change.to), Some(Critical));
        assert_eq!(bench.hold(50, 3, 30_000), [Recovering]);
        assert_eq!(bench.hold(50, 3, 100), [Healthy]);
    }
}

#[test]
fn what_nobody_saw_was_not_stable() {
    let mut bench = Bench::new();
    bench.hold(50, 3, 5_000);
    bench.now += 40_000;
    let change = bench.look(50, 3).unwrap();
    assert_eq!((change.to, change.reason), (Critical, Reason::NobodyLooked));
    let mut bench = Bench::healthy();
    assert!(bench.breaker.bets_allowed(bench.now + 9_950));
    assert!(
        !bench.breaker.bets_allowed(bench.now + 9_951),
        "a breaker that nobody steps lets nothing through"
    );
    bench.look(10_001, 3);
    assert!(!bench.allows());
}

#[test]
fn a_calm_that_nobody_saw_does_not_end_a_warning() {
    let mut bench = Bench::healthy();
    bench.look(5_000, 3);
    bench.hold(50, 3, 1_000);
    bench.now += 40_000;
    assert_eq!(bench.look(50, 3), None);
    assert!(bench.hold(50, 3, 3_000).is_empty());
    assert_eq!(bench.hold(50, 3, 100), [Healthy]);
}

/// [DEF] The source's monitor sets HEALTHY on the first tick.
#[test]
fn hole_one_the_first_fresh_tick_does_not_let_bets_through() {
    let mut bench = Bench::healthy();
    bench.look(10_001, 3);
    for _ in 0..300 {
        bench.look(0, 3);
        assert!(!bench.allows());
        assert_eq!(bench.breaker.state(), Recovering);
    }
}

/// [DEF] The source's second evaluator lets CRITICAL fall to DEGRADED at ages of 3 to 10 s.
#[test]
fn hole_two_critical_never_falls_to_degraded() {
    for age in [3_001, 5_000, 9_999, 10_000] {
        let mut bench = Bench::healthy();
        bench.look(10_001, 3);
        assert!(bench.hold(age, 3, 60_000).is_empty());
        assert_eq!((bench.breaker.state(), bench.allows()), (Critical, false));
    }
}

/// [DEF] The source's middleware only logs while it waits.
#[test]
fn hole_three_recovering_refuses_bets_and_says_when_to_come_back() {
    let mut bench = Bench::healthy();
    bench.look(10_001, 3);
    assert_eq!(bench.breaker.retry_after_s(bench.now), 30);
    bench.look(50, 3);
    for second in 0..30 {
        assert!(!bench.allows());
        assert_eq!(fate_of(BetStage::Received, bench.allows()), BetFate::Refused);
        assert_eq!(bench.breaker.retry_after_s(bench.now), 30 - second);
        bench.hold(50, 3, 1_000);
    }
    assert!(bench.allows());
}

#[test]
fn retry_after_is_never_less_than_a_second() {
    let mut bench = Bench::new();
    bench.hold(50, 3, 29_900);
    assert_eq!(bench.breaker.retry_after_s(bench.now), 1);
    assert_eq!(bench.breaker.retry_after_s(bench.now + 100_000), 1);
}

#[test]
fn flapping_between_nine_and_eleven_seconds_admits_no_bet_after_the_first_eleven() {
    let mut bench = Bench::healthy();
    for second in 0..300 {
        let age = if second % 2 == 0 { 9_000 } else { 11_000 };
        for _ in 0..10 {
            bench.look(age, 3);
            assert!(second == 0 || !bench.allows(), "second {second}");
        }
    }
}

#[test]
fn resolution_pauses_while_critical_and_no_longer() {
    let mut bench = Bench::new();
    assert!(!bench.breaker.resolves());
    bench.look(50, 3);
    assert!(bench.breaker.resolves());
}

#[test]
fn a_bet_in_flight_goes_no_further_and_a_confirmed_one_stands() {
    for stage in [BetStage::Received, BetStage::Queued, BetStage::Confirmed] {
        assert_eq!(fate_of(stage, true), BetFate::GoesOn);
    }
    assert_eq!(fate_of(BetStage::Received, false), BetFate::Refused);
    assert_eq!(fate_of(BetStage::Queued, false), BetFate::FailsUntouched);
    assert_eq!(fate_of(BetStage::Confirmed, false), BetFate::GoesOn);
}
