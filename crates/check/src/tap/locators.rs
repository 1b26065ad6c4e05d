//! Locators: by what bets are found.

use crate::claim::Claim;
use crate::fault::CheckFault;
use crate::source::Source;

/// Kinds of locators, as written in tables.
const NONCE: i64 = 1;
const CELL: i64 = 2;
const PAID: i64 = 5;

pub(super) fn claim(source: &mut Source) -> Result<Claim, CheckFault> {
    let mut claim =
        Claim::new("every nonce is spent once, every live bet is found by its cell, every payout by its bet");
    let live = "SELECT COUNT(*) FROM bets WHERE status <> 'insufficient_funds'";
    let paid = "SELECT COUNT(*) FROM bets WHERE payout_transfer IS NOT NULL";
    let of_bet = "b.id = l.id";
    let of_payout = "b.payout_transfer = l.id AND b.id = l.key";
    let all = "SELECT COUNT(*) FROM bets";
    for (kind, on, bets) in [(NONCE, of_bet, all), (CELL, of_bet, live), (PAID, of_payout, paid)] {
        let joined = format!(
            "SELECT COUNT(*) FROM locators l JOIN bets b ON {on} AND b.user_id = l.owner WHERE l.kind = {kind}"
        );
        let found = source.count(&joined)?;
        let all = source.count(&format!("SELECT COUNT(*) FROM locators WHERE kind = {kind}"))?;
        let expected = source.count(bets)?;
        claim.add_count(all);
        if (found, all) != (expected, expected) {
            claim.add_wrong(|| format!("{all} locators of kind {kind} find {found} bets of {expected}"));
        }
    }
    Ok(claim)
}
