//! The waiting room of an event, as the catalogue knows it.

use super::ids::EventId;
use kernel::{TenantId, Timestamp};
use waiting_room::{RoomSettings, shuffle};

/// A room as it is stored.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct QueueRoom {
    /// Whose event it is.
    pub tenant: TenantId,
    /// The event.
    pub event: EventId,
    /// How it works.
    pub settings: RoomSettings,
    /// What its shuffle was committed to.
    pub secret: [u8; 32],
    /// When too many people were there at once, in an automatic room.
    pub crowded_at: Option<Timestamp>,
    /// When it was changed last.
    pub updated_at: Timestamp,
}

impl QueueRoom {
    /// What is shown of the secret before anybody joins.
    #[must_use]
    pub fn commitment(&self) -> shuffle::Hash {
        shuffle::commitment(&self.secret)
    }
}

/// A room and the sale behind it.
#[derive(Debug, Clone)]
pub struct EventQueue {
    /// The room.
    pub room: QueueRoom,
    /// The first moment of the sale; none: it has no beginning.
    pub opens_at: Option<Timestamp>,
    /// The first moment after the sale; none: nothing is on offer.
    pub closes_at: Option<Timestamp>,
}

impl EventQueue {
    /// Whether the sale can still be bought from at some time.
    #[must_use]
    pub fn is_selling(&self, now: Timestamp) -> bool {
        self.closes_at.is_some_and(|closes_at| now < closes_at)
    }

    /// Whether nobody buys at `now` but with a pass.
    #[must_use]
    pub fn is_on(&self, now: Timestamp) -> bool {
        self.is_selling(now) && self.room.settings.is_on(self.opens_at, self.room.crowded_at, now)
    }
}

/// The pass that came with a request, as far as its text says.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum PresentedPass {
    /// None came.
    Missing,
    /// One that is good for nobody, or not for this request.
    Refused(PassRefusal),
    /// One of ours for this person and event: its number.
    Signed(i64),
}

/// Why a pass does not open the door.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum PassRefusal {
    /// None came, and there is a waiting room.
    #[error("there is a waiting room, and no pass came")]
    PassIsMissing,
    /// We did not sign it, or it is not written as we write.
    #[error("the pass is not one of ours")]
    PassIsNotOurs,
    /// It is somebody else's, or for another event.
    #[error("the pass is for another person or event")]
    PassIsForAnother,
    /// Its time is over, or it was given back.
    #[error("the pass has run out")]
    PassHasRunOut,
    /// It held seats before.
    #[error("the pass was used")]
    PassWasUsed,
}

/// A pass as it is stored.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct StoredPass {
    /// Its number.
    pub id: i64,
    /// The event.
    pub event: EventId,
    /// Whose.
    pub user: i64,
    /// When it ends.
    pub expires_at: Timestamp,
    /// What it was used for.
    pub booking: Option<i64>,
}

/// The number of the pass that a reservation of `user` for `event` uses up, or why it may not go on. The row is the truth: it
/// may have been given back, and the clock goes on while a request waits.
pub fn admit(
    presented: PresentedPass,
    stored: Option<&StoredPass>,
    (user, event): (i64, EventId),
    now: Timestamp,
) -> Result<i64, PassRefusal> {
    let id = match presented {
        PresentedPass::Missing => return Err(PassRefusal::PassIsMissing),
        PresentedPass::Refused(refusal) => return Err(refusal),
        PresentedPass::Signed(id) => id,
    };
    let pass = stored.filter(|pass| pass.id == id).ok_or(PassRefusal::PassIsNotOurs)?;
    if (pass.user, pass.event) != (user, event) {
        return Err(PassRefusal::PassIsForAnother);
    }
    if pass.booking.is_some() {
        return Err(PassRefusal::PassWasUsed);
    }
    if pass.expires_at <= now {
        return Err(PassRefusal::PassHasRunOut);
    }
    Ok(id)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_pass_opens_the_door_once_for_its_owner_while_it_is_good() {
        let now = Timestamp::from_secs(1_000);
        let pass =
            StoredPass { id: 7, event: EventId(1), user: 5, expires_at: now.plus_secs(1), booking: None };
        let admitted =
            |presented, stored: Option<StoredPass>, who| admit(presented, stored.as_ref(), who, now);
        let (signed, me) = (PresentedPass::Signed(7), (5, EventId(1)));
        assert_eq!(admitted(signed, Some(pass), me), Ok(7));
        for (presented, stored, who, refusal) in [
            (PresentedPass::Missing, Some(pass), me, PassRefusal::PassIsMissing),
            (
                PresentedPass::Refused(PassRefusal::PassIsForAnother),
                Some(pass),
                me,
                PassRefusal::PassIsForAnother,
            ),
            (signed, None, me, PassRefusal::PassIsNotOurs),
            (PresentedPass::Signed(8), Some(pass), me, PassRefusal::PassIsNotOurs),
            (signed, Some(pass), (6, EventId(1)), PassRefusal::PassIsForAnother),
            (signed, Some(pass), (5, EventId(2)), PassRefusal::PassIsForAnother),
            (signed, Some(StoredPass { expires_at: now, ..pass }), me, PassRefusal::PassHasRunOut),
            (signed, Some(StoredPass { booking: Some(3), ..pass }), me, PassRefusal::PassWasUsed),
        ] {
            assert_eq!(admitted(presented, stored, who), Err(refusal));
        }
    }
}
