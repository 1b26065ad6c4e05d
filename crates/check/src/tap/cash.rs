//! Money that came into Tap and left it: each deposit and each withdrawal against the transfers that moved it.

use crate::claim::Claim;
use crate::fault::CheckFault;
use crate::source::Source;

/// The account that deposits come from and withdrawals go to.
const CASH: i64 = 1;
/// Codes of transfers, as written in tables.
const DEPOSIT: i64 = 1;
const WITHDRAWAL: i64 = 10;
/// Kinds of transfers, as written in tables.
const SINGLE: i64 = 1;
const PENDING: i64 = 2;
const POST: i64 = 3;
const VOID: i64 = 4;
/// Kinds of locators, as written in tables.
const FAUCET: i64 = 6;
const DEPOSITED: i64 = 7;
const WITHDRAWN: i64 = 8;

/// Both claims.
pub(super) fn claims(source: &mut Source) -> Result<[Claim; 2], CheckFault> {
    Ok([deposits(source)?, withdrawals(source)?])
}

fn deposits(source: &mut Source) -> Result<Claim, CheckFault> {
    let mut claim = Claim::new("every deposit came in once, and no other money did");
    let sql = format!(
        "SELECT d.id, d.user_id, d.amount, t.debit, t.credit, t.amount, t.kind,
           (SELECT l.id FROM locators l WHERE l.owner = d.user_id AND l.kind = {DEPOSITED} AND l.key = d.id) FROM deposits d
         LEFT JOIN transfers t ON t.id = d.id AND t.code = {DEPOSIT} ORDER BY d.id"
    );
    let mut recorded = 0_u64;
    source.for_each(&sql, |row| {
        let id = row.int(0)?;
        let expected = [CASH, row.int(1)?, row.int(2)?, SINGLE, id].map(Some);
        let found = [row.opt_int(3)?, row.opt_int(4)?, row.opt_int(5)?, row.opt_int(6)?, row.opt_int(7)?];
        recorded += 1;
        claim.check(expected == found, || format!("deposit {id} says {expected:?}, its transfer {found:?}"));
        Ok(())
    })?;
    let poured = source.count(&format!(
        "SELECT COUNT(*) FROM locators l JOIN transfers t ON t.id = l.id AND t.credit = l.owner
             WHERE l.kind = {FAUCET} AND t.code = {DEPOSIT}"
    ))?;
    let all = source.count(&format!("SELECT COUNT(*) FROM transfers WHERE code = {DEPOSIT}"))?;
    let found = source.count(&format!("SELECT COUNT(*) FROM locators WHERE kind = {DEPOSITED}"))?;
    claim.add_count(poured);
    if all != recorded + poured || found != recorded {
        claim.add_wrong(|| {
            format!("money came in {all} times, {recorded} are recorded, {found} are found, {poured} are play money")
        });
    }
    Ok(claim)
}

fn withdrawals(source: &mut Source) -> Result<Claim, CheckFault> {
    let mut claim = Claim::new("every withdrawal is held, left or came back once, and no other money left");
    let sql = format!(
        "SELECT w.id, w.user_id, w.amount, w.state, p.debit, p.credit, p.amount, p.kind, w.transfer, d.kind, d.amount,
           h.id, (SELECT l.id FROM locators l WHERE l.owner = w.user_id AND l.kind = {WITHDRAWN} AND l.key = w.id)
         FROM withdrawals w
         LEFT JOIN transfers p ON p.id = w.id AND p.code = {WITHDRAWAL}
         LEFT JOIN transfers d ON d.id = w.transfer AND d.pending_id = w.id AND d.code = {WITHDRAWAL}
         LEFT JOIN holds h ON h.expires_at = p.expires_at AND h.id = w.id ORDER BY w.id"
    );
    let (mut requested, mut decided, mut left) = (0_u64, 0_u64, 0_u64);
    source.for_each(&sql, |row| {
        let (id, amount) = (row.int(0)?, row.int(2)?);
        let expected = [row.int(1)?, CASH, amount, PENDING].map(Some);
        let found = [row.opt_int(4)?, row.opt_int(5)?, row.opt_int(6)?, row.opt_int(7)?];
        let transfer = row.opt_int(8)?;
        let end = [row.opt_int(9)?, row.opt_int(10)?, row.opt_int(11)?, row.opt_int(12)?];
        let expected_end = match row.text(3)? {
            "pending" => [None, None, Some(id), None],
            "approved" => [Some(POST), Some(amount), None, transfer],
            _ => [Some(VOID), end[1].and(Some(amount)), None, None],
        };
        requested += 1;
        decided += u64::from(transfer.is_some());
        left += u64::from(end[3].is_some());
        claim.check(expected == found && end == expected_end, || {
            format!("withdrawal {id} wants {expected:?} and {expected_end:?}, its transfers say {found:?} and {end:?}")
        });
        Ok(())
    })?;
    let all = source.count(&format!("SELECT COUNT(*) FROM transfers WHERE code = {WITHDRAWAL}"))?;
    let found = source.count(&format!("SELECT COUNT(*) FROM locators WHERE kind = {WITHDRAWN}"))?;
    if (all, found) != (requested + decided, left) {
        claim.add_wrong(|| {
            format!("{all} transfers and {found} locators, {requested} requested, {decided} decided")
        });
    }
    Ok(claim)
}
