//! Votes against the transfers that took their stakes, and against what says that a user has one.

use crate::claim::Claim;
use crate::fault::CheckFault;
use crate::source::Source;

/// Code of a stake's transfer, as written in tables.
const VOTE_COST: i64 = 2;
/// The locator of a user's vote on an event.
const VOTE: i64 = 2;

/// One transfer a paid vote, named like it, from its voter to its event's pot.
pub(super) fn stakes(source: &mut Source) -> Result<Claim, CheckFault> {
    let mut claim = Claim::new("every vote's stake was taken once, and no other stake was");
    let sql = format!(
        "SELECT v.id, v.user_id, v.event_id, v.cost, t.debit, t.credit, t.amount FROM votes v
         LEFT JOIN transfers t ON t.id = v.id AND t.code = {VOTE_COST} ORDER BY v.id"
    );
    let mut taken = 0_u64;
    source.for_each(&sql, |row| {
        let (id, cost) = (row.int(0)?, row.int(3)?);
        let found = [row.opt_int(4)?, row.opt_int(5)?, row.opt_int(6)?];
        let expected = [Some(row.int(1)?), Some(row.int(2)?), Some(cost)];
        taken += u64::from(found[0].is_some());
        let is_right = if cost > 0 { found == expected } else { found == [None; 3] };
        claim.check(is_right, || format!("vote {id} costs {expected:?}, its transfer took {found:?}"));
        Ok(())
    })?;
    let all = source.count(&format!("SELECT COUNT(*) FROM transfers WHERE code = {VOTE_COST}"))?;
    if all != taken {
        claim.add_wrong(|| format!("{all} stakes were taken, {taken} belong to votes"));
    }
    Ok(claim)
}

/// A user has one vote on an event, and is found by it.
pub(super) fn once(source: &mut Source) -> Result<Claim, CheckFault> {
    let mut claim = Claim::new("every user has one vote on an event, found under its number");
    let sql = format!(
        "SELECT v.event_id, v.user_id, v.seq,
           (SELECT l.id FROM locators l WHERE l.owner = v.user_id AND l.kind = {VOTE} AND l.key = v.event_id)
         FROM votes v ORDER BY v.event_id, v.seq"
    );
    source.for_each(&sql, |row| {
        let (event, user) = (row.int(0)?, row.int(1)?);
        let is_right = row.opt_int(3)? == Some(row.int(2)?);
        claim.check(is_right, || format!("the vote of user {user} on event {event}"));
        Ok(())
    })?;
    let (locators, votes) = (
        source.count(&format!("SELECT COUNT(*) FROM locators WHERE kind = {VOTE}"))?,
        source.count("SELECT COUNT(*) FROM votes")?,
    );
    if locators != votes {
        claim.add_wrong(|| format!("{votes} votes, and {locators} places where one should be"));
    }
    Ok(claim)
}
