//! The table of stalls of this process, and looking things up in it.

use stall::Manifest;
use std::sync::OnceLock;

/// Unit tests look at the table of the program.
#[cfg(test)]
#[path = "stalls.rs"]
mod program;

static TABLE: OnceLock<&'static [&'static Manifest]> = OnceLock::new();

/// Makes `table` the table of this process. The first one stays.
pub fn install(table: &'static [&'static Manifest]) {
    let _ = TABLE.set(table);
}

/// Every stall.
///
/// # Panics
/// Before [`install`]: a fault of the program, seen with its first command.
pub fn stalls() -> &'static [&'static Manifest] {
    #[cfg(test)]
    install(program::STALLS);
    TABLE.get().expect("the table is installed before the command line is read")
}

/// The names of all of them, in the order of the table.
pub fn names() -> impl Iterator<Item = &'static str> {
    stalls().iter().map(|manifest| manifest.name)
}

/// The stall of a name.
pub fn find(name: &str) -> Option<&'static Manifest> {
    stalls().iter().find(|manifest| manifest.name == name).copied()
}
