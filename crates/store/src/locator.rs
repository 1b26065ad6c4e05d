//! Locators: one clustered look-up tree, owner first, so that everything of one owner lies on one page.
//!
//! It answers "which booking did this user make with this key" and "which account is this user's at that event".
//! On SQLite the newest entries are not in the tree yet but in memory and in a log (`memtable`): the table `locators` alone does
//! not say what there is, these functions do.

use crate::memtable::Version;
use crate::{Backend, BulkSql, Column, Flight, Param, Row, StoreError, Tx, params};
use std::collections::BTreeMap;
use std::ops::RangeInclusive;

pub use crate::place::{Kind, Place};

/// PostgreSQL: the id that lies at a place, as a table in brackets. Owner, kind and key as they stand in the statement.
#[macro_export]
macro_rules! located {
    ($owner:literal, $kind:literal, $key:literal) => {
        concat!(
            "(SELECT id FROM locators WHERE owner = ",
            $owner,
            " AND kind = ",
            $kind,
            " AND key = ",
            $key,
            " OFFSET 0)"
        )
    };
}

/// PostgreSQL: the columns owner, kind and key (`$1` to `$3`) as `u`, each row with its ordinality `u.at`, and as `l.id` what lies there.
#[macro_export]
macro_rules! located_columns {
    () => {
        concat!(
            "UNNEST($1::bigint[], $2::bigint[], $3::bigint[]) WITH ORDINALITY AS u(owner, kind, key, at) CROSS JOIN LATERAL ",
            $crate::located!("u.owner", "u.kind", "u.key"),
            " l"
        )
    };
}

const FIND: BulkSql = BulkSql {
    sqlite: "SELECT id FROM locators WHERE owner = $1 AND kind = $2 AND key = $3",
    postgres: concat!("SELECT u.at, l.id FROM ", located_columns!()),
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

const REMOVE: BulkSql = BulkSql {
    sqlite: "DELETE FROM locators WHERE owner = $1 AND kind = $2 AND key = $3",
    postgres:
        "DELETE FROM locators l USING UNNEST($1::bigint[], $2::bigint[], $3::bigint[]) AS u(owner, kind, key)
               WHERE l.owner = u.owner AND l.kind = u.kind AND l.key = u.key",
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
        let mut asked = Vec::with_capacity(found.len());
        for (at, (owner, kind, key)) in self.places().enumerate() {
            if is_new(owner, kind, key) {
                continue;
            }
            match tx.newest_version((owner, kind, key))? {
                Some(version) => found[at] = version.id,
                None => asked.push(at),
            }
        }
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

    /// The same, together with other questions.
    pub(crate) fn query_unless<'f>(
        &self,
        flight: &mut Flight<'_, '_, 'f>,
        is_new: impl Fn(i64, Kind, i64) -> bool,
        found: &'f mut Vec<Option<i64>>,
    ) -> Result<(), StoreError> {
        if let Some(tx) = flight.at_once() {
            *found = self.find_unless(tx, is_new)?;
            return Ok(());
        }
        found.resize(self.owners.len(), None);
        let columns = [Column::Int(&self.owners), Column::Int(&self.kinds), Column::Int(&self.keys)];
        flight.bulk_query(FIND, &columns, |at, row, first| {
            found[at] = Some(row.int(first)?);
            Ok(())
        })
    }

    /// Inserts all. Whoever does has looked them up, or knows that they are new. Errors: `Unique` where one is there already; on
    /// SQLite that may be found only when the entry is moved into the tree, and is logged as a fault; on
    /// PostgreSQL at the commit.
    pub fn insert(&self, tx: &mut Tx<'_>) -> Result<(), StoreError> {
        if tx.has_memtable() {
            let mut entries = self.places().zip(&self.ids);
            return entries.try_for_each(|(place, id)| append_new(tx, place, *id, cfg!(debug_assertions)));
        }
        tx.bulk_write(INSERT, &self.columns())
    }

    fn columns(&self) -> [Column<'_>; 4] {
        [&self.owners, &self.kinds, &self.keys, &self.ids].map(|column| Column::Int(column))
    }
}

/// Appends an entry that is new. What the tree says is asked where it is not sure: look-ups cost more than entries.
fn append_new(tx: &mut Tx<'_>, place: Place, id: i64, asks_tree: bool) -> Result<(), StoreError> {
    let newest = tx.newest_version(place)?;
    let is_taken = match newest {
        Some(version) => version.id.is_some(),
        None => asks_tree && in_tree(tx, place)?.is_some(),
    };
    if is_taken {
        return Err(StoreError::Unique(format!("locators: {place:?}")));
    }
    tx.append_version(place, (Some(id), newest.is_some()))
}

