//! Facts about token buckets, checked against a plain oracle that shares no code with them.

use cluster::{LocalLimiter, RateClass, RateLimiter, SubjectKeys};
use kernel::Timestamp;

const START: i64 = 1_800_000_000_000_000;

/// The four classes of the booking API, one of few tokens an hour, and a rate that divides no minute.
const CLASSES: [RateClass; 6] = [
    RateClass::new("login", 5, 3),
    RateClass::new("register", 3, 2),
    RateClass::new("reserve", 20, 10),
    RateClass::new("default", 100, 20),
    RateClass::hourly("rare", 5, 5),
    RateClass::new("odd", 7, 4),
];

/// A textbook bucket in exact integers: one token is a period's microseconds in units, each microsecond adds `tokens` units.
struct Oracle {
    units: i128,
    at: i64,
}

impl Oracle {
    fn token(class: &RateClass) -> i128 {
        i128::from(class.period_s) * 1_000_000
    }

    fn take(&mut self, class: &RateClass, now: i64) -> bool {
        let token = Self::token(class);
        let capacity = token * i128::from(class.burst);
        self.units = (self.units + i128::from(now - self.at) * i128::from(class.tokens)).min(capacity);
        self.at = now;
        let allowed = self.units >= token;
        self.units -= if allowed { token } else { 0 };
        allowed
    }
}

fn at(micros: i64) -> Timestamp {
    Timestamp::from_micros(START + micros)
}

/// A small generator, so that a failure names the seed that repeats it.
fn next(seed: &mut u64) -> u64 {
    *seed = seed.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
    *seed >> 33
}

#[test]
fn a_fresh_bucket_gives_exactly_its_burst_at_once() {
    for class in CLASSES {
        let limiter = LocalLimiter::new();
        let taken = (0..1_000).filter(|_| limiter.take(&class, 7, at(0)).allowed).count();
        assert_eq!(taken, class.burst as usize, "{}", class.name);
    }
}

#[test]
fn a_greedy_caller_gets_exactly_the_rate_over_an_hour() {
    for class in CLASSES {
        let limiter = LocalLimiter::new();
        let hour_us = 3_600_000_000_i64;
        let taken = (0..=hour_us / 50_000).filter(|step| limiter.take(&class, 7, at(step * 50_000)).allowed);
        let expected = class.burst + class.tokens * (3_600 / class.period_s);
        let taken = u32::try_from(taken.count()).unwrap();
        assert!(taken == expected || taken == expected - 1, "{}: {taken} of {expected}", class.name);
    }
}

#[test]
fn random_histories_are_decided_as_by_an_exact_bucket() {
    for seed_start in 0..2_000_u64 {
        let mut seed = seed_start;
        let class = CLASSES[usize::try_from(next(&mut seed)).unwrap() % 5];
        let (limiter, mut oracle) = (LocalLimiter::new(), Oracle { units: i128::MAX / 4, at: START });
        let mut now = START;
        for step in 0..100 {
            now += i64::try_from(next(&mut seed) % 30_000_000).unwrap()
                * i64::from(next(&mut seed).is_multiple_of(3));
            let decision = limiter.take(&class, 1, Timestamp::from_micros(now));
            assert_eq!(decision.allowed, oracle.take(&class, now), "seed {seed_start}, step {step}");
            assert_eq!(
                i128::from(decision.remaining),
                oracle.units / Oracle::token(&class),
                "seed {seed_start}"
            );
        }
    }
}

#[test]
fn waiting_the_named_seconds_is_always_enough() {
    for class in CLASSES {
        let limiter = LocalLimiter::new();
        while limiter.take(&class, 1, at(0)).allowed {}
        let refused = limiter.take(&class, 1, at(123_456));
        assert!(refused.retry_after_s >= 1 && refused.remaining == 0);
        let later = at(123_456).plus_secs(i64::try_from(refused.retry_after_s).unwrap());
        assert!(limiter.take(&class, 1, later).allowed, "{}", class.name);
        let full = later.plus_secs(i64::try_from(limiter.take(&class, 1, later).reset_s).unwrap());
        assert_eq!(limiter.take(&class, 1, full).remaining, class.burst - 1, "{}", class.name);
    }
}

#[test]
fn a_refusal_takes_nothing_and_subjects_and_classes_do_not_share() {
    let (limiter, keys) = (LocalLimiter::new(), SubjectKeys::default());
    let [login, register, ..] = CLASSES;
    while limiter.take(&login, keys.key(&login, 1_i64), at(0)).allowed {}
    for _ in 0..100 {
        assert!(!limiter.take(&login, keys.key(&login, 1_i64), at(0)).allowed);
    }
    assert!(limiter.take(&login, keys.key(&login, 2_i64), at(0)).allowed);
    assert!(limiter.take(&register, keys.key(&register, 1_i64), at(0)).allowed);
    assert!(limiter.take(&login, keys.key(&login, 1_i64), at(12_000_000)).allowed);
}

#[test]
fn a_clock_that_steps_back_makes_nobody_wait_longer_than_an_empty_bucket() {
    let limiter = LocalLimiter::new();
    let class = CLASSES[0];
    while limiter.take(&class, 1, at(0)).allowed {}
    let decision = limiter.take(&class, 1, at(-86_400_000_000));
    assert!(!decision.allowed && decision.retry_after_s <= 12 && decision.reset_s <= 36);
}

#[test]
fn memory_is_bounded_under_a_flood_of_subjects_and_idle_buckets_go() {
    let (limiter, keys) = (LocalLimiter::new(), SubjectKeys::default());
    let class = CLASSES[3];
    for subject in 0..400_000_i64 {
        // A thousand subjects a second; each bucket is full again after 0.6 seconds.
        limiter.take(&class, keys.key(&class, subject), at(subject * 1_000));
    }
    assert!(limiter.buckets() <= 64 * 1_024, "{} idle buckets were kept", limiter.buckets());
    for subject in 0..4_000_000_i64 {
        limiter.take(&class, keys.key(&class, subject), at(400_000_000));
    }
    assert!(limiter.buckets() <= 64 * 32_768, "{} buckets", limiter.buckets());
}

#[test]
fn parallel_callers_of_one_subject_share_one_burst() {
    let limiter = LocalLimiter::new();
    let class = CLASSES[2];
    let taken: usize = std::thread::scope(|scope| {
        let taker = || (0..50).filter(|_| limiter.take(&class, 9, at(0)).allowed).count();
        let threads: Vec<_> = (0..4).map(|_| scope.spawn(taker)).collect();
        threads.into_iter().map(|thread| thread.join().unwrap()).sum()
    });
    assert_eq!(taken, 10);
}
