//! Points between a tap and its payout at which a crash test has the process end, as in a power cut: nothing is flushed, no
//! destructor runs. They can be armed through the load profile's own endpoint alone and only in a running process, so a
//! restarted one is whole again; where nobody can arm them a point costs one relaxed load.

use std::sync::atomic::{AtomicU32, Ordering};

/// Where the process can end.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Point {
    /// A bet was asked for; nothing was looked at.
    PlaceAsked,
    /// On the writer: everything a batch needs was read.
    PlaceLoaded,
    /// On the writer: a batch is decided and saved, and not committed.
    PlaceSaved,
    /// A batch is committed; nobody was told.
    PlaceCommitted,
    /// The answer of one bet is about to be written.
    PlaceAnswering,
    /// The engine made a step and showed it; the tick writer does not have it.
    EngineShown,
    /// The tick writer holds steps that are not written.
    TickWriterHolds,
    /// The tick writer's ticks are saved in the middle of a minute, and not committed.
    TickWriterSaved,
    /// A minute's block is saved, and not committed.
    BlockSaved,
    /// A minute's block is committed; the watermark stands before it.
    BlockCommitted,
    /// Ticks are committed; the watermark stands before them.
    TickWriterCommitted,
    /// A column's evidence is built, and nothing of it is written.
    CloseBuilt,
    /// A column's money is moved, and its evidence is not kept.
    CloseMoved,
    /// A column is closed, and not committed.
    CloseSaved,
    /// A column is closed and committed; nothing is paid.
    CloseCommitted,
    /// Some bets of a column have been read to be paid.
    PayLoaded,
    /// Some bets are paid, and not committed.
    PaySaved,
    /// Some bets are paid and committed; others may be waiting.
    PayCommitted,
    /// A column's last bet is paid; the column is settled, and not committed.
    SettleSaved,
    /// A column is settled and committed.
    SettleCommitted,
    /// Facts about bets were read for open pages; none was told.
    TailRead,
    /// Facts about bets were told to open pages.
    TailTold,
}

use Point::*;

/// Every point, with its name for the endpoint.
pub const ALL: &[(Point, &str)] = &[
    (PlaceAsked, "place_asked"),
    (PlaceLoaded, "place_loaded"),
    (PlaceSaved, "place_saved"),
    (PlaceCommitted, "place_committed"),
    (PlaceAnswering, "place_answering"),
    (EngineShown, "engine_shown"),
    (TickWriterHolds, "tick_writer_holds"),
    (TickWriterSaved, "tick_writer_saved"),
    (BlockSaved, "block_saved"),
    (BlockCommitted, "block_committed"),
    (TickWriterCommitted, "tick_writer_committed"),
    (CloseBuilt, "close_built"),
    (CloseMoved, "close_moved"),
    (CloseSaved, "close_saved"),
    (CloseCommitted, "close_committed"),
    (PayLoaded, "pay_loaded"),
    (PaySaved, "pay_saved"),
    (PayCommitted, "pay_committed"),
    (SettleSaved, "settle_saved"),
    (SettleCommitted, "settle_committed"),
    (TailRead, "tail_read"),
    (TailTold, "tail_told"),
];

/// The place of the armed point in [`ALL`], counted from 1; 0: none is armed.
static ARMED: AtomicU32 = AtomicU32::new(0);
/// How often the armed point is still to be passed.
static LEFT: AtomicU32 = AtomicU32::new(0);

/// Arms the point of this name: the process ends when it is reached for the `times`-th time. False: there is no such point.
pub fn arm(name: &str, times: u32) -> bool {
    let Some(at) = (1..).zip(ALL).find_map(|(at, (_, known))| (*known == name).then_some(at)) else {
        return false;
    };
    LEFT.store(times.max(1), Ordering::Relaxed);
    ARMED.store(at, Ordering::Release);
    true
}

/// Passes a point; the process ends here when it is armed and its time has come.
pub fn reach(point: Point) {
    let armed = ARMED.load(Ordering::Relaxed);
    if armed != 0 {
        reach_armed(point, armed);
    }
}

#[cold]
fn reach_armed(point: Point, armed: u32) {
    let is_it = (1..).zip(ALL).any(|(at, (known, _))| at == armed && *known == point);
    if is_it && LEFT.fetch_sub(1, Ordering::AcqRel) == 1 {
        std::process::abort();
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::HashSet;

    #[test]
    fn every_point_has_a_name_of_its_own() {
        let names: HashSet<_> = ALL.iter().map(|(_, name)| name).collect();
        assert_eq!(names.len(), ALL.len());
        assert!(ALL.len() >= 20);
    }

    #[test]
    fn a_point_that_is_not_armed_is_passed() {
        assert!(!arm("nowhere", 1));
        ALL.iter().for_each(|(point, _)| reach(*point));
        // So far away that no other test of this process ever comes to it.
        assert!(arm("tail_told", u32::MAX));
        reach(TailTold);
        reach(TailRead);
    }
}
