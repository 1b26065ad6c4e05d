//! Whoever looks at a page: known by the refresh token of their sign-in, which a cookie carries that no script reads.

use crate::app::App;
use crate::domain::role;
use crate::store::sessions;
use crate::store::users::{self, UserStatus};
use crate::usecase::auth_session::refresh_hash;
use identity::SessionId;
use kernel::{Actor, Refusal};
use sha2::{Digest, Sha256};
use store::{StoreError, Tx};

/// Somebody who is signed in on pages.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PageUser {
    /// Who.
    pub actor: Actor,
    /// By which sign-in.
    pub session: SessionId,
    /// What to call them.
    pub name: String,
    /// What their forms carry.
    pub csrf: String,
}

/// Who `token` is of, while the sign-in lasts and the account may be used.
pub async fn find(app: &App, token: &str) -> Result<Option<PageUser>, Refusal> {
    let now = app.clock.now();
    if app.tokens.read_refresh(token, now).is_err() {
        return Ok(None);
    }
    let hash = refresh_hash(token);
    let read = move |tx: &mut Tx<'_>| {
        let Some(session) = sessions::by_refresh(tx, &hash)? else { return Ok(None) };
        let user = users::find(tx, session.user)?;
        Ok::<_, StoreError>(user.map(|user| (session, user)))
    };
    let Some((session, user)) = app.store.read(read).await? else { return Ok(None) };
    let lasts = session.revoked_at.is_none() && session.used_at.is_none() && session.expires_at > now;
    let may = user.status == UserStatus::Active && role::may_use(user.role);
    Ok((lasts && may).then(|| PageUser {
        actor: Actor { user: user.id, tenant: None, role: user.role },
        session: SessionId(session.id),
        name: user.username,
        csrf: form_token(token),
    }))
}

/// What the forms of a sign-in carry: nobody who does not have the cookie can make it.
fn form_token(token: &str) -> String {
    let digest = Sha256::new_with_prefix(b"tiris form token\n").chain_update(token.as_bytes()).finalize();
    digest.iter().take(16).map(|byte| format!("{byte:02x}")).collect()
}
