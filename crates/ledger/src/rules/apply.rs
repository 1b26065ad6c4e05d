//! Doing it: one transfer, or a chain that happens as a whole or not at all.

use super::guard::plan;
use super::{
    Account, After, Balances, Hold, LinkedRefusal, Pending, Recorded, State, Transfer, TransferKind,
    TransferRefusal,
};
use kernel::Timestamp;

impl State {
    /// Makes `transfer` happen at `now`. A repeated one answers what it answered before and moves nothing.
    pub fn transfer(&mut self, transfer: &Transfer, now: Timestamp) -> Result<Recorded, TransferRefusal> {
        if let Some(before) = self.recorded(transfer.id) {
            let same = before.transfer == *transfer;
            return if same { Ok(*before) } else { Err(TransferRefusal::ExistsWithDifferentTerms) };
        }
        let plan = plan(self, transfer, now)?;
        // Point of no return: every guard has passed, nothing below can fail.
        self.set_balances(transfer.debit, plan.debit_after);
        self.set_balances(transfer.credit, plan.credit_after);
        self.note_pending(transfer);
        let recorded = Recorded {
            transfer: *transfer,
            at: now,
            debit_after: after(&plan.debit_after),
            credit_after: after(&plan.credit_after),
        };
        self.record(recorded);
        Ok(recorded)
    }

    /// Opens `account` and makes `transfer` happen, or neither.
    pub fn open_and_transfer(
        &mut self,
        account: Account,
        transfer: &Transfer,
        now: Timestamp,
    ) -> Result<Recorded, TransferRefusal> {
        let id = account.id;
        let opened = self.open(account);
        let result = self.transfer(transfer, now);
        if opened && result.is_err() {
            self.forget(id);
        }
        result
    }

    /// Sets the ceiling of the credit account (see [`State::set_ceiling`]) and makes `transfer` happen, or neither.
    pub fn transfer_under(
        &mut self,
        ceiling: i64,
        transfer: &Transfer,
        now: Timestamp,
    ) -> Result<Recorded, TransferRefusal> {
        let before = self.ceiling(transfer.credit);
        self.set_ceiling(transfer.credit, ceiling);
        let result = self.transfer(transfer, now);
        if result.is_err() {
            self.restore_ceiling(transfer.credit, before);
        }
        result
    }

    /// Makes all of `chain` happen, or none of it.
    pub fn linked(&mut self, chain: &[Transfer], now: Timestamp) -> Result<Vec<Recorded>, LinkedRefusal> {
        let before = self.mark(chain);
        let mut done = Vec::with_capacity(chain.len());
        for (index, transfer) in chain.iter().enumerate() {
            match self.transfer(transfer, now) {
                Ok(recorded) => done.push(recorded),
                Err(refusal) => {
                    self.return_to(before);
                    return Err(LinkedRefusal { index, refusal });
                }
            }
        }
        Ok(done)
    }

    fn note_pending(&mut self, transfer: &Transfer) {
        match transfer.kind {
            TransferKind::Single => {}
            TransferKind::Pending { expires_at } => {
                let Transfer { id, debit, credit, amount, .. } = *transfer;
                self.set_pending(id, Pending::Open(Hold { id, debit, credit, amount, expires_at }));
            }
            TransferKind::Post { pending } | TransferKind::Void { pending } => {
                self.set_pending(pending, Pending::Resolved);
            }
        }
    }
}

fn after(balances: &Balances) -> After {
    After { posted: balances.posted(), pending: balances.credits_pending - balances.debits_pending }
}
