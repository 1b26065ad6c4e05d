//! When a connection may send its next request: at once, or by the timetable.
//! What does not live here: the arithmetic of the timetable.

use super::timetable::{TICK, Timetable};
use crate::interrupt;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, Instant};
use tokio::sync::Semaphore;

/// A request that leaves later than this after its intended start counts as late.
const LATE_AFTER: Duration = Duration::from_millis(10);
/// Overdue starts may still leave this long after the end of the timetable; then they are dropped.
const GRACE: Duration = Duration::from_secs(1);

/// Permission to send one request.
#[derive(Debug, Clone, Copy)]
pub struct Start {
    /// When the request was meant to start: latency counts from here.
    pub intended: Instant,
    /// It leaves noticeably later than intended, because every connection was busy.
    pub late: bool,
}

/// Tells connections when to send.
#[derive(Debug, Clone)]
pub enum Pace {
    /// As soon as the connection is free, until the moment given (closed loop).
    Saturate(Instant),
    /// By a timetable that does not wait for answers (open loop).
    Timetable(Arc<Slots>),
}

impl Pace {
    /// The next start; none when the phase is over.
    pub async fn next(&self) -> Option<Start> {
        match self {
            Self::Saturate(until) => {
                let intended = Instant::now();
                (intended < *until && !interrupt::is_requested()).then_some(Start { intended, late: false })
            }
            Self::Timetable(slots) => slots.take().await,
        }
    }

    /// Starts of the timetable that never left; none when saturating.
    #[must_use]
    pub fn dropped(&self) -> u64 {
        match self {
            Self::Saturate(_) => 0,
            Self::Timetable(slots) => slots.left(),
        }
    }
}

/// The starts of one phase, handed out in order to whichever connection is free.
#[derive(Debug)]
pub struct Slots {
    timetable: Timetable,
    begin: Instant,
    due: Semaphore,
    taken: AtomicU64,
}

impl Slots {
    /// Begins a timetable now. A thread of its own keeps time, because the runtime's timers round to milliseconds.
    pub fn begin(timetable: Timetable) -> Arc<Self> {
        let begin = Instant::now();
        let slots = Arc::new(Self { timetable, begin, due: Semaphore::new(0), taken: AtomicU64::new(0) });
        let keeper = Arc::clone(&slots);
        std::thread::spawn(move || keeper.keep_time());
        slots
    }

    async fn take(&self) -> Option<Start> {
        self.due.acquire().await.ok()?.forget();
        let slot = self.taken.fetch_add(1, Ordering::Relaxed);
        let intended = self.begin + self.timetable.intended(slot);
        Some(Start { intended, late: intended.elapsed() > LATE_AFTER })
    }

    fn left(&self) -> u64 {
        self.timetable.slots().saturating_sub(self.taken.load(Ordering::Relaxed))
    }

    /// Releases starts as they fall due, then waits for the overdue ones, then closes.
    fn keep_time(&self) {
        let mut released = 0;
        while released < self.timetable.slots() && !interrupt::is_requested() {
            sleep_until(self.begin + self.timetable.intended(released));
            let due = self.timetable.due(self.begin.elapsed());
            // At most a few million starts: the difference always fits.
            self.due.add_permits(usize::try_from(due.saturating_sub(released)).unwrap_or(0));
            released = released.max(due);
        }
        let end = Instant::now() + GRACE;
        while self.left() > 0 && Instant::now() < end && !interrupt::is_requested() {
            std::thread::sleep(TICK);
        }
        self.due.close();
    }
}

fn sleep_until(moment: Instant) {
    let left = moment.saturating_duration_since(Instant::now());
    if !left.is_zero() {
        std::thread::sleep(left);
    }
}
