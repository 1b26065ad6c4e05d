//! Log out: the session and its key end at once.

use crate::app::App;
use identity::proofs::wallet::{Found, sessions};
use kernel::Refusal;

/// Ends the session, whatever id it has by now. One that has ended already is no error.
pub async fn run(app: &App, found: &Found) -> Result<(), Refusal> {
    let (wallet, opened_at) = (found.session.wallet, found.session.opened_at);
    app.store.write(move |tx| sessions::end(tx, wallet, opened_at)).await?;
    app.sessions.forget(&found.hash);
    Ok(())
}
