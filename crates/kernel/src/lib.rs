//! The vocabulary every other crate speaks: ids, assets and amounts, time, actors, refusals, pages, events.
//!
//! The kernel never does I/O, never reads a clock and never draws chance: both are values handed in.
//! To add a word here, ask first whether two crates need it; what one crate needs lives in that crate.

mod actor;
mod event;
mod id;
mod money;
mod page;
mod refusal;
pub mod tags;
mod time;

pub use actor::{Actor, Role, TenantId, UserId};
pub use event::Event;
pub use id::{BadPublicId, IdSource, PublicIds, TypedId};
pub use money::{Asset, AssetCode, Currency, format_minor};
pub use page::{PageMeta, PageRequest, Paged};
pub use refusal::{Meaning, Refusal};
pub use tags::TypeTag;
pub use time::{Clock, ManualClock, SystemClock, Timestamp};
