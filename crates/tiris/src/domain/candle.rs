//! Candles: prices of a market in steps of a timeframe.

use kernel::Timestamp;

/// The length of a step.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Timeframe {
    /// As written.
    pub name: &'static str,
    /// Seconds.
    pub seconds: i64,
}

/// Every timeframe there is.
const TIMEFRAMES: [Timeframe; 10] = [
    Timeframe { name: "1m", seconds: 60 },
    Timeframe { name: "3m", seconds: 180 },
    Timeframe { name: "5m", seconds: 300 },
    Timeframe { name: "15m", seconds: 900 },
    Timeframe { name: "30m", seconds: 1_800 },
    Timeframe { name: "1h", seconds: 3_600 },
    Timeframe { name: "2h", seconds: 7_200 },
    Timeframe { name: "4h", seconds: 14_400 },
    Timeframe { name: "8h", seconds: 28_800 },
    Timeframe { name: "1d", seconds: 86_400 },
];

impl Timeframe {
    /// The timeframe of this name.
    #[must_use]
    pub fn parse(name: &str) -> Option<Self> {
        TIMEFRAMES.into_iter().find(|timeframe| timeframe.name == name)
    }

    /// The beginning of the step that holds `at`.
    #[must_use]
    pub fn floor(self, at: Timestamp) -> Timestamp {
        Timestamp::from_secs(at.as_secs().div_euclid(self.seconds) * self.seconds)
    }

    /// The beginning of the next step.
    #[must_use]
    pub fn next(self, at: Timestamp) -> Timestamp {
        at.plus_secs(self.seconds)
    }
}

/// Which candles: an exchange, a market, a timeframe.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Series {
    /// `binance`
    pub exchange: String,
    /// `ETH/USDT`
    pub market: String,
    /// The length of a step.
    pub timeframe: Timeframe,
}

/// One candle; units of the eighth decimal.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Candle {
    /// When it begins.
    pub ts: Timestamp,
    /// The first price.
    pub open: i64,
    /// The highest.
    pub high: i64,
    /// The lowest.
    pub low: i64,
    /// The last.
    pub close: i64,
    /// What changed hands, of the base.
    pub volume: i64,
    /// Whether it will not change any more.
    pub is_final: bool,
}

/// From a moment to another, the second left out.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Range {
    /// The beginning of the first step.
    pub start: Timestamp,
    /// The beginning of the first step that is out.
    pub end: Timestamp,
}

impl Range {
    /// Whole steps from the one that holds `start` to the one before `end`.
    #[must_use]
    pub fn of(timeframe: Timeframe, start: Timestamp, end: Timestamp) -> Self {
        let last = timeframe.floor(Timestamp::from_micros(end.as_micros() - 1));
        Self { start: timeframe.floor(start), end: timeframe.next(last) }
    }

    /// The last `count` steps, the running one counted.
    #[must_use]
    pub fn recent(timeframe: Timeframe, count: i64, now: Timestamp) -> Self {
        let end = timeframe.next(timeframe.floor(now));
        Self { start: end.plus_secs(-count.saturating_mul(timeframe.seconds)), end }
    }

    /// How many steps it has.
    #[must_use]
    pub const fn steps(self, timeframe: Timeframe) -> i64 {
        (self.end.as_secs() - self.start.as_secs()) / timeframe.seconds
    }

    /// The beginnings of its steps.
    pub fn starts(self, timeframe: Timeframe) -> impl Iterator<Item = Timestamp> {
        let steps = self.steps(timeframe).max(0);
        (0..steps).map(move |step| self.start.plus_secs(step * timeframe.seconds))
    }
}

/// The range from the first to the last step that is over, not `covered`, and has no final candle; none when nothing is missing.
#[must_use]
pub fn gap(
    timeframe: Timeframe,
    range: Range,
    candles: &[Candle],
    covered: impl Fn(Timestamp) -> bool,
    now: Timestamp,
) -> Option<(Range, usize)> {
    let mut known = candles.iter().filter(|candle| candle.is_final).map(|candle| candle.ts).peekable();
    let mut missing: Vec<Timestamp> = Vec::new();
    for start in range.starts(timeframe).take_while(|start| timeframe.next(*start) <= now) {
        while known.peek().is_some_and(|ts| *ts < start) {
            known.next();
        }
        if known.peek() != Some(&start) && !covered(start) {
            missing.push(start);
        }
    }
    let (first, last) = (*missing.first()?, *missing.last()?);
    Some((Range { start: first, end: timeframe.next(last) }, missing.len()))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(text: &str) -> Timestamp {
        Timestamp::parse_rfc3339(text).expect("a moment")
    }

    #[test]
    fn ranges_are_whole_steps() {
        let hour = Timeframe::parse("1h").expect("a timeframe");
        let range = Range::of(hour, at("2026-01-01T00:30:00Z"), at("2026-01-01T03:00:00Z"));
        assert_eq!(
            (range.start, range.end, range.steps(hour)),
            (at("2026-01-01T00:00:00Z"), at("2026-01-01T03:00:00Z"), 3)
        );
        let recent = Range::recent(hour, 2, at("2026-01-01T03:10:00Z"));
        assert_eq!(recent, Range { start: at("2026-01-01T02:00:00Z"), end: at("2026-01-01T04:00:00Z") });
    }

    #[test]
    fn steps_without_a_final_candle_are_gaps_unless_they_run_or_were_looked_for() {
        let hour = Timeframe::parse("1h").expect("a timeframe");
        let start = at("2026-01-01T00:00:00Z");
        let range = Range { start, end: start.plus_secs(4 * 3_600) };
        let candle = |hours: i64| Candle {
            ts: start.plus_secs(hours * 3_600),
            open: 1,
            high: 1,
            low: 1,
            close: 1,
            volume: 1,
            is_final: true,
        };
        let now = start.plus_secs(3 * 3_600 + 60);
        let gaps = |candles: &[Candle], covered: i64| {
            gap(hour, range, candles, |ts| ts < start.plus_secs(covered), now)
        };
        assert_eq!(gaps(&[candle(0), candle(1), candle(2)], 0), None);
        let (missing, count) = gaps(&[candle(1)], 0).expect("a gap");
        assert_eq!((missing, count), (Range { start, end: start.plus_secs(3 * 3_600) }, 2));
        assert_eq!(gaps(&[], 3 * 3_600), None, "it was looked for");
    }
}
