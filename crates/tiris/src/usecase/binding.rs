//! Reads bindings: one's own, the public ones, one of either; and the uses of one's keys.

use super::log_view::Found;
use super::reader::Reader;
use crate::app::App;
pub use crate::domain::binding::Binding;
use crate::domain::ids::ExchangeBindingId;
use crate::refusals;
use crate::store::bindings;
use kernel::{Refusal, UserId};
use store::audit::{self, Entry, Filter};
use store::{StoreError, Tx};

/// Uses of a key that are shown at once.
const USES_MAX: i64 = 200;

/// A page of one's own bindings, newest first.
pub async fn own(app: &App, user: UserId, page: (i64, i64)) -> Result<Found<Binding>, Refusal> {
    let read = move |tx: &mut Tx<'_>| {
        let (rows, total) = bindings::page_of(tx, user, page)?;
        Ok::<_, StoreError>(Found { rows, total })
    };
    Ok(app.store.read(read).await?)
}

/// The active public bindings, of one exchange where it is named.
pub async fn public(app: &App, exchange: Option<String>) -> Result<Vec<Binding>, Refusal> {
    let found = app.store.read(bindings::public).await?;
    let is_wanted =
        |one: &Binding| exchange.as_ref().is_none_or(|name| one.exchange.eq_ignore_ascii_case(name));
    Ok(found.into_iter().filter(is_wanted).collect())
}

/// One binding: one's own, or a public one. Errors: 404.
pub async fn one(app: &App, reader: Reader, id: ExchangeBindingId) -> Result<Binding, Refusal> {
    let found = app.store.read(move |tx: &mut Tx<'_>| bindings::whole(tx, id)).await?;
    let seen = found.filter(|one| one.user.is_none_or(|owner| reader.own() == Ok(owner)));
    seen.ok_or_else(refusals::binding_not_found)
}

/// What was done with a binding and its keys, newest first. Errors: 404 for what is not one's own.
pub async fn uses(app: &App, user: UserId, id: ExchangeBindingId) -> Result<Vec<Entry>, Refusal> {
    let read = move |tx: &mut Tx<'_>| {
        owned(tx, user, id)?;
        let filter = Filter { target: Some(target(id)), ..Filter::default() };
        Ok::<_, Refusal>(audit::page(tx, &filter, USES_MAX)?)
    };
    app.store.read(read).await
}

/// What the audit calls a binding.
pub(super) fn target(id: ExchangeBindingId) -> String {
    format!("exchange_binding:{}", id.0)
}

/// A live private binding of the user's. Errors: 404.
pub(super) fn owned(tx: &mut Tx<'_>, user: UserId, id: ExchangeBindingId) -> Result<Binding, Refusal> {
    let found = bindings::whole(tx, id)?.filter(|one| one.user == Some(user));
    found.ok_or_else(refusals::binding_not_found)
}
