//! Log out everywhere: ends every session of a user, of both kinds, and every access token minted so far.

use crate::app::App;
use identity::{AuthRefusal, Floor, sessions, users};
use kernel::{Actor, Refusal, Timestamp, UserId};
use store::Tx;

/// Ends them; how many sessions there were.
pub async fn run(app: &App, actor: Actor) -> Result<u64, Refusal> {
    let (now, user) = (app.clock.now(), actor.user);
    let ending = app.store.write(move |tx| {
        users::by_id_locked(tx, user)?.ok_or(AuthRefusal::UserIsUnknown)?;
        end_all(tx, now, user)
    });
    let (ended, epoch) = ending.await?;
    app.identity.blocked().set(user, Floor::Epoch(epoch));
    Ok(ended)
}

/// Ends them within a transaction: how many, and the epoch below which no access token is believed once it is
/// committed. The caller tells `Blocked` then.
pub(super) fn end_all(tx: &mut Tx<'_>, now: Timestamp, user: UserId) -> Result<(u64, i64), AuthRefusal> {
    let ended = sessions::end_all(tx, user)?;
    Ok((ended, users::raise_epoch(tx, now, user)?))
}
