//! What follows a proof, whichever it was: a session, its two tokens, a line in the audit.

use crate::app::App;
use crate::refusals;
use crate::store::sessions::{self, Client, Session};
use crate::store::users::{User, UserStatus};
use crate::tokens::Holder;
use identity::SessionId;
use kernel::{Actor, Refusal, Timestamp};
use serde_json::{Value, json};
use sha2::{Digest, Sha256};
use store::audit::{self, Act, Level, Origin};
use store::{StoreError, Tx};

/// Characters of a program's description of itself that are kept.
const USER_AGENT_CHARS_MAX: usize = 200;

/// From where a request came.
#[derive(Debug, Clone, Default)]
pub struct From {
    /// The address.
    pub ip: String,
    /// What the program calls itself.
    pub user_agent: String,
    /// The request's id.
    pub request_id: String,
}

impl From {
    /// As it is kept with a session.
    #[must_use]
    pub fn client(&self) -> Client {
        let plain = self.user_agent.chars().filter(|sign| !sign.is_control());
        Client { ip: self.ip.clone(), user_agent: plain.take(USER_AGENT_CHARS_MAX).collect() }
    }

    /// As it is kept in the audit.
    #[must_use]
    pub fn origin(&self) -> Origin {
        Origin { ip: self.ip.clone(), request_id: self.request_id.clone() }
    }
}

/// Both tokens of a session, and whose they are.
#[derive(Debug, Clone)]
pub struct SignedIn {
    /// For requests.
    pub access_token: String,
    /// For the next access token.
    pub refresh_token: String,
    /// Seconds for which the access token is good.
    pub expires_in_s: i64,
    /// Whose.
    pub user: User,
}

/// What a refresh token is known by.
#[must_use]
pub fn refresh_hash(token: &str) -> Vec<u8> {
    Sha256::digest(token.as_bytes()).to_vec()
}

/// A text by which the same is counted again, and which tells nobody what it was.
#[must_use]
pub fn hashed(kind: &str, text: &str) -> String {
    let digest = Sha256::digest(text.as_bytes());
    let hex: String = digest.iter().take(16).map(|byte| format!("{byte:02x}")).collect();
    format!("{kind}:{hex}")
}

/// Starts a session of `user` in the transaction that proved them; `family` is that of the session it follows, if it does.
pub fn start(
    app: &App,
    tx: &mut Tx<'_>,
    user: User,
    (family, rotates): (Option<i64>, bool),
    from: &From,
    now: Timestamp,
) -> Result<SignedIn, Refusal> {
    if user.status != UserStatus::Active {
        return Err(refusals::user_is_disabled());
    }
    let id = SessionId(app.ids.next(now));
    let refresh_token = app.tokens.mint_refresh(user.id, id, now);
    let session = Session {
        id: id.0,
        user: user.id,
        family: family.unwrap_or(id.0),
        refresh_hash: refresh_hash(&refresh_token),
        rotates,
        expires_at: now.plus_secs(app.tokens.refresh_lifetime_s()),
        used_at: None,
        revoked_at: None,
    };
    sessions::insert(tx, &session, &from.client(), now)?;
    let access_token = access(app, &user, id, now);
    Ok(SignedIn { access_token, refresh_token, expires_in_s: app.tokens.lifetime_s(), user })
}

/// A fresh access token of a session.
#[must_use]
pub fn access(app: &App, user: &User, session: SessionId, now: Timestamp) -> String {
    let holder = Holder {
        actor: Actor { user: user.id, tenant: None, role: user.role },
        username: &user.username,
        email: user.email.as_deref().unwrap_or_default(),
        session: Some(session),
    };
    app.tokens.mint_for(holder, now)
}

/// An act as it goes into the audit.
#[derive(Debug, Clone)]
pub struct Action {
    name: &'static str,
    level: Level,
    target: String,
    details: Value,
}

impl Action {
    /// An act without details.
    #[must_use]
    pub fn of(name: &'static str, level: Level, target: String) -> Self {
        Self { name, level, target, details: json!({}) }
    }

    /// The same with details; values of secret members are masked.
    #[must_use]
    pub fn with(self, details: Value) -> Self {
        Self { details, ..self }
    }
}

/// Appends an act of a user's to the audit.
pub fn append(
    tx: &mut Tx<'_>,
    user: kernel::UserId,
    action: Action,
    from: &From,
    now: Timestamp,
) -> Result<(), StoreError> {
    let act = Act {
        at: now,
        scope: user.0,
        actor: format!("user:{}", user.0),
        action: action.name,
        target: action.target,
        level: action.level,
        origin: from.origin(),
        details: action.details,
    };
    audit::append(tx, &act).map(drop)
}

/// Records an act of a user's, without details.
pub fn record(
    tx: &mut Tx<'_>,
    (action, level): (&'static str, Level),
    user: kernel::UserId,
    target: String,
    from: &From,
    now: Timestamp,
) -> Result<(), StoreError> {
    append(tx, user, Action::of(action, level, target), from, now)
}
