//! Writing what changed: new rows in the order of their ids, changed balances by id.

use super::Book;
use super::rows::columns_of;
use crate::rules::{Account, Hold, Recorded};
use crate::seal;
use store::{BulkSql, Column, StoreError, Tx};

const OPEN: BulkSql = BulkSql {
    sqlite: "INSERT INTO accounts (id, asset, code, owner, scope, floor, ceiling,
               debits_pending, debits_posted, credits_pending, credits_posted)
             VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)",
    postgres: "INSERT INTO accounts (id, asset, code, owner, scope, floor, ceiling,
                 debits_pending, debits_posted, credits_pending, credits_posted)
               SELECT * FROM UNNEST($1::bigint[], $2::text[], $3::bigint[], $4::bigint[], $5::bigint[], $6::bigint[],
                 $7::bigint[], $8::bigint[], $9::bigint[], $10::bigint[], $11::bigint[])",
};

const UPDATE: BulkSql = BulkSql {
    sqlite: "UPDATE accounts SET floor = $2, ceiling = $3, debits_pending = $4, debits_posted = $5,
               credits_pending = $6, credits_posted = $7 WHERE id = $1",
    postgres: "UPDATE accounts a SET floor = u.floor, ceiling = u.ceiling, debits_pending = u.dpe,
                 debits_posted = u.dpo, credits_pending = u.cpe, credits_posted = u.cpo
               FROM UNNEST($1::bigint[], $2::bigint[], $3::bigint[], $4::bigint[], $5::bigint[], $6::bigint[],
                 $7::bigint[]) AS u(id, floor, ceiling, dpe, dpo, cpe, cpo)
               WHERE a.id = u.id",
};

const RECORD: BulkSql = BulkSql {
    sqlite: "INSERT INTO transfers (id, kind, debit, credit, amount, pending_id, expires_at, code, at,
               debit_posted_after, debit_pending_after, credit_posted_after, credit_pending_after)
             VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13)",
    postgres: "INSERT INTO transfers (id, kind, debit, credit, amount, pending_id, expires_at, code, at,
                 debit_posted_after, debit_pending_after, credit_posted_after, credit_pending_after)
               SELECT * FROM UNNEST($1::bigint[], $2::bigint[], $3::bigint[], $4::bigint[], $5::bigint[], $6::bigint[],
                 $7::bigint[], $8::bigint[], $9::bigint[], $10::bigint[], $11::bigint[], $12::bigint[], $13::bigint[])",
};

const HOLD: BulkSql = BulkSql {
    sqlite: "INSERT INTO holds (id, debit, credit, amount, expires_at) VALUES ($1, $2, $3, $4, $5)",
    postgres: "INSERT INTO holds (id, debit, credit, amount, expires_at)
               SELECT * FROM UNNEST($1::bigint[], $2::bigint[], $3::bigint[], $4::bigint[], $5::bigint[])",
};

const LET_GO: BulkSql = BulkSql {
    sqlite: "DELETE FROM holds WHERE expires_at = (SELECT expires_at FROM transfers WHERE id = $1) AND id = $1",
    postgres: "DELETE FROM holds WHERE id = ANY($1::bigint[])",
};

impl Book {
    /// Writes everything that changed since the last save. Errors, here or at the commit: an account that was loaded is gone; an
    /// id is taken.
    pub fn save(&mut self, tx: &mut Tx<'_>) -> Result<(), StoreError> {
        let changes = self.state.take_changes();
        open_accounts(tx, &changes.opened)?;
        update_accounts(tx, &changes.updated)?;
        record_transfers(tx, &changes.made)?;
        seal::enqueue(tx, &changes.made)?;
        open_holds(tx, &changes.holds_opened)?;
        tx.bulk_change("holds", LET_GO, &[Column::Int(&changes.holds_closed)])
    }
}

fn ints<T>(rows: &[T], column: impl Fn(&T) -> i64) -> Vec<i64> {
    rows.iter().map(column).collect()
}

fn options<T>(rows: &[T], column: impl Fn(&T) -> Option<i64>) -> Vec<Option<i64>> {
    rows.iter().map(column).collect()
}

fn open_accounts(tx: &mut Tx<'_>, rows: &[Account]) -> Result<(), StoreError> {
    let assets: Vec<_> = rows.iter().map(|account| account.asset.as_str()).collect();
    tx.bulk_write(
        OPEN,
        &[
            Column::Int(&ints(rows, |a| a.id)),
            Column::Text(&assets),
            Column::Int(&ints(rows, |a| a.code)),
            Column::Int(&ints(rows, |a| a.owner)),
            Column::Int(&ints(rows, |a| a.scope)),
            Column::OptInt(&options(rows, |a| a.floor)),
            Column::OptInt(&options(rows, |a| a.ceiling)),
            Column::Int(&ints(rows, |a| a.balances.debits_pending)),
            Column::Int(&ints(rows, |a| a.balances.debits_posted)),
            Column::Int(&ints(rows, |a| a.balances.credits_pending)),
            Column::Int(&ints(rows, |a| a.balances.credits_posted)),
        ],
    )
}

fn update_accounts(tx: &mut Tx<'_>, rows: &[Account]) -> Result<(), StoreError> {
    tx.bulk_change(
        "accounts",
        UPDATE,
        &[
            Column::Int(&ints(rows, |a| a.id)),
            Column::OptInt(&options(rows, |a| a.floor)),
            Column::OptInt(&options(rows, |a| a.ceiling)),
            Column::Int(&ints(rows, |a| a.balances.debits_pending)),
            Column::Int(&ints(rows, |a| a.balances.debits_posted)),
            Column::Int(&ints(rows, |a| a.balances.credits_pending)),
            Column::Int(&ints(rows, |a| a.balances.credits_posted)),
        ],
    )
}

fn record_transfers(tx: &mut Tx<'_>, rows: &[Recorded]) -> Result<(), StoreError> {
    tx.bulk_write(
        RECORD,
        &[
            Column::Int(&ints(rows, |r| r.transfer.id)),
            Column::Int(&ints(rows, |r| columns_of(r.transfer.kind).0)),
            Column::Int(&ints(rows, |r| r.transfer.debit)),
            Column::Int(&ints(rows, |r| r.transfer.credit)),
            Column::Int(&ints(rows, |r| r.transfer.amount)),
            Column::OptInt(&options(rows, |r| columns_of(r.transfer.kind).1)),
            Column::OptInt(&options(rows, |r| columns_of(r.transfer.kind).2)),
            Column::Int(&ints(rows, |r| r.transfer.code)),
            Column::Int(&ints(rows, |r| r.at.as_micros())),
            Column::Int(&ints(rows, |r| r.debit_after.posted)),
            Column::Int(&ints(rows, |r| r.debit_after.pending)),
            Column::Int(&ints(rows, |r| r.credit_after.posted)),
            Column::Int(&ints(rows, |r| r.credit_after.pending)),
        ],
    )
}

fn open_holds(tx: &mut Tx<'_>, rows: &[Hold]) -> Result<(), StoreError> {
    tx.bulk_write(
        HOLD,
        &[
            Column::Int(&ints(rows, |h| h.id)),
            Column::Int(&ints(rows, |h| h.debit)),
            Column::Int(&ints(rows, |h| h.credit)),
            Column::Int(&ints(rows, |h| h.amount)),
            Column::Int(&ints(rows, |h| h.expires_at.as_micros())),
        ],
    )
}
