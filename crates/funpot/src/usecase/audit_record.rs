//! Writing an act of an operator into the audit, in the transaction of the act.

use kernel::{Timestamp, UserId};
use serde_json::{Value, json};
use store::audit::{self, Level, Origin};
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
}

/// What was done to what, and what that changed.
#[derive(Debug, Clone)]
pub struct Act {
    /// `config.set`.
    pub action: &'static str,
    /// To what.
    pub target: String,
    /// How it stood before.
    pub before: Option<Value>,
    /// And after.
    pub after: Option<Value>,
}

/// Appends the act.
pub fn append(tx: &mut Tx<'_>, acting: &Acting, act: Act, now: Timestamp) -> Result<(), StoreError> {
    let entry = audit::Act {
        at: now,
        scope: 0,
        actor: acting.actor.clone(),
        action: act.action,
        target: act.target,
        level: Level::Info,
        origin: Origin { ip: acting.ip.clone().unwrap_or_default(), request_id: String::new() },
        details: json!({ "before": act.before, "after": act.after }),
    };
    audit::append(tx, &entry)?;
    Ok(())
}
