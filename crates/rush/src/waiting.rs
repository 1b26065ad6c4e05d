//! The waiting rooms in memory: for each one a fold for whoever appends, and one of what is committed for whoever looks.

use crate::domain::ids::EventId;
use crate::domain::queue::QueueRoom;
use crate::store::queue_log::{self, Head};
use parking_lot::{Mutex, MutexGuard, RwLock, RwLockReadGuard};
use std::collections::{HashMap, HashSet, VecDeque};
use std::sync::Arc;
use store::{Store, StoreError, Tx};
use tokio::sync::{Notify, watch};
use waiting_room::{LogFault, Room};

/// Visitors of an event that are counted; more are more than any threshold.
const CROWD_MAX: usize = 1_000_000;
/// Used passes that are remembered: more than can be good at once.
const USED_MAX: usize = 200_000;
/// Seconds of one of the two spans in which visitors are counted.
const CROWD_SPAN_SECS: i64 = 30;

/// Every room that was touched, by event.
#[derive(Debug)]
pub struct WaitingRooms {
    rooms: RwLock<HashMap<EventId, Arc<WaitingRoom>>>,
    crowds: Mutex<HashMap<EventId, Crowd>>,
    used: Mutex<UsedPasses>,
    appended: Notify,
    changed: watch::Sender<u64>,
}

/// One room.
#[derive(Debug)]
pub struct WaitingRoom {
    event: EventId,
    commitment: [u8; 32],
    /// With what transactions under way have appended. Locked only by who holds the head of the log.
    working: Mutex<Room>,
    /// As of the last commit that was read.
    shown: RwLock<Room>,
    /// One refresh at a time.
    refreshing: tokio::sync::Mutex<()>,
}

impl Default for WaitingRooms {
    fn default() -> Self {
        let changed = watch::Sender::new(0);
        Self {
            rooms: RwLock::default(),
            crowds: Mutex::default(),
            used: Mutex::default(),
            appended: Notify::new(),
            changed,
        }
    }
}

impl WaitingRooms {
    /// The room of an event.
    #[must_use]
    pub fn of(&self, room: &QueueRoom) -> Arc<WaitingRoom> {
        if let Some(known) = self.rooms.read().get(&room.event) {
            return Arc::clone(known);
        }
        let mut rooms = self.rooms.write();
        let fresh = || Arc::new(WaitingRoom::new(room.event, room.commitment()));
        Arc::clone(rooms.entry(room.event).or_insert_with(fresh))
    }

    /// Says that something was appended and committed.
    pub fn nudge(&self) {
        self.appended.notify_one();
    }

    /// Waits for a nudge.
    pub async fn appended(&self) {
        self.appended.notified().await;
    }

    /// Says that what is shown has changed.
    pub fn publish(&self) {
        self.changed.send_modify(|version| *version += 1);
    }

    /// Wakes whenever what is shown of some room has changed.
    #[must_use]
    pub fn watch(&self) -> watch::Receiver<u64> {
        self.changed.subscribe()
    }

    /// Remembers passes that were used on this node: they open no door and pass no limit any more.
    pub fn record_used(&self, passes: impl IntoIterator<Item = i64>) {
        let mut used = self.used.lock();
        passes.into_iter().for_each(|pass| used.record(pass));
    }

    /// Whether a pass is remembered as used.
    #[must_use]
    pub fn was_used(&self, pass: i64) -> bool {
        self.used.lock().known.contains(&pass)
    }

    /// Counts a visitor of `event`; how many different ones there were in the last half to whole minute, on this node.
    pub fn count_visitor(&self, event: EventId, visitor: u64, now: kernel::Timestamp) -> usize {
        let span = now.as_secs().div_euclid(CROWD_SPAN_SECS);
        self.crowds.lock().entry(event).or_default().count(visitor, span)
    }
}

/// The passes that were used last. A hint: what is forgotten is refused by its row.
#[derive(Debug, Default)]
struct UsedPasses {
    known: HashSet<i64>,
    in_order: VecDeque<i64>,
}

impl UsedPasses {
    fn record(&mut self, pass: i64) {
        if self.known.insert(pass) {
            self.in_order.push_back(pass);
        }
        if self.in_order.len() > USED_MAX
            && let Some(oldest) = self.in_order.pop_front()
        {
            self.known.remove(&oldest);
        }
    }
}

