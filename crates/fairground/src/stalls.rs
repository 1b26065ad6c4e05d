//! The one table of stalls. Everything that serves, migrates, checks, dumps, documents or shows them loops over it.

use stall::Manifest;

/// Every stall of this program.
pub static STALLS: &[&Manifest] = &[&rush::MANIFEST, &tap::MANIFEST];

/// The names of all of them, in the order of the table.
pub fn names() -> impl Iterator<Item = &'static str> {
    STALLS.iter().map(|manifest| manifest.name)
}

/// The stall of a name.
pub fn find(name: &str) -> Option<&'static Manifest> {
    STALLS.iter().find(|manifest| manifest.name == name).copied()
}
