//! What Tiris adds: every change of a sub-account's balance is one transfer and one transaction of one log, and every chain of
//! closing balances ends at what the ledger holds.

mod chains;
mod logs;
mod trades;
mod transactions;

use crate::claim::Claim;
use crate::fault::CheckFault;
use crate::ledger::Ledger;
use crate::observer::{Observer, StallChecks};
use crate::source::Source;

/// The stall's row.
pub(crate) const CHECKS: StallChecks = StallChecks {
    name: "tiris",
    observer: || Box::new(TirisObserver),
    dumped: &[
        ("tradings", "trading"),
        ("sub_accounts", "sub_account"),
        ("trading_logs", "trading_log"),
        ("transactions", "transaction"),
        ("portfolios", "portfolio"),
        ("reconciliation_items", "reconciliation_item"),
        ("candles", "candle"),
    ],
};

/// The stall's part of a check; it joins its tables with the transfers and need not watch them.
struct TirisObserver;

impl Observer for TirisObserver {
    fn claims(self: Box<Self>, source: &mut Source, ledger: &Ledger) -> Result<Vec<Claim>, CheckFault> {
        let mut claims = vec![transactions::claim(source)?];
        claims.extend(chains::claims(source, &ledger.accounts)?);
        claims.push(logs::legs(source)?);
        claims.push(logs::reversals(source)?);
        claims.push(logs::numbers(source)?);
        claims.push(trades::claim(source)?);
        Ok(claims)
    }
}
