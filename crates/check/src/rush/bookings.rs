//! Bookings against their transfers: the number of a booking is that of its pending transfer.

use super::replayed::{Replayed, Status};
use super::{BUYER, RESERVE};
use crate::accounts::{Accounts, identity};
use crate::claim::Claim;
use crate::fault::CheckFault;
use crate::fingerprint::{fingerprint, fingerprint_with_text};
use crate::ledger::Ledger;
use crate::pendings::{Pending, Resolution};
use crate::source::{Row, Source};
use crate::transfer::Ends;
use std::collections::HashMap;

/// Seats of a zone by its bookings.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Seats {
    pub(super) sold: i64,
    pub(super) held: i64,
}

/// What all bookings add up to.
pub(super) struct Totals {
    pub(super) zones: HashMap<i64, Seats>,
    /// Seats that lie with each account or will come, by the account's index.
    pub(super) tickets: Vec<i32>,
    /// Sum of the fingerprints of (user, booking).
    pub(super) located: u64,
    /// Sum of the fingerprints of what confirmed bookings should have been paid by.
    pub(super) paid: u64,
}

/// The claims about bookings, and what other claims compare with.
pub(super) struct Bookings {
    pub(super) claims: Vec<Claim>,
    pub(super) totals: Totals,
}

/// The pass over all bookings.
struct Pass<'a> {
    ledger: &'a Ledger,
    replayed: &'a mut Replayed,
    totals: Totals,
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
    /// Seats that refunds gave back.
    returned: i64,
}

/// Checks all bookings, and records in `replayed` what they say of their pending transfers.
pub(super) fn check(
    source: &mut Source,
    ledger: &Ledger,
    replayed: &mut Replayed,
) -> Result<Bookings, CheckFault> {
    let tickets = vec![0; ledger.accounts.count()];
    let mut pass = Pass {
        ledger,
        replayed,
        totals: Totals { zones: HashMap::new(), tickets, located: 0, paid: 0 },
        agree: Claim::new("every booking agrees with its transfer"),
        total: Claim::new("every booking's total is its price times its quantity"),
        code: Claim::new("every confirmation code is its booking's alone in its tenant"),
        codes: Vec::new(),
    };
    // A database that was migrated before there were refunds is checked as well: then a refunded booking returned all.
    let returned = match source.has_table("refunds")? {
        true => "returned_quantity",
        false => "CASE WHEN status = 'refunded' THEN quantity ELSE 0 END",
    };
    let sql = format!(
        "SELECT id, tenant_id, user_id, event_id, zone_id, quantity, unit_price, total, status,
           confirmation_code, currency, payment_id, {returned} FROM bookings ORDER BY id"
    );
    source.for_each(&sql, |row| {
        pass.check(&Booking::read(row)?);
        Ok(())
    })?;
    Ok(pass.finish())
}

impl<'r> Booking<'r> {
    fn read(row: &'r Row<'_>) -> Result<Self, CheckFault> {
        Ok(Self {
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
            returned: row.int(12)?,
        })
    }

    /// Seats that are the buyer's, or will be.
    fn live(&self) -> i64 {
        match self.status {
            Status::Reserved => self.quantity,
            Status::Confirmed => self.quantity.wrapping_sub(self.returned),
            _ => 0,
        }
    }

    /// Whether as many seats were given back as its status allows.
    fn returned_fits(&self) -> bool {
        match self.status {
            Status::Confirmed => (0..=self.quantity).contains(&self.returned),
            Status::Refunded => self.returned == self.quantity,
            _ => self.returned == 0,
        }
    }

    /// Whether it was paid for at some time.
    fn is_sold(&self) -> bool {
        matches!(self.status, Status::Confirmed | Status::Refunded)
    }
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

impl Pass<'_> {
    fn check(&mut self, booking: &Booking<'_>) {
        let product = i128::from(booking.unit_price) * i128::from(booking.quantity);
        self.total.check(product == i128::from(booking.total), || format!("booking {}", booking.id));
        self.check_code(booking);
        self.totals.add(booking);
        let found = self.ledger.pendings.find(booking.id);
        let agrees = found.is_some_and(|index| self.agrees(booking, index));
        let ledger = self.ledger;
        self.agree.check(agrees, || {
            let transfer = found.map(|index| (ledger.pendings.get(index), ledger.pendings.resolution(index)));
            format!("booking {} is {:?}, its transfer {transfer:?}", booking.id, booking.status)
        });
    }

