//! A phase while it runs: when its requests leave, and the tally that counts them.

use super::pace::{Pace, Slots};
use super::timetable::Timetable;
use crate::results::Tally;
use parking_lot::Mutex;
use std::time::{Duration, Instant};

/// How fast a phase sends.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum LoadModel {
    /// As fast as answers come (closed model).
    Closed,
    /// So many starts a second, whatever comes back (open model).
    Open(u64),
    /// The same, from nothing up to so many a second.
    Ramp(u64),
}

impl LoadModel {
    /// By a timetable of so many starts a second, if there is one.
    #[must_use]
    pub fn of(rate: Option<u64>) -> Self {
        rate.map_or(Self::Closed, Self::Open)
    }

    /// The pace of a phase of `duration` that begins now.
    pub fn pace(self, duration: Duration) -> Pace {
        let timetable = match self {
            Self::Closed => return Pace::Saturate(Instant::now() + duration),
            Self::Open(rate) => Timetable::new(rate, duration),
            Self::Ramp(to) => Timetable::climb(to, duration),
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
