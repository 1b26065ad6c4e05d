//! Evidence from ticks, one at a time as they become final, or all at once.

use super::{CARRY_MAX_MS, Evidence, GAP_MAX_MS, PastEnd, Rules, Verdict, VoidReason};
use crate::domain::tick::{STEP_MS, Tick, TickFlags};

/// Which column, and the rules it is read by.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Window {
    /// The grid epoch.
    pub epoch: i64,
    /// The column.
    pub column: i64,
    /// Its width, ms.
    pub width_ms: i64,
    /// The rules.
    pub rules: Rules,
}

impl Window {
    /// The first moment, Unix ms.
    #[must_use]
    pub fn t0_ms(&self) -> i64 {
        self.column.saturating_mul(self.width_ms)
    }

    /// The first moment after it, grace included: bets are decided once the watermark is here.
    #[must_use]
    pub fn t1_ms(&self) -> i64 {
        let columns = i64::from(self.rules.touch_grace_columns) + 1;
        self.t0_ms().saturating_add(self.width_ms.saturating_mul(columns))
    }

    /// From where on ticks matter: the carry-in, and what began shortly before.
    #[must_use]
    pub fn from_ms(&self) -> i64 {
        self.t0_ms().saturating_sub(CARRY_MAX_MS)
    }

    /// How many ticks from [`Window::from_ms`] on can matter at most, the one that closes it included.
    #[must_use]
    pub fn ticks_max(&self) -> i64 {
        let until_ms = self.t1_ms().saturating_add(GAP_MAX_MS);
        until_ms.saturating_sub(self.from_ms()).div_euclid(STEP_MS).saturating_add(1)
    }

    /// Whether nothing behind `tick` can change the evidence. It is at or behind the column's last point, and has a quorum;
    /// or so long has passed that a time without one is too long anyway.
    #[must_use]
    pub fn is_closed_by(&self, tick: &Tick) -> bool {
        let last_point_ms = self.t1_ms().saturating_sub(STEP_MS);
        match self.rules.past_end {
            PastEnd::Cut => tick.ts_ms >= last_point_ms,
            PastEnd::InFull => {
                let has_quorum = !tick.flags.has(TickFlags::DEGRADED);
                let too_late = self.t1_ms().saturating_add(GAP_MAX_MS);
                tick.ts_ms >= last_point_ms && (has_quorum || tick.ts_ms >= too_late)
            }
        }
    }
}

/// Evidence, and why it is void if it is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Built {
    /// The row to keep.
    pub evidence: Evidence,
    /// `None` for a valid column.
    pub void: Option<VoidReason>,
}

/// Collects the ticks from `t0 - 3 s` to the one that closes the window, in the order of time; others are ignored.
#[derive(Debug, Clone)]
pub struct EvidenceBuilder {
    window: Window,
    evidence: Evidence,
    /// The end of what is known: the last tick, at first the earliest moment of the carry-in.
    known_ms: i64,
    /// Since when ticks have been without a quorum.
    degraded_ms: Option<i64>,
    longest_degraded_ms: i64,
    /// Whether the tick that closes the window was seen.
    is_closed: bool,
}

impl EvidenceBuilder {
    /// Evidence of a column of which nothing was seen.
    #[must_use]
    pub fn new(window: Window) -> Self {
        let evidence = Evidence {
            epoch: window.epoch,
            c: window.column,
            t0_ms: window.t0_ms(),
            t1_ms: window.t1_ms(),
            first_seq: None,
            last_seq: None,
            n_ticks: 0,
            min: None,
            max: None,
            carry_in_price: None,
            max_gap_ms: 0,
            verdict: Verdict::Void,
            rule_version: window.rules.version(),
            prices: Vec::new(),
            block_minutes: Vec::new(),
            block_hashes: Vec::new(),
        };
        Self {
            window,
            evidence,
            known_ms: window.from_ms(),
            degraded_ms: None,
            longest_degraded_ms: 0,
            is_closed: false,
        }
    }

