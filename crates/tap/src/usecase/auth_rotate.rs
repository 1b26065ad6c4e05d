//! A new id for a session that is half a day old; the key and the end stay.

use crate::app::App;
use crate::refusals;
use identity::Secret;
use identity::proofs::wallet::{SessionHash, sessions};
use kernel::Refusal;

/// Exchanges the id. Errors: 401, the session is over or was exchanged already.
pub async fn run(app: &App, old: SessionHash) -> Result<Secret, Refusal> {
    let now = app.clock.now();
    let session = Secret::draw(app.chance.as_ref());
    let new = SessionHash::of(&session);
    let stored = app.store.write(move |tx| sessions::rotate(tx, now, &old, &new)).await?;
    let stored = stored.ok_or_else(refusals::invalid_session)?;
    app.sessions.apply_rotation(&old, &stored, now);
    Ok(session)
}
