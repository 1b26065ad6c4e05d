//! Taking rows in hand. On PostgreSQL accounts are locked in the order of their ids, so that two books never wait for each other in a ring.

use super::Book;
use super::rows::{read_account, read_hold, read_recorded};
use crate::rules::{Account, Hold, Pending, TransferKind};
use kernel::Timestamp;
use store::locator::{Locators, Place};
use store::{BulkSql, Column, Flight, StoreError, Tx, params};

const ACCOUNTS: BulkSql = BulkSql {
    sqlite: "SELECT id, asset, code, owner, scope, floor, ceiling,
                    debits_pending, debits_posted, credits_pending, credits_posted FROM accounts WHERE id = $1",
    postgres: "SELECT u.at, a.* FROM UNNEST($1::bigint[]) WITH ORDINALITY AS u(id, at)
               CROSS JOIN LATERAL (SELECT id, asset, code, owner, scope, floor, ceiling,
                    debits_pending, debits_posted, credits_pending, credits_posted
                    FROM accounts WHERE id = u.id OFFSET 0 FOR UPDATE) a",
};

/// The accounts that some places name, and others by their ids, in the order of all ids. An account found at a place answers with its
/// ordinality, others with 0.
const ACCOUNTS_AT: &str = concat!(
    "SELECT w.at, a.* FROM (SELECT id, MAX(at) AS at FROM (SELECT l.id, u.at FROM ",
    store::located_columns!(),
    " UNION ALL SELECT g.id, 0 FROM UNNEST($4::bigint[]) AS g(id)) named GROUP BY id ORDER BY id) w
     CROSS JOIN LATERAL (SELECT id, asset, code, owner, scope, floor, ceiling,
       debits_pending, debits_posted, credits_pending, credits_posted
       FROM accounts WHERE id = w.id OFFSET 0 FOR UPDATE) a"
);

const HOLDS: BulkSql = BulkSql {
    sqlite: "SELECT id, debit, credit, amount, expires_at FROM holds
             WHERE expires_at = (SELECT expires_at FROM transfers WHERE id = $1) AND id = $1",
    postgres: "SELECT u.at, h.* FROM UNNEST($1::bigint[]) WITH ORDINALITY AS u(id, at)
               CROSS JOIN LATERAL (SELECT id, debit, credit, amount, expires_at
                    FROM holds WHERE id = u.id OFFSET 0 FOR UPDATE) h",
};

const TRANSFERS: BulkSql = BulkSql {
    sqlite: "SELECT id, kind, debit, credit, amount, pending_id, expires_at, code, at,
                    debit_posted_after, debit_pending_after, credit_posted_after, credit_pending_after
             FROM transfers WHERE id = $1",
    postgres: "SELECT u.at, t.* FROM UNNEST($1::bigint[]) WITH ORDINALITY AS u(id, at)
               CROSS JOIN LATERAL (SELECT id, kind, debit, credit, amount, pending_id, expires_at, code, at,
                    debit_posted_after, debit_pending_after, credit_posted_after, credit_pending_after
                    FROM transfers WHERE id = u.id OFFSET 0) t",
};

impl Book {
    /// A book with these accounts in hand; an id that no account has is simply not in it.
    pub fn load(tx: &mut Tx<'_>, accounts: &[i64]) -> Result<Self, StoreError> {
        let mut book = Self::new();
        book.load_accounts(tx, accounts)?;
        Ok(book)
    }

    /// One account as it is, without locking it: for looking, never for deciding.
    pub fn peek(tx: &mut Tx<'_>, id: i64) -> Result<Option<Account>, StoreError> {
        tx.query_opt(ACCOUNTS.sqlite, params![id], |row| read_account(row, 0))
    }

    /// Takes further accounts in hand.
    pub fn load_accounts(&mut self, tx: &mut Tx<'_>, ids: &[i64]) -> Result<(), StoreError> {
        let mut wanted: Vec<_> = ids.iter().copied().filter(|id| self.state.account(*id).is_none()).collect();
        wanted.sort_unstable();
        wanted.dedup();
        tx.bulk_query(ACCOUNTS, &[Column::Int(&wanted)], |_, row, first| {
            self.state.hand_account(read_account(row, first)?);
            Ok(())
        })
    }

