//! How long somebody will wait, and how sure that is.

use crate::room::{RECENT_SECS, Room};
use crate::settings::RoomSettings;
use kernel::Timestamp;

/// Seconds of releases before what was planned is no longer asked.
const LEARNT_SECS: i64 = 10;
/// The share by which a wait may differ from what it looks like, and the least difference in seconds.
const SPREAD: f64 = 0.25;
const SPREAD_SECS_MIN: i64 = 10;

/// A wait, in seconds from now.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Estimate {
    /// The likeliest.
    pub secs: i64,
    /// Probably not less.
    pub low_secs: i64,
    /// Probably not more.
    pub high_secs: i64,
}

/// The wait of somebody with `ahead` people before them: at the rate of the last minute, and at the planned one before there
/// is any. None: nobody was let on for a minute, and nobody knows.
#[must_use]
pub fn estimate(
    room: &Room,
    settings: &RoomSettings,
    opens_at: Option<Timestamp>,
    ahead: usize,
    now: Timestamp,
) -> Option<Estimate> {
    let until_opening = opens_at.map_or(0, |opens_at| now.secs_until(opens_at).max(0));
    let rate = rate(room, settings, now)?;
    let secs = ahead as f64 / rate;
    let spread = (secs * SPREAD).max(SPREAD_SECS_MIN as f64);
    let whole = |secs: f64| until_opening.saturating_add(secs.max(0.0).ceil() as i64);
    Some(Estimate { secs: whole(secs), low_secs: whole(secs - spread), high_secs: whole(secs + spread) })
}

/// People a second.
fn rate(room: &Room, settings: &RoomSettings, now: Timestamp) -> Option<f64> {
    let Some(opening) = room.opening() else { return Some(settings.rate()) };
    let from = opening.at.max(now.plus_secs(-RECENT_SECS));
    let (count, _) = room.released_since(from);
    let secs = from.secs_until(now);
    if secs < LEARNT_SECS {
        return Some(settings.rate());
    }
    // One interval more than has passed was paid for at its beginning.
    let secs = secs as f64 + settings.interval_ms as f64 / 1_000.0;
    (count > 0).then(|| (count as f64 / secs).min(settings.rate()))
}
