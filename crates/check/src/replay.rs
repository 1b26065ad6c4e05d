//! Replays every transfer, and compares what is still open with the holds.

use crate::accounts::Accounts;
use crate::claim::Claim;
use crate::fault::CheckFault;
use crate::fingerprint::fingerprint;
use crate::ledger::Ledger;
use crate::observer::Observer;
use crate::pendings::{Pendings, Resolution};
use crate::seal::Seal;
use crate::source::Source;
use crate::transfer::{self, Ends, PENDING, POST, Transfer, VOID};

/// The replay in progress.
struct Replay<'o> {
    ledger: Ledger,
    observer: &'o mut dyn Observer,
    formed: Claim,
    once: Claim,
    related: Claim,
    held: Claim,
    /// Posts and voids with a lower id than their pending transfer: two nodes with different clocks.
    early: Vec<Transfer>,
    /// The blocks, where the database has any.
    seal: Option<Seal>,
}

/// Replays all transfers into `accounts`, each shown to `observer`; the ledger as it then is, and the claims about it.
pub(crate) fn replay(
    source: &mut Source,
    accounts: Accounts,
    observer: &mut dyn Observer,
) -> Result<(Ledger, Vec<Claim>), CheckFault> {
    let mut replay = Replay {
        ledger: Ledger { accounts, pendings: Pendings::default() },
        observer,
        formed: Claim::new("every transfer is well formed and between accounts of one asset"),
        once: Claim::new("every pending transfer is posted or voided at most once"),
        related: Claim::new("every post and every void fits its pending transfer"),
        held: Claim::new("the holds are exactly the open pending transfers"),
        early: Vec::new(),
        seal: Seal::read(source)?,
    };
    source.for_each(transfer::SELECT, |row| {
        replay.apply(&Transfer::read(row)?);
        Ok(())
    })?;
    for transfer in std::mem::take(&mut replay.early) {
        replay.resolve(&transfer, true);
    }
    replay.compare_holds(source)?;
    let Replay { ledger, formed, once, related, held, seal, .. } = replay;
    let mut claims = vec![formed, related, once, held];
    claims.extend(seal.map(Seal::claims).unwrap_or_default());
    Ok((ledger, claims))
}

