//! Who shows this session id: from memory, or from the table when another node opened it.

use crate::app::App;
use crate::refusals;
use identity::proofs::wallet::{Found, SessionHash, sessions};
use kernel::Refusal;

/// The session that `shown` names. Errors: 401, there is none.
pub async fn run(app: &App, shown: &str) -> Result<Found, Refusal> {
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
