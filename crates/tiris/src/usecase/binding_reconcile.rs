//! Compares a wallet with its slices: what nothing explains becomes an item with its cause and the smallest entry that would mend
//! it; an item whose difference is gone is resolved. Balances are never written here.

use super::auth_session::{self, Action, From};
use super::binding::{owned, target};
use super::binding_use::{KeyUse, Purpose};
use super::binding_validate;
use crate::app::App;
use crate::domain::decimal;
use crate::domain::ids::{ExchangeBindingId, ReconciliationId};
use crate::domain::reconcile::{AssetState, Difference, Proposal, differences};
use crate::store::reconciliation::{self, Item, NewItem, Settlement};
use crate::store::{bindings, users, wallets};
use kernel::{AssetCode, PublicIds, Refusal, Timestamp, UserId};
use serde_json::{Value, json};
use std::collections::BTreeMap;
use store::audit::Level;
use store::{StoreError, Tx};

/// Wallets that one run of the job compares.
const DUE_MAX: i64 = 20;
/// Between two looks of the job at a wallet that differs.
const SECOND_LOOK: std::time::Duration = std::time::Duration::from_secs(3);

/// A wallet beside its slices.
#[derive(Debug, Clone)]
pub struct Reconciled {
    /// What lies where, by asset.
    pub assets: BTreeMap<AssetCode, AssetState>,
    /// The items that are open now.
    pub open: Vec<Item>,
    /// When the exchange was last asked; none: never. What was traded since is in the slices alone.
    pub asked_at: Option<Timestamp>,
}

/// Asks the exchange and compares. Errors: those of a use of keys.
pub async fn run(app: &App, user: UserId, id: ExchangeBindingId, from: From) -> Result<Reconciled, Refusal> {
    let wanted = KeyUse { user, binding: id, purpose: Purpose::Reconcile, from };
    binding_validate::wallet(app, wanted).await?;
    compare(app, user, id).await
}

/// What is known of the wallet beside its slices, without asking anybody. Errors: 404.
pub async fn known(app: &App, user: UserId, id: ExchangeBindingId) -> Result<Reconciled, Refusal> {
    let read = move |tx: &mut Tx<'_>| {
        owned(tx, user, id)?;
        let (assets, open) = (wallets::states(tx, id)?, reconciliation::open_of(tx, user, id)?);
        let asked_at = wallets::of_binding(tx, id)?.1;
        Ok::<_, Refusal>(Reconciled { assets, open, asked_at })
    };
    app.store.read(read).await
}

/// Compares what is known of the wallet with its slices, and brings the items up to date.
async fn compare(app: &App, user: UserId, id: ExchangeBindingId) -> Result<Reconciled, Refusal> {
    let now = app.clock.now();
    let ids = std::sync::Arc::clone(&app.ids);
    let public = app.public.clone();
    let work = move |tx: &mut Tx<'_>| {
        users::lock_one(tx, user)?;
        owned(tx, user, id)?;
        let mut assets = wallets::states(tx, id)?;
        let has_open_events = reconciliation::has_open_events(tx, user)?;
        for state in assets.values_mut() {
            state.has_open_events = has_open_events && !state.slices.is_empty();
        }
        let found = differences(&assets);
        let mut before = reconciliation::open_of(tx, user, id)?;
        for difference in &found {
            let same = before.iter().position(|item| item.asset == difference.asset.as_str());
            let number = match same {
                Some(at) => before.swap_remove(at).id,
                None => ReconciliationId(ids.next(now)),
            };
            let item = new_item((number, user, id), difference, &public);
            match same {
                Some(_) => reconciliation::restate(tx, number, &item)?,
                None => reconciliation::insert(tx, &item, now)?,
            }
        }
        for gone in before {
            let how = Settlement { status: "resolved", by: None, log: None };
            reconciliation::settle(tx, gone.id, how, now)?;
        }
        let (open, asked_at) = (reconciliation::open_of(tx, user, id)?, wallets::of_binding(tx, id)?.1);
        Ok::<_, Refusal>(Reconciled { assets, open, asked_at })
    };
    app.store.write(work).await
}

fn new_item(
    (id, user, binding): (ReconciliationId, UserId, ExchangeBindingId),
    difference: &Difference,
    public: &PublicIds,
) -> NewItem {
    let amount = decimal::format(difference.amount.saturating_abs());
    let (sub_account, proposal) = match difference.proposal {
        Proposal::Deposit(slice) => (Some(slice), json!({"type": "deposit", "amount": amount})),
        Proposal::Withdraw(slice) => (Some(slice), json!({"type": "withdraw", "amount": amount})),
        Proposal::DeclareOutside(units) => {
            (None, json!({"type": "declare_outside", "amount": decimal::format(units)}))
        }
    };
    let mut proposal = proposal;
    if let (Some(slice), Value::Object(members)) = (sub_account, &mut proposal) {
        members.insert("sub_account_id".to_owned(), json!(public.encode(slice)));
    }
    NewItem {
        id,
        user,
        binding: Some(binding),
        sub_account,
        asset: difference.asset,
        amount: difference.amount,
        cause: difference.cause.as_str(),
        proposal: proposal.to_string(),
        info: "{}".to_owned(),
    }
}

/// Declares how much of each asset is nobody's slice, and compares again with what is known of the wallet. Errors: 404.
pub async fn declare(
    app: &App,
    user: UserId,
    id: ExchangeBindingId,
    outside: Vec<(AssetCode, i64)>,
    from: From,
) -> Result<Reconciled, Refusal> {
    let now = app.clock.now();
    let work = move |tx: &mut Tx<'_>| {
        users::lock_one(tx, user)?;
        owned(tx, user, id)?;
        for (asset, amount) in &outside {
            wallets::declare(tx, id, (*asset, *amount), now)?;
        }
        let said: BTreeMap<_, _> = outside
            .iter()
            .map(|(asset, units)| (asset.as_str().to_owned(), decimal::format(*units)))
            .collect();
        let action = Action::of("binding.outside", Level::Info, target(id)).with(json!({"outside": said}));
        auth_session::append(tx, user, action, &from, now)?;
        Ok::<_, Refusal>(())
    };
    app.store.write(work).await?;
    compare(app, user, id).await
}

/// Compares the wallets that are due; how many. A wallet whose exchange refuses is tried again when it is due again.
pub async fn run_due(app: &App) -> Result<usize, StoreError> {
    let every = app.settings.reconcile_every_s;
    if every == 0 {
        return Ok(0);
    }
    let before: Timestamp = app.clock.now().plus_secs(-every);
    let due = app.store.read(move |tx| bindings::due_for_reconciliation(tx, before, DUE_MAX)).await?;
    for (id, user) in &due {
        let looked = match run(app, *user, *id, From::default()).await {
            // A bot may have traded whose event is still on its way: what is gone at a second look was no difference.
            Ok(found) if !found.open.is_empty() => {
                tokio::time::sleep(SECOND_LOOK).await;
                run(app, *user, *id, From::default()).await
            }
            looked => looked,
        };
        if let Err(refusal) = looked {
            tracing::warn!(binding = id.0, code = refusal.code, "a wallet could not be compared");
        }
    }
    Ok(due.len())
}
