//! Writing an act of an operator into the audit log, in the transaction of the act.

use crate::store::audit::{self, AuditRow};
use kernel::{IdSource, Timestamp, UserId};
use serde_json::Value;
use store::{StoreError, Tx};

/// Who acts, and from where.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Acting {
    /// `user:NUMBER`, `worker:NAME` or `system`.
    pub actor: String,
    /// From where, where that is known.
    pub ip: Option<String>,
}

impl Acting {
    /// A user from an address.
    #[must_use]
    pub fn user(user: UserId, ip: std::net::IpAddr) -> Self {
        Self { actor: format!("user:{}", user.0), ip: Some(ip.to_string()) }
    }

    /// A worker.
    #[must_use]
    pub fn worker(name: &str) -> Self {
        Self { actor: format!("worker:{name}"), ip: None }
    }

    /// The house itself.
    #[must_use]
    pub fn system() -> Self {
        Self { actor: "system".to_owned(), ip: None }
    }
}

/// What was done to what, and what that changed.
#[derive(Debug, Clone)]
pub struct Act<'a> {
    /// `config.set`.
    pub action: &'a str,
    /// To what.
    pub target: String,
    /// How it stood before.
    pub before: Option<Value>,
    /// And after.
    pub after: Option<Value>,
}

/// Appends the act.
pub fn append(
    tx: &mut Tx<'_>,
    ids: &IdSource,
    acting: &Acting,
    act: Act<'_>,
    now: Timestamp,
) -> Result<(), StoreError> {
    let row = AuditRow {
        id: ids.next(now),
        actor: acting.actor.clone(),
        action: act.action.to_owned(),
        target: act.target,
        before: act.before.map(|value| value.to_string()),
        after: act.after.map(|value| value.to_string()),
        ip: acting.ip.clone(),
        at: now,
    };
    audit::append(tx, &row)
}
