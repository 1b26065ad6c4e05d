//! One look at a password, counted: what logging in and changing a password have in common.
//!
//! The account's failure is noted before the password is compared, so that guesses sent all at once are counted too, and
//! taken back when it was none.

use crate::app::App;
use identity::proofs::password::lockout::{self, Scope};
use identity::{AuthRefusal, Checked, PasswordHash, User};
use kernel::Timestamp;
use store::{StoreError, Tx};

/// An attempt that was noted.
#[derive(Debug, Clone)]
pub(super) struct Attempt {
    /// When.
    pub now: Timestamp,
    /// The account it is about.
    pub account: Scope,
    /// Where it comes from.
    pub address: Scope,
    /// Whose password it is; none when nobody has this address.
    pub user: Option<User>,
}

/// Notes an attempt on `account`. Errors: too many failures of the account; or from the address, and one of them was at this
/// account: that others at the address failed keeps nobody out.
pub(super) fn open(
    tx: &mut Tx<'_>,
    now: Timestamp,
    account: &Scope,
    address: &Scope,
) -> Result<(), AuthRefusal> {
    if let Some(seconds) = lockout::closed_for(tx, now, address)?
        && !account.is_device()
        && lockout::failed_recently(tx, now, account)?
    {
        return Err(AuthRefusal::TooManyFailures(seconds));
    }
    match lockout::record(tx, now, account)? {
        Some(seconds) => Err(AuthRefusal::TooManyFailures(seconds)),
        None => Ok(()),
    }
}

/// Compares, in the line of the address `from`. Right: the renewed hash, if the stored one is out of date. The caller clears the account's failures in the
/// transaction that uses the proof.
pub(super) async fn prove(
    app: &App,
    attempt: &Attempt,
    password: &str,
    from: &str,
) -> Result<Option<PasswordHash>, AuthRefusal> {
    let stored = attempt.user.as_ref().map(|user| &user.password_hash);
    match app.identity.passwords().check(password, stored, from).await {
        Ok(Checked::Right { rehashed }) => Ok(rehashed),
        Ok(Checked::Wrong) => {
            let (now, address) = (attempt.now, attempt.address.clone());
            app.store.write(move |tx| lockout::record(tx, now, &address)).await?;
            Err(AuthRefusal::CredentialsAreWrong)
        }
        Err(saturated) => {
            take_back(app, attempt).await?;
            Err(saturated.into())
        }
    }
}

/// Nobody looked at the password: that was no failure.
async fn take_back(app: &App, attempt: &Attempt) -> Result<(), StoreError> {
    let (now, account) = (attempt.now, attempt.account.clone());
    app.store.write(move |tx| lockout::retract(tx, now, &account)).await
}
