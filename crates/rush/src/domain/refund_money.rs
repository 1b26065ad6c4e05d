//! Money of refunds on the ledger: the first refund of a booking puts what was paid for it into an account of its own, out of
//! which each refund is paid. That account's floor of 0 is "never more than was paid, and never twice".

use super::payment::Payment;
use kernel::{AssetCode, Currency, TenantId};
use ledger::rules::Account;

/// Account codes of money; written in tables, never reused.
pub mod account_code {
    /// What a tenant's buyers paid, as far as refunds touched it; below zero by as much as was set apart.
    pub const TAKINGS: i64 = 40;
    /// What was paid for one booking and has not gone back; its number is the booking's.
    pub const PAID: i64 = 41;
    /// What went back to a tenant's buyers.
    pub const RETURNED: i64 = 42;
}

/// Why money moves; written in tables, never reused.
pub mod transfer_code {
    /// Takings to a booking's account: what was paid is set apart.
    pub const SET_APART: i64 = 40;
    /// A booking's account to what went back.
    pub const REFUND: i64 = 41;
}

/// (tenant, 100 times an account code plus the currency's place) to the tenant's account; a kind of locator.
pub const TENANT_ACCOUNT: i64 = 40;

/// The key of a tenant's account among its locators.
#[must_use]
pub fn tenant_account_key(code: i64, currency: Currency) -> i64 {
    let place = Currency::ALL.iter().position(|known| *known == currency).unwrap_or_default();
    code * 100 + i64::try_from(place).unwrap_or_default()
}

/// A currency as an asset.
#[must_use]
pub fn asset_of(currency: Currency) -> Option<AssetCode> {
    AssetCode::new(currency.code)
}

/// The account of what was paid by `payment`, which bears its booking's number.
#[must_use]
pub fn paid_account(payment: &Payment) -> Option<Account> {
    let asset = asset_of(payment.currency)?;
    let account =
        Account::new(payment.booking.0, asset, account_code::PAID, payment.user.0, payment.tenant.0);
    Some(account.with_floor(0).with_ceiling(payment.amount_minor))
}

/// An account of a tenant.
#[must_use]
pub fn tenant_account(id: i64, code: i64, tenant: TenantId, currency: Currency) -> Option<Account> {
    Some(Account::new(id, asset_of(currency)?, code, tenant.0, 0))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_currency_is_an_asset_and_has_a_key_of_its_own() {
        let mut keys = Vec::new();
        for currency in Currency::ALL {
            assert!(asset_of(currency).is_some(), "{}", currency.code);
            for code in [account_code::TAKINGS, account_code::RETURNED] {
                keys.push(tenant_account_key(code, currency));
            }
        }
        let count = keys.len();
        keys.sort_unstable();
        keys.dedup();
        assert_eq!(keys.len(), count);
    }
}
