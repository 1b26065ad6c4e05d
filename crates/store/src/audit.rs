//! The audit: who did what to what, committed with the effect, never changed. Each entry is hashed over the one before it, so that
//! one that was edited, removed or put elsewhere shows.
//!
//! Entries are rare beside hot verbs: a lock on the newest puts their writers in a row.

use crate::{Row, StoreError, Tx, params};
use kernel::Timestamp;
use serde_json::Value;
use sha2::{Digest, Sha256};

/// How much an entry matters.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Level {
    /// What happens every day.
    Info,
    /// A refusal that may be an attack, or an act that wants a second look.
    Warn,
    /// An alert.
    Critical,
}

impl Level {
    const ALL: [Self; 3] = [Self::Info, Self::Warn, Self::Critical];

    /// As written in the table.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Info => "info",
            Self::Warn => "warn",
            Self::Critical => "critical",
        }
    }
}

/// Where an act came from.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Origin {
    /// The address of the caller; empty for our own work.
    pub ip: String,
    /// The id of the request; empty for our own work.
    pub request_id: String,
}

/// What is to be recorded.
#[derive(Debug, Clone, PartialEq)]
pub struct Act {
    /// When.
    pub at: Timestamp,
    /// The tenant or other scope it belongs to; 0 for the platform's own.
    pub scope: i64,
    /// Who: `user:ID`, `operator`, `command`, `job:NAME`.
    pub actor: String,
    /// What, `noun.verb`.
    pub action: &'static str,
    /// To what: `noun:ID`; empty where there is nothing.
    pub target: String,
    /// How much it matters.
    pub level: Level,
    /// Where it came from.
    pub origin: Origin,
    /// An object: what was there before and after, why. Values of secret members are masked.
    pub details: Value,
}

/// An entry as it lies in the table.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Entry {
    /// Its number: 1, 2, 3 …
    pub seq: i64,
    /// When.
    pub at: Timestamp,
    /// The tenant or other scope; 0 for the platform's own.
    pub scope: i64,
    /// Who.
    pub actor: String,
    /// What.
    pub action: String,
    /// To what.
    pub target: String,
    /// How much it matters.
    pub level: Level,
    /// Where it came from.
    pub origin: Origin,
    /// A JSON object.
    pub details: String,
    /// The hash over it and the entry before it.
    pub hash: Vec<u8>,
}

/// Which entries are looked for: all members that are given must fit.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Filter {
    /// Of this scope.
    pub scope: Option<i64>,
    /// By this actor.
    pub actor: Option<String>,
    /// This action.
    pub action: Option<String>,
    /// Of this target.
    pub target: Option<String>,
    /// Not before.
    pub from: Option<Timestamp>,
    /// Before.
    pub to: Option<Timestamp>,
    /// With a lower number: for the next page.
    pub before: Option<i64>,
}

/// Words in the name of a member whose value nobody shall read.
const SECRET_WORDS: [&str; 9] =
    ["password", "secret", "token", "api_key", "apikey", "authorization", "init_data", "initdata", "cookie"];
const MASK: &str = "***";

/// Appends an entry to the transaction that has its effect; its number.
pub fn append(tx: &mut Tx<'_>, act: &Act) -> Result<i64, StoreError> {
    let sql = tx.pick("SELECT seq, hash FROM audit_head", "SELECT seq, hash FROM audit_head FOR UPDATE");
    let (before, previous) = tx.query_one(sql, &[], |row| Ok((row.int(0)?, row.blob(1)?)))?;
    let mut details = act.details.clone();
    mask(&mut details);
    let mut entry = Entry {
        seq: before + 1,
        at: act.at,
        scope: act.scope,
        actor: act.actor.clone(),
        action: act.action.to_owned(),
        target: act.target.clone(),
        level: act.level,
        origin: act.origin.clone(),
        details: details.to_string(),
        hash: Vec::new(),
    };
    entry.hash = hash(&entry, &previous);
    insert(tx, &entry)?;
    Ok(entry.seq)
}

