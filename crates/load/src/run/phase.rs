//! A phase while it runs: when its requests leave, and the tally that counts them.

use super::pace::{Pace, Slots};
use super::timetable::Timetable;
use crate::results::Tally;
use parking_lot::Mutex;
use std::time::{Duration, Instant};

/// How fast a phase sends.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Tempo {
    /// As fast as answers come.
    Saturated,
    /// So many starts a second, whatever comes back.
    Steady(u64),
    /// From nothing up to so many a second.
    Climb(u64),
}

impl Tempo {
    /// By a timetable of so many starts a second, if there is one.
    #[must_use]
    pub fn of(rate: Option<u64>) -> Self {
        rate.map_or(Self::Saturated, Self::Steady)
    }

    /// The pace of a phase of `duration` that begins now.
    pub fn pace(self, duration: Duration) -> Pace {
        let timetable = match self {
            Self::Saturated => return Pace::Saturate(Instant::now() + duration),
            Self::Steady(rate) => Timetable::new(rate, duration),
            Self::Climb(to) => Timetable::climb(to, duration),
        };
        Pace::Timetable(Slots::begin(timetable))
    }
}

/// A phase while it runs.
#[derive(Debug)]
pub struct Phase<K> {
    /// When to send.
    pub pace: Pace,
    /// What was counted. One thread runs all workers, so this is never contended.
    pub tally: Mutex<Tally<K>>,
}
