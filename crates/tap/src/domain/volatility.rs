//! Volatility of the canonical price: EWMA with floor, halt and warm-up. Integers from one tick to the next, so that a
//! state written to a file and read back goes on as if nothing had happened.
//!
//! Source of the average: "RiskMetrics, Technical Document", 4th edition, 1996.

use super::pricing::elementary::{exp, ln_ratio};
use super::pricing::{PPB, PRICE_MAX};
use super::tick::{Tick, TickFlags};
use serde::{Deserialize, Serialize};
use std::collections::VecDeque;

/// Seconds of a year in a market that never closes.
pub const YEAR_S: i64 = 31_536_000;
/// Between two samples. Sampled faster, the spread's noise counts as volatility; a fixed rule, because the step alone changes
/// a cell's price by more than the edge.
pub const SAMPLE_MS: i64 = 1_000;
/// How far back the fast average's peak is remembered.
const PEAK_MS: i64 = 600_000;
/// After a hole of this length (the slow half-life) the past says nothing and the warm-up begins anew.
const FORGET_MS: i64 = 1_800_000;
/// The largest return of a second that is believed, in ppb: a factor of e. Its square still fits.
const RETURN_PPB_MAX: i64 = PPB;

/// What can be chosen.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct VolatilitySettings {
    /// Half-life of the fast average, in seconds.
    pub fast_half_life_s: u32,
    /// Half-life of the slow average, in seconds.
    pub slow_half_life_s: u32,
    /// The least volatility a year, in basis points.
    pub floor_annual_bp: i64,
    /// Above this volatility a year, in basis points, betting is paused.
    pub halt_annual_bp: i64,
    /// Returns (one a second) before any quote.
    pub warm_up_returns: u32,
}

impl Default for VolatilitySettings {
    fn default() -> Self {
        Self {
            fast_half_life_s: 60,
            slow_half_life_s: 1_800,
            floor_annual_bp: 1_500,
            halt_annual_bp: 40_000,
            warm_up_returns: 300,
        }
    }
}

/// What is known of the volatility now.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Sigma {
    /// Volatility per square root of a second, times 10^9.
    Ready(i64),
    /// Too little was seen.
    WarmingUp {
        /// So many returns are missing.
        returns_missing: u32,
    },
    /// Above the ceiling: betting is paused.
    Halt {
        /// What it is.
        sigma_ppb: i64,
    },
}

/// What is kept between ticks. Variances are per second, times 10^18, so their roots are ppb.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct VolatilityState {
    /// The last sample: when, and the price.
    last: Option<(i64, i64)>,
    returns: u32,
    fast_e18: i64,
    slow_e18: i64,
    /// Candidates for the fast average's peak: later ones are lower.
    peaks: VecDeque<(i64, i64)>,
}

/// The volatility of a price, fed tick by tick.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Volatility {
    settings: VolatilitySettings,
    fast_weight_ppb: i64,
    slow_weight_ppb: i64,
    state: VolatilityState,
}

impl Volatility {
    /// Nothing was seen yet.
    #[must_use]
    pub fn new(settings: VolatilitySettings) -> Self {
        Self::resume(settings, VolatilityState::default())
    }

    /// Goes on from a state that was kept.
    #[must_use]
    pub fn resume(settings: VolatilitySettings, state: VolatilityState) -> Self {
        let fast_weight_ppb = weight_ppb(settings.fast_half_life_s);
        let slow_weight_ppb = weight_ppb(settings.slow_half_life_s);
        Self { settings, fast_weight_ppb, slow_weight_ppb, state }
    }

    /// What must be kept to go on.
    #[must_use]
    pub const fn state(&self) -> &VolatilityState {
        &self.state
    }

