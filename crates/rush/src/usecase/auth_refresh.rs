//! Refresh: a refresh token for the next one. A token shown a second time ends every session that followed from its
//! log-in.

use super::auth_signed_in::SignedIn;
use crate::app::App;
use identity::refresh::{self, Exchange, Exchanged};
use identity::{AuthRefusal, Client, SessionId};
use kernel::Refusal;

/// The next session of the family. Errors: `INVALID_TOKEN`, `TOKEN_EXPIRED`, `USER_INACTIVE`.
pub async fn run(app: &App, shown: String, client: Client) -> Result<SignedIn, Refusal> {
    Ok(renew(app, shown, client).await?)
}

async fn renew(app: &App, shown: String, client: Client) -> Result<SignedIn, AuthRefusal> {
    let now = app.clock.now();
    let next = app.identity.draw_secret();
    let next_id = SessionId(app.ids.next(now));
    let exchange = Exchange { shown, next: next.clone(), next_id, client };
    let exchanged = app.store.write(move |tx| refresh::exchange(tx, now, &exchange)).await?;
    match exchanged {
        Exchanged::Next(user, expires_at) => Ok(SignedIn { user: *user, secret: next, expires_at }),
        Exchanged::TokenIsUnknown => Err(AuthRefusal::TokenIsInvalid),
        Exchanged::TokenWasReused => {
            tracing::warn!("a refresh token was shown twice; its family was ended");
            Err(AuthRefusal::TokenIsInvalid)
        }
        Exchanged::TokenIsExpired => Err(AuthRefusal::TokenIsExpired),
        Exchanged::UserIsInactive => Err(AuthRefusal::UserIsInactive),
    }
}
