//! Logging out: of one session, or of every one.

use crate::app::App;
use identity::sessions::{self, refresh};
use identity::{AuthRefusal, Floor, users};
use kernel::{Actor, Refusal, Timestamp, UserId};
use store::Tx;

/// Ends the sessions that followed from one log-in, by its refresh token, if it is the caller's, and the access tokens that
/// were minted in them. For a token that is gone it is no error.
pub async fn run(app: &App, actor: Actor, shown: String) -> Result<(), Refusal> {
    let now = app.clock.now();
    let ended = app.store.write(move |tx| Ok::<_, AuthRefusal>(refresh::end(tx, now, actor.user, &shown)?));
    if let Some(family) = ended.await? {
        app.identity.revocations().end_family(family, now);
    }
    Ok(())
}

/// Ends every session of a user, of both kinds, and every access token minted so far; how many sessions there were.
pub async fn everywhere(app: &App, actor: Actor) -> Result<u64, Refusal> {
    let (now, user) = (app.clock.now(), actor.user);
    let ending = app.store.write(move |tx| {
        users::by_id_locked(tx, user)?.ok_or(AuthRefusal::UserIsUnknown)?;
        end_all(tx, now, user)
    });
    let (ended, epoch) = ending.await?;
    app.identity.revocations().set(user, Floor::Epoch(epoch));
    Ok(ended)
}

/// Ends them within a transaction: how many, and the epoch below which no access token is accepted once it is
/// committed. The caller sets it in `Blocked` then.
pub(super) fn end_all(tx: &mut Tx<'_>, now: Timestamp, user: UserId) -> Result<(u64, i64), AuthRefusal> {
    let ended = sessions::end_all(tx, user)?;
    Ok((ended, users::raise_epoch(tx, now, user)?))
}
