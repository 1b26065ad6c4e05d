//! What can be done with a token: exchange a refresh token for the next session, read an access token.

use super::auth_signed_in::SignedIn;
use crate::app::App;
use crate::domain::role;
use identity::sessions::refresh::{self, Exchange, Exchanged, Renewed};
use identity::{Access, AuthRefusal, Client, SessionId};
use kernel::{Actor, Refusal};

/// The next session of the family. A token shown a second time ends every session that followed from its log-in.
/// Errors: `INVALID_TOKEN`, `TOKEN_EXPIRED`, `USER_INACTIVE`.
pub async fn refresh(app: &App, shown: String, client: Client) -> Result<SignedIn, Refusal> {
    Ok(renew(app, shown, client).await?)
}

async fn renew(app: &App, shown: String, client: Client) -> Result<SignedIn, AuthRefusal> {
    let now = app.clock.now();
    let next = app.identity.draw_secret();
    let next_id = SessionId(app.ids.next(now));
    let exchange = Exchange { shown, next: next.clone(), next_id, client };
    let exchanged = app.store.write(move |tx| refresh::exchange(tx, now, &exchange)).await?;
    match exchanged {
        Exchanged::Next(renewed) => {
            let Renewed { user, expires_at, family } = *renewed;
            Ok(SignedIn { user, family, secret: next, expires_at })
        }
        Exchanged::TokenIsUnknown => Err(AuthRefusal::TokenIsInvalid),
        Exchanged::TokenWasReused(family) => {
            app.identity.revocations().end_family(family, now);
            tracing::warn!("a refresh token was shown twice; its family was ended");
            Err(AuthRefusal::TokenIsInvalid)
        }
        Exchanged::TokenIsExpired => Err(AuthRefusal::TokenIsExpired),
        Exchanged::UserIsInactive(family) => {
            app.identity.revocations().end_family(family, now);
            Err(AuthRefusal::UserIsInactive)
        }
    }
}

/// What the access token `token` says, for another program of ours that holds one.
/// Errors: `FORBIDDEN` for anybody but a service, `INVALID_TOKEN`, `TOKEN_EXPIRED`, `USER_INACTIVE`.
pub fn validate(app: &App, actor: Actor, token: &str) -> Result<Access, Refusal> {
    if actor.role != role::SERVICE {
        return Err(AuthRefusal::RoleDoesNotAllow.into());
    }
    let access = app.identity.introspect(token, app.clock.now());
    access.map_err(|fault| AuthRefusal::from(fault).into())
}
