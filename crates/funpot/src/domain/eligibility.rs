//! Whether a streamer may have events, from what Twitch says of the channel. Pure.
//!
//! Twitch leaves live channels out now and then, so one look that misses a stream is not "offline"; and what nobody could ask
//! says nothing.

use super::streamer::{Streamer, StreamerStatus};
use kernel::Timestamp;

/// Looks in a row that must miss a stream before it counts as offline.
const ABSENT_MAX: i64 = 2;
/// Seconds for which a streamer may wait to become eligible.
const PENDING_S: i64 = 86_400;
/// The channel does not exist.
const NOT_FOUND: &str = "not_found";

/// What a look at a channel found; none: no such channel.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Observation {
    /// Twitch's number.
    pub twitch_user_id: String,
    /// Its name as its owner writes it.
    pub display_name: String,
    /// How many watch; none: not live.
    pub viewers: Option<i64>,
}

/// The streamer after a look. Who was rejected or banned stays so: an operator's word stands above.
#[must_use]
pub fn observe(
    streamer: &Streamer,
    seen: Option<&Observation>,
    min_viewers: i64,
    now: Timestamp,
) -> Streamer {
    let mut next = streamer.clone();
    if !matches!(streamer.status, StreamerStatus::Ok | StreamerStatus::Pending) {
        return next;
    }
    next.checked_at = Some(now);
    match seen {
        Some(seen) => record_channel(&mut next, seen),
        None => next.absent_polls += 1,
    }
    if next.absent_polls >= ABSENT_MAX || streamer.status == StreamerStatus::Pending {
        next.online = seen.is_some_and(|seen| seen.viewers.is_some());
    }
    if streamer.status == StreamerStatus::Pending {
        judge(&mut next, seen, min_viewers, now);
    }
    next
}

fn record_channel(next: &mut Streamer, seen: &Observation) {
    next.twitch_user_id = Some(seen.twitch_user_id.clone());
    next.display_name.clone_from(&seen.display_name);
    match seen.viewers {
        Some(viewers) => {
            next.viewers = viewers;
            next.online = true;
            next.absent_polls = 0;
        }
        None => next.absent_polls += 1,
    }
}

/// Strictly more viewers than the bar make a streamer eligible; who is below it in the end is rejected.
fn judge(next: &mut Streamer, seen: Option<&Observation>, min_viewers: i64, now: Timestamp) {
    let (status, reason) = match seen.map(|seen| seen.viewers) {
        None => (StreamerStatus::Rejected, Some(NOT_FOUND)),
        Some(Some(viewers)) if viewers > min_viewers => (StreamerStatus::Ok, None),
        Some(Some(_)) => (StreamerStatus::Pending, Some("not_enough_viewers")),
        Some(None) => (StreamerStatus::Pending, Some("offline")),
    };
    let is_late = now >= next.created_at.plus_secs(PENDING_S);
    next.status = match status {
        StreamerStatus::Pending if is_late => StreamerStatus::Rejected,
        status => status,
    };
    next.reason = reason.map(str::to_owned);
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::ids::StreamerId;
    use kernel::UserId;

    const NOW: Timestamp = Timestamp::from_secs(1_000_000);

    fn streamer(status: StreamerStatus) -> Streamer {
        Streamer {
            id: StreamerId(1),
            username: "fox".to_owned(),
            twitch_user_id: None,
            display_name: "fox".to_owned(),
            online: status == StreamerStatus::Ok,
            viewers: 0,
            status,
            reason: None,
            absent_polls: 0,
            added_by: UserId(1),
            checked_at: None,
            created_at: NOW,
        }
    }

    fn seen(viewers: Option<i64>) -> Observation {
        Observation { twitch_user_id: "7".to_owned(), display_name: "Fox".to_owned(), viewers }
    }

    #[test]
    fn a_new_streamer_is_eligible_strictly_above_the_bar() {
        use StreamerStatus::{Ok, Pending, Rejected};
        for (viewers, now, status, reason) in [
            (Some(Some(101)), NOW, Ok, None),
            (Some(Some(100)), NOW, Pending, Some("not_enough_viewers")),
            (Some(None), NOW, Pending, Some("offline")),
            (None, NOW, Rejected, Some("not_found")),
            (Some(Some(100)), NOW.plus_secs(PENDING_S), Rejected, Some("not_enough_viewers")),
            (Some(None), NOW.plus_secs(PENDING_S), Rejected, Some("offline")),
            (Some(Some(500)), NOW.plus_secs(PENDING_S), Ok, None),
        ] {
            let look = viewers.map(seen);
            let next = observe(&streamer(Pending), look.as_ref(), 100, now);
            assert_eq!((next.status, next.reason.as_deref()), (status, reason), "{viewers:?}");
        }
    }

    #[test]
    fn an_eligible_streamer_is_offline_after_two_looks_and_stays_eligible() {
        let live = observe(&streamer(StreamerStatus::Ok), Some(&seen(Some(50))), 100, NOW);
        assert_eq!((live.status, live.online, live.viewers), (StreamerStatus::Ok, true, 50));
        let once = observe(&live, Some(&seen(None)), 100, NOW);
        assert!(once.online, "one look that misses it says little");
        let twice = observe(&once, None, 100, NOW);
        assert_eq!((twice.online, twice.status), (false, StreamerStatus::Ok));
        assert!(observe(&twice, Some(&seen(Some(9))), 100, NOW).online);
    }

    #[test]
    fn an_operators_word_stands_above() {
        for status in [StreamerStatus::Rejected, StreamerStatus::Banned] {
            let before = streamer(status);
            assert_eq!(observe(&before, Some(&seen(Some(9_999))), 100, NOW), before);
        }
    }
}
