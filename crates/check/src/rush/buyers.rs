//! Buyers' accounts: their tickets against their bookings, and by which locators they and their bookings are found.

use super::bookings::Totals;
use super::{BOOKING_KEY, BUYER, BUYER_ACCOUNT};
use crate::accounts::{Accounts, identity};
use crate::claim::Claim;
use crate::fault::CheckFault;
use crate::fingerprint::fingerprint;
use crate::source::Source;

/// The ceiling of a buyer's account is the cap; that it is not crossed is a claim of the ledger.
pub(super) fn tickets(accounts: &Accounts, totals: &Totals) -> Claim {
    let mut claim = Claim::new("every buyer has exactly the tickets of their bookings, within the cap");
    for (index, account) in accounts.of_code(BUYER) {
        let (has, booked) = (account.sums.committed(), totals.tickets[index]);
        claim.check(has == i64::from(booked), || {
            format!("account {} has {has} tickets, its bookings say {booked}", account.id)
        });
    }
    claim
}

/// Compares two sets by their fingerprints: what locators point to, and what is there.
pub(super) fn locators(
    source: &mut Source,
    accounts: &Accounts,
    totals: &Totals,
) -> Result<Claim, CheckFault> {
    let mut claim = Claim::new("every booking and every buyer is found by its locator, and nothing else is");
    let (mut to_accounts, mut to_bookings) = (0_u64, 0_u64);
    source.for_each("SELECT kind, owner, key, id FROM locators", |row| {
        let [kind, owner, key, id] = [row.int(0)?, row.int(1)?, row.int(2)?, row.int(3)?];
        claim.add_count(1);
        match kind {
            BUYER_ACCOUNT => to_accounts = to_accounts.wrapping_add(located(identity(BUYER, owner, key), id)),
            BOOKING_KEY => to_bookings = to_bookings.wrapping_add(fingerprint(&[owner, id])),
            // Kinds that a later version knows are not ours to check.
            _ => {}
        }
        Ok(())
    })?;
    let buyers = accounts.of_code(BUYER).map(|(_, buyer)| located(buyer.identity, buyer.id));
    if to_accounts != buyers.fold(0, u64::wrapping_add) {
        claim.add_wrong(|| "those of kind 1 are not (user, event) of the buyers' accounts".to_owned());
    }
    if to_bookings != totals.located {
        claim.add_wrong(|| "those of kind 2 are not (user, key) of the bookings".to_owned());
    }
    Ok(claim)
}

fn located(identity: u64, id: i64) -> u64 {
    fingerprint(&[identity.cast_signed(), id])
}