    /// The same, asked together with other questions.
    pub fn query_accounts<'f>(
        &'f mut self,
        flight: &mut Flight<'_, '_, 'f>,
        ids: &[i64],
    ) -> Result<(), StoreError> {
        let mut wanted = ids.to_vec();
        wanted.sort_unstable();
        wanted.dedup();
        flight.bulk_query(ACCOUNTS, &[Column::Int(&wanted)], |_, row, first| {
            self.state.hand_account(read_account(row, first)?);
            Ok(())
        })
    }

    /// The same, with the accounts that are found at some places of the locators: `found` gets each place that has one, and its
    /// account. No account may be found at two places.
    pub fn query_accounts_at<'f>(
        &'f mut self,
        flight: &mut Flight<'_, '_, 'f>,
        places: &[Place],
        ids: &[i64],
        found: &'f mut Vec<(Place, i64)>,
    ) -> Result<(), StoreError> {
        let mut places = places.to_vec();
        places.sort_unstable();
        places.dedup();
        let column = |of: fn(&Place) -> i64| places.iter().map(of).collect::<Vec<_>>();
        let [owners, kinds, keys] =
            [column(|place| place.0), column(|place| place.1), column(|place| place.2)];
        if let Some(tx) = flight.at_once() {
            let mut questions = Locators::default();
            places.iter().for_each(|(owner, kind, key)| questions.ask(*owner, *kind, *key));
            let accounts = questions.find(tx)?;
            found.extend(places.into_iter().zip(accounts).filter_map(|(place, id)| Some((place, id?))));
            let wanted: Vec<_> = found.iter().map(|(_, id)| *id).chain(ids.iter().copied()).collect();
            return self.load_accounts(tx, &wanted);
        }
        let columns = [Column::Int(&owners), Column::Int(&kinds), Column::Int(&keys), Column::Int(ids)];
        flight.joined(ACCOUNTS_AT, &columns, move |row| {
            let account = read_account(row, 1)?;
            if let Some(place) = usize::try_from(row.int(0)? - 1).ok().and_then(|at| places.get(at)) {
                found.push((*place, account.id));
            }
            self.state.hand_account(account);
            Ok(())
        })
    }

    /// Takes pending transfers in hand, with the accounts of those that are open.
    pub fn load_holds(&mut self, tx: &mut Tx<'_>, pending: &[i64]) -> Result<(), StoreError> {
        let mut wanted = pending.to_vec();
        wanted.sort_unstable();
        wanted.dedup();
        let mut accounts = Vec::new();
        tx.bulk_query(HOLDS, &[Column::Int(&wanted)], |_, row, first| {
            let hold = read_hold(row, first)?;
            accounts.extend([hold.debit, hold.credit]);
            self.state.hand_pending(hold.id, Pending::Open(hold));
            Ok(())
        })?;
        wanted.retain(|id| self.state.pending(*id).is_none());
        tx.bulk_query(TRANSFERS, &[Column::Int(&wanted)], |_, row, first| {
            let transfer = read_recorded(row, first)?.transfer;
            // A transfer of another kind has no hold to be resolved: for the rules it is no pending transfer at all.
            if matches!(transfer.kind, TransferKind::Pending { .. }) {
                self.state.hand_pending(transfer.id, Pending::Resolved);
            }
            Ok(())
        })?;
        self.load_accounts(tx, &accounts)
    }

    /// Takes transfers in hand that a caller may be repeating.
    pub fn load_transfers(&mut self, tx: &mut Tx<'_>, ids: &[i64]) -> Result<(), StoreError> {
        tx.bulk_query(TRANSFERS, &[Column::Int(ids)], |_, row, first| {
            self.state.hand_recorded(read_recorded(row, first)?);
            Ok(())
        })
    }

    /// The open hold of pending transfer `id`, if it was loaded and is open.
    #[must_use]
    pub fn hold(&self, id: i64) -> Option<Hold> {
        match self.state.pending(id) {
            Some(Pending::Open(hold)) => Some(hold),
            Some(Pending::Resolved) | None => None,
        }
    }
}

/// The holds whose time is over at `now`, oldest first, at most `limit`.
pub fn holds_due(tx: &mut Tx<'_>, now: Timestamp, limit: i64) -> Result<Vec<Hold>, StoreError> {
    let sql = "SELECT id, debit, credit, amount, expires_at FROM holds
               WHERE expires_at <= $1 ORDER BY expires_at, id LIMIT $2";
    tx.query(sql, params![now, limit], |row| read_hold(row, 0))
}
