//! Rounds of mails in rows, and the bookings that one step of a round looks at.

use crate::domain::mail_round::{Round, RoundKind};
use kernel::Timestamp;
use store::{StoreError, Tx, params};

/// Begins a round; one that was begun before stays as it is. False: it was.
pub fn begin(tx: &mut Tx<'_>, round: &Round, now: Timestamp) -> Result<bool, StoreError> {
    let inserted = tx.execute(
        "INSERT INTO mail_rounds (kind, subject, occasion, cursor, created_at) VALUES ($1, $2, $3, $4, $5)
         ON CONFLICT DO NOTHING",
        params![round.kind.as_str(), round.subject, round.occasion, round.cursor, now],
    )?;
    Ok(inserted == 1)
}

/// Whether a round was begun.
pub fn is_begun(tx: &mut Tx<'_>, round: &Round) -> Result<bool, StoreError> {
    let sql = "SELECT 1 FROM mail_rounds WHERE kind = $1 AND subject = $2 AND occasion = $3";
    Ok(tx.query_opt(sql, params![round.kind.as_str(), round.subject, round.occasion], |_| Ok(()))?.is_some())
}

/// The oldest round that is not over.
pub fn oldest_open(tx: &mut Tx<'_>) -> Result<Option<Round>, StoreError> {
    let sql = "SELECT kind, subject, occasion, cursor FROM mail_rounds WHERE done_at IS NULL ORDER BY created_at LIMIT 1";
    tx.query_opt(sql, &[], |row| {
        let kind = row.text(0)?;
        Ok(Round {
            kind: RoundKind::parse(&kind)
                .ok_or_else(|| StoreError::Corrupt(format!("a round is a '{kind}'")))?,
            subject: row.int(1)?,
            occasion: row.int(2)?,
            cursor: row.int(3)?,
        })
    })
}

/// Writes how far a round has come; `done`: to its end.
pub fn save(tx: &mut Tx<'_>, round: &Round, done: Option<Timestamp>) -> Result<(), StoreError> {
    tx.execute(
        "UPDATE mail_rounds SET cursor = $4, done_at = $5 WHERE kind = $1 AND subject = $2 AND occasion = $3",
        params![round.kind.as_str(), round.subject, round.occasion, round.cursor, done],
    )?;
    Ok(())
}

/// The next bookings after number `after`, at most `limit`: by number, which is by age, so that a round
/// needs no index that every reservation would pay for.
pub fn bookings_after(tx: &mut Tx<'_>, after: i64, limit: i64) -> Result<Vec<Looked>, StoreError> {
    let sql =
        "SELECT id, show_id, event_id, status = 'confirmed' FROM bookings WHERE id > $1 ORDER BY id LIMIT $2";
    tx.query(sql, params![after, limit], |row| {
        Ok(Looked { id: row.int(0)?, show: row.int(1)?, event: row.int(2)?, has_tickets: row.bool(3)? })
    })
}

/// As much of a booking as a round looks at.
#[derive(Debug, Clone, Copy)]
pub struct Looked {
    /// Its number.
    pub id: i64,
    /// The show.
    pub show: i64,
    /// The event.
    pub event: i64,
    /// Whether it is paid for.
    pub has_tickets: bool,
}
