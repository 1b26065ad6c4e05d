//! A mail as its row says.

use crate::ids::MailId;
use kernel::{TenantId, Timestamp, UserId};
use serde_json::{Map, Value};
use store::{Row, StoreError};

/// Where a mail stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum State {
    /// It waits for its time, for its next try or for its turn under the limits.
    Queued,
    /// A server took it.
    Sent,
    /// No server is configured: nothing left this machine. It can be sent again.
    DryRun,
    /// It was tried for three days, or it cannot be written at all.
    Failed,
    /// The server refused it for good.
    Bounced,
}

impl State {
    /// Every state.
    pub const ALL: [Self; 5] = [Self::Queued, Self::Sent, Self::DryRun, Self::Failed, Self::Bounced];

    /// Its word in rows and in the API.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Queued => "queued",
            Self::Sent => "sent",
            Self::DryRun => "dry_run",
            Self::Failed => "failed",
            Self::Bounced => "bounced",
        }
    }

    /// The state of a word.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|state| state.as_str() == text)
    }
}

/// A mail.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Message {
    /// Its number.
    pub id: MailId,
    /// On whose behalf; none for the platform's own.
    pub tenant: Option<TenantId>,
    /// Whose account it is for.
    pub user: Option<UserId>,
    /// The name of its kind.
    pub kind: String,
    /// What it is about, such as `booking:17`; there is one mail of each kind about it.
    pub about: Option<String>,
    /// The address it goes to.
    pub recipient: String,
    /// The language.
    pub locale: String,
    /// The values of its text; empty once they were erased. They may hold a secret: never log them.
    pub data: Map<String, Value>,
    /// Where it stands.
    pub state: State,
    /// When it may be tried (again).
    pub due_at: Timestamp,
    /// When it was written.
    pub created_at: Timestamp,
    /// Times it was tried, all in all.
    pub attempts: i64,
    /// Times an operator sent it again.
    pub resends: i64,
    /// Tries before the last time it was sent again.
    pub attempts_before: i64,
    /// When a server took it.
    pub sent_at: Option<Timestamp>,
    /// What the server, or the way to it, said last.
    pub answer: Option<String>,
    /// The version of the operator's template it was sent with; 0: the program's text.
    pub template_version: Option<i64>,
    /// When its values are erased.
    pub erase_at: Option<Timestamp>,
}

/// The columns that [`read`] reads, in its order.
macro_rules! columns {
    () => {
        "id, tenant_id, user_id, kind, about, recipient, locale, data, state, due_at, created_at, attempts, resends, \
         attempts_before, sent_at, answer, template_version, erase_at"
    };
}
pub(crate) use columns;

pub(crate) fn read(row: &Row<'_>) -> Result<Message, StoreError> {
    let moment = |at: Option<i64>| at.map(Timestamp::from_micros);
    let (data, state) = (row.text(7)?, row.text(8)?);
    let corrupt = |what: &str| StoreError::Corrupt(format!("a mail's {what} cannot be read"));
    Ok(Message {
        id: MailId(row.int(0)?),
        tenant: row.opt_int(1)?.map(TenantId),
        user: row.opt_int(2)?.map(UserId),
        kind: row.text(3)?,
        about: row.opt_text(4)?,
        recipient: row.text(5)?,
        locale: row.text(6)?,
        data: serde_json::from_str(&data).map_err(|_| corrupt("values"))?,
        state: State::parse(&state).ok_or_else(|| corrupt("state"))?,
        due_at: Timestamp::from_micros(row.int(9)?),
        created_at: Timestamp::from_micros(row.int(10)?),
        attempts: row.int(11)?,
        resends: row.int(12)?,
        attempts_before: row.int(13)?,
        sent_at: moment(row.opt_int(14)?),
        answer: row.opt_text(15)?,
        template_version: row.opt_int(16)?,
        erase_at: moment(row.opt_int(17)?),
    })
}
