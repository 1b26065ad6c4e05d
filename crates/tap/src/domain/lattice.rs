//! The 100 ms lattice of canonical ticks: carry, gaps, flags, sequence.
//!
//! A reading belongs to the last point at or before its wall time. Points that passed without a reading (the process
//! was late) get no price made up for them: they carry the last one, at most 3 s after it was last confirmed by a venue,
//! and are gaps beyond. The sequence grows by one a tick, across gaps and restarts. Time never goes back: while the wall
//! clock stands before the last tick the lattice waits for it.

use super::market::IndexReading;
use super::tick::{STEP_MS, Tick, TickFlags};

/// A price is carried this long after a venue last confirmed it.
pub const CARRY_MAX_MS: i64 = 3_000;
/// A point that was missed this shortly after a reading had the sources of that reading: their values count for longer
/// than that. Later nobody knows.
const KNOWN_MS: i64 = 1_000;

/// Turns readings into ticks.
#[derive(Debug, Clone, Default)]
pub struct Lattice {
    last: Option<Tick>,
    /// The point of the last tick that had new input.
    confirmed_ms: Option<i64>,
    /// When the newest input that was used came in, monotonic.
    input_ms: Option<i64>,
    /// The last reading: its point, sources and whether it was degraded.
    read: Option<(i64, u8, bool)>,
}

impl Lattice {
    /// Before the first tick ever. The first has the number 1.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// After a restart: the sequence goes on behind `last`. What passed meanwhile is a gap; nothing is carried over it.
    #[must_use]
    pub fn resume(last: Tick) -> Self {
        Self { last: Some(last), ..Self::default() }
    }

    /// The newest tick.
    #[must_use]
    pub fn last(&self) -> Option<Tick> {
        self.last
    }

    /// The ticks that a reading brings: those of missed points that are carried, at most 30, and its own. Nothing if its
    /// point has a tick already.
    pub fn advance(&mut self, reading: &IndexReading) -> Vec<Tick> {
        let point = reading.wall_ms.div_euclid(STEP_MS) * STEP_MS;
        if self.last.is_some_and(|last| point <= last.ts_ms) {
            return Vec::new();
        }
        let mut ticks = self.missed(point);
        ticks.extend(self.own(point, reading));
        self.read = Some((point, reading.live, reading.degraded));
        ticks
    }

    /// Carries the price over the points before `point` that had no reading.
    fn missed(&mut self, point: i64) -> Vec<Tick> {
        let (Some(last), Some(confirmed)) = (self.last, self.confirmed_ms) else { return Vec::new() };
        let end = point.min(confirmed.saturating_add(CARRY_MAX_MS + STEP_MS));
        let mut ticks = Vec::new();
        let mut at = last.ts_ms + STEP_MS;
        while at < end {
            let known = self.read.filter(|(read, ..)| at.saturating_sub(*read) <= KNOWN_MS);
            let (live, degraded) = known.map_or((0, true), |(_, live, degraded)| (live, degraded));
            ticks.push(self.emit(at, last.price, live, flags(true, degraded)));
            at += STEP_MS;
        }
        ticks
    }

    /// The tick of the reading itself: its price where a venue said something new, else the last one, carried.
    fn own(&mut self, point: i64, reading: &IndexReading) -> Option<Tick> {
        let input = reading.newest_input_age_ms.map(|age| reading.mono_ms.saturating_sub(age));
        let is_new = input > self.input_ms;
        if let Some(price) = reading.price_cents.filter(|_| is_new || self.confirmed_ms.is_none()) {
            self.input_ms = input;
            self.confirmed_ms = Some(point);
            return Some(self.emit(point, price, reading.live, flags(false, reading.degraded)));
        }
        let (last, confirmed) = (self.last?, self.confirmed_ms?);
        let may_carry = point.saturating_sub(confirmed) <= CARRY_MAX_MS;
        may_carry.then(|| self.emit(point, last.price, reading.live, flags(true, reading.degraded)))
    }

    fn emit(&mut self, ts_ms: i64, price: i64, n_sources: u8, flags: TickFlags) -> Tick {
        let seq = self.last.map_or(1, |last| last.seq + 1);
        let tick = Tick { seq, ts_ms, price, n_sources, flags };
        self.last = Some(tick);
        tick
    }
}

fn flags(carried: bool, degraded: bool) -> TickFlags {
    let carried = if carried { TickFlags::CARRIED } else { TickFlags::default() };
    if degraded { carried.with(TickFlags::DEGRADED) } else { carried }
}

#[cfg(test)]
mod tests {
    use super::*;

    const T0: i64 = 1_800_000_000_000;

