//! A waiting room: who may go to the counter next, when more people come than it can serve. Knows no ticket and no table.
//!
//! A room is the fold of its log: every join, leave, opening and release is an [`Entry`] with the next revision, and
//! [`Room::apply`] is all that an entry does. Whoever appends (`join`, `leave`, `advance`) holds the room's lock where the log
//! is kept and saves what was returned in the same transaction; whoever reads folds what was committed. So a room is the same
//! on every node and after every restart, and several workers release no more than one would.
//!
//! The room is never the truth about what is sold: it is handed what is left, and what it hands out is a pass, not a seat.

mod advance;
mod entry;
mod estimate;
mod join;
mod room;
mod settings;
pub mod shuffle;

pub use advance::{Advance, advance, open_if_due};
pub use entry::{CONTRIBUTION_BYTES, Entry, Fact};
pub use estimate::{Estimate, estimate};
pub use join::{JoinRefusal, JoinRequest, JoinTerms, Joined, NotInRoom, join, leave};
pub use room::{LogFault, Opening, Place, PlaceState, Room};
pub use settings::{Mode, RoomSettings, SettingsFault};
