//! Refunds against bookings, the ledger and payments: what went back went back once, and never more than was paid.

use super::{PAID, RETURNED};
use crate::accounts::Accounts;
use crate::claim::Claim;
use crate::fault::CheckFault;
use crate::ledger::Ledger;
use crate::source::Source;
use std::collections::{BTreeMap, HashMap};

/// What the refunds of a booking that have moved add up to.
#[derive(Default)]
struct Moved {
    tickets: i64,
    amount: i64,
    sent: i64,
}

/// What all of them add up to.
#[derive(Default)]
struct Totals {
    moved: HashMap<i64, Moved>,
    by_currency: BTreeMap<String, i64>,
}

/// Compares refunds with the seats and the money that moved.
pub(super) fn claim(source: &mut Source, ledger: &Ledger) -> Result<Claim, CheckFault> {
    let mut claim = Claim::new("every refund gives seats and money back once, and never more than was paid");
    let mut totals = read(source)?;
    bookings(source, &ledger.accounts, &mut totals, &mut claim)?;
    payments(source, &totals, &mut claim)?;
    returned(&ledger.accounts, &totals, &mut claim);
    Ok(claim)
}

fn read(source: &mut Source) -> Result<Totals, CheckFault> {
    let mut totals = Totals::default();
    let sql =
        "SELECT booking_id, currency, status, CAST(SUM(quantity) AS BIGINT), CAST(SUM(amount) AS BIGINT)
       FROM refunds WHERE status NOT IN ('requested', 'rejected') GROUP BY booking_id, currency, status";
    source.for_each(sql, |row| {
        let (booking, tickets, amount) = (row.int(0)?, row.int(3)?, row.int(4)?);
        let moved = totals.moved.entry(booking).or_default();
        moved.tickets = moved.tickets.wrapping_add(tickets);
        moved.amount = moved.amount.wrapping_add(amount);
        if row.text(2)? == "refunded" {
            moved.sent = moved.sent.wrapping_add(amount);
        }
        let all = totals.by_currency.entry(row.text(1)?.to_owned()).or_default();
        *all = all.wrapping_add(amount);
        Ok(())
    })?;
    Ok(totals)
}

/// Each booking gave back as many seats as its refunds say; its account holds what was paid less what went back.
fn bookings(
    source: &mut Source,
    accounts: &Accounts,
    totals: &mut Totals,
    claim: &mut Claim,
) -> Result<(), CheckFault> {
    let (mut met, mut with_money) = (0_usize, 0_usize);
    source.for_each("SELECT id, returned_quantity, total, status FROM bookings ORDER BY id", |row| {
        let (id, returned, total) = (row.int(0)?, row.int(1)?, row.int(2)?);
        let none = Moved::default();
        let found = totals.moved.get(&id);
        met += usize::from(found.is_some());
        let moved = found.unwrap_or(&none);
        if returned == 0 && found.is_none() {
            return Ok(());
        }
        with_money += usize::from(moved.amount > 0);
        let kept = accounts.find(id).map(|index| accounts.get(index).sums.available());
        let is_whole = moved.amount == 0 || kept == Some(total.wrapping_sub(moved.amount));
        let holds = returned == moved.tickets && moved.amount >= 0 && moved.amount <= total && is_whole;
        claim.check(holds, || {
            format!("booking {id} of {total} returned {returned} seats, its refunds {} and {}, its account keeps {kept:?}",
                moved.tickets, moved.amount)
        });
        Ok(())
    })?;
    if met != totals.moved.len() {
        claim.add_wrong(|| "a refund is of no booking".to_owned());
    }
    let set_apart = accounts.of_code(PAID).count();
    if set_apart != with_money {
        claim.add_wrong(|| format!("{set_apart} bookings have money set apart, {with_money} have refunds"));
    }
    Ok(())
}

/// Each payment sent back as much as its processed refunds say.
fn payments(source: &mut Source, totals: &Totals, claim: &mut Claim) -> Result<(), CheckFault> {
    let mut sent = 0_i64;
    source.for_each("SELECT id, refunded_minor, amount FROM payments WHERE refunded_minor <> 0", |row| {
        let (id, refunded, amount) = (row.int(0)?, row.int(1)?, row.int(2)?);
        sent = sent.wrapping_add(refunded);
        let expected = totals.moved.get(&id).map_or(0, |moved| moved.sent);
        claim.check(refunded == expected && refunded <= amount, || {
            format!("payment {id} of {amount} sent {refunded} back, its refunds {expected}")
        });
        Ok(())
    })?;
    let expected = totals.moved.values().fold(0_i64, |sum, moved| sum.wrapping_add(moved.sent));
    if sent != expected {
        claim.add_wrong(|| format!("payments sent {sent} back, processed refunds {expected}"));
    }
    Ok(())
}

/// What lies in the accounts of returned money is what refunds say, in each currency.
fn returned(accounts: &Accounts, totals: &Totals, claim: &mut Claim) {
    let mut lies = BTreeMap::<&str, i64>::new();
    for (index, account) in accounts.of_code(RETURNED) {
        let sum = lies.entry(accounts.asset_name(index)).or_default();
        *sum = sum.wrapping_add(account.sums.posted());
    }
    for (currency, amount) in totals.by_currency.iter().filter(|(_, amount)| **amount != 0) {
        let lie = lies.remove(currency.as_str()).unwrap_or(0);
        claim.check(lie == *amount, || {
            format!("{lie} {currency} went back on the ledger, {amount} by refunds")
        });
    }
    if lies.values().any(|sum| *sum != 0) {
        claim.add_wrong(|| "money went back on the ledger that no refund says".to_owned());
    }
}
