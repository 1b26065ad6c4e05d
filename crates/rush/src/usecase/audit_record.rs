//! Writing an act into the audit, in the transaction of the act.

use super::audit_origin::{self, CallOrigin};
use kernel::{Actor, TenantId, Timestamp, TypedId};
use serde_json::{Value, json};
use store::audit::{self, Act, Level};
use store::{StoreError, Tx};

/// Who acts, and from where. Made before a transaction begins, on the task of the request.
#[derive(Debug, Clone)]
pub struct Acting {
    actor: String,
    role: String,
    from: CallOrigin,
}

impl Acting {
    /// The caller of the request that is being handled.
    #[must_use]
    pub fn caller(actor: Actor) -> Self {
        let role = actor.role.as_str().to_owned();
        Self { actor: format!("user:{}", actor.user.as_i64()), role, from: audit_origin::current() }
    }

    /// Work of our own.
    #[must_use]
    pub fn job(name: &str) -> Self {
        Self { actor: format!("job:{name}"), role: String::new(), from: CallOrigin::default() }
    }
}

/// What was done to what.
#[derive(Debug, Clone)]
pub struct Done {
    /// `noun.verb`.
    pub action: &'static str,
    /// What kind of thing, `refund`.
    pub noun: &'static str,
    /// Its number.
    pub id: i64,
    /// An object that says more: what was there before and after, why.
    pub details: Value,
}

/// Records what was done in `tenant`'s name (none: the platform's own).
pub fn append(
    tx: &mut Tx<'_>,
    acting: &Acting,
    tenant: Option<TenantId>,
    done: Done,
    now: Timestamp,
) -> Result<(), StoreError> {
    let mut details = done.details;
    if let Value::Object(members) = &mut details {
        for (name, value) in [("role", &acting.role), ("agent", &acting.from.agent)] {
            if !value.is_empty() {
                members.insert(name.to_owned(), json!(value));
            }
        }
    }
    let act = Act {
        at: now,
        scope: tenant.map_or(0, TypedId::as_i64),
        actor: acting.actor.clone(),
        action: done.action,
        target: format!("{}:{}", done.noun, done.id),
        level: Level::Info,
        origin: acting.from.origin.clone(),
        details,
    };
    audit::append(tx, &act).map(drop)
}
