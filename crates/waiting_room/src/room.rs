//! The room in memory: the fold of its log.

use crate::entry::{Entry, Fact};
use crate::shuffle::{self, Hash};
use cluster::{LocalSortedQueue, SortedQueue};
use kernel::Timestamp;
use std::collections::{HashMap, VecDeque};

/// Seconds of releases that are remembered for the estimate.
pub(crate) const RECENT_SECS: i64 = 60;
/// What the scores of the shuffled begin with: they stand before every later place.
const SHUFFLED: i64 = i64::MIN;

/// Somebody's place.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Place {
    /// 1, 2, 3 … in the order of joining.
    pub number: i64,
    /// When it was taken.
    pub joined_at: Timestamp,
    /// What stands for the address.
    pub address: i64,
    /// Waiting, or with a pass.
    pub state: PlaceState,
}

/// What became of a place.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum PlaceState {
    /// The turn is still to come.
    Waiting,
    /// The turn came.
    Released {
        /// The pass's number.
        pass: i64,
        /// When it ends.
        until: Timestamp,
    },
}

/// The moment at which those who had come were shuffled.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Opening {
    /// When.
    pub at: Timestamp,
    /// Places 1 to this number were in the shuffle.
    pub early: i64,
    /// What the order followed from.
    pub seed: Hash,
}

/// The log is not the one this room is a fold of.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("revision {found} of a room's log came after {known}")]
pub struct LogFault {
    /// What the room has seen.
    pub known: i64,
    /// What came.
    pub found: i64,
}

/// A room after some revision of its log.
#[derive(Debug)]
pub struct Room {
    revision: i64,
    last_id: i64,
    places: HashMap<i64, Place>,
    queue: LocalSortedQueue,
    places_given: i64,
    head: Hash,
    /// Who waits for the shuffle, by place.
    early: Vec<(i64, i64)>,
    opening: Option<Opening>,
    is_closed: bool,
    released: i64,
    last_release_at: Option<Timestamp>,
    /// Seconds of the longest pass that was given out.
    longest_pass_secs: i64,
    /// Releases of the last minute, oldest first.
    recent: VecDeque<(Timestamp, i64)>,
    of_address: HashMap<i64, i64>,
}

impl Room {
    /// A room that nobody has joined, of this commitment.
    #[must_use]
    pub fn new(commitment: &Hash) -> Self {
        Self {
            revision: 0,
            last_id: 0,
            places: HashMap::new(),
            queue: LocalSortedQueue::new(),
            places_given: 0,
            head: shuffle::first_head(commitment),
            early: Vec::new(),
            opening: None,
            is_closed: false,
            released: 0,
            last_release_at: None,
            longest_pass_secs: 0,
            recent: VecDeque::new(),
            of_address: HashMap::new(),
        }
    }

    /// Appends a fact: the entry that must be saved.
    pub fn append(&mut self, id: i64, at: Timestamp, fact: Fact) -> Entry {
        let entry = Entry { revision: self.revision + 1, id, at, fact };
        self.follow(entry);
        entry
    }

    /// Takes in the next entry of the log; one that was seen already changes nothing. Errors: there is a gap.
    pub fn apply(&mut self, entry: Entry) -> Result<(), LogFault> {
        if entry.revision <= self.revision {
            return Ok(());
        }
        if entry.revision != self.revision + 1 {
            return Err(LogFault { known: self.revision, found: entry.revision });
        }
        self.follow(entry);
        Ok(())
    }

    fn follow(&mut self, entry: Entry) {
        (self.revision, self.last_id) = (entry.revision, entry.id);
        match entry.fact {
            Fact::Joined { user, place, contribution, address } => {
                if self.opening.is_none() {
                    self.head = shuffle::next_head(&self.head, place, &contribution);
                    self.early.push((place, user));
                }
                self.places_given = place;
                self.sit_down(
                    user,
                    Place { number: place, joined_at: entry.at, address, state: PlaceState::Waiting },
                );
            }
            Fact::Left { user } => self.stand_up(user),
            Fact::Opened { seed } => self.open(entry.at, seed),
            Fact::Released { user, until } => self.release(user, entry.id, entry.at, until),
            Fact::Closed => self.is_closed = true,
            Fact::Reopened => self.is_closed = false,
        }
    }

    fn sit_down(&mut self, user: i64, place: Place) {
        self.places.insert(user, place);
        self.queue.insert(user, place.number);
        *self.of_address.entry(place.address).or_default() += 1;
    }

