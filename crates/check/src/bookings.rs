//! Bookings against their transfers: the number of a booking is that of its pending transfer.

use super::CheckFault;
use super::accounts::{Accounts, BUYER};
use super::mix::{mix, mix_text};
use super::pending::{End, Pending, Status};
use super::report::Claim;
use super::source::{Cells, Source};
use super::transfers::Replayed;
use std::collections::HashMap;

/// The code of a reservation's pending transfer, as written in tables.
const RESERVE: i16 = 2;

/// Seats of a zone as bookings tell it.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Seats {
    pub(super) sold: i64,
    pub(super) held: i64,
}

/// What the bookings say.
pub(super) struct Bookings {
    pub(super) zones: HashMap<i64, Seats>,
    /// Fingerprints of (user, booking).
    pub(super) located: u64,
    /// Fingerprints of what confirmed bookings should have been paid by.
    pub(super) paid: u64,
    agree: Claim,
    total: Claim,
    code: Claim,
    /// Fingerprints of (tenant, confirmation code).
    codes: Vec<u64>,
}

struct Booking<'r> {
    id: i64,
    tenant: i64,
    user: i64,
    event: i64,
    zone: i64,
    quantity: i64,
    unit_price: i64,
    total: i64,
    status: Status,
    code: Option<&'r str>,
    currency: &'r str,
    payment: Option<i64>,
}

/// Reads all bookings, and notes in `accounts` and `replayed` what they say.
pub(super) fn read(
    source: &mut Source,
    accounts: &mut Accounts,
    replayed: &mut Replayed,
) -> Result<Bookings, CheckFault> {
    let mut bookings = Bookings {
        zones: HashMap::new(),
        located: 0,
        paid: 0,
        agree: Claim::new("every booking agrees with its transfer"),
        total: Claim::new("every booking's total is its price times its quantity"),
        code: Claim::new("every confirmation code is its booking's alone in its tenant"),
        codes: Vec::new(),
    };
    let sql = "SELECT id, tenant_id, user_id, event_id, zone_id, quantity, unit_price, total, status,
                 confirmation_code, currency, payment_id FROM bookings ORDER BY id";
    source.each(sql, |row| {
        bookings.see(accounts, replayed, &read_one(row)?);
        Ok(())
    })?;
    bookings.finish(replayed);
    Ok(bookings)
}

fn read_one<'r>(row: &'r Cells<'_>) -> Result<Booking<'r>, CheckFault> {
    Ok(Booking {
        id: row.int(0)?,
        tenant: row.int(1)?,
        user: row.int(2)?,
        event: row.int(3)?,
        zone: row.int(4)?,
        quantity: row.int(5)?,
        unit_price: row.int(6)?,
        total: row.int(7)?,
        status: status(row.text(8)?)?,
        code: row.opt_text(9)?,
        currency: row.text(10)?,
        payment: row.opt_int(11)?,
    })
}

fn status(text: &str) -> Result<Status, CheckFault> {
    match text {
        "reserved" => Ok(Status::Reserved),
        "confirmed" => Ok(Status::Confirmed),
        "cancelled" => Ok(Status::Cancelled),
        "expired" => Ok(Status::Expired),
        "refunded" => Ok(Status::Refunded),
        other => Err(CheckFault::Unreadable(format!("a booking is '{other}'"))),
    }
}

impl Bookings {
    pub(super) fn take_claims(&mut self) -> Vec<Claim> {
        let take = |claim: &mut Claim| std::mem::replace(claim, Claim::new(""));
        vec![take(&mut self.agree), take(&mut self.total), take(&mut self.code)]
    }

