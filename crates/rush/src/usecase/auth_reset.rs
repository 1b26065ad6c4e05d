//! Reset password: a link from a mail for a new password. It works once and ends every session of its user.

use super::auth_logout::end_all;
use crate::app::App;
use identity::proofs::password::lockout::{self, LockoutRules};
use identity::proofs::password::reset_tokens::{self, ResetLink};
use identity::{AuthRefusal, Floor, PasswordHash, PasswordRules, email, users};
use kernel::{Refusal, Timestamp, UserId};
use store::Tx;

/// What somebody enters.
#[derive(Clone)]
pub struct NewPassword {
    /// From where, as far as it says so.
    pub from: String,
    /// What the link carries.
    pub token: String,
    /// The new password, as entered.
    pub password: String,
}

/// Whether the link may be used now, for a page that asks before it shows its form. Errors: `INVALID_TOKEN`,
/// `TOKEN_EXPIRED`.
pub async fn check(app: &App, token: String) -> Result<(), Refusal> {
    Ok(find(app, token).await?)
}

/// Changes the password. Errors: `WEAK_PASSWORD` (the link stays good), `INVALID_TOKEN`, `TOKEN_EXPIRED`,
/// `SERVICE_UNAVAILABLE`.
pub async fn run(app: &App, new: NewPassword) -> Result<(), Refusal> {
    Ok(reset(app, new).await?)
}

async fn find(app: &App, token: String) -> Result<(), AuthRefusal> {
    let now = app.clock.now();
    let link = app.store.read(move |tx| Ok::<_, AuthRefusal>(reset_tokens::find(tx, now, &token)?));
    owner_of(link.await?).map(|_| ())
}

async fn reset(app: &App, new: NewPassword) -> Result<(), AuthRefusal> {
    let now = app.clock.now();
    PasswordRules::check(&new.password)?;
    // Asked first, so that a made-up link costs no hash; decided below.
    find(app, new.token.clone()).await?;
    let hash = app.identity.passwords().hash(&new.password, &new.from).await?;
    let rules = app.identity.lockout();
    let change = app.store.write(move |tx| {
        let user = owner_of(reset_tokens::spend(tx, now, &new.token)?)?;
        let epoch = save(tx, now, user, &hash)?;
        reopen(tx, rules, user)?;
        Ok::<_, AuthRefusal>((user, epoch))
    });
    let (user, epoch) = change.await?;
    app.identity.revocations().set(user, Floor::Epoch(epoch));
    Ok(())
}

fn owner_of(link: ResetLink) -> Result<UserId, AuthRefusal> {
    match link {
        ResetLink::Good(user) => Ok(user),
        ResetLink::Unknown => Err(AuthRefusal::ResetLinkIsInvalid),
        ResetLink::Expired => Err(AuthRefusal::ResetLinkIsExpired),
    }
}

fn save(tx: &mut Tx<'_>, now: Timestamp, user: UserId, hash: &PasswordHash) -> Result<i64, AuthRefusal> {
    let active = users::by_id_locked(tx, user)?.filter(|user| user.is_active);
    active.ok_or(AuthRefusal::ResetLinkIsInvalid)?;
    users::set_password(tx, now, user, hash)?;
    end_all(tx, now, user).map(|(_, epoch)| epoch)
}

/// Who reads the account's mail is no guesser: earlier failures no longer keep its owner out.
fn reopen(tx: &mut Tx<'_>, rules: LockoutRules, user: UserId) -> Result<(), AuthRefusal> {
    let Some(user) = users::by_id(tx, user)? else { return Ok(()) };
    Ok(lockout::clear(tx, &rules.account(&email::key(&user.email)))?)
}
