//! What a room does by itself as time goes on: it opens, closes, and lets people go on.

use crate::entry::{Entry, Fact};
use crate::room::Room;
use crate::settings::RoomSettings;
use crate::shuffle;
use kernel::Timestamp;

/// What is true outside the room when it is advanced.
#[derive(Debug, Clone, Copy)]
pub struct Advance<'a> {
    /// How it works.
    pub settings: &'a RoomSettings,
    /// What was committed to.
    pub secret: &'a [u8; 32],
    /// When the sale opens; none: it is open.
    pub opens_at: Option<Timestamp>,
    /// Passes that are good and unused.
    pub live_passes: i64,
    /// Units that can be taken now.
    pub available: i64,
    /// Units that may come back: taken, not paid.
    pub held: i64,
    /// The present.
    pub now: Timestamp,
}

/// Opens the room when its sale opens, closes it when nothing is left, and lets the next people go on: at most a batch an
/// interval, never more passes at once than may be out, and never more than one and a half for each unit that is left.
/// The entries must be saved together.
pub fn advance(room: &mut Room, facts: &Advance<'_>, mut new_id: impl FnMut() -> i64) -> Vec<Entry> {
    let mut entries = Vec::new();
    if facts.opens_at.is_some_and(|opens_at| facts.now < opens_at) {
        return entries;
    }
    entries.extend(open_if_due(room, facts.secret, facts.opens_at, facts.now, &mut new_id));
    let is_sold_out = facts.available <= 0 && facts.held <= 0;
    if is_sold_out != room.is_closed() {
        let fact = if is_sold_out { Fact::Closed } else { Fact::Reopened };
        entries.push(room.append(new_id(), facts.now, fact));
    }
    let until = facts.now.plus_secs(facts.settings.pass_ttl_secs);
    for user in room.next(count(room, facts)) {
        entries.push(room.append(new_id(), facts.now, Fact::Released { user, until }));
    }
    entries
}

/// Shuffles those who came early, once, at the first moment of the sale. Whoever appends anything calls it first, so that
/// nobody who comes after that moment is taken for early.
pub fn open_if_due(
    room: &mut Room,
    secret: &[u8; 32],
    opens_at: Option<Timestamp>,
    now: Timestamp,
    new_id: impl FnOnce() -> i64,
) -> Option<Entry> {
    if room.opening().is_some() || opens_at.is_some_and(|opens_at| now < opens_at) {
        return None;
    }
    let seed = shuffle::seed(secret, room.head());
    Some(room.append(new_id(), now, Fact::Opened { seed }))
}

/// How many may go on now.
fn count(room: &Room, facts: &Advance<'_>) -> usize {
    let settings = facts.settings;
    let due_at = |last: Timestamp| last.as_micros() + settings.interval_ms * 1_000;
    if room.last_release_at().is_some_and(|last| facts.now.as_micros() < due_at(last)) {
        return 0;
    }
    let passes_max = settings.concurrent_max.min(facts.available.saturating_mul(3).div_euclid(2).max(0));
    usize::try_from(settings.batch.min(passes_max - facts.live_passes)).unwrap_or(0)
}