    /// Evidence from the ticks of a history, in the order of time.
    #[must_use]
    pub fn from_ticks(window: Window, ticks: &[Tick]) -> Built {
        let mut builder = Self::new(window);
        ticks.iter().for_each(|tick| builder.push(tick));
        builder.finish()
    }

    /// Takes the next tick.
    pub fn push(&mut self, tick: &Tick) {
        if tick.ts_ms < self.window.from_ms() || self.is_closed {
            return;
        }
        if tick.ts_ms >= self.window.t1_ms() {
            return self.push_behind(tick);
        }
        self.is_closed = self.window.is_closed_by(tick);
        self.record_quorum(tick);
        if tick.ts_ms < self.window.t0_ms() {
            self.evidence.carry_in_price = Some(tick.price);
        } else {
            self.record_gap(tick.ts_ms);
            self.record_price(tick);
        }
        self.known_ms = tick.ts_ms;
    }

    /// Takes a tick behind the window, which tells how long what was missing at its end went on.
    fn push_behind(&mut self, tick: &Tick) {
        if self.window.rules.past_end == PastEnd::Cut {
            return;
        }
        self.is_closed = self.window.is_closed_by(tick);
        if self.is_closed {
            self.end_degraded(tick.ts_ms);
        }
        let end = self.window.t1_ms();
        let last_is_known = self.known_ms.saturating_add(STEP_MS) >= end;
        self.record_gap(if last_is_known { end } else { tick.ts_ms });
        self.known_ms = self.known_ms.max(end);
    }

    /// What is proven by now; a touch may be told before the column is over.
    #[must_use]
    pub fn so_far(&self) -> &Evidence {
        &self.evidence
    }

    /// The evidence, when every tick up to the window's end was pushed.
    #[must_use]
    pub fn finish(mut self) -> Built {
        let end = self.window.t1_ms();
        self.record_gap(end);
        self.end_degraded(end);
        let void = self.void();
        self.evidence.verdict = if void.is_some() { Verdict::Void } else { Verdict::Valid };
        Built { evidence: self.evidence, void }
    }

    fn void(&self) -> Option<VoidReason> {
        if self.evidence.max_gap_ms > GAP_MAX_MS {
            return Some(VoidReason::GapIsTooLong);
        }
        (self.longest_degraded_ms > GAP_MAX_MS).then_some(VoidReason::TooFewSources)
    }

    fn record_gap(&mut self, until_ms: i64) {
        let gap = until_ms.saturating_sub(self.known_ms);
        self.evidence.max_gap_ms = self.evidence.max_gap_ms.max(gap);
    }

    /// A time without a quorum goes from its first tick to the next tick that has one. Ticks before the window count for
    /// its beginning; one that ended before the window began cannot be long enough to matter.
    fn record_quorum(&mut self, tick: &Tick) {
        if tick.flags.has(TickFlags::DEGRADED) {
            self.degraded_ms.get_or_insert(tick.ts_ms);
        } else {
            self.end_degraded(tick.ts_ms);
        }
    }

    fn end_degraded(&mut self, end_ms: i64) {
        if let Some(since) = self.degraded_ms.take() {
            self.longest_degraded_ms = self.longest_degraded_ms.max(end_ms.saturating_sub(since));
        }
    }