impl Locators {
    /// Enters or replaces all: for the small numbers (a sum, a sequence) that live beside an owner's entries, on the page
    /// that they dirty anyway. No two entries may have the same place. Whoever reads, adds and puts must hold a lock that
    /// others who do so take too (the owner's account, say).
    pub fn put(&self, tx: &mut Tx<'_>) -> Result<(), StoreError> {
        if tx.has_memtable() {
            let mut entries = self.places().zip(&self.ids);
            return entries.try_for_each(|(place, id)| tx.append_version(place, (Some(*id), true)));
        }
        tx.bulk_write(PUT, &self.columns())
    }

    /// Removes all that are there. Their ids do not matter.
    pub fn remove(&self, tx: &mut Tx<'_>) -> Result<(), StoreError> {
        if tx.has_memtable() {
            return self.places().try_for_each(|place| tx.append_version(place, (None, true)));
        }
        tx.bulk_write(REMOVE, &self.columns()[..3])
    }
}

/// The next places of all entries after one, in their order, at most `limit`. Some that were removed lately may be among them.
pub fn after(tx: &mut Tx<'_>, last: Place, limit: i64) -> Result<Vec<Place>, StoreError> {
    let sql = "SELECT owner, kind, key FROM locators WHERE (owner, kind, key) > ($1, $2, $3)
               ORDER BY owner, kind, key LIMIT $4";
    let read = |row: &Row<'_>| Ok((row.int(0)?, row.int(1)?, row.int(2)?));
    let mut places = tx.query(sql, params![last.0, last.1, last.2, limit], read)?;
    let (limit, largest) = (usize::try_from(limit).unwrap_or(0), (i64::MAX, i64::MAX, i64::MAX));
    let newest = tx.newest_versions((last, largest), limit.saturating_add(1))?;
    places.extend(newest.into_keys().filter(|place| *place > last));
    places.sort_unstable();
    places.dedup();
    places.truncate(limit);
    Ok(places)
}

fn in_tree(tx: &mut Tx<'_>, (owner, kind, key): Place) -> Result<Option<i64>, StoreError> {
    tx.query_opt(FIND.sqlite, params![owner, kind, key], |row| row.int(0))
}

/// The id that `owner` has under `key`.
pub fn find(tx: &mut Tx<'_>, owner: i64, kind: Kind, key: i64) -> Result<Option<i64>, StoreError> {
    match tx.newest_version((owner, kind, key))? {
        Some(version) => Ok(version.id),
        None => in_tree(tx, (owner, kind, key)),
    }
}

/// Enters `id` for `owner` under `key`. Errors: `Unique` where one is there already.
pub fn insert(tx: &mut Tx<'_>, owner: i64, kind: Kind, key: i64, id: i64) -> Result<(), StoreError> {
    if tx.has_memtable() {
        return append_new(tx, (owner, kind, key), id, true);
    }
    tx.execute(INSERT.sqlite, params![owner, kind, key, id])?;
    Ok(())
}

/// Key and id of every entry that `owner` has of `kind` with a key in `keys`, in the order of the keys.
pub fn entries(
    tx: &mut Tx<'_>,
    owner: i64,
    kind: Kind,
    keys: RangeInclusive<i64>,
) -> Result<Vec<(i64, i64)>, StoreError> {
    let sql =
        "SELECT key, id FROM locators WHERE owner = $1 AND kind = $2 AND key BETWEEN $3 AND $4 ORDER BY key";
    let (first, last) = keys.into_inner();
    let read = |row: &Row<'_>| Ok((row.int(0)?, row.int(1)?));
    let mut found = tx.query(sql, params![owner, kind, first, last], read)?;
    let newest = tx.newest_versions(((owner, kind, first), (owner, kind, last)), usize::MAX)?;
    if !newest.is_empty() {
        overlay(&mut found, newest);
    }
    Ok(found)
}