    /// Whether the booking is what its pending transfer says; records for later claims that the transfer has a booking.
    fn agrees(&mut self, booking: &Booking<'_>, index: usize) -> bool {
        let Ledger { accounts, pendings } = self.ledger;
        let (pending, resolution) = (pendings.get(index), pendings.resolution(index));
        self.replayed.bookings[index].status = booking.status;
        self.totals.add_tickets(pending.ends.credit, booking.live());
        pair_moves(self.replayed, pending.ends, resolution, booking);
        let is_expired = self.replayed.bookings[index].is_expired;
        pendings.code(index) == RESERVE
            && has_terms(accounts, pending, booking)
            && can_end(booking.status, resolution, is_expired)
            && booking.returned_fits()
    }

    fn check_code(&mut self, booking: &Booking<'_>) {
        if booking.is_sold() || booking.code.is_some() {
            let fits = booking.is_sold() == booking.code.is_some();
            self.code.check(fits, || format!("booking {} has the code {:?}", booking.id, booking.code));
        }
        if let Some(code) = booking.code {
            self.codes.push(fingerprint_with_text(&[booking.tenant], code));
        }
    }

    /// What can only be said when all bookings were read.
    fn finish(mut self) -> Bookings {
        let bookings = &self.replayed.bookings;
        let is_alone = |index: usize| bookings[index].status == Status::NoBooking;
        let pendings = &self.ledger.pendings;
        for (_, pending) in
            pendings.iter().filter(|(index, _)| pendings.code(*index) == RESERVE && is_alone(*index))
        {
            self.agree.add_wrong(|| format!("reservation {} on the ledger has no booking", pending.id));
        }
        if let Some((ends, seats)) = self.replayed.unpaired_move() {
            let (zone, buyer) = self.ledger.accounts.ids(ends);
            self.agree.add_wrong(|| {
                format!("{seats} seats sold late or returned between zone {zone} and account {buyer} have no booking")
            });
        }
        self.codes.sort_unstable();
        if self.codes.windows(2).any(|pair| pair[0] == pair[1]) {
            self.code.add_wrong(|| "one code names two bookings of a tenant".to_owned());
        }
        Bookings { claims: vec![self.agree, self.total, self.code], totals: self.totals }
    }
}

impl Totals {
    fn add(&mut self, booking: &Booking<'_>) {
        if booking.status == Status::Confirmed {
            let Booking { id, tenant, user, total, currency, payment, .. } = *booking;
            let terms = [id, payment.unwrap_or(0), tenant, user, total];
            self.paid = self.paid.wrapping_add(fingerprint_with_text(&terms, currency));
        }
        self.located = self.located.wrapping_add(fingerprint(&[booking.user, booking.id]));
        let seats = self.zones.entry(booking.zone).or_default();
        match booking.status {
            Status::Reserved => seats.held = seats.held.wrapping_add(booking.quantity),
            Status::Confirmed => seats.sold = seats.sold.wrapping_add(booking.live()),
            _ => {}
        }
    }

    fn add_tickets(&mut self, account: u32, quantity: i64) {
        let tickets = &mut self.tickets[account as usize];
        *tickets = tickets.saturating_add(i32::try_from(quantity).unwrap_or(i32::MAX));
    }
}

/// Money that came late took the seats again, and a refund gave them back: such transfers must pair with bookings.
fn pair_moves(replayed: &mut Replayed, ends: Ends, resolution: Resolution, booking: &Booking<'_>) {
    if resolution == Resolution::Voided && booking.is_sold() {
        *replayed.late.entry(ends).or_default() -= booking.quantity;
    }
    if booking.returned != 0 {
        *replayed.returned.entry(ends).or_default() -= booking.returned;
    }
}

fn has_terms(accounts: &Accounts, pending: &Pending, booking: &Booking<'_>) -> bool {
    pending.amount == booking.quantity
        && accounts.ids(pending.ends).0 == booking.zone
        && accounts.get(pending.ends.credit as usize).identity == identity(BUYER, booking.user, booking.event)
}

fn can_end(status: Status, resolution: Resolution, is_expired: bool) -> bool {
    match status {
        Status::Reserved => resolution == Resolution::Open,
        // Voided: the money came late, and the late transfer is counted.
        Status::Confirmed | Status::Refunded => {
            matches!(resolution, Resolution::Posted | Resolution::Voided)
        }
        Status::Cancelled => resolution == Resolution::Voided && !is_expired,
        Status::Expired => resolution == Resolution::Voided && is_expired,
        Status::NoBooking => false,
    }
}