    fn record_price(&mut self, tick: &Tick) {
        let (evidence, price) = (&mut self.evidence, tick.price);
        if !tick.flags.has(TickFlags::BACKFILLED) {
            evidence.first_seq = evidence.first_seq.or(Some(tick.seq));
            evidence.last_seq = Some(tick.seq);
        }
        evidence.n_ticks += 1;
        evidence.min = Some(evidence.min.map_or(price, |min| min.min(price)));
        evidence.max = Some(evidence.max.map_or(price, |max| max.max(price)));
        match evidence.prices.last_mut() {
            Some((last, count)) if *last == price => *count += 1,
            _ => evidence.prices.push((price, 1)),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const WINDOW: Window = Window { epoch: 1, column: 20, width_ms: 5_000, rules: RULES };
    const RULES: Rules =
        Rules { crossing: super::super::Crossing::Tick, touch_grace_columns: 0, past_end: PastEnd::InFull };
    const T0: i64 = 100_000;

    fn tick(at: i64, price: i64, flags: TickFlags) -> Tick {
        Tick { seq: at / 100, ts_ms: T0 + at, price, n_sources: 3, flags }
    }

    /// Healthy ticks of price 600 in `[from, to)`, ms after the column's beginning.
    fn quiet(from: i64, to: i64) -> Vec<Tick> {
        (from / 100..to / 100).map(|step| tick(step * 100, 600, TickFlags::default())).collect()
    }

    fn built(parts: &[Vec<Tick>]) -> Built {
        EvidenceBuilder::from_ticks(WINDOW, &parts.concat())
    }

    fn check(parts: &[Vec<Tick>], max_gap_ms: i64, void: Option<VoidReason>) {
        let built = built(parts);
        assert_eq!((built.evidence.max_gap_ms, built.void), (max_gap_ms, void));
        assert_eq!(built.evidence.verdict == Verdict::Void, void.is_some());
    }

    #[test]
    fn a_full_column_is_valid_and_counts_its_own_ticks() {
        let built = built(&[quiet(-9_000, 20_000)]);
        let evidence = &built.evidence;
        assert_eq!((built.void, evidence.n_ticks, evidence.max_gap_ms), (None, 50, 100));
        assert_eq!((evidence.first_seq, evidence.last_seq), (Some(0), Some(49)));
        assert_eq!((evidence.carry_in_price, &evidence.prices[..]), (Some(600), &[(600, 50)][..]));
    }

    #[test]
    fn prices_are_kept_in_order_of_visit() {
        let ticks = [600, 600, 610, 600, 590].iter().enumerate();
        let ticks =
            ticks.map(|(at, price)| tick(i64::try_from(at).unwrap() * 100, *price, TickFlags::default()));
        let evidence = built(&[ticks.collect()]).evidence;
        assert_eq!(evidence.prices, [(600, 2), (610, 1), (600, 1), (590, 1)]);
        assert_eq!((evidence.min, evidence.max), (Some(590), Some(610)));
    }

    #[test]
    fn a_gap_of_three_seconds_is_borne_and_a_longer_one_is_not() {
        let too_long = Some(VoidReason::GapIsTooLong);
        check(&[quiet(-100, 1_000), quiet(3_900, 5_000)], 3_000, None);
        check(&[quiet(-100, 1_000), quiet(4_000, 5_000)], 3_100, too_long);
        check(&[quiet(-1_000, -900), quiet(2_000, 5_000)], 3_000, None);
        check(&[quiet(-1_000, -900), quiet(2_100, 5_000)], 3_100, too_long);
        check(&[quiet(-100, 2_100)], 3_000, None);
        check(&[quiet(-100, 2_000)], 3_100, too_long);
    }

    #[test]
    fn without_a_carry_in_the_gap_began_at_least_three_seconds_before() {
        check(&[quiet(-9_000, -3_000), quiet(100, 5_000)], 3_100, Some(VoidReason::GapIsTooLong));
        check(&[quiet(0, 5_000)], 3_000, None);
        check(&[], 8_000, Some(VoidReason::GapIsTooLong));
    }

    #[test]
    fn the_carry_in_is_the_last_tick_before_and_at_most_three_seconds_old() {
        let one =
            |at| built(&[vec![tick(at, 777, TickFlags::default())], quiet(0, 5_000)]).evidence.carry_in_price;
        assert_eq!((one(-3_000), one(-3_100), one(-100)), (Some(777), None, Some(777)));
    }

    #[test]
    fn more_than_three_seconds_without_a_quorum_is_void() {
        let few = Some(VoidReason::TooFewSources);
        check(&[quiet(-3_000, 1_000), degraded(1_000, 4_000), quiet(4_000, 5_000)], 100, None);
        check(&[quiet(-3_000, 1_000), degraded(1_000, 4_100), quiet(4_100, 5_000)], 100, few);
        check(&[degraded(-3_000, 100), quiet(100, 5_000)], 100, few);
        check(&[degraded(-3_000, 0), quiet(0, 5_000)], 100, None);
        check(&[quiet(-3_000, 1_900), degraded(1_900, 5_000)], 100, few);
        // Carried for a while, then a gap: together they are too long.
        check(&[quiet(-3_000, 1_000), degraded(1_000, 2_000), quiet(4_500, 5_000)], 2_600, few);
    }

    fn degraded(from: i64, to: i64) -> Vec<Tick> {
        quiet(from, to).into_iter().map(|tick| Tick { flags: TickFlags::DEGRADED, ..tick }).collect()
    }

    #[test]
    fn a_hole_past_the_end_counts_in_full() {
        let too_long = Some(VoidReason::GapIsTooLong);
        check(&[quiet(-100, 4_000), quiet(6_900, 7_000)], 3_000, None);
        check(&[quiet(-100, 4_000), quiet(7_000, 7_100)], 3_100, too_long);
        check(&[quiet(-100, 4_900), quiet(60_000, 60_100)], 55_200, too_long);
        // All that lies inside was seen.
        check(&[quiet(-100, 5_000), quiet(60_000, 60_100)], 100, None);
        let rules = Rules { past_end: PastEnd::Cut, ..RULES };
        let cut = [quiet(-100, 4_000), quiet(60_000, 60_100)].concat();
        let cut = EvidenceBuilder::from_ticks(Window { rules, ..WINDOW }, &cut);
        assert_eq!((cut.evidence.max_gap_ms, cut.void, cut.evidence.rule_version), (1_100, None, 1));
    }

    #[test]
    fn a_time_without_a_quorum_counts_in_full_past_the_end() {
        let few = Some(VoidReason::TooFewSources);
        check(&[quiet(-100, 4_900), degraded(4_900, 7_900), quiet(7_900, 8_000)], 100, None);
        check(&[quiet(-100, 4_900), degraded(4_900, 8_000), quiet(8_000, 8_100)], 100, few);
        check(&[quiet(-100, 5_000), degraded(5_000, 60_000), quiet(60_000, 60_100)], 100, None);
    }

    #[test]
    fn a_window_is_closed_by_what_settles_its_end() {
        let closes = |at, flags| WINDOW.is_closed_by(&tick(at, 600, flags));
        assert_eq!([4_800, 4_900].map(|at| closes(at, TickFlags::default())), [false, true]);
        assert_eq!([4_900, 7_900, 8_000].map(|at| closes(at, TickFlags::DEGRADED)), [false, false, true]);
        assert_eq!(WINDOW.ticks_max(), 111);
    }

    #[test]
    fn grace_makes_the_window_longer_and_is_part_of_the_version() {
        let rules = Rules { touch_grace_columns: 2, ..RULES };
        let window = Window { rules, ..WINDOW };
        let evidence = EvidenceBuilder::from_ticks(window, &quiet(-3_000, 20_000)).evidence;
        assert_eq!((evidence.t1_ms, evidence.n_ticks, evidence.rule_version), (T0 + 15_000, 150, 11));
    }

    #[test]
    fn what_is_proven_is_known_before_the_end() {
        let mut builder = EvidenceBuilder::new(WINDOW);
        builder.push(&tick(-100, 600, TickFlags::default()));
        builder.push(&tick(0, 650, TickFlags::default()));
        assert!(builder.so_far().visits(650, 700, RULES.crossing));
        assert!(!builder.so_far().visits(700, 750, RULES.crossing));
    }
}