fn insert(tx: &mut Tx<'_>, entry: &Entry) -> Result<(), StoreError> {
    let sql =
        "INSERT INTO audit (seq, at, scope, actor, action, target, level, ip, request_id, details, hash)
               VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)";
    let row = params![
        entry.seq,
        entry.at,
        entry.scope,
        &entry.actor,
        &entry.action,
        &entry.target,
        entry.level.as_str(),
        &entry.origin.ip,
        &entry.origin.request_id,
        &entry.details,
        entry.hash.as_slice()
    ];
    tx.execute(sql, row)?;
    tx.execute("UPDATE audit_head SET seq = $1, hash = $2", params![entry.seq, entry.hash.as_slice()])?;
    Ok(())
}

/// Masks the values of secret members, however deep.
pub fn mask(value: &mut Value) {
    match value {
        Value::Object(members) => members.iter_mut().for_each(|(name, value)| {
            let name = name.to_lowercase();
            match SECRET_WORDS.iter().any(|word| name.contains(word)) {
                true => *value = Value::String(MASK.to_owned()),
                false => mask(value),
            }
        }),
        Value::Array(values) => values.iter_mut().for_each(mask),
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => {}
    }
}

/// The hash of an entry: a byte of its own kind, the numbers, each text with its length before it, and the hash before.
#[must_use]
pub fn hash(entry: &Entry, previous: &[u8]) -> Vec<u8> {
    let mut hasher = Sha256::new_with_prefix([16]);
    for number in [entry.seq, entry.at.as_micros(), entry.scope] {
        hasher.update(number.to_be_bytes());
    }
    let origin = &entry.origin;
    let level = entry.level.as_str();
    for text in
        [&entry.actor, &entry.action, &entry.target, level, &origin.ip, &origin.request_id, &entry.details]
    {
        hasher.update((text.len() as u64).to_be_bytes());
        hasher.update(text);
    }
    hasher.update(previous);
    hasher.finalize().to_vec()
}

macro_rules! select {
    ($first:literal) => {
        concat!(
            "SELECT seq, at, scope, actor, action, target, level, ip, request_id, details, hash FROM audit WHERE ",
            $first,
            " AND seq < $1 AND (CAST($2 AS BIGINT) IS NULL OR scope = $2) AND (CAST($3 AS TEXT) IS NULL OR actor = $3)
             AND (CAST($4 AS TEXT) IS NULL OR action = $4) AND (CAST($5 AS TEXT) IS NULL OR target = $5) AND at >= $6 AND at < $7 ORDER BY seq DESC LIMIT $8"
        )
    };
}

/// The newest entries that fit, newest first, at most `limit`. The most selective member that is given chooses the index.
pub fn page(tx: &mut Tx<'_>, filter: &Filter, limit: i64) -> Result<Vec<Entry>, StoreError> {
    let sql = match filter {
        Filter { target: Some(_), .. } => select!("target = $5"),
        Filter { actor: Some(_), .. } => select!("actor = $3"),
        Filter { action: Some(_), .. } => select!("action = $4"),
        Filter { scope: Some(_), .. } => select!("scope = $2"),
        Filter { .. } => select!("TRUE"),
    };
    let row = params![
        filter.before.unwrap_or(i64::MAX),
        filter.scope,
        filter.actor.as_deref(),
        filter.action.as_deref(),
        filter.target.as_deref(),
        filter.from.map_or(i64::MIN, Timestamp::as_micros),
        filter.to.map_or(i64::MAX, Timestamp::as_micros),
        limit
    ];
    tx.query(sql, row, read)
}

fn read(row: &Row<'_>) -> Result<Entry, StoreError> {
    let level = row.text(6)?;
    let level = Level::ALL.into_iter().find(|known| known.as_str() == level);
    Ok(Entry {
        seq: row.int(0)?,
        at: Timestamp::from_micros(row.int(1)?),
        scope: row.int(2)?,
        actor: row.text(3)?,
        action: row.text(4)?,
        target: row.text(5)?,
        level: level.ok_or_else(|| StoreError::Corrupt("a level of the audit".to_owned()))?,
        origin: Origin { ip: row.text(7)?, request_id: row.text(8)? },
        details: row.text(9)?,
        hash: row.blob(10)?,
    })
}
