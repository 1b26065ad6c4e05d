//! Log out: the session and its key end at once.

use crate::app::App;
use identity::wallet::{SessionHash, sessions};
use kernel::Refusal;

/// Ends the session, under the id that was shown and the one it was exchanged for. One that has ended already is no error.
pub async fn run(app: &App, hash: SessionHash) -> Result<(), Refusal> {
    let mut ids = app.sessions.ids_of(&hash);
    ids.push(hash);
    app.store.write(move |tx| ids.iter().try_for_each(|id| sessions::end(tx, id).map(drop))).await?;
    app.sessions.forget(&hash);
    Ok(())
}
