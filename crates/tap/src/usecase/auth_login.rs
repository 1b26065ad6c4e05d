//! Log in with a wallet: message and signature are proved, the nonce is used up, a session is opened.

use super::auth_nonce::SCOPE;
use crate::app::App;
use crate::domain::money::player_account;
use crate::refusals;
use cluster::NonceUse;
use identity::Secret;
use identity::proofs::wallet::{
    DerivedKey, NewWalletSession, NonceBinding, Opened, SessionHash, SiweRefusal, VerifiedLogin,
    WalletSession, login, sessions, users,
};
use kernel::{Refusal, Timestamp, UserId};
use ledger::Book;
use std::net::IpAddr;
use std::sync::Arc;
use store::{StoreError, Tx};

/// Somebody who is logged in.
#[derive(Debug)]
pub struct LoggedIn {
    /// The session's id: told once, stored as a hash.
    pub session: Secret,
    /// Of it.
    pub hash: SessionHash,
    /// The user.
    pub user: UserId,
    /// The wallet, lower case.
    pub wallet: String,
    /// Cents.
    pub balance: i64,
    /// When the session is over.
    pub expires_at: Timestamp,
    /// The key of an `hmac-sha256` session: told once.
    pub bet_key: Option<DerivedKey>,
    /// Older sessions of the wallet that made room for it.
    pub ended: Vec<Arc<WalletSession>>,
}

/// Opens a session for whoever signed `message`. Errors: 401 by name; nothing changes but the nonce.
pub async fn run(app: &App, message: &str, signature: &str, ip: IpAddr) -> Result<LoggedIn, Refusal> {
    let now = app.clock.now();
    let proved = login::verify(message, signature, &app.siwe, now).map_err(refusals::of_siwe)?;
    let key = NonceBinding { wallet: proved.wallet, ip, domain: &app.siwe.domain }.key(&proved.nonce);
    match app.nonces.consume(SCOPE, &key, now) {
        NonceUse::Accepted => {}
        NonceUse::Unknown => return Err(refusals::of_siwe(SiweRefusal::NonceIsNotOurs)),
        NonceUse::Expired => return Err(refusals::of_siwe(SiweRefusal::NonceIsExpired)),
    }
    open(app, &proved, now).await
}

async fn open(app: &App, proved: &VerifiedLogin, now: Timestamp) -> Result<LoggedIn, Refusal> {
    let session = Secret::draw(app.chance.as_ref());
    let hash = SessionHash::of(&session);
    let (fresh, wallet, named) = (UserId(app.ids.next(now)), proved.wallet, proved.key);
    let opened = app.store.write(move |tx| {
        let user = users::enter(tx, now, fresh, wallet)?.id;
        let balance = balance_of(tx, user)?;
        let new = NewWalletSession { hash, user, wallet, key: named };
        Ok::<(Opened, i64), StoreError>((sessions::open(tx, now, &new)?, balance))
    });
    let (opened, balance) = opened.await?;
    let bet_key = opened.session.issued_key(app.sessions.deriver());
    let known = |hash| app.sessions.get_by_hash(hash, now).map(|found| found.session);
    let ended = opened.ended.iter().filter_map(known).collect();
    app.sessions.insert_opened(&opened)?;
    Ok(LoggedIn {
        session,
        hash,
        user: opened.session.user,
        wallet: wallet.lower(),
        balance,
        expires_at: opened.session.expires_at,
        bet_key,
        ended,
    })
}

/// The player's balance; the account is opened, empty, at the first log-in.
pub(super) fn balance_of(tx: &mut Tx<'_>, user: UserId) -> Result<i64, StoreError> {
    let mut book = Book::load(tx, &[user.0])?;
    if book.open(player_account(user)) {
        book.save(tx)?;
    }
    Ok(book.account(user.0).map_or(0, |account| account.balances.available()))
}
