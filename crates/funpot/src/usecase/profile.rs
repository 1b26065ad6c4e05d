//! A user's own profile: with balance and code, and what of it they may change.

use crate::app::App;
use crate::domain::money::debt_of;
use crate::domain::profile::{is_language, nickname};
use crate::domain::user::User;
use crate::store::{referrals, users};
use kernel::{Refusal, UserId};
use ledger::Book;
use store::{StoreError, Tx};

/// What a user sees of themselves.
#[derive(Debug, Clone)]
pub struct Profile {
    /// The user.
    pub user: User,
    /// Units that can be spent.
    pub balance: i64,
    /// Units that are owed, 0 or more.
    pub debt: i64,
    /// With what they invite others.
    pub code: String,
}

/// What is to change.
#[derive(Debug, Clone, Default)]
pub struct ProfileChange {
    /// How to be called.
    pub nickname: Option<String>,
    /// Language tag.
    pub language: Option<String>,
}

/// The profile. Errors: 404, the row is gone.
pub async fn view(app: &App, user: UserId) -> Result<Profile, Refusal> {
    let found = app.store.read(move |tx| read(tx, user)).await?;
    found.ok_or_else(|| Refusal::not_found("user"))
}

/// Changes it. Errors: 400 about a field, 404.
pub async fn edit(app: &App, user: UserId, change: ProfileChange) -> Result<Profile, Refusal> {
    let named = change
        .nickname
        .as_deref()
        .map(|text| nickname(text).ok_or_else(|| Refusal::field("nickname", "must have 1 to 32 characters")));
    let named = named.transpose()?;
    if change.language.as_deref().is_some_and(|tag| !is_language(tag)) {
        return Err(Refusal::field("language", "must be a language tag"));
    }
    let now = app.clock.now();
    let found = app.store.write(move |tx| {
        let Some(mut row) = users::by_id(tx, user)? else { return Ok::<_, StoreError>(None) };
        row.nickname = named.clone().or(row.nickname);
        row.language = change.language.clone().unwrap_or(row.language);
        users::update(tx, &row, now)?;
        read(tx, user)
    });
    found.await?.ok_or_else(|| Refusal::not_found("user"))
}

fn read(tx: &mut Tx<'_>, id: UserId) -> Result<Option<Profile>, StoreError> {
    let Some(user) = users::by_id(tx, id)? else { return Ok(None) };
    let balance = Book::peek(tx, id.0)?.map_or(0, |account| account.balances.available());
    let debt = Book::peek(tx, debt_of(id))?.map_or(0, |account| -account.balances.posted());
    let code = referrals::by_user(tx, id)?.map_or_else(String::new, |referral| referral.code);
    Ok(Some(Profile { user, balance, debt, code }))
}
