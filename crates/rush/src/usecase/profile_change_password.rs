//! Change the caller's own password. Every session ends, and a new one starts where it was changed.

use super::auth_attempt::{self, Attempt};
use super::auth_logout::end_all;
use super::auth_signed_in::{self, SignInContext, SignedIn};
use crate::app::App;
use identity::proofs::password::lockout;
use identity::{AuthRefusal, Floor, NewSession, PasswordHash, PasswordRules, User, email, users};
use kernel::{Actor, Refusal};
use store::Tx;

/// What somebody enters.
#[derive(Clone)]
pub struct PasswordChange {
    /// The password until now.
    pub current: String,
    /// The password from now on.
    pub new: String,
}

/// The session that goes on. Errors: `WEAK_PASSWORD`, `INVALID_CREDENTIALS` (the current one is wrong; that counts as
/// a failure to log in), `ACCOUNT_LOCKED`, `NOT_FOUND`, `SERVICE_UNAVAILABLE`.
pub async fn run(
    app: &App,
    actor: Actor,
    change: PasswordChange,
    context: SignInContext,
) -> Result<SignedIn, Refusal> {
    Ok(replace(app, actor, &change, &context).await?)
}

async fn replace(
    app: &App,
    actor: Actor,
    change: &PasswordChange,
    context: &SignInContext,
) -> Result<SignedIn, AuthRefusal> {
    PasswordRules::check(&change.new)?;
    let (attempt, user) = open(app, actor, context).await?;
    auth_attempt::prove(app, &attempt, &change.current, &context.client.ip).await?;
    let hash = app.identity.passwords().hash(&change.new, &context.client.ip).await?;
    let session = auth_signed_in::draw(app, attempt.now, user.id, context);
    let saving = app.store.write(move |tx| save(tx, &attempt, &user, &hash, &session));
    let signed_in = saving.await?;
    app.identity.revocations().set(actor.user, Floor::Epoch(signed_in.user.token_epoch));
    Ok(signed_in)
}

async fn open(app: &App, actor: Actor, context: &SignInContext) -> Result<(Attempt, User), AuthRefusal> {
    let (now, rules) = (app.clock.now(), app.identity.lockout());
    let address = rules.address(&context.client.ip);
    let (identity, device) = (app.identity.clone(), context.device.clone());
    let opening = app.store.write(move |tx| {
        let user = users::by_id(tx, actor.user)?.ok_or(AuthRefusal::UserIsUnknown)?;
        let account = identity.guesses_at(&email::key(&user.email), device.as_deref());
        auth_attempt::open(tx, now, &account, &address)?;
        let attempt = Attempt { now, account, address: address.clone(), user: Some(user.clone()) };
        Ok::<_, AuthRefusal>((attempt, user))
    });
    opening.await
}

fn save(
    tx: &mut Tx<'_>,
    attempt: &Attempt,
    proved: &User,
    hash: &PasswordHash,
    session: &NewSession,
) -> Result<SignedIn, AuthRefusal> {
    let user = users::by_id_locked(tx, proved.id)?;
    // It may have been changed or switched off while the passwords were hashed.
    let same = |user: &User| user.is_active && user.password_hash == proved.password_hash;
    user.filter(same).ok_or(AuthRefusal::CredentialsAreWrong)?;
    lockout::clear(tx, &attempt.account)?;
    users::set_password(tx, attempt.now, proved.id, hash)?;
    end_all(tx, attempt.now, proved.id)?;
    let user = users::by_id(tx, proved.id)?.ok_or(AuthRefusal::UserIsUnknown)?;
    auth_signed_in::start(tx, attempt.now, session, user)
}
