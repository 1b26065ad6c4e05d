//! Bindings, wallets and uses of keys as they are written.

use super::json_object::StoredObject;
use super::page::PageData;
use crate::domain::binding::Binding;
use crate::domain::decimal;
use crate::usecase::binding_validate::WalletBalance;
use kernel::{PublicIds, Timestamp};
use serde::Serialize;
use serde_json::Value;
use store::audit::Entry;
use utoipa::ToSchema;

/// A binding, with a mask in place of its key.
#[derive(Debug, Serialize, ToSchema)]
pub struct BindingRow {
    id: String,
    user_id: Option<String>,
    name: String,
    exchange: String,
    exchange_type: String,
    r#type: &'static str,
    status: &'static str,
    masked_api_key: Option<String>,
    #[schema(value_type = Object)]
    info: StoredObject,
    failure_count: i64,
    last_failure_at: Option<String>,
    last_used_at: Option<String>,
    validated_at: Option<String>,
    created_at: String,
    updated_at: String,
}

impl BindingRow {
    /// As it is written.
    #[must_use]
    pub fn of(public: &PublicIds, binding: &Binding) -> Self {
        Self {
            id: public.encode(binding.id),
            user_id: binding.user.map(|user| public.encode(user)),
            name: binding.name.clone(),
            exchange: binding.exchange.clone(),
            exchange_type: binding.exchange.clone(),
            r#type: binding.kind(),
            status: binding.status.as_str(),
            masked_api_key: binding.mask.clone(),
            info: StoredObject::of(&binding.info),
            failure_count: binding.failure_count,
            last_failure_at: binding.last_failure_at.map(Timestamp::rfc3339),
            last_used_at: binding.last_used_at.map(Timestamp::rfc3339),
            validated_at: binding.validated_at.map(Timestamp::rfc3339),
            created_at: binding.created_at.rfc3339(),
            updated_at: binding.updated_at.rfc3339(),
        }
    }
}

/// A page of bindings.
#[derive(Debug, Serialize, ToSchema)]
pub struct BindingPageData {
    /// The rows.
    pub items: Vec<BindingRow>,
    /// About the page.
    #[serde(flatten)]
    pub page: PageData,
}

/// What lies in a wallet in one asset.
#[derive(Debug, Serialize, ToSchema)]
pub struct WalletRow {
    asset: String,
    free: String,
    locked: String,
    total: String,
}

/// What lies in a wallet.
#[derive(Debug, Serialize, ToSchema)]
pub struct WalletData {
    balances: Vec<WalletRow>,
}

impl WalletData {
    /// As it is written.
    #[must_use]
    pub fn of(wallet: &[WalletBalance]) -> Self {
        let row = |one: &WalletBalance| WalletRow {
            asset: one.asset.as_str().to_owned(),
            free: decimal::format(one.free),
            locked: decimal::format(one.locked),
            total: decimal::format(one.total()),
        };
        Self { balances: wallet.iter().map(row).collect() }
    }
}

/// Something that was done with a binding or its keys.
#[derive(Debug, Serialize, ToSchema)]
pub struct UseRow {
    at: String,
    /// `binding.use` opened the keys; others changed or refused something.
    action: String,
    level: &'static str,
    /// From where it was asked; empty for our own work.
    ip_address: String,
    request_id: String,
    #[schema(value_type = Object)]
    details: Value,
}

/// What was done.
#[derive(Debug, Serialize, ToSchema)]
pub struct UsesData {
    uses: Vec<UseRow>,
}

impl UsesData {
    /// As it is written.
    #[must_use]
    pub fn of(entries: &[Entry]) -> Self {
        let row = |entry: &Entry| UseRow {
            at: entry.at.rfc3339(),
            action: entry.action.clone(),
            level: entry.level.as_str(),
            ip_address: entry.origin.ip.clone(),
            request_id: entry.origin.request_id.clone(),
            details: serde_json::from_str(&entry.details).unwrap_or_default(),
        };
        Self { uses: entries.iter().map(row).collect() }
    }
}
