//! Configuration as values: a key is declared once with its type, its bounds, its default and what it is for, and is read
//! through the same value. How the layers (defaults, file, environment, flags) are put together is the binary's.

mod key;
mod kind;
mod profile;
mod section;

pub use key::{Key, KeySpec};
pub use kind::Kind;
pub use profile::{Deployment, Profile};
pub use section::{Section, Setting, Settings};
