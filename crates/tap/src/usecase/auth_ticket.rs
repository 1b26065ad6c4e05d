//! A ticket to open a socket with: good once, for thirty seconds, so that no session id stands in an address.

use crate::app::App;
use crate::refusals;
use identity::proofs::wallet::{SessionHash, WalletSession};
use kernel::Refusal;
use std::sync::Arc;

/// A ticket for the session. Errors: too many are outstanding.
pub fn issue(app: &App, hash: SessionHash) -> Result<String, Refusal> {
    let ticket = app.tickets.issue(app.chance.as_ref(), hash, app.clock.now());
    ticket.map_err(|_| refusals::too_many_logins())
}

/// Uses a ticket up: the session it was given to.
#[must_use]
pub fn take(app: &App, ticket: &str) -> Option<Arc<WalletSession>> {
    let now = app.clock.now();
    let hash = app.tickets.take(ticket, now)?;
    app.sessions.get_by_hash(&hash, now).map(|found| found.session)
}