/// Key and id of the entries that `owner` has of `kind` with the largest keys up to `last`, largest first, at most `limit`.
pub fn last_entries(
    tx: &mut Tx<'_>,
    owner: i64,
    kind: Kind,
    last: i64,
    limit: i64,
) -> Result<Vec<(i64, i64)>, StoreError> {
    let sql = "SELECT key, id FROM locators WHERE owner = $1 AND kind = $2 AND key <= $3 ORDER BY key DESC LIMIT $4";
    let newest = tx.newest_versions(((owner, kind, i64::MIN), (owner, kind, last)), usize::MAX)?;
    let asked = limit.saturating_add(i64::try_from(newest.len()).unwrap_or(i64::MAX));
    let read = |row: &Row<'_>| Ok((row.int(0)?, row.int(1)?));
    let mut found = tx.query(sql, params![owner, kind, last, asked], read)?;
    overlay(&mut found, newest);
    found.reverse();
    found.truncate(usize::try_from(limit).unwrap_or(0));
    Ok(found)
}

/// Lays the newest versions of one owner's kind over (key, id) of the tree; afterwards they are in the order of the keys.
fn overlay(found: &mut Vec<(i64, i64)>, newest: BTreeMap<Place, Version>) {
    let newest: BTreeMap<_, _> = newest.into_iter().map(|((_, _, key), version)| (key, version.id)).collect();
    found.retain(|(key, _)| !newest.contains_key(key));
    found.extend(newest.into_iter().filter_map(|(key, id)| Some((key, id?))));
    found.sort_unstable();
}

/// Every id that `owner` has of `kind`, newest first (ids grow with time), at most `limit`.
pub fn newest(tx: &mut Tx<'_>, owner: i64, kind: Kind, limit: i64) -> Result<Vec<i64>, StoreError> {
    let sql = "SELECT key, id FROM locators WHERE owner = $1 AND kind = $2 ORDER BY id DESC LIMIT $3";
    let newest = tx.newest_versions(((owner, kind, i64::MIN), (owner, kind, i64::MAX)), usize::MAX)?;
    let asked = limit.saturating_add(i64::try_from(newest.len()).unwrap_or(i64::MAX));
    let read = |row: &Row<'_>| Ok((row.int(0)?, row.int(1)?));
    let mut found = tx.query(sql, params![owner, kind, asked], read)?;
    overlay(&mut found, newest);
    let mut ids: Vec<_> = found.into_iter().map(|(_, id)| id).collect();
    ids.sort_unstable_by(|a, b| b.cmp(a));
    ids.truncate(usize::try_from(limit).unwrap_or(0));
    Ok(ids)
}

/// A query that joins entries of one owner with other tables, in the words of both engines.
///
/// SQLite's text has one parameter more, the last: the owner's newest entries that are not in the tree, as a JSON array of
/// `[kind, key, id]`. It reads `(SELECT kind, key, id FROM locators WHERE owner = $1 UNION ALL SELECT value ->> 0, value ->> 1,
/// value ->> 2 FROM json_each($N))` where PostgreSQL's reads `locators`. For kinds whose entries are neither replaced nor removed.
#[derive(Debug, Clone, Copy)]
pub struct JoinSql {
    /// With one parameter more.
    pub sqlite: &'static str,
    /// With the parameters that are given.
    pub postgres: &'static str,
}

/// Whose entries a query joins.
#[derive(Debug, Clone, Copy)]
pub struct Joined<'k> {
    /// The owner.
    pub owner: i64,
    /// The kinds that are looked at.
    pub kinds: &'k [Kind],
    /// Entries with smaller ids are not looked at.
    pub from: i64,
}

/// Runs a query that joins entries, and reads every row.
pub fn join<T>(
    tx: &mut Tx<'_>,
    sql: JoinSql,
    joined: Joined<'_>,
    params: &[Param],
    read: impl FnMut(&Row<'_>) -> Result<T, StoreError>,
) -> Result<Vec<T>, StoreError> {
    if tx.backend() == Backend::Postgres {
        return tx.query(sql.postgres, params, read);
    }
    let newest = Param::Text(newest_as_json(tx, joined)?);
    let params: Vec<_> = params.iter().cloned().chain([newest]).collect();
    tx.query(sql.sqlite, &params, read)
}

fn newest_as_json(tx: &mut Tx<'_>, joined: Joined<'_>) -> Result<String, StoreError> {
    let Joined { owner, kinds, from } = joined;
    let mut rows = Vec::new();
    for kind in kinds {
        let newest = tx.newest_versions(((owner, *kind, i64::MIN), (owner, *kind, i64::MAX)), usize::MAX)?;
        for (place, id) in newest.into_iter().filter_map(|(place, version)| Some((place, version.id?))) {
            // What is being moved is in the tree as well.
            if id >= from && in_tree(tx, place)?.is_none() {
                rows.push(format!("[{kind},{},{id}]", place.2));
            }
        }
    }
    Ok(format!("[{}]", rows.join(",")))
}