    /// Takes the next tick. Only whole seconds are sampled; what is backfilled, older than seen or no price is left out, and
    /// a hole contributes no return.
    pub fn feed(&mut self, tick: &Tick) {
        let is_sample = tick.ts_ms.rem_euclid(SAMPLE_MS) == 0 && (1..=PRICE_MAX).contains(&tick.price);
        let is_news = self.state.last.is_none_or(|(ts_ms, _)| tick.ts_ms > ts_ms);
        if !is_sample || !is_news || tick.flags.has(TickFlags::BACKFILLED) {
            return;
        }
        if let Some((ts_ms, price)) = self.state.last {
            match tick.ts_ms.saturating_sub(ts_ms) {
                SAMPLE_MS => self.take_return(tick.ts_ms, return_ppb(tick.price, price)),
                hole if hole >= FORGET_MS => self.state = VolatilityState::default(),
                _ => {}
            }
        }
        self.state.last = Some((tick.ts_ms, tick.price));
    }

    fn take_return(&mut self, ts_ms: i64, return_ppb: i64) {
        let square = return_ppb * return_ppb;
        let state = &mut self.state;
        state.returns = state.returns.saturating_add(1);
        state.fast_e18 = moved(state.fast_e18, square, self.fast_weight_ppb, state.returns);
        state.slow_e18 = moved(state.slow_e18, square, self.slow_weight_ppb, state.returns);
        // Before its half-life the fast average is a handful of returns, and no peak of it means anything.
        if state.returns >= self.settings.fast_half_life_s {
            state.record_peak(ts_ms);
        }
    }

    /// The volatility for a quote now.
    #[must_use]
    pub fn sigma(&self) -> Sigma {
        let returns_missing = self.settings.warm_up_returns.saturating_sub(self.state.returns);
        if returns_missing > 0 {
            return Sigma::WarmingUp { returns_missing };
        }
        let sigma_ppb = self.state.sigma_ppb().max(sigma_ppb_of_annual_bp(self.settings.floor_annual_bp));
        if sigma_ppb > sigma_ppb_of_annual_bp(self.settings.halt_annual_bp) {
            return Sigma::Halt { sigma_ppb };
        }
        Sigma::Ready(sigma_ppb)
    }
}

impl VolatilityState {
    /// When the last sample was taken, Unix ms; what came after it was not taken in.
    #[must_use]
    pub fn last_sample_ms(&self) -> Option<i64> {
        self.last.map(|(ts_ms, _)| ts_ms)
    }

    /// Keeps the peaks of the last ten minutes: later and higher ones make earlier ones needless.
    fn record_peak(&mut self, ts_ms: i64) {
        let fast_e18 = self.fast_e18;
        while self.peaks.pop_back_if(|(_, peak)| *peak <= fast_e18).is_some() {}
        self.peaks.push_back((ts_ms, fast_e18));
        while self.peaks.pop_front_if(|(at_ms, _)| *at_ms <= ts_ms.saturating_sub(PEAK_MS)).is_some() {}
    }

    /// The root of the larger of half fast and half slow, and a quarter of the peak.
    fn sigma_ppb(&self) -> i64 {
        let mixed = i64::midpoint(self.fast_e18, self.slow_e18);
        let peak = self.peaks.front().map_or(0, |(_, peak)| peak / 4);
        mixed.max(peak).max(0).isqrt()
    }
}

/// What a new value weighs, in ppb: 1 - 2^(-1 / half-life).
fn weight_ppb(half_life_s: u32) -> i64 {
    let kept = exp(-std::f64::consts::LN_2 / f64::from(half_life_s.max(1)));
    ((1.0 - kept) * PPB as f64 + 0.5).floor() as i64
}

/// The average after one more value; the first ones count alike, so that nothing starts from an invented zero.
fn moved(average: i64, value: i64, weight_ppb: i64, count: u32) -> i64 {
    let weight = i128::from(weight_ppb.max(PPB / i64::from(count.max(1))));
    let step = (i128::from(value) - i128::from(average)) * weight / i128::from(PPB);
    average.saturating_add(i64::try_from(step).unwrap_or(0))
}

/// The log return from one price to the next, in ppb.
fn return_ppb(price: i64, before: i64) -> i64 {
    let log = ln_ratio(price as f64, before as f64);
    ((log * PPB as f64).round() as i64).clamp(-RETURN_PPB_MAX, RETURN_PPB_MAX)
}

