//! Log in: address and password for a session. The same answer, in the same time, for an unknown address and a wrong
//! password.

use super::auth_attempt::{self, Attempt};
use super::auth_signed_in::{self, SignInContext, SignedIn};
use crate::app::App;
use identity::proofs::password::lockout;
use identity::{AuthRefusal, NewSession, PasswordHash, User, email, users};
use kernel::{Refusal, TenantId};
use store::Tx;

/// What somebody enters.
#[derive(Clone)]
pub struct Credentials {
    /// The tenant of the site; none where there is none.
    pub site: Option<TenantId>,
    /// The address, as entered.
    pub email: String,
    /// The password, as entered.
    pub password: String,
}

/// A session of the user with these credentials.
///
/// Errors: `INVALID_CREDENTIALS`, `USER_INACTIVE` (only after the right password), `ACCOUNT_LOCKED`,
/// `SERVICE_UNAVAILABLE`.
pub async fn run(app: &App, credentials: Credentials, context: SignInContext) -> Result<SignedIn, Refusal> {
    Ok(login(app, &credentials, &context).await?)
}

async fn login(
    app: &App,
    credentials: &Credentials,
    context: &SignInContext,
) -> Result<SignedIn, AuthRefusal> {
    let attempt = open(app, credentials, context).await?;
    let rehashed = auth_attempt::prove(app, &attempt, &credentials.password, &context.client.ip).await?;
    let user = attempt.user.clone().ok_or(AuthRefusal::CredentialsAreWrong)?;
    let session = auth_signed_in::draw(app, attempt.now, user.id, context);
    let proved = Proved { attempt, user, rehashed, session };
    let signed_in = app.store.write(move |tx| start(tx, &proved)).await?;
    signed_in.ok_or(AuthRefusal::UserIsInactive)
}

async fn open(app: &App, credentials: &Credentials, context: &SignInContext) -> Result<Attempt, AuthRefusal> {
    let (now, site) = (app.clock.now(), credentials.site);
    let (rules, key) = (app.identity.lockout(), email::key(&credentials.email));
    let account = app.identity.guesses_at(&key, context.device.as_deref());
    let address = rules.address(&context.client.ip);
    let opening = app.store.write(move |tx| {
        auth_attempt::open(tx, now, &account, &address)?;
        let user = users::by_email(tx, site, &key)?;
        Ok::<_, AuthRefusal>(Attempt { now, account: account.clone(), address: address.clone(), user })
    });
    opening.await
}

/// Who proved to be who.
struct Proved {
    attempt: Attempt,
    user: User,
    rehashed: Option<PasswordHash>,
    session: NewSession,
}

/// `None` for a user who is switched off: that is kept, with the failures forgotten, and then refused.
fn start(tx: &mut Tx<'_>, proved: &Proved) -> Result<Option<SignedIn>, AuthRefusal> {
    let now = proved.attempt.now;
    let user = users::by_id_locked(tx, proved.user.id)?;
    // The password may have been changed while it was compared.
    let same = |user: &User| user.password_hash == proved.user.password_hash;
    let user = user.filter(same).ok_or(AuthRefusal::CredentialsAreWrong)?;
    lockout::clear(tx, &proved.attempt.account)?;
    if !user.is_active {
        return Ok(None);
    }
    users::record_login(tx, now, user.id, proved.rehashed.as_ref())?;
    auth_signed_in::start(tx, now, &proved.session, user).map(Some)
}
