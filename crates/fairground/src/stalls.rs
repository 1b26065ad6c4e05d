//! The one table of stalls. Everything that serves, migrates, checks, dumps, documents or shows them loops over it.

use stall::Manifest;

/// Every stall of this program, in the order in which they are shown.
pub const STALLS: &[&Manifest] = &[&rush::MANIFEST, &tap::MANIFEST, &funpot::MANIFEST, &tiris::MANIFEST];
