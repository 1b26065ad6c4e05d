//! A person of the demonstration, with a confirmed address by which a provider's proof finds them.

use crate::app::App;
use crate::store::users::{self, User};
use kernel::{Refusal, Role, UserId};
use store::{StoreError, Tx};

/// Makes the person; none where the address is somebody's.
pub async fn create(app: &App, name: &str, email: &str, role: Role) -> Result<Option<UserId>, Refusal> {
    let now = app.clock.now();
    let id = UserId(app.ids.next(now));
    let user = User {
        email: Some(email.to_owned()),
        email_verified: true,
        role,
        ..User::new(id, name.to_owned(), now)
    };
    let insert = move |tx: &mut Tx<'_>| {
        let email = user.email.as_deref().unwrap_or_default();
        if users::by_email(tx, email)?.is_some() {
            return Ok(None);
        }
        users::insert(tx, &user)?;
        Ok::<_, StoreError>(Some(user.id))
    };
    Ok(app.store.write(insert).await?)
}
