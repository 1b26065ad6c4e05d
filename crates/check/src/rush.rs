//! Rush's claims: what its tables say against what the ledger says.

use super::CheckFault;
use super::accounts::{Accounts, BUYER};
use super::bookings::{self, Bookings};
use super::mix::mix;
use super::report::Claim;
use super::source::Source;
use super::transfers::Replayed;
use super::{outbox, payments};

/// Kinds of locators, as written in tables.
const BUYER_ACCOUNT: i64 = 1;
const BOOKING_KEY: i64 = 2;

/// Every claim about Rush's tables.
pub(super) fn claims(
    source: &mut Source,
    accounts: &mut Accounts,
    replayed: &mut Replayed,
) -> Result<Vec<Claim>, CheckFault> {
    let mut bookings = bookings::read(source, accounts, replayed)?;
    let mut claims = bookings.take_claims();
    claims.push(buyers(accounts));
    if source.has_table("seat_zones")? {
        claims.push(zones(source, accounts, &bookings)?);
    }
    claims.push(locators(source, accounts, &bookings)?);
    if source.has_table("payments")? {
        claims.push(payments::claim(source, replayed, &bookings)?);
    }
    claims.push(outbox::claim(source, replayed)?);
    Ok(claims)
}

/// The ceiling of a buyer's account is the cap; that it is not crossed is a claim of the ledger.
fn buyers(accounts: &Accounts) -> Claim {
    let mut claim = Claim::new("every buyer has exactly the tickets of their bookings, within the cap");
    for account in accounts.all.iter().filter(|account| i64::from(account.code) == BUYER) {
        let has = account.sums.committed();
        claim.check(has == i64::from(account.tickets), || {
            format!("account {} has {has} tickets, its bookings say {}", account.id, account.tickets)
        });
    }
    claim
}

fn zones(source: &mut Source, accounts: &Accounts, bookings: &Bookings) -> Result<Claim, CheckFault> {
    let mut claim = Claim::new("every zone's seats are sold, held or free, and no more than there are");
    source.each("SELECT id, total_seats FROM seat_zones WHERE deleted_at IS NULL ORDER BY id", |row| {
        let (zone, capacity) = (row.int(0)?, row.int(1)?);
        let free = accounts.find(zone).map_or(0, |at| accounts.all[at].sums.available());
        let seats = bookings.zones.get(&zone).copied().unwrap_or_default();
        let whole = free >= 0 && seats.sold.wrapping_add(seats.held).wrapping_add(free) == capacity;
        claim.check(whole, || format!("zone {zone} of {capacity} seats: {seats:?}, free {free}"));
        Ok(())
    })?;
    Ok(claim)
}

/// Compares two sets by their fingerprints: what locators point to, and what is there.
fn locators(source: &mut Source, accounts: &Accounts, bookings: &Bookings) -> Result<Claim, CheckFault> {
    let mut claim = Claim::new("every booking and every buyer is found by its locator, and nothing else is");
    let (mut to_accounts, mut to_bookings) = (0_u64, 0_u64);
    source.each("SELECT kind, owner, key, id FROM locators", |row| {
        let [kind, owner, key, id] = [row.int(0)?, row.int(1)?, row.int(2)?, row.int(3)?];
        claim.counted(1);
        match kind {
            BUYER_ACCOUNT => {
                let who = mix(&[BUYER, owner, key]).cast_signed();
                to_accounts = to_accounts.wrapping_add(mix(&[who, id]));
            }
            BOOKING_KEY => to_bookings = to_bookings.wrapping_add(mix(&[owner, id])),
            // Kinds that a later version knows are not ours to judge.
            _ => {}
        }
        Ok(())
    })?;
    let buyers = accounts.all.iter().filter(|account| i64::from(account.code) == BUYER);
    let there = buyers.fold(0_u64, |sum, buyer| sum.wrapping_add(mix(&[buyer.who.cast_signed(), buyer.id])));
    if to_accounts != there {
        claim.wrong(|| "those of kind 1 are not (user, event) of the buyers' accounts".to_owned());
    }
    if to_bookings != bookings.located {
        claim.wrong(|| "those of kind 2 are not (user, key) of the bookings".to_owned());
    }
    Ok(claim)
}
