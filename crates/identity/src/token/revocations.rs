//! Whose tokens are over before their time: users switched off, and users whose sessions were all ended.
//!
//! Asked on every request without touching the database. Loaded at start, changed after the commit that caused it,
//! and reloaded now and then for what other nodes changed.

use crate::{SessionId, TokenFault};
use kernel::{Timestamp, TypedId, UserId};
use parking_lot::RwLock;
use std::collections::HashMap;

/// What a user's tokens must reach to be believed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Floor {
    /// No token is.
    Inactive,
    /// Those of this epoch and later.
    Epoch(i64),
}

#[derive(Debug, Clone, Copy)]
struct Entry {
    floor: Floor,
    /// The reload that was the last to begin when this entry was made here.
    since: u64,
}

#[derive(Debug, Default)]
struct Floors {
    entries: HashMap<i64, Entry>,
    /// Families of sessions that were ended, and when.
    families: HashMap<i64, Timestamp>,
    reloads: u64,
}

/// The floors in memory.
#[derive(Debug, Default)]
pub struct Revocations {
    floors: RwLock<Floors>,
}

/// Which reload a list belongs to.
#[derive(Debug, Clone, Copy)]
pub struct Reload(u64);

impl Revocations {
    /// Whether a token of `epoch` of `user` is still believed.
    pub fn check(&self, user: UserId, epoch: i64) -> Result<(), TokenFault> {
        match self.floors.read().entries.get(&user.as_i64()).map(|entry| entry.floor) {
            None => Ok(()),
            Some(Floor::Inactive) => Err(TokenFault::UserIsInactive),
            Some(Floor::Epoch(least)) if epoch < least => Err(TokenFault::TokenWasRevoked),
            Some(Floor::Epoch(_)) => Ok(()),
        }
    }

    /// Whether a token minted in a session of `family` is still believed.
    pub fn check_family(&self, family: SessionId) -> Result<(), TokenFault> {
        let ended = self.floors.read().families.contains_key(&family.as_i64());
        if ended { Err(TokenFault::TokenWasRevoked) } else { Ok(()) }
    }

    /// Ends the tokens of a family; called after the commit that ended it.
    pub fn end_family(&self, family: SessionId, at: Timestamp) {
        self.floors.write().families.insert(family.as_i64(), at);
    }

    /// Adds the families that other nodes ended, and forgets those that ended before `since`.
    pub fn reload_families(&self, ended: Vec<(SessionId, Timestamp)>, since: Timestamp) {
        let mut floors = self.floors.write();
        floors.families.retain(|_, at| *at >= since);
        floors.families.extend(ended.into_iter().map(|(family, at)| (family.as_i64(), at)));
    }

    /// Sets the floor of one user; called after the commit that raised it.
    pub fn set(&self, user: UserId, floor: Floor) {
        let mut floors = self.floors.write();
        let since = floors.reloads;
        floors.entries.insert(user.as_i64(), Entry { floor, since });
    }

    /// Announces a reload. Call it before the list is read: what is set here from now on outlives that list.
    pub fn begin_reload(&self) -> Reload {
        let mut floors = self.floors.write();
        floors.reloads += 1;
        Reload(floors.reloads)
    }

    /// Replaces everything that was known before `reload` began by `list`.
    pub fn finish_reload(&self, reload: Reload, list: Vec<(UserId, Floor)>) {
        let mut floors = self.floors.write();
        floors.entries.retain(|_, entry| entry.since >= reload.0);
        for (user, floor) in list {
            floors.entries.entry(user.as_i64()).or_insert(Entry { floor, since: 0 });
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    const ANN: UserId = UserId(1);
    const BEN: UserId = UserId(2);

    #[test]
    fn an_inactive_user_and_an_ended_epoch_are_refused_by_name() {
        let revocations = Revocations::default();
        assert_eq!(revocations.check(ANN, 0), Ok(()));
        revocations.set(ANN, Floor::Epoch(2));
        assert_eq!(revocations.check(ANN, 1), Err(TokenFault::TokenWasRevoked));
        assert_eq!(revocations.check(ANN, 2), Ok(()));
        revocations.set(ANN, Floor::Inactive);
        assert_eq!(revocations.check(ANN, 9), Err(TokenFault::UserIsInactive));
        assert_eq!(revocations.check(BEN, 0), Ok(()));
    }

    #[test]
    fn an_ended_family_is_over_and_no_other_is_until_it_is_forgotten() {
        let (revocations, now) = (Revocations::default(), Timestamp::from_secs(1_000));
        revocations.end_family(SessionId(7), now);
        assert_eq!(revocations.check_family(SessionId(7)), Err(TokenFault::TokenWasRevoked));
        assert_eq!(revocations.check_family(SessionId(8)), Ok(()));
        revocations.reload_families(vec![(SessionId(8), now)], now);
        assert_eq!(revocations.check_family(SessionId(7)), Err(TokenFault::TokenWasRevoked));
        assert_eq!(revocations.check_family(SessionId(8)), Err(TokenFault::TokenWasRevoked));
        revocations.reload_families(Vec::new(), now.plus_secs(1));
        assert_eq!(revocations.check_family(SessionId(7)), Ok(()));
    }

    #[test]
    fn a_reload_forgets_what_is_gone_and_keeps_what_happened_while_it_read() {
        let revocations = Revocations::default();
        revocations.set(ANN, Floor::Inactive);
        let reload = revocations.begin_reload();
        revocations.set(BEN, Floor::Epoch(3));
        revocations.finish_reload(reload, vec![(BEN, Floor::Epoch(1))]);
        assert_eq!(revocations.check(ANN, 0), Ok(()));
        assert_eq!(revocations.check(BEN, 2), Err(TokenFault::TokenWasRevoked));
    }
}
