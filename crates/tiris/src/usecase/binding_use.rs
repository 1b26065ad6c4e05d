//! The one place where keys of exchanges are opened. Each use is recorded before the key is opened, with its purpose and whoever
//! asked; each refusal of the exchange after it. Ten of them within an hour give the binding up, with an alert.

use super::auth_session::{self, Action, From};
use super::binding::{owned, target};
use crate::app::App;
use crate::domain::binding::{Binding, BindingStatus, FAILURES_MAX, is_given_up};
use crate::domain::ids::ExchangeBindingId;
use crate::exchange::{Account, ExchangeFault, ExchangeKeys, is_spoken};
use crate::refusals;
use crate::store::binding_keys::{self, KeyedTable, SealedKeys};
use crate::store::bindings;
use kernel::{Refusal, Timestamp, UserId};
use serde_json::json;
use store::Tx;
use store::audit::{self, Filter, Level};
use vault::{RowKey, RowOf, Zeroizing};

/// The audit's word for a refusal of an exchange.
const FAILED: &str = "binding.use_failed";

/// What keys are opened for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Purpose {
    /// To hear what they may do.
    Validate,
    /// To show what lies in the wallet.
    Balance,
    /// To compare the wallet with its slices.
    Reconcile,
    /// To know what may still be promised.
    Allocate,
}

impl Purpose {
    const fn as_str(self) -> &'static str {
        match self {
            Self::Validate => "validate",
            Self::Balance => "balance",
            Self::Reconcile => "reconcile",
            Self::Allocate => "allocate",
        }
    }
}

/// Whose keys are opened, what for, and who asked.
#[derive(Debug, Clone)]
pub struct KeyUse {
    /// Whose.
    pub user: UserId,
    /// Which.
    pub binding: ExchangeBindingId,
    /// What for.
    pub purpose: Purpose,
    /// From where it was asked; empty for our own work.
    pub from: From,
}

/// Opens the keys for one call to their exchange. Errors: 404; 409 `EXCHANGE_BINDING_INACTIVE` where they may not be used; 422
/// `EXCHANGE_NOT_SUPPORTED`; 502 `TRADING_ERROR` where the exchange refuses.
pub(super) async fn with_keys<T>(
    app: &App,
    wanted: &KeyUse,
    call: impl AsyncFnOnce(Account<'_>) -> Result<T, ExchangeFault>,
) -> Result<T, Refusal> {
    let now = app.clock.now();
    let (binding, sealed) = begin(app, wanted.clone(), now).await?;
    let keys = open(app, &binding, &sealed)?;
    let account = Account { exchange: &binding.exchange, keys: &keys, now };
    let answer = call(account).await;
    drop(keys);
    match answer {
        Ok(answer) => Ok(answer),
        Err(ExchangeFault::IsNotSpoken) => Err(refusals::exchange_not_supported()),
        Err(fault) => {
            tracing::warn!(binding = binding.id.0, exchange = binding.exchange, %fault, "an exchange refuses");
            fail(app, wanted.clone(), fault.as_str()).await?;
            Err(refusals::exchange_refused(&fault))
        }
    }
}

/// Records the use, and gives what is to be opened.
async fn begin(app: &App, wanted: KeyUse, now: Timestamp) -> Result<(Binding, SealedKeys), Refusal> {
    let work = move |tx: &mut Tx<'_>| {
        let binding = owned(tx, wanted.user, wanted.binding)?;
        let may_be_used = match binding.status {
            BindingStatus::Active => true,
            // Its owner finds out whether it is good again.
            BindingStatus::Inactive | BindingStatus::Error => wanted.purpose == Purpose::Validate,
        };
        if !may_be_used {
            return Err(refusals::binding_inactive());
        }
        // What nobody can use is not opened.
        if !is_spoken(&binding.exchange) {
            return Err(refusals::exchange_not_supported());
        }
        let sealed = binding_keys::find(tx, binding.id)?.ok_or_else(refusals::binding_has_no_keys)?;
        let details = json!({"purpose": wanted.purpose.as_str()});
        let action = Action::of("binding.use", Level::Info, target(binding.id)).with(details);
        auth_session::append(tx, wanted.user, action, &wanted.from, now)?;
        bindings::set_used(tx, binding.id, now)?;
        Ok((binding, sealed))
    };
    app.store.write(work).await
}

fn open(app: &App, binding: &Binding, sealed: &SealedKeys) -> Result<ExchangeKeys, Refusal> {
    let row = RowOf { table: KeyedTable::Bindings.name(), id: binding.id.0 };
    let key = app.outside.vault.open_row_key(row, &sealed.data_key).map_err(Refusal::internal)?;
    Ok(ExchangeKeys {
        api_key: text(&key, "api_key", &sealed.api_key)?,
        api_secret: text(&key, "api_secret", &sealed.api_secret)?,
        passphrase: sealed.passphrase.as_deref().map(|one| text(&key, "passphrase", one)).transpose()?,
    })
}

fn text(key: &RowKey<'_>, column: &str, sealed: &[u8]) -> Result<Zeroizing<String>, Refusal> {
    let opened = key.open(column, sealed).map_err(Refusal::internal)?;
    let text = std::str::from_utf8(&opened).map_err(|_| Refusal::internal("a sealed key is no text"))?;
    Ok(Zeroizing::new(text.to_owned()))
}

/// Records a refusal; with the tenth of an hour the binding is given up.
async fn fail(app: &App, wanted: KeyUse, fault: &'static str) -> Result<(), Refusal> {
    let now = app.clock.now();
    let work = move |tx: &mut Tx<'_>| {
        let binding = owned(tx, wanted.user, wanted.binding)?;
        let details = json!({"purpose": wanted.purpose.as_str(), "fault": fault});
        let action = Action::of(FAILED, Level::Warn, target(binding.id)).with(details);
        auth_session::append(tx, wanted.user, action, &wanted.from, now)?;
        let failures = failures(tx, &binding, now)?;
        let ends = is_given_up(failures) && binding.status == BindingStatus::Active;
        bindings::set_failed(tx, binding.id, (failures.try_into().unwrap_or(i64::MAX), ends), now)?;
        if ends {
            let details = json!({"failures": failures, "window_s": 3_600});
            let action =
                Action::of("system.security_alert", Level::Critical, target(binding.id)).with(details);
            auth_session::append(tx, wanted.user, action, &wanted.from, now)?;
        }
        Ok::<_, Refusal>(ends)
    };
    if app.store.write(work).await? {
        metrics::counter!("tiris_bindings_given_up_total").increment(1);
        tracing::error!(
            failures = FAILURES_MAX,
            "an exchange refused a binding too often: it is switched off"
        );
    }
    Ok(())
}

/// How many refusals count now, this one included.
fn failures(tx: &mut Tx<'_>, binding: &Binding, now: Timestamp) -> Result<usize, Refusal> {
    let filter = Filter {
        target: Some(target(binding.id)),
        action: Some(FAILED.to_owned()),
        from: Some(binding.failures_count_from(now)),
        ..Filter::default()
    };
    Ok(audit::page(tx, &filter, FAILURES_MAX.try_into().unwrap_or(i64::MAX))?.len())
}
