//! Signing up and in by mail and password. An address that is not confirmed proves nothing but itself; guesses are counted by
//! account, whether there is one or not, and enough of them close its door for a while; addresses pay at the edge.

use super::auth_callback::give_trading;
use super::auth_session::{self, Action, From, SignedIn};
use super::email_verify;
use crate::app::App;
use crate::domain::{lockout, username};
use crate::refusals;
use crate::store::mail_sign_ins;
use crate::store::users::{self, User};
use identity::email::Email;
use identity::proofs::password::{Checked, PASSWORD_BYTES_MAX, PasswordHash};
use kernel::{Refusal, Timestamp, UserId};
use serde_json::json;
use std::sync::Arc;
use store::audit::Level;
use store::{StoreError, Tx};

/// Characters of the shortest password.
const PASSWORD_CHARS_MIN: usize = 8;

/// Somebody who wants an account.
#[derive(Debug, Clone)]
pub struct SignUpInput {
    /// Their address.
    pub email: String,
    /// Their password.
    pub password: String,
    /// 2 to 255 characters.
    pub full_name: String,
}

/// Makes the account, sends the code that confirms its address, and signs in. Errors: 400; 409 `EMAIL_EXISTS`; 503.
pub async fn sign_up(app: &Arc<App>, input: SignUpInput, from: From) -> Result<SignedIn, Refusal> {
    let email = Email::parse(&input.email).map_err(|_| Refusal::field("email", "must be a mail address"))?;
    let length = input.password.chars().count();
    if length < PASSWORD_CHARS_MIN || input.password.len() > PASSWORD_BYTES_MAX {
        return Err(Refusal::field("password", "must have 8 characters or more, and at most 72 bytes"));
    }
    let name = input.full_name.trim().to_owned();
    if !(2..=255).contains(&name.chars().count()) {
        return Err(Refusal::field("full_name", "must have 2 to 255 characters"));
    }
    let hash = app.outside.passwords.hash(&input.password, &from.ip).await;
    let hash = hash.map_err(Refusal::unavailable)?;
    let now = app.clock.now();
    let own = Arc::clone(app);
    let work = move |tx: &mut Tx<'_>| {
        if users::by_email(tx, email.as_str())?.is_some() {
            return Err(refusals::email_exists());
        }
        let user = make(&own, tx, (email.as_str(), &name, &hash), now)?;
        email_verify::send(&own, tx, &user, now)?;
        let action = Action::of("auth.signup", Level::Info, format!("user:{}", user.id.0));
        auth_session::append(tx, user.id, action, &from, now)?;
        auth_session::start(&own, tx, user, (None, false), &from, now)
    };
    app.store.write(work).await
}

fn make(
    app: &App,
    tx: &mut Tx<'_>,
    (email, full_name, hash): (&str, &str, &PasswordHash),
    now: Timestamp,
) -> Result<User, Refusal> {
    let id = UserId(app.ids.next(now));
    let mut name = username::derive(Some(full_name), Some(email), id.0);
    if users::name_is_taken(tx, &name)? {
        name = username::with_suffix(&name, id.0);
    }
    let user = User {
        email: Some(email.to_owned()),
        settings: users::first_settings(),
        info: json!({"created_via": "email", "full_name": full_name, "first_login": now.rfc3339()})
            .to_string(),
        password_hash: Some(hash.as_str().to_owned()),
        ..User::new(id, name, now)
    };
    users::insert(tx, &user).map_err(|error| match error {
        StoreError::Unique(_) => refusals::email_exists(),
        other => other.into(),
    })?;
    give_trading(app, tx, id, now)?;
    Ok(user)
}

/// Signs in. Errors: 401 `INVALID_CREDENTIALS`; 429 `ACCOUNT_LOCKED`; 403 `USER_DISABLED`; 503.
pub async fn sign_in(
    app: &Arc<App>,
    email: String,
    password: String,
    from: From,
) -> Result<SignedIn, Refusal> {
    let now = app.clock.now();
    let key = identity::email::key(&email);
    let subject = account_of(&key);
    let asked = (key, subject.clone());
    let read = move |tx: &mut Tx<'_>| {
        let (key, subject) = &asked;
        if let Some(seconds) = mail_sign_ins::failures(tx, subject)?.closed_for(now) {
            return Err(refusals::account_locked(seconds));
        }
        Ok::<_, Refusal>(users::by_email(tx, key)?)
    };
    let user = app.store.write(read).await?;
    let stored = user.as_ref().and_then(|user| user.password_hash.clone()).map(PasswordHash::from_stored);
    let checked = app.outside.passwords.check(&password, stored.as_ref(), &from.ip).await;
    match (checked.map_err(Refusal::unavailable)?, user) {
        (Checked::Right { .. }, Some(user)) => enter(app, user, subject, from).await,
        (Checked::Right { .. } | Checked::Wrong, user) => Err(fail(app, user, subject, from).await?),
    }
}

async fn enter(app: &Arc<App>, user: User, subject: String, from: From) -> Result<SignedIn, Refusal> {
    let now = app.clock.now();
    let own = Arc::clone(app);
    let work = move |tx: &mut Tx<'_>| {
        let user = users::find(tx, user.id)?.ok_or_else(refusals::invalid_credentials)?;
        mail_sign_ins::clear_failures(tx, &subject)?;
        let id = user.id;
        let signed_in = auth_session::start(&own, tx, user, (None, false), &from, now)?;
        auth_session::append(
            tx,
            id,
            Action::of("auth.login", Level::Info, "password".to_owned()),
            &from,
            now,
        )?;
        Ok::<_, Refusal>(signed_in)
    };
    app.store.write(work).await
}

/// Counts a failure; what the caller hears.
async fn fail(app: &App, user: Option<User>, subject: String, from: From) -> Result<Refusal, Refusal> {
    let now = app.clock.now();
    let work = move |tx: &mut Tx<'_>| {
        // Of nobody's account it is the platform's affair.
        let id = user.as_ref().map_or(UserId(0), |user| user.id);
        let (failures, is_closed) = mail_sign_ins::failures(tx, &subject)?.failed(now);
        mail_sign_ins::set_failures(tx, &subject, &failures, now)?;
        if is_closed {
            auth_session::append(
                tx,
                id,
                Action::of("auth.lockout", Level::Critical, subject.clone()),
                &from,
                now,
            )?;
        }
        let action = Action::of("auth.login_failed", Level::Warn, format!("ip:{}", from.ip));
        auth_session::append(tx, id, action, &from, now)
    };
    app.store.write(work).await?;
    Ok(refusals::invalid_credentials())
}

/// Opens an account's door again. Errors: 404.
pub async fn unlock(app: &App, by: UserId, id: UserId, from: From) -> Result<(), Refusal> {
    let now = app.clock.now();
    let work = move |tx: &mut Tx<'_>| {
        let user = users::find(tx, id)?.ok_or_else(refusals::user_not_found)?;
        if let Some(email) = &user.email {
            let subject = account_of(&identity::email::key(email));
            mail_sign_ins::set_failures(tx, &subject, &lockout::Failures::default(), now)?;
        }
        let action = Action::of("user.unlock", Level::Warn, format!("user:{}", id.0));
        auth_session::append(tx, by, action, &from, now)?;
        Ok::<_, Refusal>(())
    };
    app.store.write(work).await
}

/// How failures on an account are counted, whether it is there or not.
fn account_of(email_key: &str) -> String {
    auth_session::hashed("account", email_key)
}
