//! Locators: one clustered look-up tree, owner first, so that everything of one owner lies on one page.
//!
//! It answers "which booking did this user make with this key" and "which account is this user's at that event".
//! Both look-ups and both inserts of a reserve touch the same page, the only page in random order that it dirties.

use crate::{BulkSql, Column, StoreError, Tx, params};

/// What kind of thing a locator finds. Numbers are written in tables and never reused.
pub type Kind = i64;

const FIND: BulkSql = BulkSql {
    sqlite: "SELECT id FROM locators WHERE owner = $1 AND kind = $2 AND key = $3",
    postgres: "SELECT u.at, l.id FROM UNNEST($1::bigint[], $2::bigint[], $3::bigint[])
                 WITH ORDINALITY AS u(owner, kind, key, at)
               CROSS JOIN LATERAL (SELECT id FROM locators
                 WHERE owner = u.owner AND kind = u.kind AND key = u.key OFFSET 0) l",
};

const INSERT: BulkSql = BulkSql {
    sqlite: "INSERT INTO locators (owner, kind, key, id) VALUES ($1, $2, $3, $4)",
    postgres: "INSERT INTO locators (owner, kind, key, id)
               SELECT * FROM UNNEST($1::bigint[], $2::bigint[], $3::bigint[], $4::bigint[])",
};

const PUT: BulkSql = BulkSql {
    sqlite: "INSERT INTO locators (owner, kind, key, id) VALUES ($1, $2, $3, $4)
             ON CONFLICT (owner, kind, key) DO UPDATE SET id = excluded.id",
    postgres: "INSERT INTO locators (owner, kind, key, id)
               SELECT * FROM UNNEST($1::bigint[], $2::bigint[], $3::bigint[], $4::bigint[])
               ON CONFLICT (owner, kind, key) DO UPDATE SET id = excluded.id",
};

/// Several look-ups or entries, as columns.
#[derive(Debug, Default, Clone)]
pub struct Locators {
    owners: Vec<i64>,
    kinds: Vec<i64>,
    keys: Vec<i64>,
    ids: Vec<i64>,
}

impl Locators {
    /// Adds a look-up.
    pub fn ask(&mut self, owner: i64, kind: Kind, key: i64) {
        self.add(owner, kind, key, 0);
    }

    /// Adds an entry.
    pub fn add(&mut self, owner: i64, kind: Kind, key: i64, id: i64) {
        self.owners.push(owner);
        self.kinds.push(kind);
        self.keys.push(key);
        self.ids.push(id);
    }

    /// Whether nothing was added.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.owners.is_empty()
    }

    /// Adds all of another.
    pub fn append(&mut self, other: &Self) {
        self.owners.extend_from_slice(&other.owners);
        self.kinds.extend_from_slice(&other.kinds);
        self.keys.extend_from_slice(&other.keys);
        self.ids.extend_from_slice(&other.ids);
    }

    /// Where all lie.
    pub fn places(&self) -> impl Iterator<Item = Place> {
        self.owners.iter().zip(&self.kinds).zip(&self.keys).map(|((owner, kind), key)| (*owner, *kind, *key))
    }

    /// Looks all up; the answers in the order of the questions.
    pub fn find(&self, tx: &mut Tx<'_>) -> Result<Vec<Option<i64>>, StoreError> {
        self.find_unless(tx, |_, _, _| false)
    }

    /// Looks up those of which `is_new(owner, kind, key)` does not say that they are surely not there; the answers in the order
    /// of the questions.
    pub fn find_unless(
        &self,
        tx: &mut Tx<'_>,
        is_new: impl Fn(i64, Kind, i64) -> bool,
    ) -> Result<Vec<Option<i64>>, StoreError> {
        let mut found = vec![None; self.owners.len()];
        let all = 0..self.owners.len();
        let asked: Vec<_> =
            all.filter(|at| !is_new(self.owners[*at], self.kinds[*at], self.keys[*at])).collect();
        let [owners, kinds, keys] = [&self.owners, &self.kinds, &self.keys]
            .map(|column| asked.iter().map(|at| column[*at]).collect::<Vec<_>>());
        tx.bulk_query(
            FIND,
            &[Column::Int(&owners), Column::Int(&kinds), Column::Int(&keys)],
            |at, row, first| {
                found[asked[at]] = Some(row.int(first)?);
                Ok(())
            },
        )?;
        Ok(found)
    }

    /// Inserts all. Errors: `Unique` where one is there already.
    pub fn insert(&self, tx: &mut Tx<'_>) -> Result<(), StoreError> {
        let columns = [
            Column::Int(&self.owners),
            Column::Int(&self.kinds),
            Column::Int(&self.keys),
            Column::Int(&self.ids),
        ];
        tx.bulk_execute(INSERT, &columns)?;
        Ok(())
    }
}

impl Locators {
    /// Enters or replaces all: for the small numbers (a sum, a sequence) that live beside an owner's entries, on the page
    /// that they dirty anyway. No two entries may have the same place. Whoever reads, adds and puts must hold a lock that
    /// others who do so take too (the owner's account, say).
    pub fn put(&self, tx: &mut Tx<'_>) -> Result<(), StoreError> {
        let columns = [
            Column::Int(&self.owners),
            Column::Int(&self.kinds),
            Column::Int(&self.keys),
            Column::Int(&self.ids),
        ];
        tx.bulk_execute(PUT, &columns)?;
        Ok(())
    }
}

/// Where an entry lies: owner, kind, key.
pub type Place = (i64, Kind, i64);

/// The next places of all entries after one, in their order, at most `limit`.
pub fn after(tx: &mut Tx<'_>, last: Place, limit: i64) -> Result<Vec<Place>, StoreError> {
    let sql = "SELECT owner, kind, key FROM locators WHERE (owner, kind, key) > ($1, $2, $3)
               ORDER BY owner, kind, key LIMIT $4";
    tx.query(sql, params![last.0, last.1, last.2, limit], |row| Ok((row.int(0)?, row.int(1)?, row.int(2)?)))
}

/// The id that `owner` has under `key`.
pub fn find(tx: &mut Tx<'_>, owner: i64, kind: Kind, key: i64) -> Result<Option<i64>, StoreError> {
    tx.query_opt(FIND.sqlite, params![owner, kind, key], |row| row.int(0))
}

/// Enters `id` for `owner` under `key`. Errors: `Unique` where one is there already.
pub fn insert(tx: &mut Tx<'_>, owner: i64, kind: Kind, key: i64, id: i64) -> Result<(), StoreError> {
    tx.execute(INSERT.sqlite, params![owner, kind, key, id])?;
    Ok(())
}

/// Every id that `owner` has of `kind`, newest first (ids grow with time), at most `limit`.
pub fn newest(tx: &mut Tx<'_>, owner: i64, kind: Kind, limit: i64) -> Result<Vec<i64>, StoreError> {
    let sql = "SELECT id FROM locators WHERE owner = $1 AND kind = $2 ORDER BY id DESC LIMIT $3";
    tx.query(sql, params![owner, kind, limit], |row| row.int(0))
}
