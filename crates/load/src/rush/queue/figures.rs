//! What a run with a waiting room found, and whether what is promised held.

use super::person::Turn;
use hdrhistogram::Histogram;
use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::time::Duration;

/// Microseconds between two batches, as the room is set up.
const INTERVAL_US: i64 = 1_000_000;

/// How the joins went.
#[derive(Debug)]
pub struct Joins {
    /// Joins that were not answered with a new place.
    pub refused: u32,
    /// From the first to the last.
    pub took: Duration,
    /// Microseconds of each.
    pub latency: Histogram<u64>,
}

/// A whole run.
#[derive(Debug)]
pub struct Figures {
    /// Who joined.
    pub people: u32,
    /// How that went.
    pub joins: Joins,
    /// Streams that were open at once.
    pub watching: u32,
    /// Bytes of the server's memory for each.
    pub bytes_per_stream: f64,
    /// Everybody's turn.
    pub turns: Vec<Turn>,
    /// Passes a batch.
    pub batch: u32,
    /// From the first real batch to the last turn.
    pub took: Duration,
    /// Streams that ended before the turn.
    pub broken_streams: u32,
    /// What the server's own check said afterwards.
    pub books_are_sound: bool,
}

impl Figures {
    /// Turns that came before one with a lower place: nobody was early, so places are the order.
    fn out_of_order(&self) -> usize {
        let mut turns: Vec<_> = self.turns.iter().map(|turn| (turn.ends_at_us, turn.place)).collect();
        turns.sort_unstable();
        turns.windows(2).filter(|pair| pair[0].1 > pair[1].1).count()
    }

    /// The most passes in any window of one interval, and of ten.
    fn most_in_a_window(&self, intervals: i64) -> i64 {
        let mut by_moment: BTreeMap<i64, i64> = BTreeMap::new();
        for turn in &self.turns {
            *by_moment.entry(turn.ends_at_us).or_default() += 1;
        }
        let of_window =
            |from: i64| by_moment.range(from..from + intervals * INTERVAL_US).map(|(_, count)| count).sum();
        by_moment.keys().map(|from| of_window(*from)).max().unwrap_or(0)
    }

    fn cheats(&self) -> (usize, usize) {
        let tried = self.turns.iter().filter_map(|turn| turn.cheats);
        let worked = tried.clone().filter(|statuses| statuses.contains(&201)).count();
        (tried.count() * 3, worked)
    }

    /// What was promised and did not hold.
    pub fn failures(&self) -> Vec<String> {
        let mut failures = Vec::new();
        let mut expect = |holds: bool, text: String| {
            if !holds {
                failures.push(text)
            }
        };
        let turns = self.turns.len();
        expect(
            turns as f64 >= f64::from(self.people) * 0.999,
            format!("{turns} of {} got their pass", self.people),
        );
        expect(self.out_of_order() == 0, format!("{} turns were out of order", self.out_of_order()));
        for intervals in [1, 10] {
            let (most, max) = (self.most_in_a_window(intervals), i64::from(self.batch) * intervals);
            expect(most <= max, format!("{most} passes in {intervals} intervals, {max} are allowed"));
        }
        let refused = self.turns.iter().filter(|turn| turn.reserved != 201).count();
        expect(refused == 0, format!("{refused} good passes held no seats"));
        let (_, worked) = self.cheats();
        expect(worked == 0, format!("{worked} forged, shared or reused passes held seats"));
        expect(self.books_are_sound, "the check found the books not sound".to_owned());
        failures
    }

    /// The report.
    pub fn text(&self) -> String {
        let mut text = String::new();
        let millis = |micros: u64| micros as f64 / 1_000.0;
        let joins = &self.joins;
        let mut reserves =
            Histogram::<u64>::new_with_bounds(1, 60_000_000, 3).expect("the bounds are in order");
        self.turns.iter().for_each(|turn| reserves.saturating_record(turn.reserve_took.as_micros() as u64));
        let rate = f64::from(self.people) / joins.took.as_secs_f64();
        let lines = [
            format!(
                "joins             {} in {:.2} s: {rate:.0} a second, {} refused",
                self.people,
                joins.took.as_secs_f64(),
                joins.refused
            ),
            format!(
                "join latency      p50 {:.1} ms, p99 {:.1} ms",
                millis(joins.latency.value_at_quantile(0.5)),
                millis(joins.latency.value_at_quantile(0.99))
            ),
            format!(
                "waiting streams   {} at once, {:.0} bytes each, {} ended early",
                self.watching, self.bytes_per_stream, self.broken_streams
            ),
            format!(
                "passes            {} of {} within {:.1} s",
                self.turns.len(),
                self.people,
                self.took.as_secs_f64()
            ),
            format!(
                "admissions        at most {} in one interval ({} allowed), {} in ten",
                self.most_in_a_window(1),
                self.batch,
                self.most_in_a_window(10)
            ),
            format!("order             broken {} times", self.out_of_order()),
            format!("cheats            {} tried, {} worked", self.cheats().0, self.cheats().1),
            format!(
                "reserve with pass p50 {:.1} ms, p99 {:.1} ms",
                millis(reserves.value_at_quantile(0.5)),
                millis(reserves.value_at_quantile(0.99))
            ),
            format!("books             {}", if self.books_are_sound { "sound" } else { "NOT SOUND" }),
        ];
        for line in lines
            .into_iter()
            .chain(self.failures().into_iter().map(|failure| format!("FAILED            {failure}")))
        {
            let _ = writeln!(text, "{line}");
        }
        text
    }
}
