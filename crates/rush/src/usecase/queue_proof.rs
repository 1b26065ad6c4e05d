//! The proof of a shuffle: the log of a room without names. `docs/waiting-room.md` describes the file.

use super::queue_keys::hex;
use super::queue_view::queue;
use crate::app::App;
use crate::domain::ids::EventId;
use crate::domain::queue::EventQueue;
use crate::refusals::shuffle_not_yet;
use crate::store::queue_log;
use kernel::{Refusal, TenantId};
use serde::Serialize;
use std::collections::HashMap;
use store::{StoreError, Tx};
use waiting_room::{Entry, Fact, Room, shuffle};

/// The file.
#[derive(Debug, Serialize, utoipa::ToSchema)]
pub struct ShuffleProof {
    format: &'static str,
    event: String,
    opened_at: String,
    commitment: String,
    secret: String,
    contributions: Vec<String>,
    head: String,
    seed: String,
    order: Vec<i64>,
    places: i64,
    released: Vec<i64>,
    left: Vec<i64>,
}

/// The proof of `event`'s room. Errors: 404; 409 `SHUFFLE_NOT_YET`, the room has not opened.
pub async fn run(app: &App, event: EventId, tenant: Option<TenantId>) -> Result<ShuffleProof, Refusal> {
    let queue = queue(&app.catalogue.current(), event, tenant)?;
    let (public, commitment) = (app.public.encode(event), queue.room.commitment());
    let log = app.store.read(move |tx| read(tx, event, &commitment)).await?;
    log.proof(&queue, public).ok_or_else(shuffle_not_yet)
}

/// What a log says, without names.
struct PublicLog {
    room: Room,
    contributions: Vec<String>,
    released: Vec<i64>,
    left: Vec<i64>,
}

fn read(tx: &mut Tx<'_>, event: EventId, commitment: &[u8; 32]) -> Result<PublicLog, StoreError> {
    let mut log = PublicLog {
        room: Room::new(commitment),
        contributions: Vec::new(),
        released: Vec::new(),
        left: Vec::new(),
    };
    let mut waiting: HashMap<i64, i64> = HashMap::new();
    loop {
        let entries = queue_log::after(tx, event, log.room.revision())?;
        if entries.is_empty() {
            return Ok(log);
        }
        for entry in entries {
            log.take_in(&mut waiting, entry);
            log.room.apply(entry).map_err(|fault| StoreError::Corrupt(fault.to_string()))?;
        }
    }
}

impl PublicLog {
    fn take_in(&mut self, waiting: &mut HashMap<i64, i64>, entry: Entry) {
        match entry.fact {
            Fact::Joined { user, place, contribution, .. } => {
                if self.room.opening().is_none() {
                    self.contributions.push(hex(&contribution));
                }
                waiting.insert(user, place);
            }
            Fact::Left { user } => self.left.extend(waiting.remove(&user)),
            Fact::Released { user, .. } => self.released.extend(waiting.remove(&user)),
            Fact::Opened { .. } | Fact::Closed | Fact::Reopened => {}
        }
    }

    fn proof(self, queue: &EventQueue, event: String) -> Option<ShuffleProof> {
        let opening = *self.room.opening()?;
        Some(ShuffleProof {
            format: "fairground-rush-shuffle-1",
            event,
            opened_at: opening.at.rfc3339(),
            commitment: hex(&queue.room.commitment()),
            secret: hex(&queue.room.secret),
            contributions: self.contributions,
            head: hex(self.room.head()),
            seed: hex(&opening.seed),
            order: shuffle::order(&opening.seed, 1..=opening.early),
            places: self.room.places_given(),
            released: self.released,
            left: self.left,
        })
    }
}
