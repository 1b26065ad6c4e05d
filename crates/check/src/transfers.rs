//! Replaying every transfer, and what it says of itself.

use super::CheckFault;
use super::accounts::Accounts;
use super::mix::mix;
use super::pending::{End, Money, Pending, Pendings, Status};
use super::report::Claim;
use super::source::{Cells, Source};
use std::collections::HashMap;

/// Kinds, as written in tables.
const SINGLE: i64 = 1;
const PENDING: i64 = 2;
const POST: i64 = 3;
const VOID: i64 = 4;

/// Codes of Rush's transfers, as written in tables: the void of an overdue hold, seats taken for money that came late,
/// seats given back by a refund.
const EXPIRE: i64 = 5;
const LATE: i64 = 6;
const RETURN: i64 = 7;

/// A row.
#[derive(Debug, Clone, Copy)]
struct Transfer {
    id: i64,
    kind: i64,
    debit: i64,
    credit: i64,
    amount: i64,
    pending: Option<i64>,
    expires_at: Option<i64>,
    code: i64,
    at: i64,
    debit_after: [i64; 2],
    credit_after: [i64; 2],
}

/// What the replay learnt.
pub(super) struct Replayed {
    pub(super) pendings: Pendings,
    /// Seats sold late, by the places of zone and buyer.
    pub(super) late: HashMap<(u32, u32), i64>,
    /// Seats returned, by the places of zone and buyer.
    pub(super) returned: HashMap<(u32, u32), i64>,
    formed: Claim,
    once: Claim,
    related: Claim,
    held: Claim,
    /// Posts and voids with a lower id than their pending transfer: two nodes with different clocks.
    early: Vec<Transfer>,
}

/// Replays all transfers into `accounts` and compares the open ones with the holds.
pub(super) fn replay(source: &mut Source, accounts: &mut Accounts) -> Result<Replayed, CheckFault> {
    let mut replayed = Replayed {
        pendings: Pendings::default(),
        late: HashMap::new(),
        returned: HashMap::new(),
        formed: Claim::new("every transfer is well formed and between accounts of one asset"),
        once: Claim::new("every pending transfer is posted or voided at most once"),
        related: Claim::new("every post and every void fits its pending transfer"),
        held: Claim::new("the holds are exactly the open pending transfers"),
        early: Vec::new(),
    };
    let sql = "SELECT id, kind, debit, credit, amount, pending_id, expires_at, code, at, debit_posted_after,
                 debit_pending_after, credit_posted_after, credit_pending_after FROM transfers ORDER BY id";
    source.each(sql, |row| {
        replayed.see(accounts, &read(row)?);
        Ok(())
    })?;
    for transfer in std::mem::take(&mut replayed.early) {
        replayed.resolve(accounts, &transfer, true);
    }
    replayed.compare_holds(source, accounts)?;
    Ok(replayed)
}

fn read(row: &Cells<'_>) -> Result<Transfer, CheckFault> {
    Ok(Transfer {
        id: row.int(0)?,
        kind: row.int(1)?,
        debit: row.int(2)?,
        credit: row.int(3)?,
        amount: row.int(4)?,
        pending: row.opt_int(5)?,
        expires_at: row.opt_int(6)?,
        code: row.int(7)?,
        at: row.int(8)?,
        debit_after: [row.int(9)?, row.int(10)?],
        credit_after: [row.int(11)?, row.int(12)?],
    })
}

impl Transfer {
    /// Whether the columns fit the kind.
    fn is_formed(&self) -> bool {
        let shape = match (self.kind, self.pending, self.expires_at) {
            (SINGLE, None, None) | (POST | VOID, Some(_), None) => true,
            (PENDING, None, Some(expires_at)) => expires_at > self.at,
            _ => false,
        };
        shape && self.amount > 0 && self.debit != self.credit
    }
}

impl Replayed {
    /// The ledger's claims that the replay checked.
    pub(super) fn claims(&mut self) -> Vec<Claim> {
        let take = |claim: &mut Claim| std::mem::replace(claim, Claim::new(""));
        vec![take(&mut self.formed), take(&mut self.related), take(&mut self.once), take(&mut self.held)]
    }

    fn see(&mut self, accounts: &mut Accounts, transfer: &Transfer) {
        let ends = accounts.find(transfer.debit).zip(accounts.find(transfer.credit));
        let one_asset =
            ends.is_some_and(|(debit, credit)| accounts.all[debit].asset == accounts.all[credit].asset);
        self.formed.check(transfer.is_formed() && one_asset, || format!("{transfer:?}"));
        // Ill formed or not, it is replayed as it lies there, so that one fault is told once.
        let Some((debit, credit)) = ends else { return };
        match transfer.kind {
            PENDING => self.pend(accounts, transfer, (debit, credit)),
            POST | VOID => self.resolve(accounts, transfer, false),
            _ => self.single(accounts, transfer, (debit, credit)),
        }
    }

