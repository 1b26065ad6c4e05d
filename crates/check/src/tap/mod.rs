//! What Tap adds: stakes lie with their columns, and every outcome is decided once more from the evidence. Its tables against the
//! ledger's.

mod bets;
mod cash;
mod chain;
mod columns;
mod evidence;
mod locators;
mod payments;
mod sequences;

use crate::claim::Claim;
use crate::fault::CheckFault;
use crate::ledger::Ledger;
use crate::observer::{Observer, StallChecks};
use crate::source::Source;

/// Tap's row.
pub(crate) const CHECKS: StallChecks = StallChecks {
    name: "tap",
    observer: || Box::new(TapObserver),
    dumped: &[
        ("columns", "column"),
        ("bets", "bet"),
        ("deposits", "deposit"),
        ("withdrawals", "withdrawal"),
        ("quotes", "quote"),
        ("evidence", "evidence"),
        ("blocks", "block"),
        ("epochs", "epoch"),
        ("incidents", "incident"),
        ("ticks", "tick"),
    ],
};

/// Tap's part of a check; it joins its tables with the transfers and need not watch them.
struct TapObserver;

impl Observer for TapObserver {
    fn claims(self: Box<Self>, source: &mut Source, ledger: &Ledger) -> Result<Vec<Claim>, CheckFault> {
        let accounts = &ledger.accounts;
        let columns = columns::read(source)?;
        let mut claims = bets::claims(source, &columns)?;
        claims.push(payments::stakes(source)?);
        claims.push(payments::payouts(source)?);
        claims.push(columns::money(accounts, &columns));
        claims.push(columns::house(accounts));
        claims.push(locators::claim(source)?);
        claims.push(chain::ticks(source)?);
        claims.push(chain::blocks(source)?);
        claims.push(evidence::claim(source)?);
        claims.push(sequences::claim(source)?);
        // A database that was migrated before there were any is checked as well.
        if source.has_table("withdrawals")? {
            claims.extend(cash::claims(source)?);
        }
        Ok(claims)
    }
}
