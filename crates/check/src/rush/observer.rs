//! Watches the transfers for what Rush's claims must know of them, and makes the claims.

use super::bookings::{self, Bookings};
use super::replayed::{BookingState, PaymentState, Replayed, Status};
use super::{EXPIRE, LATE, RETURN, buyers, doors, outbox, payments, queues, refunds, zones};
use crate::claim::Claim;
use crate::fault::CheckFault;
use crate::ledger::Ledger;
use crate::observer::Observer;
use crate::source::Source;
use crate::transfer::{Ends, Transfer, VOID};

/// Rush's part of a check.
#[derive(Default)]
pub(super) struct RushObserver {
    replayed: Replayed,
}

impl Observer for RushObserver {
    fn single(&mut self, transfer: &Transfer, ends: Ends) {
        match transfer.code {
            LATE => *self.replayed.late.entry(ends).or_default() += transfer.amount,
            RETURN => {
                let sale = Ends { debit: ends.credit, credit: ends.debit };
                *self.replayed.returned.entry(sale).or_default() += transfer.amount;
            }
            _ => {}
        }
    }

    fn pending(&mut self, _transfer: &Transfer, _ends: Ends) {
        let (status, payment) = (Status::NoBooking, PaymentState::NoPayment);
        self.replayed.bookings.push(BookingState { status, payment, is_expired: false });
    }

    fn resolved(&mut self, pending: usize, transfer: &Transfer) {
        self.replayed.bookings[pending].is_expired = transfer.kind == VOID && transfer.code == EXPIRE;
    }

    fn claims(self: Box<Self>, source: &mut Source, ledger: &Ledger) -> Result<Vec<Claim>, CheckFault> {
        let mut replayed = self.replayed;
        let Bookings { claims: mut found, totals } = bookings::check(source, ledger, &mut replayed)?;
        found.push(buyers::tickets(&ledger.accounts, &totals));
        // A database that was migrated before there were any is checked as well.
        if source.has_table("seat_zones")? {
            found.push(zones::claim(source, &ledger.accounts, &totals)?);
        }
        found.push(buyers::locators(source, &ledger.accounts, &totals)?);
        if source.has_table("payments")? {
            found.push(payments::claim(source, ledger, &mut replayed, &totals)?);
        }
        if source.has_table("refunds")? {
            found.push(refunds::claim(source, ledger)?);
        }
        found.push(outbox::claim(source, ledger, &replayed)?);
        if source.has_table("check_ins")? {
            found.extend(doors::claims(source)?);
        }
        if source.has_table("queue_passes")? {
            found.extend(queues::claims(source)?);
        }
        Ok(found)
    }
}