    fn stand_up(&mut self, user: i64) {
        if let Some(place) = self.places.remove(&user)
            && self.queue.remove(user)
        {
            self.vacate(place.address);
        }
    }

    fn vacate(&mut self, address: i64) {
        if let Some(count) = self.of_address.get_mut(&address) {
            *count -= 1;
            if *count <= 0 {
                self.of_address.remove(&address);
            }
        }
    }

    fn open(&mut self, at: Timestamp, seed: Hash) {
        let early = std::mem::take(&mut self.early);
        self.opening = Some(Opening { at, early: self.places_given, seed });
        let user_at: HashMap<i64, i64> = early.iter().copied().collect();
        for (score, place) in (SHUFFLED..).zip(shuffle::order(&seed, 1..=self.places_given)) {
            let holder = user_at.get(&place).filter(|user| {
                self.places
                    .get(user)
                    .is_some_and(|held| held.number == place && held.state == PlaceState::Waiting)
            });
            if let Some(user) = holder {
                self.queue.remove(*user);
                self.queue.insert(*user, score);
            }
        }
    }

    fn release(&mut self, user: i64, pass: i64, at: Timestamp, until: Timestamp) {
        if let Some(place) = self.places.get_mut(&user) {
            place.state = PlaceState::Released { pass, until };
            let address = place.address;
            if self.queue.remove(user) {
                self.vacate(address);
            }
        }
        self.released += 1;
        self.last_release_at = Some(at);
        self.longest_pass_secs = self.longest_pass_secs.max(at.secs_until(until) + 1);
        match self.recent.back_mut() {
            Some((last, count)) if *last == at => *count += 1,
            _ => self.recent.push_back((at, 1)),
        }
        while self.recent.front().is_some_and(|(oldest, _)| oldest.plus_secs(RECENT_SECS) < at) {
            self.recent.pop_front();
        }
    }

    /// The revision it stands at; 0 before the first entry.
    #[must_use]
    pub const fn revision(&self) -> i64 {
        self.revision
    }

    /// The id of the last entry.
    #[must_use]
    pub const fn last_id(&self) -> i64 {
        self.last_id
    }

    /// Somebody's place, waiting or released.
    #[must_use]
    pub fn place(&self, user: i64) -> Option<&Place> {
        self.places.get(&user)
    }

    /// How many wait before `user`; none: `user` does not wait.
    #[must_use]
    pub fn ahead(&self, user: i64) -> Option<usize> {
        self.queue.rank(user)
    }

    /// How many wait.
    #[must_use]
    pub fn waiting(&self) -> usize {
        self.queue.len()
    }

    /// How many wait from an address.
    #[must_use]
    pub fn waiting_from(&self, address: i64) -> i64 {
        self.of_address.get(&address).copied().unwrap_or(0)
    }

    /// Who comes next.
    #[must_use]
    pub fn next(&self, count: usize) -> Vec<i64> {
        self.queue.first(count)
    }

    /// The number of the last place that was given.
    #[must_use]
    pub const fn places_given(&self) -> i64 {
        self.places_given
    }

    /// The head of the contributions so far; after the opening the one the seed was made of.
    #[must_use]
    pub const fn head(&self) -> &Hash {
        &self.head
    }

    /// When and how it opened.
    #[must_use]
    pub const fn opening(&self) -> Option<&Opening> {
        self.opening.as_ref()
    }

    /// Whether it closed because nothing is left.
    #[must_use]
    pub const fn is_closed(&self) -> bool {
        self.is_closed
    }

    /// Passes given out so far.
    #[must_use]
    pub const fn released(&self) -> i64 {
        self.released
    }

    /// When the last pass was given out.
    #[must_use]
    pub const fn last_release_at(&self) -> Option<Timestamp> {
        self.last_release_at
    }

    /// Seconds of the longest pass so far: what was given out before that is over.
    #[must_use]
    pub const fn longest_pass_secs(&self) -> i64 {
        self.longest_pass_secs
    }

    /// Releases since `from`, and the first of them that is remembered.
    pub(crate) fn released_since(&self, from: Timestamp) -> (i64, Option<Timestamp>) {
        let since = self.recent.iter().filter(|(at, _)| *at >= from);
        (since.map(|(_, count)| count).sum(), self.recent.front().map(|(at, _)| *at))
    }
}
