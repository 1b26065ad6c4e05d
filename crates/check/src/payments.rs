//! Payments against bookings: what was confirmed was paid, once and exactly, and no money is kept for anything else.

use super::CheckFault;
use super::bookings::Bookings;
use super::mix::mix_text;
use super::pending::Money;
use super::report::Claim;
use super::source::Source;
use super::transfers::Replayed;

/// Where the two sets differ, for the report alone.
const UNPAID: &str =
    "SELECT b.id FROM bookings b LEFT JOIN payments p ON p.booking_id = b.id AND p.status = 'succeeded'
      AND p.id = b.payment_id AND p.amount = b.total AND p.currency = b.currency AND p.user_id = b.user_id
      AND p.tenant_id = b.tenant_id
    WHERE b.status = 'confirmed' AND p.id IS NULL LIMIT 1";
const UNEARNED: &str = "SELECT p.booking_id FROM payments p LEFT JOIN bookings b ON b.id = p.booking_id
      AND b.status = 'confirmed'
    WHERE p.status = 'succeeded' AND b.id IS NULL LIMIT 1";

/// Compares the succeeded payments with the confirmed bookings by the sums of their fingerprints.
pub(super) fn claim(
    source: &mut Source,
    replayed: &mut Replayed,
    bookings: &Bookings,
) -> Result<Claim, CheckFault> {
    let mut claim = Claim::new(
        "every confirmed booking has exactly one succeeded payment of its total, and no other has",
    );
    let mut paid = 0_u64;
    let sql = "SELECT id, booking_id, tenant_id, user_id, amount, currency, status FROM payments ORDER BY id";
    source.each(sql, |row| {
        let (id, booking, money) = (row.int(0)?, row.int(1)?, money(row.text(6)?));
        if money == Money::Taken {
            let terms = [booking, id, row.int(2)?, row.int(3)?, row.int(4)?];
            paid = paid.wrapping_add(mix_text(&terms, row.text(5)?));
        }
        let found = replayed.pendings.find(booking);
        if let Some(at) = found {
            replayed.pendings.all[at].money = money;
        }
        claim.check(found.is_some(), || format!("payment {id} is for booking {booking}, which is not there"));
        Ok(())
    })?;
    if paid != bookings.paid {
        let (mut unpaid, mut unearned) = (None, None);
        source.each(UNPAID, |row| row.int(0).map(|id| unpaid = Some(id)))?;
        source.each(UNEARNED, |row| row.int(0).map(|id| unearned = Some(id)))?;
        claim.wrong(|| {
            format!(
                "confirmed and not paid as it should be: {unpaid:?}; paid and not confirmed: {unearned:?}"
            )
        });
    }
    Ok(claim)
}

fn money(status: &str) -> Money {
    match status {
        "succeeded" => Money::Taken,
        "refund_pending" => Money::GoingBack,
        "refunded" => Money::Back,
        "cancelled" => Money::NeverAsked,
        _ => Money::NotTaken,
    }
}
