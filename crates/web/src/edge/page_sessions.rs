//! Which page session is whose, as far as this node has seen it: so that a signed-in person's pages pay from their own bucket
//! before anything asked the database. Not the truth about sessions: an entry only says which bucket pays.

use kernel::{Timestamp, UserId};
use parking_lot::RwLock;
use std::collections::HashMap;
use std::hash::{BuildHasher, RandomState};

/// Seconds for which a session is known without being seen again by the stall.
const KNOWN_S: i64 = 15 * 60;
/// Sessions known at once, about 6 MB. Beyond it all are forgotten, and each pays by address once more.
const SESSIONS_MAX: usize = 100_000;

#[derive(Debug, Default)]
pub(crate) struct PageSessions {
    keys: [RandomState; 2],
    known: RwLock<HashMap<u128, (UserId, Timestamp)>>,
}

impl PageSessions {
    /// Whose `cookie` is, if that was said within the last quarter of an hour.
    pub fn user_of(&self, cookie: &str, now: Timestamp) -> Option<UserId> {
        let key = self.key(cookie);
        self.known.read().get(&key).filter(|(_, until)| *until > now).map(|(user, _)| *user)
    }

    /// Notes that `cookie` was found to be of `user`.
    pub fn remember(&self, cookie: &str, user: UserId, now: Timestamp) {
        let (key, until) = (self.key(cookie), now.plus_secs(KNOWN_S));
        let mut known = self.known.write();
        if known.len() >= SESSIONS_MAX {
            known.retain(|_, (_, until)| *until > now);
        }
        if known.len() >= SESSIONS_MAX {
            known.clear();
        }
        known.insert(key, (user, until));
    }

    /// 128 keyed bits stand for a cookie, so that no secret is kept.
    fn key(&self, cookie: &str) -> u128 {
        let half = |state: &RandomState| u128::from(state.hash_one(cookie));
        half(&self.keys[0]) << 64 | half(&self.keys[1])
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_session_is_known_for_a_quarter_of_an_hour_and_no_other_is() {
        let (sessions, now) = (PageSessions::default(), Timestamp::from_secs(1_000));
        assert_eq!(sessions.user_of("a", now), None);
        sessions.remember("a", UserId(7), now);
        assert_eq!(sessions.user_of("a", now), Some(UserId(7)));
        assert_eq!(sessions.user_of("b", now), None);
        assert_eq!(sessions.user_of("a", now.plus_secs(KNOWN_S)), None);
    }
}
