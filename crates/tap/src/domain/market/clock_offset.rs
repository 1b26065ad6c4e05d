//! How far a venue's clock is from ours: the smallest (received less happened) of the last minute. The fastest message
//! says most about the clocks, the others about the way. An age is never computed from it.

/// Beyond this the two clocks are said to differ.
const ALARM_MS: i64 = 500;
/// Width of one bucket.
const BUCKET_MS: i64 = 10_000;
/// Buckets in the rolling minute.
const BUCKETS: i64 = 6;

/// A rolling minimum.
#[derive(Debug, Clone, Default)]
pub(super) struct ClockOffset {
    /// Bucket number and its smallest difference, oldest first.
    buckets: Vec<(i64, i64)>,
}

impl ClockOffset {
    pub(super) fn observe(&mut self, mono_ms: i64, recv_ms: i64, event_ms: i64) {
        let (bucket, offset) = (mono_ms.div_euclid(BUCKET_MS), recv_ms.saturating_sub(event_ms));
        self.buckets.retain(|(number, _)| bucket.saturating_sub(*number) < BUCKETS);
        match self.buckets.last_mut() {
            Some((number, least)) if *number >= bucket => *least = offset.min(*least),
            _ => self.buckets.push((bucket, offset)),
        }
    }

    /// Our clock less theirs, ms.
    pub(super) fn offset_ms(&self) -> Option<i64> {
        self.buckets.iter().map(|(_, least)| *least).min()
    }

    pub(super) fn alarm(&self) -> bool {
        self.offset_ms().is_some_and(|offset| !(-ALARM_MS..=ALARM_MS).contains(&offset))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_fastest_message_of_the_last_minute_tells_the_offset() {
        let mut offset = ClockOffset::default();
        assert_eq!((offset.offset_ms(), offset.alarm()), (None, false));
        offset.observe(0, 10_080, 10_000);
        offset.observe(100, 10_930, 10_900);
        offset.observe(200, 11_900, 11_000);
        assert_eq!(offset.offset_ms(), Some(30));
        offset.observe(60_000, 70_090, 70_000);
        assert_eq!(offset.offset_ms(), Some(90), "the old minimum rolled out");
    }

    #[test]
    fn more_than_half_a_second_either_way_is_an_alarm() {
        for (difference, alarm) in [(500, false), (501, true), (-500, false), (-501, true), (-1_273, true)] {
            let mut offset = ClockOffset::default();
            offset.observe(0, 10_000 + difference, 10_000);
            assert_eq!(offset.alarm(), alarm, "{difference}");
        }
    }
}
