//! The code that confirms an address: sent by mail, good for half an hour and five tries, known here by its hash.

use super::auth_session::{self, Action, From};
use crate::app::App;
use crate::mails::VERIFY_EMAIL;
use crate::refusals;
use crate::store::mail_sign_ins::{self, Verification};
use crate::store::users::{self, User};
use kernel::{Refusal, Timestamp, UserId};
use mail::NewMail;
use serde_json::{Map, Value, json};
use sha2::{Digest, Sha256};
use store::audit::Level;
use store::{StoreError, Tx};

/// Seconds for which a code is good.
const LIFETIME_S: i64 = 1_800;
/// Wrong tries after which it is not.
const ATTEMPTS_MAX: i64 = 5;
/// Signs of a code, without those that look alike.
const SIGNS: &[u8; 32] = b"23456789ABCDEFGHJKLMNPQRSTUVWXYZ";
/// Signs of a code: 40 bits, of which nobody guesses one in five tries.
const CODE_SIGNS: usize = 8;

/// Sends a fresh code to the user's address, in the transaction of its cause.
pub(super) fn send(app: &App, tx: &mut Tx<'_>, user: &User, now: Timestamp) -> Result<(), StoreError> {
    let Some(email) = &user.email else { return Ok(()) };
    let id = app.ids.next(now);
    let code = draw();
    let row = Verification {
        id,
        email: email.clone(),
        hash: hash(id, &code),
        attempts: 0,
        expires_at: now.plus_secs(LIFETIME_S),
    };
    mail_sign_ins::insert_verification(tx, user.id, &row, now)?;
    let data: Map<String, Value> = [("name", user.username.clone()), ("code", code)]
        .map(|(name, text)| (name.to_owned(), json!(text)))
        .into_iter()
        .collect();
    let mail = NewMail {
        id: app.ids.next(now),
        kind: &VERIFY_EMAIL,
        tenant: None,
        user: Some(user.id),
        about: Some(format!("verification:{id}")),
        recipient: email.clone(),
        locale: "en".to_owned(),
        data,
        now,
        due_at: now,
    };
    mail::queue(tx, &mail).map(drop)
}

fn draw() -> String {
    let mut bytes = [0; CODE_SIGNS];
    crate::outside::Outside::fill(&mut bytes);
    bytes.iter().map(|byte| char::from(SIGNS[usize::from(byte % 32)])).collect()
}

fn hash(id: i64, code: &str) -> Vec<u8> {
    Sha256::digest(format!("{id}:{}", code.trim().to_ascii_uppercase())).to_vec()
}

/// Sends another code. Errors: 409 `EMAIL_ALREADY_VERIFIED`; 400 where there is no address.
pub async fn request(app: &std::sync::Arc<App>, user: UserId) -> Result<(), Refusal> {
    let now = app.clock.now();
    let own = std::sync::Arc::clone(app);
    let work = move |tx: &mut Tx<'_>| {
        users::lock_one(tx, user)?;
        let user = users::find(tx, user)?.ok_or_else(refusals::user_not_found)?;
        if user.email.is_none() {
            return Err(Refusal::field("email", "is not there"));
        }
        if user.email_verified {
            return Err(refusals::email_is_verified());
        }
        Ok(send(&own, tx, &user, now)?)
    };
    app.store.write(work).await
}

/// Confirms the address. Errors: 400 `VERIFICATION_CODE_INVALID`, the same for a code that is wrong, over, or was tried too often.
pub async fn confirm(app: &App, user: UserId, code: String, from: From) -> Result<(), Refusal> {
    let now = app.clock.now();
    let work = move |tx: &mut Tx<'_>| {
        users::lock_one(tx, user)?;
        let found = mail_sign_ins::verification(tx, user)?;
        let good = found.filter(|row| row.expires_at > now && row.attempts < ATTEMPTS_MAX);
        let Some(row) = good else { return Ok(false) };
        if row.hash != hash(row.id, &code) {
            mail_sign_ins::count_attempt(tx, row.id)?;
            return Ok(false);
        }
        mail_sign_ins::confirm(tx, user, &row, now)?;
        let action = Action::of("user.email_verified", Level::Info, format!("user:{}", user.0));
        auth_session::append(tx, user, action, &from, now)?;
        Ok::<_, StoreError>(true)
    };
    if app.store.write(work).await? { Ok(()) } else { Err(refusals::verification_code_invalid()) }
}
