//! Counting who is there at once, and turning an automatic waiting room on when it is too many.

use super::catalogue_write;
use crate::app::App;
use crate::domain::ids::EventId;
use crate::store::queue_rooms;
use kernel::{Refusal, UserId};
use std::hash::{BuildHasher as _, BuildHasherDefault, DefaultHasher};
use std::net::IpAddr;
use waiting_room::Mode;

/// By what somebody who looks is told from others. Made without an allocation: every reservation comes by.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Seen {
    /// By their account.
    User(UserId),
    /// By their address.
    Address(IpAddr),
}

/// Counts a visitor of `event`, and turns its room on when there are more than its threshold. Does nothing, at the cost of one
/// look, where no room waits for that.
pub async fn count(app: &App, event: EventId, visitor: Seen) -> Result<(), Refusal> {
    let (snapshot, now) = (app.catalogue.current(), app.clock.now());
    let watched = |queue: &&std::sync::Arc<crate::domain::queue::EventQueue>| {
        queue.room.settings.mode == Mode::Auto && !queue.is_on(now)
    };
    let Some(queue) = snapshot.queue(event).filter(watched) else { return Ok(()) };
    let visitor = BuildHasherDefault::<DefaultHasher>::default().hash_one(visitor);
    let there = app.waiting.count_visitor(event, visitor, now);
    if i64::try_from(there).is_ok_and(|there| there <= queue.room.settings.threshold) {
        return Ok(());
    }
    let tenant = queue.room.tenant;
    let turned_on = catalogue_write::run(app, move |tx, change| {
        let room = queue_rooms::find(tx, tenant, event)?;
        let Some(mut room) = room.filter(|room| room.crowded_at.is_none()) else { return Ok(()) };
        room.crowded_at = Some(change.now);
        queue_rooms::save(tx, &room)?;
        Ok(())
    });
    turned_on.await
}
