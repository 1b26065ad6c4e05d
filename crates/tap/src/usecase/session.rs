//! Sessions of wallets once they are open: found, exchanged, ended, swept, and the tickets they open sockets with. Opening one is
//! `auth_login`.

use crate::app::App;
use crate::refusals;
use identity::Secret;
use identity::proofs::wallet::{Found, SessionHash, WalletSession, sessions};
use kernel::Refusal;
use std::sync::Arc;
use store::StoreError;

/// Rows that one sweep deletes in one transaction.
const SWEEP_ROWS_MAX: i64 = 500;

/// The session that `shown` names: from memory, or from the table when another node opened it. Errors: 401, there is none.
pub async fn find(app: &App, shown: &str) -> Result<Found, Refusal> {
    let now = app.clock.now();
    if let Some(found) = app.sessions.get(shown, now) {
        return Ok(found);
    }
    let hash = SessionHash::of_shown(shown).ok_or_else(refusals::invalid_session)?;
    let reading = app.sessions.begin_load();
    let stored = app.store.read(move |tx| sessions::find(tx, now, &hash)).await?;
    let stored = stored.ok_or_else(refusals::invalid_session)?;
    let session = app.sessions.insert_loaded(reading, &stored)?;
    Ok(Found { session, hash, rotation_due: false })
}

/// Exchanges the id of a session that is half a day old; the key and the end stay. Errors: 401, the session is over or was
/// exchanged already.
pub async fn rotate(app: &App, old: SessionHash) -> Result<Secret, Refusal> {
    let now = app.clock.now();
    let session = Secret::draw(app.chance.as_ref());
    let new = SessionHash::of(&session);
    let stored = app.store.write(move |tx| sessions::rotate(tx, now, &old, &new)).await?;
    let stored = stored.ok_or_else(refusals::invalid_session)?;
    app.sessions.apply_rotation(&old, &stored, now);
    Ok(session)
}

/// Ends the session and its key at once, whatever id it has by now. One that has ended already is no error.
pub async fn end(app: &App, found: &Found) -> Result<(), Refusal> {
    let (wallet, opened_at) = (found.session.wallet, found.session.opened_at);
    app.store.write(move |tx| sessions::end(tx, wallet, opened_at)).await?;
    app.sessions.forget(&found.hash);
    Ok(())
}

/// Deletes some sessions that are over; how many rows.
pub async fn sweep(app: &App) -> Result<usize, StoreError> {
    let now = app.clock.now();
    app.sessions.sweep(now);
    let gone = app.store.write(move |tx| sessions::purge(tx, now, SWEEP_ROWS_MAX)).await?;
    Ok(usize::try_from(gone).unwrap_or(usize::MAX))
}

/// A ticket to open a socket of the session with: good once, for thirty seconds, so that no session id stands in an address.
/// Errors: too many are outstanding.
pub fn issue_ticket(app: &App, hash: SessionHash) -> Result<String, Refusal> {
    let ticket = app.tickets.issue(app.chance.as_ref(), hash, app.clock.now());
    ticket.map_err(|_| refusals::too_many_logins())
}

/// Uses a ticket up: the session it was given to.
#[must_use]
pub fn take_ticket(app: &App, ticket: &str) -> Option<Arc<WalletSession>> {
    let now = app.clock.now();
    let hash = app.tickets.take(ticket, now)?;
    app.sessions.get_by_hash(&hash, now).map(|found| found.session)
}
