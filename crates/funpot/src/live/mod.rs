//! Events that take votes, in memory: what `/api/events/live` shows and what sockets are sent. Never the truth: losing it costs a
//! reading of the tables.

pub mod asyncapi;
pub mod frames;

use crate::domain::event::{PotEvent, Tally};
use crate::domain::ids::{EventId, StreamerId};
use parking_lot::{Mutex, RwLock};
use std::collections::{BTreeMap, HashMap};
use std::sync::Arc;

/// One event.
#[derive(Debug)]
pub struct LiveEvent {
    /// Its row as it was when it was read: terms that never change, and a closing that may have been moved since.
    pub event: PotEvent,
    /// Which prompts it came from, a JSON object.
    pub prompt_versions: String,
    counts: Mutex<Counts>,
    voters: RwLock<HashMap<i64, usize>>,
}

/// How many have voted for what.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Counts {
    /// The number of the last vote that is counted.
    pub seq: i64,
    /// By choice.
    pub tallies: Vec<Tally>,
    /// Whether it changed since it was last published.
    is_dirty: bool,
}

impl LiveEvent {
    /// The counts now.
    #[must_use]
    pub fn counts(&self) -> Counts {
        self.counts.lock().clone()
    }

    /// What a user voted for.
    #[must_use]
    pub fn vote_of(&self, user: i64) -> Option<usize> {
        self.voters.read().get(&user).copied()
    }

    /// The counts, if they changed since the last call.
    pub fn take_changed(&self) -> Option<Counts> {
        let mut counts = self.counts.lock();
        std::mem::take(&mut counts.is_dirty).then(|| counts.clone())
    }
}

/// All of them.
#[derive(Debug, Default)]
pub struct LiveEvents {
    events: RwLock<BTreeMap<i64, Arc<LiveEvent>>>,
}

impl LiveEvents {
    /// Takes an event in, or anew: a closing that was moved. What is known of its votes stays where it is newer.
    pub fn insert(
        &self,
        event: PotEvent,
        prompt_versions: String,
        voters: impl IntoIterator<Item = (i64, usize)>,
    ) {
        let counts = Counts { seq: event.votes, tallies: event.tallies.clone(), is_dirty: true };
        let id = event.id.0;
        let fresh = LiveEvent {
            event,
            prompt_versions,
            counts: Mutex::new(counts),
            voters: RwLock::new(voters.into_iter().collect()),
        };
        let mut events = self.events.write();
        if let Some(before) = events.get(&id) {
            let known = before.counts();
            if known.seq > fresh.counts.lock().seq {
                *fresh.counts.lock() = known;
            }
            let mut voters = fresh.voters.write();
            before.voters.read().iter().for_each(|(user, option)| {
                voters.insert(*user, *option);
            });
        }
        events.insert(id, Arc::new(fresh));
    }

    /// Counts a vote after which the tallies are these. An older one changes no tallies; twice is the same as once.
    pub fn count(&self, event: EventId, seq: i64, (user, option): (i64, usize), tallies: &[Tally]) {
        let Some(live) = self.get(event) else { return };
        live.voters.write().insert(user, option);
        let mut counts = live.counts.lock();
        if seq > counts.seq {
            *counts = Counts { seq, tallies: tallies.to_vec(), is_dirty: true };
        }
    }

    /// Lets an event go.
    pub fn remove(&self, event: EventId) -> Option<Arc<LiveEvent>> {
        self.events.write().remove(&event.0)
    }

    /// The event, if it takes votes as far as this node knows.
    #[must_use]
    pub fn get(&self, event: EventId) -> Option<Arc<LiveEvent>> {
        self.events.read().get(&event.0).cloned()
    }

    /// Those of a streamer, oldest first.
    #[must_use]
    pub fn of_streamer(&self, streamer: StreamerId) -> Vec<Arc<LiveEvent>> {
        let events = self.events.read();
        events.values().filter(|live| live.event.streamer == streamer).cloned().collect()
    }

    /// All of them.
    #[must_use]
    pub fn all(&self) -> Vec<Arc<LiveEvent>> {
        self.events.read().values().cloned().collect()
    }
}
