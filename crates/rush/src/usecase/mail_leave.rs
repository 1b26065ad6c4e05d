//! Leaving a list of mails by the link in one of them: nobody has to log in for that.

use crate::app::App;
use kernel::{Refusal, TenantId};
use mail::unsubscribe::{Leaving, leave};
use store::StoreError;

const PURPOSE: &str = "rush unsubscribe";

/// The token of a link with which `recipient` leaves `list`.
pub(super) fn token(app: &App, tenant: Option<TenantId>, list: &str, recipient: &str) -> String {
    let leaving = Leaving { tenant, list: list.to_owned(), recipient: recipient.to_owned() };
    leaving.token(&app.identity.keyring().derive(PURPOSE)[0])
}

/// Who would leave which list with `token`. Errors: `NOT_FOUND` for a text that we did not make.
pub fn read(app: &App, token: &str) -> Result<Leaving, Refusal> {
    let keys = app.identity.keyring().derive(PURPOSE);
    Leaving::read(token, &keys).ok_or_else(|| Refusal::not_found("link"))
}

/// Leaves it; twice is the same as once. Errors: as of [`read`].
pub async fn run(app: &App, token: &str) -> Result<Leaving, Refusal> {
    let (leaving, now) = (read(app, token)?, app.clock.now());
    let left = leaving.clone();
    app.store.write::<_, StoreError, _>(move |tx| leave(tx, &left, now)).await?;
    Ok(leaving)
}
