//! What one connection did last, and when it has waited too long. Written by its socket and its requests, read by a timer.
//!
//! hyper's own header timer is not used: it counts idle keep-alive as a slow header and arms a timer per request.

use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::time::{Duration, Instant};

/// How long a client may take to send a request's head, and to send anything after connecting.
const HEAD_MAX: Duration = Duration::from_secs(5);
/// How long a connection may be kept open without a request, or stand still in the middle of an answer.
const IDLE_MAX: Duration = Duration::from_secs(120);
/// How often a connection is looked at; a slow head lives at most this much longer than it may.
const LOOK_EVERY: Duration = Duration::from_secs(1);

/// One connection's clock. Times are milliseconds since it was opened, plus one so that 0 can mean "none".
#[derive(Debug)]
pub(super) struct Activity {
    opened: Instant,
    moved_ms: AtomicU64,
    /// When the head being read began; 0 when none is.
    head_ms: AtomicU64,
    handling: AtomicBool,
}

impl Activity {
    pub fn new() -> Self {
        // A fresh connection owes us a head at once.
        let (moved_ms, head_ms) = (AtomicU64::new(1), AtomicU64::new(1));
        Self { opened: Instant::now(), moved_ms, head_ms, handling: AtomicBool::new(false) }
    }

    fn now_ms(&self) -> u64 {
        u64::try_from(self.opened.elapsed().as_millis()).unwrap_or(u64::MAX).saturating_add(1)
    }

    /// Bytes came in: outside of a request they begin a head.
    pub fn read(&self) {
        let now = self.now_ms();
        self.moved_ms.store(now, Ordering::Relaxed);
        if !self.handling.load(Ordering::Relaxed) && self.head_ms.load(Ordering::Relaxed) == 0 {
            self.head_ms.store(now, Ordering::Relaxed);
        }
    }

    /// Bytes went out.
    pub fn written(&self) {
        self.moved_ms.store(self.now_ms(), Ordering::Relaxed);
    }

    /// A request's head is complete and it is being handled.
    pub fn request_began(&self) {
        self.handling.store(true, Ordering::Relaxed);
        self.head_ms.store(0, Ordering::Relaxed);
    }

    /// The answer's head is known; its body may still be on its way.
    pub fn request_ended(&self) {
        self.handling.store(false, Ordering::Relaxed);
        self.moved_ms.store(self.now_ms(), Ordering::Relaxed);
    }

    /// Returns once the connection has waited too long.
    pub async fn overdue(&self) {
        while !self.is_overdue(self.now_ms()) {
            tokio::time::sleep(LOOK_EVERY).await;
        }
    }

    fn is_overdue(&self, now_ms: u64) -> bool {
        let longer_than =
            |since: u64, max: Duration| u128::from(now_ms.saturating_sub(since)) >= max.as_millis();
        let head_ms = self.head_ms.load(Ordering::Relaxed);
        if self.handling.load(Ordering::Relaxed) {
            false
        } else if head_ms > 0 {
            longer_than(head_ms, HEAD_MAX)
        } else {
            longer_than(self.moved_ms.load(Ordering::Relaxed), IDLE_MAX)
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_head_has_five_seconds_and_idleness_two_minutes() {
        let activity = Activity::new();
        assert!(!activity.is_overdue(5_000) && activity.is_overdue(5_001));
        activity.request_began();
        assert!(!activity.is_overdue(9_000_000));
        activity.request_ended();
        assert!(!activity.is_overdue(119_000) && activity.is_overdue(120_100));
        activity.read();
        assert!(activity.is_overdue(5_100));
    }
}