/// The visitors of an event in the present span and the one before.
#[derive(Debug, Default)]
struct Crowd {
    span: i64,
    present: HashSet<u64>,
    before: HashSet<u64>,
}

impl Crowd {
    fn count(&mut self, visitor: u64, span: i64) -> usize {
        if span > self.span {
            let gone = std::mem::take(&mut self.present);
            self.before = if span == self.span + 1 { gone } else { HashSet::new() };
            self.span = span;
        }
        if self.present.len() < CROWD_MAX {
            self.present.insert(visitor);
        }
        self.before.difference(&self.present).count() + self.present.len()
    }
}

impl WaitingRoom {
    fn new(event: EventId, commitment: [u8; 32]) -> Self {
        Self {
            event,
            commitment,
            working: Mutex::new(Room::new(&commitment)),
            shown: RwLock::new(Room::new(&commitment)),
            refreshing: tokio::sync::Mutex::default(),
        }
    }

    /// The room as it is in this transaction, for appending: its head stays locked until the transaction ends. Errors: nobody
    /// has set it up.
    pub fn lock(&self, tx: &mut Tx<'_>) -> Result<MutexGuard<'_, Room>, StoreError> {
        let none = || StoreError::Corrupt(format!("event {} has no waiting room's log", self.event.0));
        let head = queue_log::lock(tx, self.event)?.ok_or_else(none)?;
        let mut room = self.working.lock();
        if !is_of(tx, self.event, &room, head)? {
            *room = Room::new(&self.commitment);
        }
        if room.revision() < head.revision {
            follow(tx, self.event, &mut room)?;
        }
        Ok(room)
    }

    /// What is committed, as of the last refresh.
    pub fn shown(&self) -> RwLockReadGuard<'_, Room> {
        self.shown.read()
    }

    /// Brings what is shown up to what is committed. True: it has changed.
    pub async fn refresh(self: &Arc<Self>, store: &Store) -> Result<bool, StoreError> {
        let _turn = self.refreshing.lock().await;
        let mut changed = false;
        loop {
            let (event, revision) = (self.event, self.shown.read().revision());
            let entries = store.read(move |tx| {
                let head = queue_log::head(tx, event)?;
                let is_behind = head.is_some_and(|head| head.revision > revision);
                if is_behind { queue_log::after(tx, event, revision) } else { Ok(Vec::new()) }
            });
            let entries = entries.await?;
            if entries.is_empty() {
                return Ok(changed);
            }
            changed = true;
            let mut room = self.shown.write();
            entries.into_iter().try_for_each(|entry| room.apply(entry)).map_err(broken)?;
        }
    }
}

/// Whether `room` is a fold of the beginning of this log. What was appended in a transaction that was rolled back is not.
fn is_of(tx: &mut Tx<'_>, event: EventId, room: &Room, head: Head) -> Result<bool, StoreError> {
    let known = Head { revision: room.revision(), last_id: room.last_id() };
    if known == head || known.revision == 0 {
        return Ok(true);
    }
    Ok(known.revision < head.revision && queue_log::id_at(tx, event, known.revision)? == Some(known.last_id))
}

fn follow(tx: &mut Tx<'_>, event: EventId, room: &mut Room) -> Result<(), StoreError> {
    loop {
        let entries = queue_log::after(tx, event, room.revision())?;
        if entries.is_empty() {
            return Ok(());
        }
        entries.into_iter().try_for_each(|entry| room.apply(entry)).map_err(broken)?;
    }
}

fn broken(fault: LogFault) -> StoreError {
    StoreError::Corrupt(fault.to_string())
}

#[cfg(test)]
mod tests {
    use super::*;
    use kernel::Timestamp;

    #[test]
    fn visitors_are_counted_once_and_forgotten_after_a_minute() {
        let rooms = WaitingRooms::default();
        let count = |visitor, second| rooms.count_visitor(EventId(1), visitor, Timestamp::from_secs(second));
        assert_eq!((count(1, 0), count(1, 1), count(2, 29)), (1, 1, 2));
        assert_eq!((count(2, 30), count(3, 59)), (2, 3), "who came in the last span counts, once");
        assert_eq!(count(4, 60), 3, "one is gone");
        assert_eq!(count(5, 200), 1);
    }
}
