//! Reading and changing how an event's waiting room works, while people wait. Making one draws the secret of its shuffle.

use super::{catalogue_write, event_lock};
use crate::app::App;
use crate::domain::catalogue_refusal::{CatalogueRefusal, Noun};
use crate::domain::ids::EventId;
use crate::domain::queue::QueueRoom;
use crate::domain::role;
use crate::store::{queue_log, queue_rooms};
use kernel::{Actor, Refusal};
use waiting_room::{Mode, RoomSettings};

/// What to change; what is not named stays.
#[derive(Debug, Clone, Default)]
pub struct QueueChange {
    /// Whether there is a room.
    pub mode: Option<Mode>,
    /// People at once above which an automatic room begins.
    pub threshold: Option<i64>,
    /// Passes at a time.
    pub batch: Option<i64>,
    /// Milliseconds between two times.
    pub interval_ms: Option<i64>,
    /// Passes that may be out unused.
    pub concurrent_max: Option<i64>,
    /// Seconds of a pass.
    pub pass_ttl_secs: Option<i64>,
    /// People who may wait.
    pub size_max: Option<i64>,
    /// People who may wait from one address.
    pub per_address_max: Option<i64>,
    /// Bits of work.
    pub work_bits: Option<i64>,
}

impl QueueChange {
    fn apply(&self, old: RoomSettings) -> RoomSettings {
        RoomSettings {
            mode: self.mode.unwrap_or(old.mode),
            threshold: self.threshold.unwrap_or(old.threshold),
            batch: self.batch.unwrap_or(old.batch),
            interval_ms: self.interval_ms.unwrap_or(old.interval_ms),
            concurrent_max: self.concurrent_max.unwrap_or(old.concurrent_max),
            pass_ttl_secs: self.pass_ttl_secs.unwrap_or(old.pass_ttl_secs),
            size_max: self.size_max.unwrap_or(old.size_max),
            per_address_max: self.per_address_max.unwrap_or(old.per_address_max),
            work_bits: self.work_bits.unwrap_or(old.work_bits),
        }
    }
}

/// The room of an event, for its admins and its organizer; the defaults where there is none yet.
pub fn get(app: &App, actor: Actor, event: EventId) -> Result<(RoomSettings, Option<QueueRoom>), Refusal> {
    let snapshot = app.catalogue.current();
    let no_event = || Refusal::from(CatalogueRefusal::ThereIsNoSuch(Noun::Event));
    let tenant = crate::domain::event::may_create(actor)?;
    let found = snapshot.event(event).filter(|event| event.tenant == tenant).ok_or_else(no_event)?;
    found.may_be_changed_by(actor)?;
    let room = snapshot.queue(event).map(|queue| queue.room.clone());
    Ok((room.as_ref().map_or_else(RoomSettings::default, |room| room.settings), room))
}

/// Changes a room, or makes it. It holds from this commit on, on every node. Only admins may.
pub async fn change(
    app: &App,
    actor: Actor,
    event: EventId,
    asked: QueueChange,
) -> Result<QueueRoom, Refusal> {
    if !role::may_administer(actor.role) {
        return Err(CatalogueRefusal::RoleDoesNotAllowIt.into());
    }
    let mut secret = [0; 32];
    getrandom::fill(&mut secret).map_err(Refusal::internal)?;
    let changed = catalogue_write::run(app, move |tx, change| {
        let of_event = event_lock::event(tx, actor, event)?;
        let fresh = QueueRoom {
            tenant: of_event.tenant,
            event,
            settings: RoomSettings::default(),
            secret,
            crowded_at: None,
            updated_at: change.now,
        };
        let mut room = queue_rooms::find(tx, of_event.tenant, event)?.unwrap_or(fresh);
        let before = room.settings.mode;
        room.settings = asked.apply(room.settings);
        room.settings.check().map_err(|fault| {
            Refusal::field(fault.name, &format!("must be {} to {}", fault.min, fault.max))
        })?;
        if room.settings.mode != before {
            room.crowded_at = None;
        }
        room.updated_at = change.now;
        queue_rooms::save(tx, &room)?;
        queue_log::begin(tx, event)?;
        change.enqueue_of_event("event.queue_changed", &of_event);
        Ok(room)
    });
    changed.await
}
