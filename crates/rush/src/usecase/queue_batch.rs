//! The writer's side of joining waiting rooms: every room of a batch is locked once, and each join is decided on it in turn.

use crate::catalogue::Catalogue;
use crate::domain::catalogue::Snapshot;
use crate::domain::ids::EventId;
use crate::domain::queue::EventQueue;
use crate::store::{queue_log, queue_passes};
use crate::waiting::WaitingRooms;
use kernel::{Clock, IdSource, TenantId, Timestamp, UserId};
use std::collections::BTreeMap;
use std::sync::Arc;
use store::{BatchHandler, StoreError, Tx};
use waiting_room::{
    CONTRIBUTION_BYTES, Entry, JoinRefusal, JoinRequest, JoinTerms, Joined, Place, PlaceState, Room, join,
    open_if_due,
};

/// Who wants a place where.
#[derive(Debug, Clone, Copy)]
pub struct JoinCommand {
    /// Who.
    pub user: UserId,
    /// Of which tenant; none: a global customer.
    pub tenant: Option<TenantId>,
    /// Where.
    pub event: EventId,
    /// What stands for their address.
    pub address: i64,
    /// What they add to the seed.
    pub contribution: [u8; CONTRIBUTION_BYTES],
}

/// A place as it is when it is given or asked for again.
#[derive(Debug, Clone, Copy)]
pub struct GivenPlace {
    /// The place.
    pub place: Place,
    /// How many wait before it.
    pub ahead: usize,
    /// The head of the contributions, the own one included.
    pub head: [u8; 32],
    /// Whether it was given now.
    pub is_new: bool,
}

/// Why nobody joined: there is no such event, or the room says so.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum NotJoined {
    /// No such event for this caller.
    EventNotFound,
    /// The room's word.
    Refused(JoinRefusal),
}

/// Decides batches of joins.
pub struct JoinHandler {
    pub(crate) catalogue: Arc<Catalogue>,
    pub(crate) waiting: Arc<WaitingRooms>,
    pub(crate) ids: Arc<IdSource>,
    pub(crate) clock: Arc<dyn Clock>,
}

/// What a join came to.
pub type JoinOutcome = Result<GivenPlace, NotJoined>;

impl BatchHandler for JoinHandler {
    type Command = JoinCommand;
    type Outcome = JoinOutcome;

    fn verb(&self) -> &'static str {
        "queue_join"
    }

    fn handle(&self, tx: &mut Tx<'_>, commands: &[&JoinCommand]) -> Result<Vec<JoinOutcome>, StoreError> {
        let snapshot = self.catalogue.fresh(tx)?;
        // Rooms in the order of their numbers, so that two nodes never wait for each other crosswise.
        let mut by_event: BTreeMap<EventId, Vec<usize>> = BTreeMap::new();
        for (at, command) in commands.iter().enumerate() {
            by_event.entry(command.event).or_default().push(at);
        }
        let mut outcomes = vec![Err(NotJoined::EventNotFound); commands.len()];
        for (event, members) in by_event {
            let joins: Vec<_> = members.iter().map(|at| commands[*at]).collect();
            let of_room = self.join_all(tx, &snapshot, event, &joins)?;
            members.into_iter().zip(of_room).for_each(|(at, outcome)| outcomes[at] = outcome);
        }
        Ok(outcomes)
    }

    fn committed(&self, _: &[JoinOutcome]) {
        self.waiting.nudge();
    }
}

impl JoinHandler {
    /// The joins of one room.
    fn join_all(
        &self,
        tx: &mut Tx<'_>,
        snapshot: &Snapshot,
        event: EventId,
        commands: &[&JoinCommand],
    ) -> Result<Vec<JoinOutcome>, StoreError> {
        let Some(queue) = snapshot.queue(event) else {
            let known = snapshot.event(event).is_some();
            let refusal = NotJoined::Refused(JoinRefusal::RoomIsNotOpen);
            return Ok(vec![Err(if known { refusal } else { NotJoined::EventNotFound }); commands.len()]);
        };
        let waiting = self.waiting.of(&queue.room);
        let mut room = waiting.lock(tx)?;
        // Only now: the lock may have been waited for, and who comes late is late by when it was decided.
        let now = self.clock.now();
        let mut entries = Vec::with_capacity(commands.len());
        if queue.is_on(now) {
            let id = || self.ids.next(now);
            entries.extend(open_if_due(&mut room, &queue.room.secret, queue.opens_at, now, id));
        }
        let mut outcomes = Vec::with_capacity(commands.len());
        for command in commands {
            outcomes.push(self.join_one(tx, (&mut room, &mut entries), queue, command, now)?);
        }
        queue_log::append(tx, event, &entries)?;
        Ok(outcomes)
    }

    fn join_one(
        &self,
        tx: &mut Tx<'_>,
        (room, entries): (&mut Room, &mut Vec<Entry>),
        queue: &EventQueue,
        command: &JoinCommand,
        now: Timestamp,
    ) -> Result<JoinOutcome, StoreError> {
        if command.tenant.is_some_and(|tenant| tenant != queue.room.tenant) {
            return Ok(Err(NotJoined::EventNotFound));
        }
        let (user, settings) = (command.user.0, &queue.room.settings);
        let request = JoinRequest {
            user,
            address: command.address,
            contribution: command.contribution,
            pass_is_used: pass_is_used(tx, room, user, now)?,
        };
        let terms = JoinTerms {
            is_on: queue.is_on(now),
            size_max: settings.size_max,
            per_address_max: settings.per_address_max,
        };
        let is_new = match join(room, &request, terms, now) {
            Ok(Joined::Already(_)) => false,
            Ok(Joined::New(fact)) => {
                entries.push(room.append(self.ids.next(now), now, fact));
                true
            }
            Err(refusal) => return Ok(Err(NotJoined::Refused(refusal))),
        };
        let place =
            room.place(user).copied().ok_or_else(|| StoreError::Corrupt("a join without a place".into()))?;
        Ok(Ok(GivenPlace { place, ahead: room.ahead(user).unwrap_or(0), head: *room.head(), is_new }))
    }
}

/// Whether the good pass that somebody has was used. Most have none, and nothing is read.
fn pass_is_used(tx: &mut Tx<'_>, room: &Room, user: i64, now: Timestamp) -> Result<bool, StoreError> {
    match room.place(user).map(|place| place.state) {
        Some(PlaceState::Released { pass, until }) if until > now => {
            Ok(queue_passes::find(tx, pass)?.is_none_or(|pass| pass.booking.is_some()))
        }
        _ => Ok(false),
    }
}
