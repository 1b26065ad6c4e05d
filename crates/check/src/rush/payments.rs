//! Payments against bookings: what was confirmed was paid, once and exactly, and no money is kept for anything else.

use super::bookings::Totals;
use super::replayed::{PaymentState, Replayed};
use crate::claim::Claim;
use crate::fault::CheckFault;
use crate::fingerprint::fingerprint_with_text;
use crate::ledger::Ledger;
use crate::source::Source;

/// Where the two sets differ, for the report alone.
const UNPAID: &str =
    "SELECT b.id FROM bookings b LEFT JOIN payments p ON p.booking_id = b.id AND p.status = 'succeeded'
      AND p.id = b.payment_id AND p.amount = b.total AND p.currency = b.currency AND p.user_id = b.user_id
      AND p.tenant_id = b.tenant_id
    WHERE b.status = 'confirmed' AND p.id IS NULL LIMIT 1";
const UNEARNED: &str = "SELECT p.booking_id FROM payments p LEFT JOIN bookings b ON b.id = p.booking_id
      AND b.status = 'confirmed'
    WHERE p.status = 'succeeded' AND b.id IS NULL LIMIT 1";

/// Compares the succeeded payments with the confirmed bookings by the sums of their fingerprints, and records in `replayed` where
/// each booking's payment stands.
pub(super) fn claim(
    source: &mut Source,
    ledger: &Ledger,
    replayed: &mut Replayed,
    totals: &Totals,
) -> Result<Claim, CheckFault> {
    let mut claim = Claim::new(
        "every confirmed booking has exactly one succeeded payment of its total, and no other has",
    );
    let mut paid = 0_u64;
    let sql = "SELECT id, booking_id, tenant_id, user_id, amount, currency, status FROM payments ORDER BY id";
    source.for_each(sql, |row| {
        let (id, booking, state) = (row.int(0)?, row.int(1)?, state(row.text(6)?));
        if state == PaymentState::Taken {
            let terms = [booking, id, row.int(2)?, row.int(3)?, row.int(4)?];
            paid = paid.wrapping_add(fingerprint_with_text(&terms, row.text(5)?));
        }
        let found = ledger.pendings.find(booking);
        if let Some(index) = found {
            replayed.bookings[index].payment = state;
        }
        claim.check(found.is_some(), || format!("payment {id} is for booking {booking}, which is not there"));
        Ok(())
    })?;
    if paid != totals.paid {
        let (mut unpaid, mut unearned) = (None, None);
        source.for_each(UNPAID, |row| row.int(0).map(|id| unpaid = Some(id)))?;
        source.for_each(UNEARNED, |row| row.int(0).map(|id| unearned = Some(id)))?;
        claim.add_wrong(|| {
            format!(
                "confirmed and not paid as it should be: {unpaid:?}; paid and not confirmed: {unearned:?}"
            )
        });
    }
    Ok(claim)
}

fn state(status: &str) -> PaymentState {
    match status {
        "succeeded" => PaymentState::Taken,
        "refund_pending" => PaymentState::RefundPending,
        "refunded" => PaymentState::Refunded,
        "cancelled" => PaymentState::NeverRequested,
        _ => PaymentState::NotTaken,
    }
}