    fn single(&mut self, accounts: &mut Accounts, transfer: &Transfer, (debit, credit): (usize, usize)) {
        let moved = Move { posted: transfer.amount, released: 0, reserved: 0 };
        moved.apply(accounts, (debit, credit), transfer);
        let (debit, credit) = (small(debit), small(credit));
        match transfer.code {
            LATE => *self.late.entry((debit, credit)).or_default() += transfer.amount,
            RETURN => *self.returned.entry((credit, debit)).or_default() += transfer.amount,
            _ => {}
        }
    }

    fn pend(&mut self, accounts: &mut Accounts, transfer: &Transfer, (debit, credit): (usize, usize)) {
        let moved = Move { posted: 0, released: 0, reserved: transfer.amount };
        moved.apply(accounts, (debit, credit), transfer);
        self.pendings.all.push(Pending {
            id: transfer.id,
            amount: transfer.amount,
            expires_at: transfer.expires_at.unwrap_or(0),
            debit: small(debit),
            credit: small(credit),
            code: i16::try_from(transfer.code).unwrap_or(-1),
            end: End::Open,
            status: Status::NoBooking,
            money: Money::NoPayment,
            held: false,
        });
    }

    /// Posts or voids; a second one of the same pending transfer is told and not replayed.
    fn resolve(&mut self, accounts: &mut Accounts, transfer: &Transfer, all_read: bool) {
        let found = transfer.pending.and_then(|id| self.pendings.find(id));
        let Some(pending) = found.map(|at| &mut self.pendings.all[at]) else {
            if all_read {
                self.related.check(false, || format!("there is no pending transfer for {transfer:?}"));
            } else {
                self.early.push(*transfer);
            }
            return;
        };
        let ends = (pending.debit as usize, pending.credit as usize);
        let same_ends =
            (accounts.all[ends.0].id, accounts.all[ends.1].id) == (transfer.debit, transfer.credit);
        let fits = match transfer.kind {
            POST => transfer.amount <= pending.amount && transfer.at < pending.expires_at,
            _ => transfer.amount == pending.amount,
        };
        self.related.check(same_ends && fits, || format!("{transfer:?} of {pending:?}"));
        let first = pending.end == End::Open;
        self.once.check(first, || format!("transfer {} resolves {} again", transfer.id, pending.id));
        if !first {
            return;
        }
        pending.end = match transfer.kind {
            VOID if transfer.code == EXPIRE => End::Expired,
            VOID => End::Released,
            _ if transfer.amount < pending.amount => End::PostedInPart,
            _ => End::Posted,
        };
        let posted = if transfer.kind == POST { transfer.amount } else { 0 };
        Move { posted, released: pending.amount, reserved: 0 }.apply(accounts, ends, transfer);
    }

    fn compare_holds(&mut self, source: &mut Source, accounts: &Accounts) -> Result<(), CheckFault> {
        let Self { pendings, held, .. } = self;
        source.each("SELECT id, debit, credit, amount, expires_at FROM holds ORDER BY id", |row| {
            let (id, terms) = (row.int(0)?, [row.int(1)?, row.int(2)?, row.int(3)?, row.int(4)?]);
            let pending = pendings.find(id).map(|at| &mut pendings.all[at]);
            let fits = pending.is_some_and(|pending| {
                pending.held = true;
                let ends = [pending.debit, pending.credit].map(|end| accounts.all[end as usize].id);
                pending.end == End::Open && [ends[0], ends[1], pending.amount, pending.expires_at] == terms
            });
            held.check(fits, || format!("hold {id} with {terms:?}"));
            Ok(())
        })?;
        for pending in self.pendings.all.iter().filter(|pending| pending.end == End::Open && !pending.held) {
            self.held.check(false, || format!("pending transfer {} is open and has no hold", pending.id));
        }
        Ok(())
    }
}

/// Places fit into 32 bits: `Places` holds no more.
fn small(place: usize) -> u32 {
    u32::try_from(place).unwrap_or(u32::MAX)
}

/// What a transfer does to the sums at both ends.
struct Move {
    posted: i64,
    released: i64,
    reserved: i64,
}

impl Move {
    fn apply(&self, accounts: &mut Accounts, (debit, credit): (usize, usize), transfer: &Transfer) {
        let reserved = self.reserved.wrapping_sub(self.released);
        let from = &mut accounts.all[debit];
        let before = transfer.debit_after[0].wrapping_add(self.posted);
        let before = [before, transfer.debit_after[1].wrapping_add(reserved)];
        from.chain = from.chain.wrapping_add(mix(&transfer.debit_after)).wrapping_sub(mix(&before));
        from.sums.debits_posted = from.sums.debits_posted.wrapping_add(self.posted);
        from.sums.debits_pending = from.sums.debits_pending.wrapping_add(reserved);
        let to = &mut accounts.all[credit];
        let before = transfer.credit_after[0].wrapping_sub(self.posted);
        let before = [before, transfer.credit_after[1].wrapping_sub(reserved)];
        to.chain = to.chain.wrapping_add(mix(&transfer.credit_after)).wrapping_sub(mix(&before));
        to.sums.credits_posted = to.sums.credits_posted.wrapping_add(self.posted);
        to.sums.credits_pending = to.sums.credits_pending.wrapping_add(reserved);
    }
}
