//! Logs: each with the transactions it says, reversed by its opposite and once, numbered per user.

use crate::claim::Claim;
use crate::fault::CheckFault;
use crate::source::Source;

/// Kinds of locators, as written in tables.
const REVERSAL: i64 = 3;
const LOG_SEQUENCE: i64 = 4;
const TRANSACTION_SEQUENCE: i64 = 5;
const LOGS_REMOVED: i64 = 6;
const TRANSACTIONS_REMOVED: i64 = 7;

/// One log is one unit: as many transactions as it says, of its user and its trading, written at its moment.
pub(super) fn legs(source: &mut Source) -> Result<Claim, CheckFault> {
    let mut claim = Claim::new("every log has all of its transactions, and every transaction its log");
    let sql = "SELECT l.id, l.transactions, COUNT(x.id), COUNT(CASE WHEN x.user_id = l.user_id AND x.trading_id = l.trading_id
                 AND x.timestamp = l.timestamp THEN 1 END), COUNT(CASE WHEN x.id = l.transaction_id THEN 1 END)
               FROM trading_logs l LEFT JOIN transactions x ON x.log_id = l.id
               WHERE l.transactions > 0 GROUP BY l.id, l.transactions ORDER BY l.id";
    let mut found = 0_u64;
    source.for_each(sql, |row| {
        let (id, says, has, alike, linked) =
            (row.int(0)?, row.int(1)?, row.int(2)?, row.int(3)?, row.int(4)?);
        found += u64::try_from(has).unwrap_or(0);
        claim.check([has, alike, linked] == [says, says, 1], || {
            format!("log {id} says {says} transactions, it has {has}, {alike} are alike, {linked} is linked")
        });
        Ok(())
    })?;
    let all = source.count("SELECT COUNT(*) FROM transactions")?;
    if all != found {
        claim.add_wrong(|| format!("of {all} transactions {found} have a log"));
    }
    Ok(claim)
}

/// A counter-log moves exactly back what its log moved, and is the only one.
pub(super) fn reversals(source: &mut Source) -> Result<Claim, CheckFault> {
    let mut claim = Claim::new("every reversal moves back exactly what its log moved, once");
    let sql = format!(
        "SELECT r.id, r.reverses,
           (SELECT k.id FROM locators k WHERE k.owner = r.user_id AND k.kind = {REVERSAL} AND k.key = r.reverses),
           (SELECT COUNT(*) FROM (SELECT x.sub_account_id FROM transactions x WHERE x.log_id IN (r.id, r.reverses)
              GROUP BY x.sub_account_id
              HAVING SUM(CASE x.direction WHEN 'credit' THEN x.amount ELSE -x.amount END) <> 0) uneven)
         FROM trading_logs r WHERE r.reverses IS NOT NULL ORDER BY r.id"
    );
    source.for_each(&sql, |row| {
        let (id, known, uneven) = (row.int(0)?, row.opt_int(2)?, row.int(3)?);
        claim.check(known == Some(id) && uneven == 0, || {
            format!("log {id} reverses one that {known:?} is known to reverse; {uneven} sub-accounts are not as before")
        });
        Ok(())
    })?;
    Ok(claim)
}

/// A user's rows have the numbers 1, 2, 3 … but for those that were removed, which are counted.
pub(super) fn numbers(source: &mut Source) -> Result<Claim, CheckFault> {
    let mut claim = Claim::new("each user's logs and transactions are numbered once, and counted");
    for (table, sequence, removed) in [
        ("trading_logs", LOG_SEQUENCE, LOGS_REMOVED),
        ("transactions", TRANSACTION_SEQUENCE, TRANSACTIONS_REMOVED),
    ] {
        let sql = format!(
            "SELECT q.owner, q.id,
               COALESCE((SELECT r.id FROM locators r WHERE r.owner = q.owner AND r.kind = {removed} AND r.key = 0), 0),
               COALESCE(n.rows, 0), COALESCE(n.last, 0) FROM locators q
             LEFT JOIN (SELECT user_id, COUNT(DISTINCT seq) AS rows, MAX(seq) AS last FROM {table} GROUP BY user_id) n
               ON n.user_id = q.owner
             WHERE q.kind = {sequence} ORDER BY q.owner"
        );
        source.for_each(&sql, |row| {
            let (user, last) = (row.int(0)?, row.int(1)?);
            let (removed, rows, largest) = (row.int(2)?, row.int(3)?, row.int(4)?);
            claim.check(rows.wrapping_add(removed) == last && largest <= last, || {
                format!(
                    "{table} of user {user}: {rows} and {removed} removed of {last}, the last is {largest}"
                )
            });
            Ok(())
        })?;
    }
    Ok(claim)
}
