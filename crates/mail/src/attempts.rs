//! Tries on record: each is written before the server is spoken to, so that one that was cut off shows.

use crate::ids::MailId;
use kernel::Timestamp;
use store::{Row, StoreError, Tx, params};

/// How a try ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Outcome {
    /// The server took the mail.
    Accepted,
    /// No server is configured.
    DryRun,
    /// The server, or the way to it, said "later".
    Deferred,
    /// The connection broke after the mail was handed over: it may have arrived. It goes out again under the same Message-ID.
    InDoubt,
    /// The server refused it for good.
    Bounced,
    /// It cannot be written: no address, no text.
    Unsendable,
}

impl Outcome {
    const ALL: [Self; 6] =
        [Self::Accepted, Self::DryRun, Self::Deferred, Self::InDoubt, Self::Bounced, Self::Unsendable];

    /// Its word in rows, metrics and the API.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Accepted => "accepted",
            Self::DryRun => "dry_run",
            Self::Deferred => "deferred",
            Self::InDoubt => "in_doubt",
            Self::Bounced => "bounced",
            Self::Unsendable => "unsendable",
        }
    }

    fn parse(text: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|outcome| outcome.as_str() == text)
    }
}

/// A try of a mail.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Attempt {
    /// The first is 1.
    pub number: i64,
    /// When it began.
    pub started_at: Timestamp,
    /// When it ended; none: it is under way, or the process ended in the middle of it and the mail may have arrived.
    pub ended_at: Option<Timestamp>,
    /// How it ended.
    pub outcome: Option<Outcome>,
    /// What was answered.
    pub answer: Option<String>,
}

/// The tries of a mail, in order.
pub fn of(tx: &mut Tx<'_>, id: MailId) -> Result<Vec<Attempt>, StoreError> {
    tx.query(
        "SELECT number, started_at, ended_at, outcome, answer FROM mail_attempts WHERE message_id = $1 ORDER BY number",
        params![id.0],
        read,
    )
}

/// A try begins.
pub(crate) fn begin(tx: &mut Tx<'_>, id: MailId, number: i64, now: Timestamp) -> Result<(), StoreError> {
    tx.execute(
        "INSERT INTO mail_attempts (message_id, number, started_at) VALUES ($1, $2, $3)",
        params![id.0, number, now],
    )?;
    Ok(())
}

/// A try has ended.
pub(crate) fn end(
    tx: &mut Tx<'_>,
    (id, number): (MailId, i64),
    (outcome, answer): (Outcome, &str),
    now: Timestamp,
) -> Result<(), StoreError> {
    tx.execute(
        "UPDATE mail_attempts SET ended_at = $3, outcome = $4, answer = $5 WHERE message_id = $1 AND number = $2",
        params![id.0, number, now, outcome.as_str(), answer],
    )?;
    Ok(())
}

fn read(row: &Row<'_>) -> Result<Attempt, StoreError> {
    let outcome = row.opt_text(3)?;
    let known = |text: String| {
        Outcome::parse(&text).ok_or_else(|| StoreError::Corrupt(format!("a try of a mail ended as '{text}'")))
    };
    Ok(Attempt {
        number: row.int(0)?,
        started_at: Timestamp::from_micros(row.int(1)?),
        ended_at: row.opt_int(2)?.map(Timestamp::from_micros),
        outcome: outcome.map(known).transpose()?,
        answer: row.opt_text(4)?,
    })
}
