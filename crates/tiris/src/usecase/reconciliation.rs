//! Items of reconciliation as their owner settles them: the proposed entry is made, or the item is put away.

use super::auth_session::{self, Action, From};
use super::log_view::Found;
use super::log_write::{self, MovementInput, RequestKey};
use crate::app::App;
use crate::domain::ids::{ReconciliationId, TradingLogId};
use crate::domain::log_type::BusinessType;
use crate::domain::{decimal, sub_account};
use crate::refusals;
pub use crate::store::reconciliation::Item;
use crate::store::reconciliation::{self, Settlement};
use crate::store::wallets;
use kernel::{Refusal, UserId};
use serde_json::{Value, json};
use store::audit::Level;
use store::{StoreError, Tx};

/// A page of one's items, newest first.
pub async fn list(
    app: &App,
    user: UserId,
    status: Option<String>,
    page: (i64, i64),
) -> Result<Found<Item>, Refusal> {
    let read = move |tx: &mut Tx<'_>| {
        let rows = reconciliation::of_user(tx, user, status.as_deref(), page)?;
        Ok::<_, StoreError>(Found { rows, total: reconciliation::count(tx, user, status.as_deref())? })
    };
    Ok(app.store.read(read).await?)
}

/// One item. Errors: 404.
pub async fn one(app: &App, user: UserId, id: ReconciliationId) -> Result<Item, Refusal> {
    let found = app.store.read(move |tx: &mut Tx<'_>| reconciliation::find(tx, user, id)).await?;
    found.ok_or_else(refusals::reconciliation_not_found)
}

/// Makes the entry that an item proposes: a log like every other, once however often it is asked for; or the outside that it
/// proposes to declare. Errors: 404; 409 `RECONCILIATION_ITEM_SETTLED`; those of a log.
pub async fn apply(app: &App, user: UserId, id: ReconciliationId, from: From) -> Result<Item, Refusal> {
    let item = one(app, user, id).await?;
    if item.status != "open" {
        return Err(refusals::reconciliation_is_settled());
    }
    let proposal: Value = serde_json::from_str(&item.proposal).unwrap_or_default();
    let amount = proposal["amount"].as_str().and_then(|text| decimal::parse(text).ok());
    let amount = amount.ok_or_else(|| Refusal::internal("a proposal without an amount"))?;
    let kind = match proposal["type"].as_str() {
        Some("deposit") => Some(BusinessType::Deposit),
        Some("withdraw") => Some(BusinessType::Withdraw),
        _ => None,
    };
    let log = match (kind, item.sub_account) {
        (Some(kind), Some(account)) => {
            let movement = MovementInput {
                user,
                account,
                kind,
                amount,
                reason: Some("reconciliation".to_owned()),
                message: format!("Reconciliation: {}", item.cause.replace('_', " ")),
                info: json!({"reconciliation_id": app.public.encode(id)}).to_string(),
                is_promise: false,
            };
            let key = format!("reconciliation:{}", id.0);
            let answer =
                log_write::movement(app, movement, RequestKey { key: Some(&key), body: b"", place: 0 });
            Some(answer.await?.written.log.id)
        }
        (_, _) => None,
    };
    settle(app, user, (item, amount), ("resolved", log), from).await?;
    one(app, user, id).await
}

/// Puts an item away. Errors: 404; 409 `RECONCILIATION_ITEM_SETTLED`.
pub async fn dismiss(app: &App, user: UserId, id: ReconciliationId, from: From) -> Result<Item, Refusal> {
    let item = one(app, user, id).await?;
    settle(app, user, (item, 0), ("dismissed", None), from).await?;
    one(app, user, id).await
}

async fn settle(
    app: &App,
    user: UserId,
    (item, amount): (Item, i64),
    (status, log): (&'static str, Option<TradingLogId>),
    from: From,
) -> Result<(), Refusal> {
    let now = app.clock.now();
    let declares = status == "resolved" && log.is_none();
    let work = move |tx: &mut Tx<'_>| {
        let how = Settlement { status, by: Some(user), log };
        if !reconciliation::settle(tx, item.id, how, now)? {
            return Err(refusals::reconciliation_is_settled());
        }
        if let (true, Some(binding), Some(asset)) = (declares, item.binding, sub_account::symbol(&item.asset))
        {
            wallets::declare(tx, binding, (asset, amount), now)?;
        }
        let verb = if status == "resolved" { "reconciliation.apply" } else { "reconciliation.dismiss" };
        let action = Action::of(verb, Level::Info, format!("reconciliation_item:{}", item.id.0));
        auth_session::append(tx, user, action, &from, now)?;
        Ok::<_, Refusal>(())
    };
    app.store.write(work).await
}
