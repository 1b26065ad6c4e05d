//! What Telegram charged, what inviters earned and what leaves, each against the transfers that moved it.

use crate::claim::Claim;
use crate::fault::CheckFault;
use crate::source::Source;

/// The account that Stars come from, that of promotions, and that of what left, as written in tables.
const STARS: i64 = 1;
const PAYOUT: i64 = 2;
const PROMO: i64 = 5;
/// Codes of a top-up's and a bonus's transfer, as written in tables.
const STARS_TOPUP: i64 = 1;
const REFERRAL_BONUS: i64 = 7;
/// Kinds of transfers, as written in tables.
const SINGLE: i64 = 1;
const PENDING: i64 = 2;
const POST: i64 = 3;
const VOID: i64 = 4;

/// Each credited charge is one transfer from the Stars to its user's wallet.
pub(super) fn charges(source: &mut Source) -> Result<Claim, CheckFault> {
    let mut claim = Claim::new("every charge was credited once, and no other credit came from Stars");
    let sql =
        "SELECT c.charge_id, c.user_id, c.amount_int, t.debit, t.credit, t.amount, t.code FROM star_charges c
               LEFT JOIN transfers t ON t.id = c.transfer WHERE c.amount_int > 0 ORDER BY c.charge_id";
    let mut credited = 0_u64;
    source.for_each(sql, |row| {
        let found = [row.opt_int(3)?, row.opt_int(4)?, row.opt_int(5)?, row.opt_int(6)?];
        let expected = [Some(STARS), row.opt_int(1)?, Some(row.int(2)?), Some(STARS_TOPUP)];
        let charge = row.text(0)?;
        claim.check(found == expected, || format!("charge {charge} is {expected:?}, its transfer {found:?}"));
        credited += 1;
        Ok(())
    })?;
    let all = source.count(&format!("SELECT COUNT(*) FROM transfers WHERE code = {STARS_TOPUP}"))?;
    if all != credited {
        claim.add_wrong(|| format!("{all} credits came from Stars, {credited} belong to charges"));
    }
    Ok(claim)
}

/// What came from Stars and is still here is what was charged and not refunded.
pub(super) fn stars(source: &mut Source) -> Result<Claim, CheckFault> {
    let mut claim = Claim::new("what came from Stars is what was charged and not refunded");
    let sql = format!(
        "SELECT debits_posted - credits_posted, (SELECT CAST(COALESCE(SUM(amount_int), 0) AS BIGINT)
           FROM star_charges WHERE refunded_at IS NULL) FROM accounts WHERE id = {STARS}"
    );
    source.for_each(&sql, |row| {
        let (came, charged) = (row.int(0)?, row.int(1)?);
        claim.check(came == charged, || format!("{came} came from Stars, charges are worth {charged}"));
        Ok(())
    })?;
    Ok(claim)
}

/// Each bonus is one transfer from the promotions to its inviter's wallet.
pub(super) fn bonuses(source: &mut Source) -> Result<Claim, CheckFault> {
    let mut claim = Claim::new("every bonus was paid once, for a charge of who was invited");
    let sql = "SELECT p.id, p.inviter_user_id, p.amount_int, t.debit, t.credit, t.amount, t.code, p.invitee_user_id,
                 c.user_id, r.inviter_user_id FROM referral_payouts p
               LEFT JOIN transfers t ON t.id = p.id LEFT JOIN star_charges c ON c.charge_id = p.charge_id
               LEFT JOIN referrals r ON r.user_id = p.invitee_user_id ORDER BY p.id";
    source.for_each(sql, |row| {
        let (id, inviter) = (row.int(0)?, Some(row.int(1)?));
        let found = [row.opt_int(3)?, row.opt_int(4)?, row.opt_int(5)?, row.opt_int(6)?];
        let expected = [Some(PROMO), inviter, Some(row.int(2)?), Some(REFERRAL_BONUS)];
        let is_invited = row.opt_int(8)? == Some(row.int(7)?) && row.opt_int(9)? == inviter;
        claim.check(found == expected && is_invited, || {
            format!(
                "bonus {id} is {expected:?}, its transfer {found:?}, its charge an invitee's: {is_invited}"
            )
        });
        Ok(())
    })?;
    Ok(claim)
}

/// Each request for money is a pending transfer, which stands as the request does.
pub(super) fn withdrawals(source: &mut Source) -> Result<Claim, CheckFault> {
    let mut claim = Claim::new("every withdrawal is its pending transfer, and stands as that does");
    let sql = "SELECT w.id, w.user_id, w.amount_int, w.status, w.rail, t.kind, t.debit, t.credit, t.amount, r.kind
               FROM withdrawals w LEFT JOIN transfers t ON t.id = w.id LEFT JOIN transfers r ON r.id = w.transfer
               ORDER BY w.id";
    source.for_each(sql, |row| {
        let id = row.int(0)?;
        let found = [row.opt_int(5)?, row.opt_int(6)?, row.opt_int(7)?, row.opt_int(8)?];
        let expected = [Some(PENDING), Some(row.int(1)?), Some(PAYOUT), Some(row.int(2)?)];
        let (status, rail) = (row.text(3)?, row.opt_text(4)?);
        let (ended, due) = (row.opt_int(9)?, end_of(status, rail));
        claim.check(found == expected && ended == due, || {
            format!(
                "withdrawal {id} is {expected:?}, {status}, its transfer {found:?}, ended by kind {ended:?}"
            )
        });
        Ok(())
    })?;
    Ok(claim)
}

/// By which kind of transfer a hold ended. What was refunded in Stars ended in a transfer to there.
fn end_of(status: &str, rail: Option<&str>) -> Option<i64> {
    match (status, rail) {
        ("rejected", _) => Some(VOID),
        (_, Some("stars_refund")) => Some(SINGLE),
        ("done", _) => Some(POST),
        _ => None,
    }
}
