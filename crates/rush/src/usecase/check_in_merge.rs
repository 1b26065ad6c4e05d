//! Merge what a gate recorded without a network. Each scan is decided as if it came now; the same scan twice is once.

use super::check_in::{self, Shown};
use super::door::DoorAccess;
use crate::app::App;
use crate::domain::check_in::{Admission, DoorRefusal};
use crate::refusals::door::of_door;
use futures_util::future::join_all;
use kernel::Refusal;

/// Scans of one merge; a gate sends more of them in several.
pub const SCANS_MAX: usize = 1_000;

/// What a merged scan came to.
#[derive(Debug)]
pub struct Merged {
    /// The scan's own key.
    pub key: String,
    /// The admission, or why it does not stand.
    pub admission: Result<Admission, Refusal>,
    /// Whether somebody else was inside by the same ticket: the gate let a second one in.
    pub is_conflict: bool,
}

/// Merges scans; the answers in their order. They are decided together, in as few transactions as they fit into.
pub async fn run(app: &App, access: &DoorAccess, scans: Vec<Shown>) -> Result<Vec<Merged>, Refusal> {
    if scans.len() > SCANS_MAX {
        return Err(Refusal::field("scans", "has more than 1,000 scans: send them in several requests"));
    }
    let keys: Vec<_> = scans.iter().map(|scan| scan.key.clone()).collect();
    let decided = join_all(scans.into_iter().map(|scan| check_in::decide(app, access, scan))).await;
    let mut merged = Vec::with_capacity(keys.len());
    for (key, decided) in keys.into_iter().zip(decided) {
        let decided = decided?;
        let is_conflict = matches!(decided, Err(DoorRefusal::AlreadyEntered(_)));
        merged.push(Merged {
            key,
            is_conflict,
            admission: decided.map_err(|refusal| of_door(&app.public, refusal)),
        });
    }
    Ok(merged)
}
