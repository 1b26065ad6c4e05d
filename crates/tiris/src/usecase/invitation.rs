//! Invitations: a code that an admin gives out, good once, lets its holder trade with real money.

use super::auth_session::{self, Action, From};
use crate::app::App;
use crate::outside::Outside;
use crate::refusals;
use crate::store::mail_sign_ins;
use crate::store::users;
use kernel::{Refusal, Timestamp, UserId};
use serde_json::{Map, Value, json};
use sha2::{Digest, Sha256};
use store::Tx;
use store::audit::Level;

/// How a code begins, so that a wrong text is refused unread.
const PREFIX: &str = "inv_";
/// Hex digits behind it.
const DIGITS: usize = 32;

fn hash(code: &str) -> Vec<u8> {
    Sha256::digest(code.as_bytes()).to_vec()
}

/// Makes a code; it is shown once.
pub async fn create(
    app: &App,
    by: UserId,
    expires_at: Option<Timestamp>,
    from: From,
) -> Result<String, Refusal> {
    let now = app.clock.now();
    let mut bytes = [0; DIGITS / 2];
    Outside::fill(&mut bytes);
    let code = bytes.iter().fold(PREFIX.to_owned(), |code, byte| format!("{code}{byte:02x}"));
    let (id, hash) = (app.ids.next(now), hash(&code));
    let work = move |tx: &mut Tx<'_>| {
        mail_sign_ins::insert_invitation(tx, (id, by), &hash, expires_at, now)?;
        let action = Action::of("invitation.create", Level::Info, format!("invitation:{id}"));
        auth_session::append(tx, by, action, &from, now)
    };
    app.store.write(work).await.map_err(|error: store::StoreError| Refusal::from(error))?;
    Ok(code)
}

/// Uses a code up: its holder may trade with real money from now on. Asked again by the same holder it says the same. Errors: 400
/// `INVITATION_CODE_INVALID`; 404 `INVITATION_CODE_NOT_FOUND`; 410 `INVITATION_CODE_EXPIRED`.
pub async fn validate(app: &App, user: UserId, code: &str, from: From) -> Result<(), Refusal> {
    let digits = code.trim().strip_prefix(PREFIX);
    let is_code = digits.is_some_and(|hex| hex.len() == DIGITS && hex.bytes().all(|b| b.is_ascii_hexdigit()));
    if !is_code {
        return Err(refusals::invitation_invalid());
    }
    let now = app.clock.now();
    let hash = hash(code.trim());
    let work = move |tx: &mut Tx<'_>| {
        users::lock_one(tx, user)?;
        let found = mail_sign_ins::invitation(tx, &hash)?.ok_or_else(refusals::invitation_not_found)?;
        if found.used_by == Some(user) {
            return Ok(());
        }
        if found.expires_at.is_some_and(|end| end <= now) {
            return Err(refusals::invitation_expired());
        }
        if !mail_sign_ins::use_invitation(tx, found.id, user, now)? {
            return Err(refusals::invitation_invalid());
        }
        let mut holder = users::find(tx, user)?.ok_or_else(refusals::user_not_found)?;
        let mut info: Map<String, Value> = serde_json::from_str(&holder.info).unwrap_or_default();
        info.insert("real_trading_enabled".to_owned(), json!(true));
        holder.info = Value::Object(info).to_string();
        holder.updated_at = now;
        users::set_profile(tx, &holder)?;
        let action = Action::of("invitation.use", Level::Info, format!("invitation:{}", found.id));
        auth_session::append(tx, user, action, &from, now)?;
        Ok(())
    };
    app.store.write(work).await
}
