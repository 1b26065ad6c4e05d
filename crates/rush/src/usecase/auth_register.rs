//! Register: a new customer of the site's tenant, logged in at once. A role or tenant in the body is not even read.

use super::auth_signed_in::{self, SignInContext, SignedIn};
use crate::app::App;
use crate::domain::role;
use identity::{AuthRefusal, Email, NewSession, NewUser, PasswordRules, profile, users};
use kernel::{Refusal, TenantId, Timestamp, UserId};
use store::Tx;

/// What somebody enters.
#[derive(Clone)]
pub struct Registration {
    /// The tenant of the site; none where there is none.
    pub site: Option<TenantId>,
    /// The address, as entered.
    pub email: String,
    /// The password, as entered.
    pub password: String,
    /// The name, as entered.
    pub name: String,
}

/// The new user's first session.
///
/// Errors: `NOT_FOUND` (no site), `INVALID_EMAIL`, `WEAK_PASSWORD`, `VALIDATION_ERROR`, `USER_EXISTS`, `SERVICE_UNAVAILABLE`.
pub async fn run(app: &App, registration: Registration, context: SignInContext) -> Result<SignedIn, Refusal> {
    Ok(register(app, registration, context).await?)
}

async fn register(
    app: &App,
    registration: Registration,
    context: SignInContext,
) -> Result<SignedIn, AuthRefusal> {
    let now = app.clock.now();
    let Registration { site, email, password, name } = registration;
    // Accounts without a tenant are the platform's own staff, whom nobody registers.
    let site = Some(site.ok_or(AuthRefusal::NoSiteToRegisterOn)?);
    let email = Email::parse(&email)?;
    PasswordRules::check(&password)?;
    let name = profile::name(&name)?;
    // Asked first, so that a taken address costs no hash; decided below.
    let key = email.key().to_owned();
    app.store.read(move |tx| refuse_taken(tx, site, &key)).await?;
    let password_hash = app.identity.passwords().hash(&password, &context.client.ip).await?;
    let id = UserId(app.ids.next(now));
    let session = auth_signed_in::draw(app, now, id, &context);
    let user = NewUser { id, tenant: site, email, password_hash, name, role: role::CUSTOMER };
    app.store.write(move |tx| save(tx, now, &user, &session)).await
}

fn save(
    tx: &mut Tx<'_>,
    now: Timestamp,
    user: &NewUser,
    session: &NewSession,
) -> Result<SignedIn, AuthRefusal> {
    refuse_taken(tx, user.tenant, user.email.key())?;
    if !users::insert(tx, now, user)? {
        return Err(AuthRefusal::UserExists);
    }
    let user = users::by_id(tx, user.id)?.ok_or(AuthRefusal::UserIsUnknown)?;
    auth_signed_in::start(tx, now, session, user)
}

/// A global account's address is taken on every site: a namesake there would keep its owner from logging in.
fn refuse_taken(tx: &mut Tx<'_>, site: Option<TenantId>, email_key: &str) -> Result<(), AuthRefusal> {
    match users::by_email(tx, site, email_key)? {
        Some(_) => Err(AuthRefusal::UserExists),
        None => Ok(()),
    }
}
