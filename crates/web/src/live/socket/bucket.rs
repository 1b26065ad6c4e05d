//! How fast one client may talk: a bucket that holds two seconds' worth.

use std::time::Duration;
use tokio::time::Instant;

/// What may come at once, in seconds of the rate: a page that opens says three or four things in a row.
const BURST: Duration = Duration::from_secs(2);

#[derive(Debug)]
pub(super) struct Bucket {
    cost: Duration,
    /// When everything said so far is paid for.
    paid_at: Instant,
}

impl Bucket {
    pub fn new(per_s: u32, now: Instant) -> Self {
        Self { cost: Duration::from_secs(1) / per_s.max(1), paid_at: now }
    }

    /// Whether one more may come now.
    pub fn takes(&mut self, now: Instant) -> bool {
        let paid_at = self.paid_at.max(now) + self.cost;
        let fits = paid_at.duration_since(now) <= BURST;
        if fits {
            self.paid_at = paid_at;
        }
        fits
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn twenty_come_at_once_and_ten_a_second_after_that() {
        let start = Instant::now();
        let mut bucket = Bucket::new(10, start);
        let mut taken = |now| (0..100).filter(|_| bucket.takes(now)).count();
        assert_eq!(taken(start), 20);
        assert_eq!(taken(start + Duration::from_millis(99)), 0);
        assert_eq!(taken(start + Duration::from_millis(100)), 1);
        assert_eq!(taken(start + Duration::from_millis(1_100)), 10);
        assert_eq!(taken(start + Duration::from_secs(3_600)), 20);
    }
}
