//! In which language somebody is written to: the one they chose, else their shop's.

use crate::app::App;
use crate::domain::catalogue::Snapshot;
use crate::domain::mail_kinds::LOCALES;
use crate::store::mail::languages;
use kernel::{Actor, Refusal, TenantId, UserId};
use store::{StoreError, Tx};

/// The language of mails to `user` from the shop of `tenant`.
pub(super) fn of(
    tx: &mut Tx<'_>,
    catalogue: &Snapshot,
    user: UserId,
    tenant: Option<TenantId>,
) -> Result<String, StoreError> {
    let chosen = languages::of(tx, user)?;
    let shop = tenant.and_then(|tenant| catalogue.tenant(tenant));
    let of_shop = || shop.map_or("en", |shop| shop.fields.settings.locale.as_str()).to_owned();
    Ok(chosen.unwrap_or_else(of_shop))
}

/// The caller's language; none: they have not chosen one.
pub async fn view(app: &App, actor: Actor) -> Result<Option<String>, Refusal> {
    Ok(app.store.read(move |tx| languages::of(tx, actor.user)).await?)
}

/// Chooses the caller's language. Errors: `VALIDATION_ERROR` for one that mails are not written in.
pub async fn choose(app: &App, actor: Actor, locale: &str) -> Result<String, Refusal> {
    let known = LOCALES.into_iter().find(|known| *known == locale);
    let locale = known.ok_or_else(|| Refusal::field("language", "must be en or th"))?;
    app.store.write::<_, StoreError, _>(move |tx| languages::set(tx, actor.user, locale)).await?;
    Ok(locale.to_owned())
}
