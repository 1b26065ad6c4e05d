//! The caller's own profile: looking at it, changing it. The password is `profile_change_password`.

use crate::app::App;
use identity::{AuthRefusal, ProfileFault, User, profile, users};
use kernel::{Actor, Refusal};

/// The caller, from the table. Errors: `NOT_FOUND` when the account was deleted since the token was minted.
pub async fn view(app: &App, actor: Actor) -> Result<User, Refusal> {
    let id = actor.user;
    let found = app.store.read(move |tx| Ok::<_, AuthRefusal>(users::by_id(tx, id)?)).await?;
    Ok(found.ok_or(AuthRefusal::UserIsUnknown)?)
}

/// What is to be changed; at least one. An empty phone or picture is taken away.
#[derive(Debug, Clone, Default)]
pub struct ProfileChange {
    /// The name, as entered.
    pub name: Option<String>,
    /// The phone number, as entered.
    pub phone: Option<String>,
    /// The address of the picture, as entered.
    pub avatar_url: Option<String>,
}

/// The caller as it is afterwards. Errors: `VALIDATION_ERROR` naming the field, `NOT_FOUND`.
pub async fn change(app: &App, actor: Actor, change: ProfileChange) -> Result<User, Refusal> {
    let now = app.clock.now();
    let saved = app.store.write(move |tx| {
        let found = users::by_id_locked(tx, actor.user)?;
        let user = changed(found.ok_or(AuthRefusal::UserIsUnknown)?, &change)?;
        users::set_profile(tx, now, &user)?;
        Ok::<_, AuthRefusal>(user)
    });
    Ok(saved.await?)
}

fn changed(mut user: User, change: &ProfileChange) -> Result<User, ProfileFault> {
    let ProfileChange { name, phone, avatar_url } = change;
    if name.is_none() && phone.is_none() && avatar_url.is_none() {
        return Err(ProfileFault::NothingToChange);
    }
    if let Some(name) = name {
        user.name = profile::name(name)?;
    }
    if let Some(phone) = phone {
        user.phone = profile::phone(phone)?;
    }
    if let Some(avatar_url) = avatar_url {
        user.avatar_url = profile::avatar(avatar_url)?;
    }
    Ok(user)
}