    /// A reading `at` ms after the start; the newest input came `age` ms before.
    fn reading(at: i64, price: Option<i64>, age: i64) -> IndexReading {
        IndexReading {
            mono_ms: at,
            wall_ms: T0 + at,
            price_cents: price,
            live: if price.is_some() { 3 } else { 0 },
            degraded: price.is_none(),
            newest_input_age_ms: Some(age),
            sources: Vec::new(),
            drops: Vec::new(),
        }
    }

    /// Ticks as `seq@time price flags`.
    fn text(ticks: &[Tick]) -> Vec<String> {
        let text = |tick: &Tick| format!("{}@{} {} {}", tick.seq, tick.ts_ms - T0, tick.price, tick.flags.0);
        ticks.iter().map(text).collect()
    }

    #[test]
    fn a_point_without_new_input_carries_the_last_price() {
        let mut lattice = Lattice::new();
        assert_eq!(text(&lattice.advance(&reading(12, Some(500), 5))), ["1@0 500 0"]);
        assert_eq!(text(&lattice.advance(&reading(105, Some(501), 98))), ["2@100 500 1"]);
        assert_eq!(text(&lattice.advance(&reading(203, Some(502), 3))), ["3@200 502 0"]);
        assert!(lattice.advance(&reading(299, Some(503), 0)).is_empty(), "one tick a point");
    }

    #[test]
    fn silence_is_carried_for_three_seconds_and_then_there_is_a_gap() {
        let mut lattice = Lattice::new();
        lattice.advance(&reading(0, Some(500), 0));
        let ticks: Vec<Tick> =
            (1..60).flat_map(|step| lattice.advance(&reading(step * 100, None, step * 100))).collect();
        assert_eq!((ticks.len(), ticks[29].ts_ms), (30, T0 + 3_000));
        assert!(ticks.iter().all(|tick| tick.flags == TickFlags::CARRIED.with(TickFlags::DEGRADED)));
        assert_eq!(text(&lattice.advance(&reading(6_000, Some(700), 0))), ["32@6000 700 0"]);
    }

    #[test]
    fn points_missed_while_the_process_was_late_are_carried() {
        let mut lattice = Lattice::new();
        lattice.advance(&reading(0, Some(500), 0));
        assert_eq!(
            text(&lattice.advance(&reading(310, Some(510), 0))),
            ["2@100 500 1", "3@200 500 1", "4@300 510 0"]
        );
    }

    #[test]
    fn a_long_stall_is_carried_for_three_seconds_as_degraded_and_then_a_gap() {
        let mut lattice = Lattice::new();
        lattice.advance(&reading(0, Some(500), 0));
        let ticks = lattice.advance(&reading(3_600_000, Some(510), 0));
        assert_eq!(ticks.len(), 31);
        assert_eq!(text(&ticks[9..11]), ["11@1000 500 1", "12@1100 500 5"]);
        assert_eq!(text(&ticks[29..]), ["31@3000 500 5", "32@3600000 510 0"]);
        assert_eq!((ticks[9].n_sources, ticks[10].n_sources), (3, 0));
    }

    #[test]
    fn after_a_restart_the_sequence_goes_on_behind_a_gap() {
        let last = Tick { seq: 41, ts_ms: T0, price: 500, n_sources: 3, flags: TickFlags::default() };
        let mut lattice = Lattice::resume(last);
        assert!(lattice.advance(&reading(500, None, 0)).is_empty(), "nothing is carried over a restart");
        assert_eq!(text(&lattice.advance(&reading(900, Some(510), 0))), ["42@900 510 0"]);
    }

    #[test]
    fn a_clock_that_goes_back_makes_the_lattice_wait() {
        let mut lattice = Lattice::new();
        lattice.advance(&reading(5_000, Some(500), 0));
        let back = IndexReading { mono_ms: 5_100, ..reading(100, Some(510), 0) };
        assert!(lattice.advance(&back).is_empty());
        let again = IndexReading { mono_ms: 10_100, ..reading(5_100, Some(520), 0) };
        assert_eq!(text(&lattice.advance(&again)), ["2@5100 520 0"]);
    }

    #[test]
    fn the_sequence_grows_by_one_and_time_by_whole_steps() {
        let mut lattice = Lattice::new();
        let (mut at, mut state, mut before) = (0, 99_u64, None::<Tick>);
        for _ in 0..20_000 {
            state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
            at += [7, 60, 100, 130, 900, 4_000][usize::try_from((state >> 33) % 6).unwrap()];
            let price = ((state >> 40) % 5 != 0).then_some(500);
            for tick in lattice.advance(&reading(at, price, i64::try_from((state >> 50) % 200).unwrap())) {
                assert_eq!(tick.ts_ms % STEP_MS, 0);
                if let Some(before) = before {
                    assert_eq!(tick.seq, before.seq + 1);
                    assert!(tick.ts_ms > before.ts_ms);
                }
                before = Some(tick);
            }
        }
    }
}