/// Volatility per square root of a second, in ppb, of one a year in basis points: 5,000 (50 %) is 89,036.
#[must_use]
pub fn sigma_ppb_of_annual_bp(annual_bp: i64) -> i64 {
    let ppb = annual_bp.clamp(0, 10_000_000) as f64 * (PPB / 10_000) as f64;
    (ppb / (YEAR_S as f64).sqrt() + 0.5).floor() as i64
}

/// Volatility a year in basis points of one per square root of a second in ppb.
#[must_use]
pub fn annual_bp_of_sigma_ppb(sigma_ppb: i64) -> i64 {
    let bp = sigma_ppb.clamp(0, PPB) as f64 / (PPB / 10_000) as f64;
    (bp * (YEAR_S as f64).sqrt() + 0.5).floor() as i64
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::tick::STEP_MS;

    fn tick(ts_ms: i64, price: i64) -> Tick {
        Tick { seq: ts_ms / STEP_MS, ts_ms, price, n_sources: 3, flags: TickFlags::default() }
    }

    /// A price that moves by a part of `ppm` millionths up and down by turns, a tick a second.
    fn feed_waves(volatility: &mut Volatility, from_s: i64, seconds: i64, ppm: i64) {
        for second in from_s..from_s + seconds {
            let price = 10_000_000 + if second % 2 == 0 { 10 * ppm } else { 0 };
            volatility.feed(&tick(second * 1_000, price));
        }
    }

    fn ready(volatility: &Volatility) -> i64 {
        match volatility.sigma() {
            Sigma::Ready(sigma_ppb) => sigma_ppb,
            other => panic!("not ready: {other:?}"),
        }
    }

    #[test]
    fn fifty_percent_a_year_is_89_036_ppb_and_back() {
        for (annual_bp, sigma_ppb) in [(5_000, 89_036), (1_500, 26_711), (40_000, 712_290), (0, 0)] {
            assert_eq!(sigma_ppb_of_annual_bp(annual_bp), sigma_ppb);
            assert_eq!(annual_bp_of_sigma_ppb(sigma_ppb), annual_bp);
        }
    }

    #[test]
    fn nothing_is_quoted_before_300_returns() {
        let mut volatility = Volatility::new(VolatilitySettings::default());
        assert_eq!(volatility.sigma(), Sigma::WarmingUp { returns_missing: 300 });
        feed_waves(&mut volatility, 0, 300, 100);
        assert_eq!(volatility.sigma(), Sigma::WarmingUp { returns_missing: 1 });
        feed_waves(&mut volatility, 300, 1, 100);
        assert!(matches!(volatility.sigma(), Sigma::Ready(_)));
    }

    #[test]
    fn equal_returns_give_their_own_size() {
        let mut volatility = Volatility::new(VolatilitySettings::default());
        feed_waves(&mut volatility, 0, 1_000, 100);
        assert!((ready(&volatility) - 99_995).abs() <= 2, "{}", ready(&volatility));
    }

    #[test]
    fn the_averages_have_their_half_lives() {
        let value_after = |half_life_s: u32, seconds: u32| {
            let weight = weight_ppb(half_life_s);
            (0..seconds).fold(1_000_000_000_000, |average, _| moved(average, 0, weight, u32::MAX))
        };
        for half_life_s in [60, 1_800] {
            assert!((value_after(half_life_s, half_life_s) - 500_000_000_000).abs() < 500_000);
        }
    }

    #[test]
    fn a_quiet_market_is_held_at_the_floor_and_a_wild_one_halts() {
        let mut volatility = Volatility::new(VolatilitySettings::default());
        feed_waves(&mut volatility, 0, 400, 0);
        assert_eq!(ready(&volatility), 26_711);
        feed_waves(&mut volatility, 400, 400, 2_000);
        assert!(matches!(volatility.sigma(), Sigma::Halt { sigma_ppb } if sigma_ppb > 712_290));
    }

    #[test]
    fn a_peak_holds_half_its_size_for_ten_minutes() {
        let mut volatility =
            Volatility::new(VolatilitySettings { slow_half_life_s: 60, ..VolatilitySettings::default() });
        feed_waves(&mut volatility, 0, 400, 400);
        feed_waves(&mut volatility, 400, 590, 0);
        assert!((ready(&volatility) - 200_000).abs() < 500, "{}", ready(&volatility));
        feed_waves(&mut volatility, 990, 20, 0);
        assert!(ready(&volatility) < 199_000, "the peak fades out of the window");
        feed_waves(&mut volatility, 1_010, 600, 0);
        assert_eq!(ready(&volatility), 26_711);
    }

    /// The fast average of a handful of returns is no peak.
    #[test]
    fn a_jump_in_the_first_second_is_averaged_before_it_counts_as_a_peak() {
        let mut volatility = Volatility::new(VolatilitySettings::default());
        volatility.feed(&tick(0, 10_000_000));
        for second in 1..=400 {
            volatility.feed(&tick(second * 1_000, 10_010_000));
        }
        assert!((60_000..70_000).contains(&ready(&volatility)), "{}", ready(&volatility));
    }

    #[test]
    fn only_whole_seconds_are_sampled() {
        let mut volatility = Volatility::new(VolatilitySettings::default());
        for step in 0..4_000 {
            let price = if step % 10 == 0 { 10_000_000 } else { 10_500_000 };
            volatility.feed(&tick(step * STEP_MS, price));
        }
        assert_eq!(ready(&volatility), 26_711, "the jumps between the samples are not seen");
    }

    #[test]
    fn a_hole_contributes_no_return() {
        let mut volatility = Volatility::new(VolatilitySettings::default());
        feed_waves(&mut volatility, 0, 400, 0);
        let returns = volatility.state().returns;
        volatility.feed(&tick(405_000, 20_000_000));
        assert_eq!((volatility.state().returns, ready(&volatility)), (returns, 26_711));
        volatility.feed(&tick(406_000, 20_000_000));
        assert_eq!(volatility.state().returns, returns + 1);
    }

    #[test]
    fn after_half_an_hour_without_a_price_the_warm_up_begins_anew() {
        let mut volatility = Volatility::new(VolatilitySettings::default());
        feed_waves(&mut volatility, 0, 400, 50);
        volatility.feed(&tick(399_000 + FORGET_MS, 10_000_000));
        assert_eq!(volatility.sigma(), Sigma::WarmingUp { returns_missing: 300 });
    }

    #[test]
    fn backfilled_old_and_impossible_ticks_are_left_out() {
        let mut volatility = Volatility::new(VolatilitySettings::default());
        feed_waves(&mut volatility, 0, 400, 50);
        let before = volatility.clone();
        volatility.feed(&Tick { flags: TickFlags::BACKFILLED, ..tick(400_000, 20_000_000) });
        volatility.feed(&tick(399_000, 20_000_000));
        volatility.feed(&tick(400_000, 0));
        volatility.feed(&tick(400_000, i64::MAX));
        assert_eq!(volatility, before);
    }

    #[test]
    fn a_state_kept_as_json_goes_on_as_if_nothing_had_happened() {
        let mut unbroken = Volatility::new(VolatilitySettings::default());
        feed_waves(&mut unbroken, 0, 700, 300);
        let text = serde_json::to_string(unbroken.state()).expect("integers are JSON");
        let state = serde_json::from_str(&text).expect("as written");
        let mut resumed = Volatility::resume(VolatilitySettings::default(), state);
        for volatility in [&mut unbroken, &mut resumed] {
            feed_waves(volatility, 700, 500, 20);
        }
        assert_eq!(unbroken, resumed);
    }

    #[test]
    fn an_absurd_state_and_absurd_jumps_do_not_panic() {
        let text = format!(
            r#"{{"last":[0,1],"returns":{},"fast_e18":{},"slow_e18":{},"peaks":[[{},{}]]}}"#,
            u32::MAX,
            i64::MIN,
            i64::MAX,
            i64::MIN,
            i64::MAX
        );
        let state = serde_json::from_str(&text).expect("a state");
        let mut volatility = Volatility::resume(VolatilitySettings::default(), state);
        for second in 1..100 {
            volatility.feed(&tick(second * 1_000, if second % 2 == 0 { 1 } else { PRICE_MAX }));
        }
        assert!(matches!(volatility.sigma(), Sigma::Halt { .. }));
    }
}