    fn see(&mut self, accounts: &mut Accounts, replayed: &mut Replayed, booking: &Booking<'_>) {
        let product = i128::from(booking.unit_price) * i128::from(booking.quantity);
        self.total.check(product == i128::from(booking.total), || format!("booking {}", booking.id));
        self.see_code(booking);
        if booking.status == Status::Confirmed {
            let Booking { id, tenant, user, total, currency, payment, .. } = *booking;
            let terms = [id, payment.unwrap_or(0), tenant, user, total];
            self.paid = self.paid.wrapping_add(mix_text(&terms, currency));
        }
        self.located = self.located.wrapping_add(mix(&[booking.user, booking.id]));
        let seats = self.zones.entry(booking.zone).or_default();
        match booking.status {
            Status::Reserved => seats.held = seats.held.wrapping_add(booking.quantity),
            Status::Confirmed => seats.sold = seats.sold.wrapping_add(booking.quantity),
            _ => {}
        }
        let found = replayed.pendings.find(booking.id);
        let agrees = found.is_some_and(|at| {
            let pending = &mut replayed.pendings.all[at];
            pending.status = booking.status;
            let pending = pending.clone();
            note_tickets(accounts, &pending, booking);
            note_moves(replayed, &pending, booking);
            same_terms(accounts, &pending, booking) && end_fits(pending.end, booking.status)
        });
        self.agree.check(agrees, || {
            let pending = found.map(|at| &replayed.pendings.all[at]);
            format!("booking {} is {:?}, its transfer {pending:?}", booking.id, booking.status)
        });
    }

    fn see_code(&mut self, booking: &Booking<'_>) {
        let sold = matches!(booking.status, Status::Confirmed | Status::Refunded);
        if sold || booking.code.is_some() {
            let fits = sold == booking.code.is_some();
            self.code.check(fits, || format!("booking {} has the code {:?}", booking.id, booking.code));
        }
        if let Some(code) = booking.code {
            self.codes.push(mix_text(&[booking.tenant], code));
        }
    }

    /// What can only be said when all bookings were seen.
    fn finish(&mut self, replayed: &Replayed) {
        let without = |pending: &&Pending| pending.code == RESERVE && pending.status == Status::NoBooking;
        for pending in replayed.pendings.all.iter().filter(without) {
            self.agree.wrong(|| format!("reservation {} on the ledger has no booking", pending.id));
        }
        let left = replayed.late.iter().chain(&replayed.returned).find(|(_, seats)| **seats != 0);
        if let Some((ends, seats)) = left {
            self.agree
                .wrong(|| format!("{seats} seats sold late or returned between {ends:?} have no booking"));
        }
        self.codes.sort_unstable();
        if self.codes.windows(2).any(|pair| pair[0] == pair[1]) {
            self.code.wrong(|| "one code names two bookings of a tenant".to_owned());
        }
        self.codes = Vec::new();
    }
}

fn note_tickets(accounts: &mut Accounts, pending: &Pending, booking: &Booking<'_>) {
    if matches!(booking.status, Status::Reserved | Status::Confirmed) {
        let buyer = &mut accounts.all[pending.credit as usize];
        buyer.tickets = buyer.tickets.saturating_add(i32::try_from(booking.quantity).unwrap_or(i32::MAX));
    }
}

/// Money that came late took the seats again, and a refund gave them back: such transfers must pair with bookings.
fn note_moves(replayed: &mut Replayed, pending: &Pending, booking: &Booking<'_>) {
    let ends = (pending.debit, pending.credit);
    if pending.end.is_void() && matches!(booking.status, Status::Confirmed | Status::Refunded) {
        *replayed.late.entry(ends).or_default() -= booking.quantity;
    }
    if booking.status == Status::Refunded {
        *replayed.returned.entry(ends).or_default() -= booking.quantity;
    }
}

fn same_terms(accounts: &Accounts, pending: &Pending, booking: &Booking<'_>) -> bool {
    let buyer = mix(&[BUYER, booking.user, booking.event]);
    pending.code == RESERVE
        && pending.amount == booking.quantity
        && accounts.all[pending.debit as usize].id == booking.zone
        && accounts.all[pending.credit as usize].who == buyer
}

fn end_fits(end: End, status: Status) -> bool {
    match status {
        Status::Reserved => end == End::Open,
        // Voided: the money came late, and the late transfer is counted.
        Status::Confirmed | Status::Refunded => end == End::Posted || end.is_void(),
        Status::Cancelled => end == End::Released,
        Status::Expired => end == End::Expired,
        Status::NoBooking => false,
    }
}
