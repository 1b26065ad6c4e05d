//! Waiting rooms: the log is whole, turns came in its order, and a pass was used once.

use crate::claim::Claim;
use crate::fault::CheckFault;
use crate::source::{Row, Source};
use sha2::{Digest, Sha256};
use std::collections::{BTreeSet, HashMap, HashSet};

/// The claims about waiting rooms.
pub(super) fn claims(source: &mut Source) -> Result<Vec<Claim>, CheckFault> {
    let (mut found, turns) = rooms(source)?;
    found.push(passes(source, &turns)?);
    Ok(found)
}

/// A room while its log is read.
struct Room {
    event: i64,
    revision: i64,
    secret: Vec<u8>,
    head: [u8; 32],
    is_open: bool,
    /// Users by place, of those who came early.
    early: Vec<i64>,
    places: HashMap<i64, i64>,
    /// Who waits, by the place in the order.
    waiting: BTreeSet<(i64, i64)>,
}

impl Room {
    fn new(event: i64, secret: Vec<u8>) -> Self {
        let commitment = hash(&[b"fairground shuffle secret 1\n", &secret]);
        let head = hash(&[b"fairground shuffle contributions 1\n", &commitment]);
        let (early, places, waiting) = (Vec::new(), HashMap::new(), BTreeSet::new());
        Self { event, revision: 0, secret, head, is_open: false, early, places, waiting }
    }

    fn joined(&mut self, user: i64, place: i64, contribution: &[u8]) {
        if !self.is_open {
            self.head = hash(&[&self.head, &place.to_be_bytes(), contribution]);
            self.early.push(user);
        }
        self.places.insert(user, place);
        self.waiting.insert((place, user));
    }

    /// Puts those who came early into their order. False: the seed is not the one that follows from the log.
    fn opened(&mut self, seed: &[u8]) -> bool {
        let follows = hash(&[b"fairground shuffle seed 1\n", &self.secret, &self.head]) == *seed;
        let mut keyed: Vec<_> = (1_i64..)
            .zip(&self.early)
            .map(|(place, user)| {
                (hash(&[b"fairground shuffle key 1\n", seed, &place.to_be_bytes()]), place, *user)
            })
            .collect();
        keyed.sort_unstable();
        for (position, (_, place, user)) in (i64::MIN..).zip(keyed) {
            if self.waiting.remove(&(place, user)) {
                self.waiting.insert((position, user));
                self.places.insert(user, position);
            }
        }
        let first = !std::mem::replace(&mut self.is_open, true);
        follows && first
    }

    fn left(&mut self, user: i64) {
        if let Some(place) = self.places.remove(&user) {
            self.waiting.remove(&(place, user));
        }
    }

    /// False: somebody else was next.
    fn released(&mut self, user: i64) -> bool {
        let is_next = self.waiting.first().is_some_and(|(_, next)| *next == user);
        self.left(user);
        is_next
    }
}

/// Owner and event of every turn, by its number.
type Turns = HashMap<i64, [i64; 2]>;

fn rooms(source: &mut Source) -> Result<(Vec<Claim>, Turns), CheckFault> {
    let mut turns = Turns::new();
    let mut whole = Claim::new("every waiting room's log is whole, up to its head");
    let mut order = Claim::new("turns come in the order of the shuffle, then of joining");
    let sql = "SELECT l.event_id, l.revision, l.kind, l.user_id, l.number, l.data, r.secret, h.revision, l.id
               FROM queue_log l JOIN queue_rooms r ON r.event_id = l.event_id JOIN queue_heads h ON h.event_id = l.event_id
               ORDER BY l.event_id, l.revision";
    let mut room: Option<Room> = None;
    source.for_each(sql, |row| {
        let (event, revision) = (row.int(0)?, row.int(1)?);
        if room.as_ref().is_none_or(|room| room.event != event) {
            room = Some(Room::new(event, row.blob(6)?.to_vec()));
        }
        let Some(room) = room.as_mut() else { return Ok(()) };
        let follows = revision == room.revision + 1 && revision <= row.int(7)?;
        whole.check(follows, || format!("revision {revision} of event {event} after {}", room.revision));
        room.revision = revision;
        let holds = apply(room, row)?;
        if row.text(2)? == "released" {
            turns.insert(row.int(8)?, [row.int(3)?, event]);
        }
        order.check(holds, || format!("revision {revision} of event {event}"));
        Ok(())
    })?;
    let sql = "SELECT h.event_id, h.revision, COUNT(l.revision) FROM queue_heads h
               LEFT JOIN queue_log l ON l.event_id = h.event_id GROUP BY h.event_id, h.revision ORDER BY h.event_id";
    source.for_each(sql, |row| {
        let (event, revision, entries) = (row.int(0)?, row.int(1)?, row.int(2)?);
        whole.check(revision == entries, || format!("event {event} has {entries} of {revision} entries"));
        Ok(())
    })?;
    Ok((vec![whole, order], turns))
}

/// False: the entry does not follow from those before.
fn apply(room: &mut Room, row: &Row<'_>) -> Result<bool, CheckFault> {
    let user = row.opt_int(3)?.unwrap_or(0);
    Ok(match row.text(2)? {
        "joined" => {
            room.joined(user, row.int(4)?, row.blob(5)?);
            true
        }
        "left" => {
            room.left(user);
            true
        }
        "opened" => room.opened(row.blob(5)?),
        "released" => room.released(user),
        _ => true,
    })
}

/// A pass is a turn of its owner; a used one holds one booking of the same person and event.
fn passes(source: &mut Source, turns: &Turns) -> Result<Claim, CheckFault> {
    let mut claim = Claim::new("every pass is a turn of its owner, used for one booking of theirs at most");
    let sql = "SELECT p.id, p.user_id, p.event_id, p.booking_id, b.user_id, b.event_id
               FROM queue_passes p LEFT JOIN bookings b ON b.id = p.booking_id ORDER BY p.id";
    let (mut used, mut seen) = (HashSet::new(), 0);
    source.for_each(sql, |row| {
        let (pass, owner, booking) = (row.int(0)?, [row.int(1)?, row.int(2)?], row.opt_int(3)?);
        let is_turn = turns.get(&pass) == Some(&owner);
        let is_theirs = booking.is_none() || [row.opt_int(4)?, row.opt_int(5)?] == owner.map(Some);
        seen += usize::from(is_turn);
        let is_once = booking.is_none_or(|booking| used.insert(booking));
        claim.check(is_turn && is_theirs && is_once, || format!("pass {pass} of {owner:?} for {booking:?}"));
        Ok(())
    })?;
    claim.check(seen == turns.len(), || format!("{seen} of {} turns have their pass", turns.len()));
    Ok(claim)
}

fn hash(parts: &[&[u8]]) -> [u8; 32] {
    let mut hasher = Sha256::new();
    parts.iter().for_each(|part| hasher.update(part));
    hasher.finalize().into()
}
