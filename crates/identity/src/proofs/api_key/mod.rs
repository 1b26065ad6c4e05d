//! API keys of programs: `<prefix><43 characters>.<8 hex>`, shown once, stored as a hash, checked on every use.
//!
//! Pure. The last eight digits are a keyed check, so that a mistyped or invented key is refused without a look at the
//! database; a right one is looked up by its hash all the same, and [`judge`] says whether it may do what is asked now, from
//! there.
//!
//! What never happens here: a key believed for its form alone; a key in a `Debug` text.

mod fault;
mod judge;
mod key;
mod kind;
mod networks;

pub use fault::ApiKeyFault;
pub use judge::{StoredApiKey, Use, judge};
pub use key::{ApiKey, ApiKeyMaker};
pub use kind::{ApiKeyKind, Scope, Scopes};
pub use networks::Networks;
