//! Asks an exchange what a key may do, and what lies in the wallet. A key that can take money away is refused: nothing here
//! ever needs it, and whoever steals it could.

use super::auth_session::{self, Action, From};
use super::binding::{owned, target};
use super::binding_use::{KeyUse, Purpose, with_keys};
use crate::app::App;
use crate::domain::binding::{Binding, BindingStatus, Capabilities};
use crate::domain::ids::ExchangeBindingId;
use crate::exchange::Funds;
use crate::refusals;
use crate::store::wallets;
pub use crate::store::wallets::WalletBalance;
use crate::store::{bindings, users};
use kernel::{Refusal, Timestamp, UserId};
use serde_json::{Map, Value, json};
use store::audit::Level;
use store::{StoreError, Tx};

/// What a key may do, and the binding as it stands after that.
#[derive(Debug, Clone)]
pub struct Validated {
    /// The binding.
    pub binding: Binding,
    /// What its exchange said.
    pub capabilities: Capabilities,
}

/// Asks. Errors: those of a use of keys; 422 `KEY_CAN_WITHDRAW`, after which the binding is inactive.
pub async fn run(app: &App, user: UserId, id: ExchangeBindingId, from: From) -> Result<Validated, Refusal> {
    let wanted = KeyUse { user, binding: id, purpose: Purpose::Validate, from: from.clone() };
    let capabilities =
        with_keys(app, &wanted, async |account| app.exchange.capabilities(account).await).await?;
    let now = app.clock.now();
    let work = move |tx: &mut Tx<'_>| {
        users::lock_one(tx, user)?;
        let binding = judged(owned(tx, user, id)?, capabilities, now);
        bindings::update(tx, &binding)?;
        let details = json!({"capabilities": capabilities.names()});
        let level = if capabilities.can_withdraw { Level::Warn } else { Level::Info };
        let action = Action::of("binding.validate", level, target(id)).with(details);
        auth_session::append(tx, user, action, &from, now)?;
        Ok::<_, Refusal>(binding)
    };
    let binding = app.store.write(work).await?;
    if capabilities.can_withdraw {
        return Err(refusals::key_can_withdraw(capabilities));
    }
    Ok(Validated { binding, capabilities })
}

/// The binding after its exchange said what its keys may do.
fn judged(mut binding: Binding, capabilities: Capabilities, now: Timestamp) -> Binding {
    let mut info: Map<String, Value> = serde_json::from_str(&binding.info).unwrap_or_default();
    info.insert("capabilities".to_owned(), json!(capabilities.names()));
    info.insert("withdraw_warning".to_owned(), json!(capabilities.can_withdraw));
    binding.info = Value::Object(info).to_string();
    binding.updated_at = now;
    if capabilities.can_withdraw {
        binding.status = BindingStatus::Inactive;
        binding.validated_at = None;
        return binding;
    }
    binding.validated_at = Some(now);
    if binding.status == BindingStatus::Error {
        binding.status = BindingStatus::Active;
        binding.failures_cleared_at = Some(now);
        binding.failure_count = 0;
    }
    binding
}

/// What lies in the wallet; it is remembered for what may be promised of it. Errors: those of a use of keys.
pub async fn wallet(app: &App, wanted: KeyUse) -> Result<Vec<WalletBalance>, Refusal> {
    let funds = with_keys(app, &wanted, async |account| app.exchange.wallet(account).await).await?;
    let now = app.clock.now();
    let binding = wanted.binding;
    let own = |one: &Funds| WalletBalance { asset: one.asset, free: one.free, locked: one.locked };
    let mut wallet: Vec<WalletBalance> = funds.iter().map(own).collect();
    wallet.sort_by_key(|one| one.asset);
    wallet.dedup_by_key(|one| one.asset);
    let kept = wallet.clone();
    let keep = move |tx: &mut Tx<'_>| wallets::replace(tx, binding, &kept, now);
    app.store.write(keep).await.map_err(|error: StoreError| Refusal::from(error))?;
    Ok(wallet)
}
