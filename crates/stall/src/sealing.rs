//! Sealing the ledger of every stall: what was committed goes into the next block of its chain, about once a second.

use crate::job::{Job, Scope};
use kernel::Clock;
use ledger::seal::{BLOCK_TRANSFERS, seal};
use std::sync::Arc;
use std::time::Duration;
use store::Store;

/// How long transfers wait for their block, about: often enough for a receipt to be complete soon after its event, rarely enough that a
/// busy second is one block.
const EVERY: Duration = Duration::from_secs(1);

/// The job that seals a stall's transfers.
#[must_use]
pub fn job(store: &Store, clock: &Arc<dyn Clock>) -> Job {
    let (store, clock) = (store.clone(), Arc::clone(clock));
    Job::new("seal_transfers", EVERY, Scope::OneNode, move || {
        let (store, now) = (store.clone(), clock.now());
        Box::pin(async move {
            let sealed = seal(&store, now).await?;
            // A block that is not full took all there was: the next one may wait.
            Ok(if sealed >= BLOCK_TRANSFERS { sealed } else { 0 })
        })
    })
}
