//! Taking a place and giving it back.

use crate::entry::{CONTRIBUTION_BYTES, Fact};
use crate::room::{Place, PlaceState, Room};
use kernel::Timestamp;

/// Who wants a place.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct JoinRequest {
    /// Who.
    pub user: i64,
    /// What stands for the address.
    pub address: i64,
    /// What they add to the seed.
    pub contribution: [u8; CONTRIBUTION_BYTES],
    /// Whether the pass they have, if they have one, was used.
    pub pass_is_used: bool,
}

/// What holds for joining now.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct JoinTerms {
    /// Whether there is a room, and its sale is not over.
    pub is_on: bool,
    /// People who may wait; 0: any number.
    pub size_max: i64,
    /// People who may wait from one address; 0: any number.
    pub per_address_max: i64,
}

/// What joining came to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Joined {
    /// They have a place, or a pass that is good; nothing changes, whichever tab or device asks.
    Already(Place),
    /// What must be appended.
    New(Fact),
}

/// Why there is no place.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum JoinRefusal {
    /// There is no room now.
    #[error("there is no waiting room now")]
    RoomIsNotOpen,
    /// Nothing is left to wait for.
    #[error("everything is sold")]
    EverythingIsSold,
    /// As many wait as may.
    #[error("the room is full")]
    RoomIsFull,
    /// As many wait from this address as may.
    #[error("too many wait from this address")]
    TooManyFromOneAddress,
}

/// A place for somebody, or why not. Guards in the order of the refusals; who has a place keeps it whatever they say.
pub fn join(
    room: &Room,
    request: &JoinRequest,
    terms: JoinTerms,
    now: Timestamp,
) -> Result<Joined, JoinRefusal> {
    if !terms.is_on {
        return Err(JoinRefusal::RoomIsNotOpen);
    }
    if let Some(place) = room.place(request.user).filter(|place| stands(place, request, now)) {
        return Ok(Joined::Already(*place));
    }
    if room.is_closed() {
        return Err(JoinRefusal::EverythingIsSold);
    }
    if is_reached(terms.size_max, room.waiting()) {
        return Err(JoinRefusal::RoomIsFull);
    }
    if terms.per_address_max > 0 && room.waiting_from(request.address) >= terms.per_address_max {
        return Err(JoinRefusal::TooManyFromOneAddress);
    }
    let JoinRequest { user, address, contribution, .. } = *request;
    Ok(Joined::New(Fact::Joined { user, place: room.places_given() + 1, contribution, address }))
}

/// Whether a place still stands: it waits, or its pass is good and unused.
fn stands(place: &Place, request: &JoinRequest, now: Timestamp) -> bool {
    match place.state {
        PlaceState::Waiting => true,
        PlaceState::Released { until, .. } => until > now && !request.pass_is_used,
    }
}

fn is_reached(max: i64, count: usize) -> bool {
    max > 0 && i64::try_from(count).is_ok_and(|count| count >= max)
}

/// Somebody without a place.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("there is no place of this person")]
pub struct NotInRoom;

/// Gives somebody's place or pass back. Errors: there is none.
pub fn leave(room: &Room, user: i64) -> Result<Fact, NotInRoom> {
    room.place(user).map(|_| Fact::Left { user }).ok_or(NotInRoom)
}
