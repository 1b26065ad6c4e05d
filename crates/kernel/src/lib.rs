//! The vocabulary every other crate speaks: ids, assets and amounts, time, actors, refusals, pages, events.
//!
//! The kernel never does I/O, never reads a clock and never draws chance: both are values handed in.
//! To add a word here, ask first whether two crates need it; what one crate needs lives in that crate.

mod actor;
mod amount;
mod event;
mod id;
pub mod json;
mod money;
mod page;
mod refusal;
pub mod tags;
mod time;
mod visible;
mod wallet;
mod word;

pub use actor::{Actor, Role, RoleSet, TenantId, UserId};
pub use amount::{
    Amount, AmountFault, Asset, AssetCode, SCALE_MAX, format_minor, parse_minor, parse_signed_minor,
};
pub use event::Event;
pub use id::{BadPublicId, IdSource, PublicIds, TypedId};
pub use money::{Currency, grouped};
pub use page::{PageMeta, PageRequest, Paged};
pub use refusal::{Meaning, Refusal};
pub use tags::TypeTag;
pub use time::{Clock, ManualClock, SystemClock, Timestamp};
pub use visible::{NameFault, check_name};
pub use wallet::{SignatureScheme, WalletAddress};
