//! What a demonstration begins with: streamers who are on air, and viewers with credit that the house gives.

use crate::app::App;
use crate::domain::ids::StreamerId;
use crate::domain::money::{PROMO, transfer_code, wallet_account};
use crate::domain::referral::{CODE_BYTES, Referral, code_of};
use crate::domain::role::HeldRoles;
use crate::domain::streamer::{Streamer, StreamerStatus};
use crate::domain::user::{User, UserStatus};
use crate::store::{referrals, streamers, users};
use kernel::{IdSource, Refusal, Timestamp, UserId};
use ledger::{Book, Transfer};
use std::sync::Arc;
use store::{StoreError, Tx};

/// Numbers of invented viewers at Telegram begin here; those of the simulated one are above.
const FIRST_VIEWER: i64 = 6_000_000_001;

/// A streamer of the demonstration.
#[derive(Debug, Clone, Copy)]
pub struct OnAir {
    /// The channel.
    pub username: &'static str,
    /// As the streamer writes it.
    pub display_name: &'static str,
    /// Who watches.
    pub viewers: i64,
}

/// Plants them; those that are there already are left as they are. The streamers, in order.
pub async fn streamers(app: &App, on_air: &'static [OnAir]) -> Result<Vec<StreamerId>, Refusal> {
    let (ids, now) = (Arc::clone(&app.ids), app.clock.now());
    let planted: Result<Vec<StreamerId>, StoreError> = app
        .store
        .write(move |tx| on_air.iter().map(|one| find_or_insert(tx, &ids, one, now)).collect())
        .await;
    Ok(planted?)
}

fn find_or_insert(
    tx: &mut Tx<'_>,
    ids: &IdSource,
    one: &OnAir,
    now: Timestamp,
) -> Result<StreamerId, StoreError> {
    if let Some(known) = streamers::by_username(tx, one.username)? {
        return Ok(known.id);
    }
    let streamer = Streamer {
        id: StreamerId(ids.next(now)),
        username: one.username.to_owned(),
        twitch_user_id: None,
        display_name: one.display_name.to_owned(),
        online: true,
        viewers: one.viewers,
        status: StreamerStatus::Ok,
        reason: None,
        absent_polls: 0,
        added_by: UserId(0),
        checked_at: Some(now),
        created_at: now,
    };
    streamers::insert(tx, &streamer)?;
    Ok(streamer.id)
}

/// Lets `count` viewers in, each with `credit`. Their numbers, in order.
pub async fn viewers(app: &App, count: i64, credit: i64) -> Result<Vec<UserId>, Refusal> {
    let (ids, now) = (Arc::clone(&app.ids), app.clock.now());
    let codes: Vec<String> = (0..count).map(|_| code(app)).collect();
    let entered: Result<Vec<UserId>, StoreError> = app
        .store
        .write(move |tx| {
            let numbered = (FIRST_VIEWER..).zip(&codes);
            let found: Result<Vec<UserId>, StoreError> =
                numbered.map(|(number, code)| viewer(tx, &ids, (number, code), now)).collect();
            let found = found?;
            gifts(tx, &ids, &found, credit, now)?;
            Ok(found)
        })
        .await;
    Ok(entered?)
}

fn code(app: &App) -> String {
    let mut bytes = [0; CODE_BYTES];
    app.chance.fill(&mut bytes);
    code_of(bytes)
}

fn viewer(
    tx: &mut Tx<'_>,
    ids: &IdSource,
    (number, code): (i64, &str),
    now: Timestamp,
) -> Result<UserId, StoreError> {
    if let Some(known) = users::by_telegram(tx, number)? {
        return Ok(known.id);
    }
    let user = User {
        id: UserId(ids.next(now)),
        tg_user_id: number,
        nickname: None,
        username: None,
        first_name: Some(format!("Viewer {}", number - FIRST_VIEWER + 1)),
        last_name: None,
        language: "en".to_owned(),
        roles: HeldRoles::of_everybody(),
        token_version: 0,
        status: UserStatus::Active,
        created_at: now,
    };
    users::insert(tx, &user)?;
    let referral =
        Referral { user: user.id, code: code.to_owned(), inviter: None, percent_bp: 0, created_at: now };
    referrals::insert(tx, &referral)?;
    Ok(user.id)
}

/// Gives a viewer more credit from the house's promotions.
pub async fn gift(app: &App, user: UserId, credit: i64) -> Result<(), Refusal> {
    let (ids, now) = (Arc::clone(&app.ids), app.clock.now());
    let given: Result<(), StoreError> =
        app.store.write(move |tx| gifts(tx, &ids, &[user], credit, now)).await;
    Ok(given?)
}

fn gifts(
    tx: &mut Tx<'_>,
    ids: &IdSource,
    users: &[UserId],
    credit: i64,
    now: Timestamp,
) -> Result<(), StoreError> {
    let mut numbers: Vec<i64> = users.iter().map(|user| user.0).collect();
    numbers.push(PROMO);
    let mut book = Book::load(tx, &numbers)?;
    for user in users {
        book.open(wallet_account(*user));
        let gift = Transfer::single(ids.next(now), PROMO, user.0, credit, transfer_code::CORRECTION);
        book.transfer(&gift, now).map_err(|refusal| StoreError::Corrupt(format!("a gift: {refusal:?}")))?;
    }
    book.save(tx)
}
