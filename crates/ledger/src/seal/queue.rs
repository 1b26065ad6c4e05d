//! The queue of what is committed and not sealed yet, and the transfers that it names.

use super::hash::{Hash, leaf};
use crate::book::rows::read_recorded;
use crate::rules::Recorded;
use kernel::AssetCode;
use store::{BulkSql, Column, Row, StoreError, Tx, params};

/// Transfers in one block, at most one commit more: hashing so many takes a few milliseconds, and a block's ids fit into eight pages.
pub const BLOCK_TRANSFERS: usize = 4_096;
/// Commits in one block.
const BLOCK_COMMITS: i64 = 1_024;

macro_rules! columns {
    () => {
        "t.id, t.kind, t.debit, t.credit, t.amount, t.pending_id, t.expires_at, t.code, t.at, t.debit_posted_after,
         t.debit_pending_after, t.credit_posted_after, t.credit_pending_after"
    };
}

const BY_ID: BulkSql = BulkSql {
    sqlite: concat!(
        "SELECT ",
        columns!(),
        ", a.asset FROM transfers t JOIN accounts a ON a.id = t.debit WHERE t.id = $1"
    ),
    postgres: concat!(
        "SELECT u.at, t.* FROM UNNEST($1::bigint[]) WITH ORDINALITY AS u(id, at) CROSS JOIN LATERAL (SELECT ",
        columns!(),
        ", a.asset FROM transfers t JOIN accounts a ON a.id = t.debit WHERE t.id = u.id OFFSET 0) t"
    ),
};

/// Where the transfers of a block come from.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Queued {
    /// Whole rows of the queue.
    Commits(Vec<i64>),
    /// Some of a row that names a range of ids; the next id of it that is still to be sealed.
    Range { seq: i64, last_id: i64, next_id: i64 },
}

impl Queued {
    /// Whether any row of the queue is meant.
    pub(super) fn is_something(&self) -> bool {
        !matches!(self, Self::Commits(commits) if commits.is_empty())
    }
}

/// Queues the transfers of a commit, in whatever order.
pub(crate) fn enqueue(tx: &mut Tx<'_>, made: &[Recorded]) -> Result<(), StoreError> {
    if made.is_empty() {
        return Ok(());
    }
    let ids: Vec<i64> = made.iter().map(|recorded| recorded.transfer.id).collect();
    tx.write("INSERT INTO seal_queue (ids) VALUES ($1)", params![pack(&ids)])
}

/// What the next block is of: ids in ascending order. Empty: nothing waits.
pub(super) fn next(tx: &mut Tx<'_>) -> Result<(Vec<i64>, Queued), StoreError> {
    let sql = "SELECT seq, ids, first_id, last_id FROM seal_queue ORDER BY seq LIMIT $1";
    let (mut ids, mut commits) = (Vec::new(), Vec::new());
    for row in tx.query(sql, params![BLOCK_COMMITS], read_row)? {
        match row {
            QueueRow::Range { seq, first_id, last_id } if commits.is_empty() => {
                return range(tx, seq, first_id, last_id);
            }
            QueueRow::Commit { seq, ids: more } if ids.len() < BLOCK_TRANSFERS => {
                ids.extend(more);
                commits.push(seq);
            }
            QueueRow::Range { .. } | QueueRow::Commit { .. } => break,
        }
    }
    ids.sort_unstable();
    Ok((ids, Queued::Commits(commits)))
}

/// Takes what was sealed out of the queue. False: it is not there any more, somebody else has sealed it.
pub(super) fn remove(tx: &mut Tx<'_>, queued: &Queued) -> Result<bool, StoreError> {
    match queued {
        Queued::Commits(commits) => {
            let one = BulkSql {
                sqlite: "DELETE FROM seal_queue WHERE seq = $1",
                postgres: "DELETE FROM seal_queue WHERE seq = ANY($1::bigint[])",
            };
            Ok(tx.bulk_execute(one, &[Column::Int(commits)])? == commits.len() as u64)
        }
        Queued::Range { seq, last_id, next_id } if next_id > last_id => {
            Ok(tx.execute("DELETE FROM seal_queue WHERE seq = $1", params![*seq])? == 1)
        }
        Queued::Range { seq, next_id, .. } => {
            let sql = "UPDATE seal_queue SET first_id = $2 WHERE seq = $1 AND first_id < $2";
            Ok(tx.execute(sql, params![*seq, *next_id])? == 1)
        }
    }
}

/// The transfers of these ids with their assets, in the order of `ids`. Errors: one is not there.
pub(super) fn transfers(tx: &mut Tx<'_>, ids: &[i64]) -> Result<Vec<(Recorded, AssetCode)>, StoreError> {
    let mut found = Vec::with_capacity(ids.len());
    tx.bulk_query(BY_ID, &[Column::Int(ids)], |_, row, first| {
        found.push((read_recorded(row, first)?, read_asset(row, first + 13)?));
        Ok(())
    })?;
    if found.len() != ids.len() {
        return Err(StoreError::Corrupt(format!("{} of {} transfers are there", found.len(), ids.len())));
    }
    found.sort_by_key(|(recorded, _)| recorded.transfer.id);
    Ok(found)
}

/// The leaves of these transfers.
pub(super) fn leaves(transfers: &[(Recorded, AssetCode)]) -> Vec<Hash> {
    transfers.iter().map(|(recorded, asset)| leaf(recorded, asset)).collect()
}

/// Ids as they lie in a row: eight bytes each, the highest first.
pub(super) fn pack(ids: &[i64]) -> Vec<u8> {
    ids.iter().flat_map(|id| id.to_be_bytes()).collect()
}

/// The ids of a row. Errors: its length is no multiple of eight.
pub(super) fn unpack(bytes: &[u8]) -> Result<Vec<i64>, StoreError> {
    let (ids, rest) = bytes.as_chunks::<8>();
    if !rest.is_empty() {
        return Err(StoreError::Corrupt(format!("{} bytes of ids", bytes.len())));
    }
    Ok(ids.iter().map(|id| i64::from_be_bytes(*id)).collect())
}

enum QueueRow {
    Commit { seq: i64, ids: Vec<i64> },
    Range { seq: i64, first_id: i64, last_id: i64 },
}

fn read_row(row: &Row<'_>) -> Result<QueueRow, StoreError> {
    let seq = row.int(0)?;
    match row.opt_blob(1)? {
        Some(bytes) => Ok(QueueRow::Commit { seq, ids: unpack(&bytes)? }),
        None => Ok(QueueRow::Range { seq, first_id: row.int(2)?, last_id: row.int(3)? }),
    }
}

fn range(tx: &mut Tx<'_>, seq: i64, first_id: i64, last_id: i64) -> Result<(Vec<i64>, Queued), StoreError> {
    let sql = "SELECT id FROM transfers WHERE id BETWEEN $1 AND $2 ORDER BY id LIMIT $3";
    let ids = tx.query(sql, params![first_id, last_id, BLOCK_TRANSFERS as i64], |row| row.int(0))?;
    let next_id = if ids.len() < BLOCK_TRANSFERS { last_id + 1 } else { ids[ids.len() - 1] + 1 };
    Ok((ids, Queued::Range { seq, last_id, next_id }))
}

fn read_asset(row: &Row<'_>, at: usize) -> Result<AssetCode, StoreError> {
    let asset = row.text(at)?;
    AssetCode::new(&asset).ok_or_else(|| StoreError::Corrupt(format!("asset '{asset}'")))
}
