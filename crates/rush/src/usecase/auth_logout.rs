//! Log out: ends the sessions that followed from one log-in. Doing it twice, or for a token that is gone, is no error.

use crate::app::App;
use identity::{AuthRefusal, refresh};
use kernel::{Actor, Refusal};

/// Ends the family of this refresh token, if it is the caller's.
pub async fn run(app: &App, actor: Actor, shown: String) -> Result<(), Refusal> {
    let ended = app.store.write(move |tx| Ok::<_, AuthRefusal>(refresh::end(tx, actor.user, &shown)?));
    Ok(ended.await?)
}
