//! Log out: the session and its key end at once.

use crate::app::App;
use identity::wallet::{SessionHash, sessions};
use kernel::Refusal;

/// Ends the session. One that has ended already is no error.
pub async fn run(app: &App, hash: SessionHash) -> Result<(), Refusal> {
    app.store.write(move |tx| sessions::end(tx, &hash)).await?;
    app.sessions.forget(&hash);
    Ok(())
}
