//! Forgetting a user: what names them goes, what moved money stays under a number that nobody can tell whose it was. Charges that
//! Telegram can still take back keep Telegram's number, without which it could not.

use super::audit_record::{Act, Acting, append};
use crate::app::App;
use crate::domain::role::{HeldRoles, may_correct};
use crate::domain::user::{User, UserStatus};
use crate::refusals;
use crate::store::{erasure, users};
use identity::Floor;
use kernel::{Refusal, Timestamp, UserId};
use ledger::Book;
use store::Tx;

/// Forgets the user; every token and session is over. Errors: 404, 409 while money is on its way out or nobody else grants roles.
pub async fn run(app: &App, acting: Acting, id: UserId) -> Result<(), Refusal> {
    let now = app.clock.now();
    app.store.write(move |tx| erase(tx, &acting, id, now)).await?;
    app.tokens.revocations.set(id, Floor::Inactive);
    Ok(())
}

fn erase(tx: &mut Tx<'_>, acting: &Acting, id: UserId, now: Timestamp) -> Result<(), Refusal> {
    let user = users::lock(tx, id)?.filter(|user| user.status == UserStatus::Active);
    let user = user.ok_or_else(|| Refusal::not_found("user"))?;
    if Book::peek(tx, id.0)?.is_some_and(|wallet| wallet.balances.debits_pending > 0) {
        return Err(refusals::withdrawal_is_open());
    }
    if may_correct(user.roles.highest()) && users::count_superadmins(tx)? < 2 {
        return Err(refusals::last_superadmin());
    }
    users::update(tx, &nobody(&user), now)?;
    erasure::forget(tx, id, user.tg_user_id)?;
    let act = Act { action: "user.erase", target: format!("user:{}", id.0), before: None, after: None };
    Ok(append(tx, acting, act, now)?)
}

/// The row that stays. Telegram's number is one that it gives nobody, so that who comes back is somebody new.
fn nobody(user: &User) -> User {
    User {
        tg_user_id: -user.id.0,
        nickname: None,
        username: None,
        first_name: None,
        last_name: None,
        language: "en".to_owned(),
        roles: HeldRoles::of_everybody(),
        token_version: user.token_version + 1,
        status: UserStatus::Erased,
        ..user.clone()
    }
}
