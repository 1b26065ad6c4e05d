//! Which keys may have been used before, as far as one process knows by itself.
//!
//! Each kind of key is declared with how long its keys stand. What is surely new is not looked up; the rest is asked of the
//! locators. Only what one process alone writes can be known this way: on PostgreSQL nothing is ever surely new.

use super::filter::{KnownKeys, RecentKeys};
use crate::locator::{self, Kind, Locators, Place};
use crate::{Backend, Flight, Store, StoreError, Tx};
use kernel::{IdSource, Timestamp};

/// Rows read at a time; each turn is a few milliseconds of one reader.
const ROWS: i64 = 20_000;

/// How long a key stands for what it made.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Lifetime {
    /// For ever: money moved.
    Forever,
    /// For so many seconds at least; afterwards nobody can use the key any more.
    Seconds(i64),
}

/// One kind of key.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct KeyKind {
    /// Under which its locators are found.
    pub number: Kind,
    /// How long its keys stand.
    pub lifetime: Lifetime,
}

/// What a page of recent rows has used.
#[derive(Debug, Default)]
pub struct RecentPage {
    /// The number of its last row; none: there are no more.
    pub last: Option<i64>,
    /// The places.
    pub places: Vec<Place>,
}

/// The keys of one stall's hot verbs.
#[derive(Debug)]
pub struct Keys {
    kinds: Box<[KeyKind]>,
    forever: KnownKeys,
    recent: Option<RecentKeys>,
}

impl Keys {
    /// Knows nothing yet. 16 MiB, and as much again when a kind stands for a while only.
    #[must_use]
    pub fn new(kinds: &[KeyKind]) -> Self {
        let periods = kinds.iter().filter_map(|kind| match kind.lifetime {
            Lifetime::Forever => None,
            Lifetime::Seconds(seconds) => Some(seconds),
        });
        Self {
            kinds: kinds.into(),
            forever: KnownKeys::default(),
            recent: periods.max().map(RecentKeys::new),
        }
    }

    /// Whether `owner` surely has nothing under this key. Never of a kind that was not declared.
    #[must_use]
    pub fn surely_new(&self, owner: i64, kind: Kind, key: i64) -> bool {
        match self.lifetime(kind) {
            None => false,
            Some(Lifetime::Forever) => self.forever.surely_new(owner, kind, key),
            Some(Lifetime::Seconds(_)) => self.surely_not_recent(owner, kind, key),
        }
    }

    /// Whether `owner` surely made nothing under this key in the shorter time that the stall's passing kinds stand.
    #[must_use]
    pub fn surely_not_recent(&self, owner: i64, kind: Kind, key: i64) -> bool {
        self.recent.as_ref().is_some_and(|recent| recent.surely_new(owner, kind, key))
    }

    /// Looks up all that is not surely new, in one statement; the answers in the order of the questions.
    pub fn find(&self, tx: &mut Tx<'_>, questions: &Locators) -> Result<Vec<Option<i64>>, StoreError> {
        questions.find_unless(tx, |owner, kind, key| self.surely_new(owner, kind, key))
    }

    /// The same, together with other questions.
    pub fn query<'f>(
        &self,
        flight: &mut Flight<'_, '_, 'f>,
        questions: &Locators,
        found: &'f mut Vec<Option<i64>>,
    ) -> Result<(), StoreError> {
        questions.query_unless(flight, |owner, kind, key| self.surely_new(owner, kind, key), found)
    }

    /// Records a key as used. Doing so before its commit is harmless; a kind that was not declared is not recorded.
    pub fn record(&self, owner: i64, kind: Kind, key: i64) {
        let Some(lifetime) = self.lifetime(kind) else { return };
        if lifetime == Lifetime::Forever {
            self.forever.record(owner, kind, key);
        }
        if let Some(recent) = &self.recent {
            recent.record(owner, kind, key);
        }
    }

    /// Lets what is no longer recent go. One thread alone calls this, before it records what is new at `now`.
    pub(super) fn turn(&self, now: Timestamp) {
        if let Some(recent) = &self.recent {
            recent.turn(now);
        }
    }

    /// Learns every key that stands for ever; run it beside the first requests. Does nothing on an engine that other processes
    /// write too.
    pub async fn learn(&self, store: &Store) -> Result<(), StoreError> {
        if store.backend() != Backend::Sqlite {
            return Ok(());
        }
        let mut last = Some((i64::MIN, i64::MIN, i64::MIN));
        while let Some(from) = last {
            let places: Vec<Place> = store.read(move |tx| locator::after(tx, from, ROWS)).await?;
            let ours = places.iter().filter(|(_, kind, _)| self.lifetime(*kind) == Some(Lifetime::Forever));
            ours.for_each(|(owner, kind, key)| self.forever.record(*owner, *kind, *key));
            last = places.last().copied();
        }
        self.forever.set_complete();
        Ok(())
    }

    /// Learns what was used so recently that it still stands: `page` reads at most so many rows with larger numbers than one, in
    /// their order. Does nothing on an engine that other processes write too.
    pub async fn learn_recent<F>(&self, store: &Store, now: Timestamp, page: F) -> Result<(), StoreError>
    where
        F: Fn(&mut Tx<'_>, i64, i64) -> Result<RecentPage, StoreError> + Copy + Send + 'static,
    {
        let Some(recent) = self.recent.as_ref().filter(|_| store.backend() == Backend::Sqlite) else {
            return Ok(());
        };
        let mut after = IdSource::first_of(now.plus_secs(-recent.period_s()));
        loop {
            let read = store.read(move |tx| page(tx, after, ROWS)).await?;
            read.places.iter().for_each(|(owner, kind, key)| recent.record(*owner, *kind, *key));
            match read.last {
                Some(last) => after = last,
                None => break,
            }
        }
        recent.set_complete();
        Ok(())
    }

    fn lifetime(&self, kind: Kind) -> Option<Lifetime> {
        self.kinds.iter().find(|declared| declared.number == kind).map(|declared| declared.lifetime)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_kind_that_was_not_declared_is_always_looked_up() {
        let keys = Keys::new(&[KeyKind { number: 1, lifetime: Lifetime::Forever }]);
        keys.forever.set_complete();
        assert!(keys.surely_new(1, 1, 1));
        assert!(!keys.surely_new(1, 2, 1));
        keys.record(1, 1, 1);
        assert!(!keys.surely_new(1, 1, 1));
        assert!(!keys.surely_not_recent(1, 1, 2), "nothing passes here: nothing is known to be old");
    }

    #[test]
    fn keys_that_stand_for_ever_outlive_those_that_pass() {
        let at = |second: i64| Timestamp::from_micros(second * 1_000_000);
        let kinds = [(1, Lifetime::Forever), (2, Lifetime::Seconds(60))];
        let keys = Keys::new(&kinds.map(|(number, lifetime)| KeyKind { number, lifetime }));
        keys.forever.set_complete();
        keys.recent.as_ref().expect("a kind passes").set_complete();
        keys.turn(at(0));
        [1, 2].into_iter().for_each(|kind| keys.record(5, kind, 9));
        assert!([1, 2].into_iter().all(|kind| !keys.surely_new(5, kind, 9)));
        assert!(!keys.surely_not_recent(5, 1, 9));
        [61, 122].into_iter().for_each(|second| keys.turn(at(second)));
        assert!(!keys.surely_new(5, 1, 9) && keys.surely_new(5, 2, 9) && keys.surely_not_recent(5, 1, 9));
    }
}
