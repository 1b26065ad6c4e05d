//! The breaker against a specification that shares nothing with it: the state after each look is derived from the whole
//! list of looks. Every sequence of six letters over an alphabet of seven is tried.

use tap::domain::breaker::{Breaker, BreakerState};

/// One look, a second after the one before it.
#[derive(Clone, Copy, Debug)]
struct Look {
    age: i64,
    sources: u8,
}

/// Each letter is held for its seconds: well for a bare recovery, well for half, on the line, a warning, stale, too few
/// for a bare warning and for a collapse.
const LETTERS: [(Look, usize); 7] = [
    (Look { age: 100, sources: 3 }, 31),
    (Look { age: 2_999, sources: 2 }, 4),
    (Look { age: 3_000, sources: 2 }, 2),
    (Look { age: 10_000, sources: 3 }, 1),
    (Look { age: 10_001, sources: 3 }, 1),
    (Look { age: 0, sources: 1 }, 2),
    (Look { age: 0, sources: 1 }, 12),
];
const LENGTH: u32 = 6;

fn is_fresh(look: &Look) -> bool {
    look.age <= 3_000 && look.sources >= 2
}

/// Whether bets are stopped at the end of `looks`, whatever was before: the age, or too few sources in all the looks of
/// more than ten seconds.
fn collapses(looks: &[Look]) -> bool {
    let few = looks.iter().rev().take_while(|look| look.sources < 2).count();
    looks.last().is_some_and(|look| look.age > 10_000) || few > 11
}

/// The end of the first stretch of 30 s of fresh looks at or after `from`.
fn recovered(looks: &[Look], from: usize) -> Option<usize> {
    (from + 30..looks.len()).find(|end| looks[end - 30..=*end].iter().all(is_fresh))
}

/// The state after all of `looks`, by the words of the specification.
fn specified(looks: &[Look]) -> BreakerState {
    let mut closed_from = 0;
    while let Some(open_from) = recovered(looks, closed_from) {
        let collapse = (open_from + 1..looks.len()).find(|at| collapses(&looks[..=*at]));
        let Some(collapse) = collapse else { return warned(looks, open_from) };
        closed_from = collapse + 1;
    }
    // The look that collapsed, or the first one of all, cannot be a recovery's beginning unless it is fresh itself.
    let last_is_fresh = looks.len() > closed_from && looks.last().is_some_and(is_fresh);
    if last_is_fresh { BreakerState::Recovering } else { BreakerState::Critical }
}

/// Degraded if there was a warning since, and no three calm seconds after the last one.
fn warned(looks: &[Look], open_from: usize) -> BreakerState {
    let since = &looks[open_from..];
    let Some(warning) = since.iter().rposition(|look| !is_fresh(look)) else { return BreakerState::Healthy };
    let after = &since[warning + 1..];
    let calm = |look: &Look| look.age < 3_000 && look.sources >= 2;
    if after.windows(4).any(|four| four.iter().all(calm)) {
        BreakerState::Healthy
    } else {
        BreakerState::Degraded
    }
}

fn walk(looks: &mut Vec<Look>, breaker: &Breaker, depth: u32, walked: &mut u64) {
    if depth == 0 {
        *walked += 1;
        return;
    }
    for (look, seconds) in LETTERS {
        let (mut breaker, before) = (breaker.clone(), looks.len());
        for _ in 0..seconds {
            looks.push(look);
            let now = 1_000 * i64::try_from(looks.len()).expect("few");
            let state = breaker.state();
            let change = breaker.step(Some(look.age), look.sources, now);
            assert_eq!(change.is_some(), breaker.state() != state);
            assert_eq!(breaker.state(), specified(looks), "{looks:?}");
            let open = matches!(breaker.state(), BreakerState::Healthy | BreakerState::Degraded);
            assert_eq!(breaker.bets_allowed(now), open, "{looks:?}");
        }
        walk(looks, &breaker, depth - 1, walked);
        looks.truncate(before);
    }
}

#[test]
fn every_sequence_of_ages_ends_in_the_specified_state() {
    let mut walked = 0;
    walk(&mut Vec::new(), &Breaker::new(2), LENGTH, &mut walked);
    assert_eq!(walked, 7_u64.pow(LENGTH));
}
