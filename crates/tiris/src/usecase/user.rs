//! Users as they see themselves, and as an admin does: profile, list, role, switching off and on.

use super::auth_session::{self, From};
use crate::app::App;
use crate::domain::username;
use crate::refusals;
use crate::store::sessions;
pub use crate::store::users::User;
use crate::store::users::{self, UserStatus};
use kernel::{Refusal, Role, UserId};
use serde_json::{Map, Value};
use store::audit::Level;
use store::{StoreError, Tx};

/// Members of `info` that only the server writes.
const PROTECTED: [&str; 4] = ["real_trading_enabled", "oauth_provider", "created_via", "first_login"];

/// A user by number. Errors: 404 `USER_NOT_FOUND`.
pub async fn one(app: &App, id: UserId) -> Result<User, Refusal> {
    let found = app.store.read(move |tx: &mut Tx<'_>| users::find(tx, id)).await?;
    found.filter(|user| user.status != UserStatus::Deleted).ok_or_else(refusals::user_not_found)
}

/// A page of all users, newest first, and how many there are.
pub async fn list(app: &App, (limit, offset): (i64, i64)) -> Result<(Vec<User>, i64), Refusal> {
    let read =
        move |tx: &mut Tx<'_>| Ok::<_, StoreError>((users::page(tx, limit, offset)?, users::count(tx)?));
    Ok(app.store.read(read).await?)
}

/// What a user wants changed of themselves.
#[derive(Debug, Clone, Default)]
pub struct ProfileChange {
    /// Another name.
    pub username: Option<String>,
    /// Another picture.
    pub avatar: Option<String>,
    /// Merged member by member.
    pub settings: Option<Map<String, Value>>,
    /// Merged member by member; what only the server writes is passed over.
    pub info: Option<Map<String, Value>>,
}

/// Changes a profile. Errors: 400 for a name that may not be chosen; 409 `USERNAME_TAKEN`.
pub async fn change(app: &App, id: UserId, change: ProfileChange) -> Result<User, Refusal> {
    let now = app.clock.now();
    let apply = move |tx: &mut Tx<'_>| {
        users::lock_one(tx, id)?;
        let mut user = users::find(tx, id)?.ok_or_else(refusals::user_not_found)?;
        if let Some(name) = &change.username {
            if !username::is_fit(name) {
                return Err(Refusal::field("username", "must have 3 to 50 letters, digits or underscores"));
            }
            if !name.eq_ignore_ascii_case(&user.username) && users::name_is_taken(tx, name)? {
                return Err(refusals::username_taken());
            }
            name.clone_into(&mut user.username);
        }
        user.avatar = change.avatar.clone().unwrap_or(user.avatar);
        user.settings = merged(&user.settings, change.settings.as_ref(), &[]);
        user.info = merged(&user.info, change.info.as_ref(), &PROTECTED);
        user.updated_at = now;
        users::set_profile(tx, &user)?;
        Ok(user)
    };
    app.store.write(apply).await
}

fn merged(stored: &str, change: Option<&Map<String, Value>>, protected: &[&str]) -> String {
    let Some(change) = change else { return stored.to_owned() };
    let mut all: Map<String, Value> = serde_json::from_str(stored).unwrap_or_default();
    let free = change.iter().filter(|(name, _)| !protected.contains(&name.as_str()));
    all.extend(free.map(|(name, value)| (name.clone(), value.clone())));
    Value::Object(all).to_string()
}

/// Gives a user a role; it counts from their next request on. Errors: 404.
pub async fn set_role(app: &App, by: UserId, id: UserId, role: Role, from: From) -> Result<(), Refusal> {
    let now = app.clock.now();
    let set = move |tx: &mut Tx<'_>| {
        if !users::set_role(tx, id, role, now)? {
            return Err(refusals::user_not_found());
        }
        auth_session::record(tx, ("user.role", Level::Warn), by, format!("user:{}", id.0), &from, now)?;
        Ok::<_, Refusal>(())
    };
    app.store.write(set).await
}

/// Switches a user on or off; who is off has no session any more. Errors: 404.
pub async fn set_active(app: &App, by: UserId, id: UserId, active: bool, from: From) -> Result<(), Refusal> {
    let now = app.clock.now();
    let set = move |tx: &mut Tx<'_>| {
        let (status, action) =
            if active { (UserStatus::Active, "user.enable") } else { (UserStatus::Disabled, "user.disable") };
        if !users::set_status(tx, id, status, now)? {
            return Err(refusals::user_not_found());
        }
        if !active {
            sessions::revoke_all(tx, id, now)?;
        }
        auth_session::record(tx, (action, Level::Warn), by, format!("user:{}", id.0), &from, now)?;
        Ok::<_, Refusal>(())
    };
    app.store.write(set).await
}

/// Erases a user: personal data goes, the ledger stays under the number.
pub async fn erase(app: &App, id: UserId, from: From) -> Result<(), Refusal> {
    let now = app.clock.now();
    let erase = move |tx: &mut Tx<'_>| {
        users::erase(tx, id, now)?;
        sessions::revoke_all(tx, id, now)?;
        auth_session::record(tx, ("user.erase", Level::Warn), id, format!("user:{}", id.0), &from, now)
    };
    Ok(app.store.write(erase).await?)
}
