//! Stakes and payouts: each bet against the transfers that took and brought its money.

use crate::claim::Claim;
use crate::fault::CheckFault;
use crate::source::Source;

/// Codes of transfers, as written in tables.
const BET: i64 = 3;
const PAYOUT: i64 = 8;
const REFUND: i64 = 9;

/// Stakes: one transfer a bet, named like it, from its player to its column.
pub(super) fn stakes(source: &mut Source) -> Result<Claim, CheckFault> {
    let mut claim = Claim::new("every bet's stake was taken once, and no other stake was");
    let sql = format!(
        "SELECT b.id, b.user_id, b.column_id, b.amount, t.debit, t.credit, t.amount, b.status FROM bets b
         LEFT JOIN transfers t ON t.id = b.id AND t.code = {BET} ORDER BY b.id"
    );
    let mut taken = 0_u64;
    source.for_each(&sql, |row| {
        let id = row.int(0)?;
        let is_there = row.opt_int(4)?.is_some();
        let is_right =
            is_there && (row.int(1)?, row.int(2)?, row.int(3)?) == (row.int(4)?, row.int(5)?, row.int(6)?);
        let owes = row.text(7)? != "insufficient_funds";
        taken += u64::from(is_there);
        claim.check(if owes { is_right } else { !is_there }, || format!("bet {id} and its stake's transfer"));
        Ok(())
    })?;
    let all = source.count(&format!("SELECT COUNT(*) FROM transfers WHERE code = {BET}"))?;
    if all != taken {
        claim.add_wrong(|| format!("{all} stakes were taken, {taken} belong to bets"));
    }
    Ok(claim)
}

/// Payouts: each decided bet that got money names the one transfer that brought it.
pub(super) fn payouts(source: &mut Source) -> Result<Claim, CheckFault> {
    let mut claim = Claim::new("every win and every refund was paid once, and nothing else was");
    let sql = format!(
        "SELECT b.id, b.user_id, b.column_id, b.payout_amount, b.status, t.debit, t.credit, t.amount, t.code FROM bets b
         LEFT JOIN transfers t ON t.id = b.payout_transfer AND t.code IN ({PAYOUT}, {REFUND})
         WHERE b.payout_transfer IS NOT NULL OR b.status IN ('won', 'void') ORDER BY b.id"
    );
    let mut paid = 0_u64;
    source.for_each(&sql, |row| {
        let id = row.int(0)?;
        let code = if row.text(4)? == "won" { PAYOUT } else { REFUND };
        let expected = [Some(row.int(2)?), Some(row.int(1)?), row.opt_int(3)?, Some(code)];
        let found = [row.opt_int(5)?, row.opt_int(6)?, row.opt_int(7)?, row.opt_int(8)?];
        paid += 1;
        claim.check(expected == found, || format!("bet {id} says {expected:?}, its transfer {found:?}"));
        Ok(())
    })?;
    let all = source.count(&format!("SELECT COUNT(*) FROM transfers WHERE code IN ({PAYOUT}, {REFUND})"))?;
    let distinct =
        source.count("SELECT COUNT(DISTINCT payout_transfer) FROM bets WHERE payout_transfer IS NOT NULL")?;
    if (all, distinct) != (paid, paid) {
        claim.add_wrong(|| format!("{all} payments were made, {paid} bets name {distinct}"));
    }
    Ok(claim)
}