impl Replay<'_> {
    fn apply(&mut self, transfer: &Transfer) {
        let accounts = &self.ledger.accounts;
        let ends = accounts.find(transfer.debit).zip(accounts.find(transfer.credit));
        let is_one_asset =
            ends.is_some_and(|(debit, credit)| accounts.asset(debit) == accounts.asset(credit));
        self.formed.check(transfer.is_formed() && is_one_asset, || format!("{transfer:?}"));
        if let Some(seal) = &mut self.seal {
            let asset = accounts.find(transfer.debit).map_or("", |debit| accounts.asset_name(debit));
            seal.apply(transfer, asset);
        }
        // Ill formed or not, it is replayed as it lies there, so that one fault is reported once.
        let Some((debit, credit)) = ends else { return };
        let ends = Ends { debit: short(debit), credit: short(credit) };
        match transfer.kind {
            PENDING => self.pend(transfer, ends),
            POST | VOID => self.resolve(transfer, false),
            _ => self.single(transfer, ends),
        }
    }

    fn single(&mut self, transfer: &Transfer, ends: Ends) {
        let change = Change { posted: transfer.amount, released: 0, reserved: 0 };
        change.apply(&mut self.ledger.accounts, ends, transfer);
        self.observer.single(transfer, ends);
    }

    fn pend(&mut self, transfer: &Transfer, ends: Ends) {
        let change = Change { posted: 0, released: 0, reserved: transfer.amount };
        change.apply(&mut self.ledger.accounts, ends, transfer);
        self.ledger.pendings.push(transfer, ends);
        self.observer.pending(transfer, ends);
    }

    /// Posts or voids; a second one of the same pending transfer is reported and not replayed.
    fn resolve(&mut self, transfer: &Transfer, is_all_read: bool) {
        let Ledger { accounts, pendings } = &mut self.ledger;
        let Some(index) = transfer.pending_id.and_then(|id| pendings.find(id)) else {
            if is_all_read {
                self.related.check(false, || format!("there is no pending transfer for {transfer:?}"));
            } else {
                self.early.push(*transfer);
            }
            return;
        };
        let pending = pendings.get(index);
        let has_its_ends = accounts.ids(pending.ends) == (transfer.debit, transfer.credit);
        let fits = match transfer.kind {
            POST => transfer.amount <= pending.amount && transfer.at < pending.expires_at,
            _ => transfer.amount == pending.amount,
        };
        self.related.check(has_its_ends && fits, || format!("{transfer:?} of {pending:?}"));
        let is_first = pendings.resolution(index) == Resolution::Open;
        self.once.check(is_first, || format!("transfer {} resolves {} again", transfer.id, pending.id));
        if !is_first {
            return;
        }
        let (ends, reserved) = (pending.ends, pending.amount);
        let resolution = match transfer.kind {
            VOID => Resolution::Voided,
            _ if transfer.amount < reserved => Resolution::PostedInPart,
            _ => Resolution::Posted,
        };
        pendings.resolve(index, resolution);
        let posted = if transfer.kind == POST { transfer.amount } else { 0 };
        Change { posted, released: reserved, reserved: 0 }.apply(accounts, ends, transfer);
        self.observer.resolved(index, transfer);
    }

    fn compare_holds(&mut self, source: &mut Source) -> Result<(), CheckFault> {
        let (Ledger { accounts, pendings }, held) = (&mut self.ledger, &mut self.held);
        source.for_each("SELECT id, debit, credit, amount, expires_at FROM holds ORDER BY id", |row| {
            let (id, terms) = (row.int(0)?, [row.int(1)?, row.int(2)?, row.int(3)?, row.int(4)?]);
            let fits = pendings.find(id).is_some_and(|index| {
                pendings.set_held(index);
                let pending = pendings.get(index);
                let (debit, credit) = accounts.ids(pending.ends);
                let expected = [debit, credit, pending.amount, pending.expires_at];
                pendings.resolution(index) == Resolution::Open && expected == terms
            });
            held.check(fits, || format!("hold {id} with {terms:?}"));
            Ok(())
        })?;
        for pending in pendings.without_hold() {
            held.check(false, || format!("pending transfer {} is open and has no hold", pending.id));
        }
        Ok(())
    }
}

/// Indexes fit into 32 bits: `IdIndex` holds no more.
fn short(index: usize) -> u32 {
    u32::try_from(index).unwrap_or(u32::MAX)
}

/// What a transfer does to the sums at both ends.
struct Change {
    posted: i64,
    released: i64,
    reserved: i64,
}

impl Change {
    fn apply(&self, accounts: &mut Accounts, ends: Ends, transfer: &Transfer) {
        let reserved = self.reserved.wrapping_sub(self.released);
        let from = accounts.get_mut(ends.debit);
        let before = transfer.debit_after[0].wrapping_add(self.posted);
        let before = [before, transfer.debit_after[1].wrapping_add(reserved)];
        from.chain =
            from.chain.wrapping_add(fingerprint(&transfer.debit_after)).wrapping_sub(fingerprint(&before));
        from.sums.debits_posted = from.sums.debits_posted.wrapping_add(self.posted);
        from.sums.debits_pending = from.sums.debits_pending.wrapping_add(reserved);
        let to = accounts.get_mut(ends.credit);
        let before = transfer.credit_after[0].wrapping_sub(self.posted);
        let before = [before, transfer.credit_after[1].wrapping_sub(reserved)];
        to.chain =
            to.chain.wrapping_add(fingerprint(&transfer.credit_after)).wrapping_sub(fingerprint(&before));
        to.sums.credits_posted = to.sums.credits_posted.wrapping_add(self.posted);
        to.sums.credits_pending = to.sums.credits_pending.wrapping_add(reserved);
    }
}
