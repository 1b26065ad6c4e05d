//! Transactions against the transfers whose numbers they have.

use crate::claim::Claim;
use crate::fault::CheckFault;
use crate::source::Source;

/// Code of the transfers that are legs of logs, as written in tables.
const LEG: i64 = 1;

/// Each transaction is its transfer between its sub-account and the outside, and no other leg was moved.
pub(super) fn claim(source: &mut Source) -> Result<Claim, CheckFault> {
    let mut claim = Claim::new("every transaction is one leg of the ledger, and every leg one transaction");
    let sql = format!(
        "SELECT x.id, x.direction, x.amount, x.user_id, x.trading_id, s.id, s.outside_id, s.user_id, s.trading_id,
           t.debit, t.credit, t.amount
         FROM transactions x LEFT JOIN sub_accounts s ON s.id = x.sub_account_id
         LEFT JOIN transfers t ON t.id = x.id AND t.code = {LEG} ORDER BY x.id"
    );
    let mut transactions = 0;
    source.for_each(&sql, |row| {
        let (id, account, outside) = (row.int(0)?, row.opt_int(5)?, row.opt_int(6)?);
        let ends = if row.text(1)? == "credit" { [outside, account] } else { [account, outside] };
        let expected = [ends[0], ends[1], Some(row.int(2)?), Some(row.int(3)?), Some(row.int(4)?)];
        let found = [row.opt_int(9)?, row.opt_int(10)?, row.opt_int(11)?, row.opt_int(7)?, row.opt_int(8)?];
        transactions += 1;
        claim.check(expected == found && account.is_some(), || {
            format!("transaction {id} says {expected:?}, its transfer and its sub-account {found:?}")
        });
        Ok(())
    })?;
    // What moved in a simulated trading that was deleted since has no sub-account any more.
    let legs = source.count(&format!(
        "SELECT COUNT(*) FROM transfers t WHERE t.code = {LEG}
           AND EXISTS (SELECT 1 FROM sub_accounts s WHERE s.id = t.debit OR s.id = t.credit)"
    ))?;
    if legs != transactions {
        claim.add_wrong(|| format!("{legs} legs were moved, {transactions} are recorded"));
    }
    Ok(claim)
}
