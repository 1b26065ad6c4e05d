//! Logging in with Telegram's init data: proved, then one user a Telegram id, then a session.

use super::auth_session::{Credentials, Refresh, credentials, first_token};
use crate::app::App;
use crate::domain::live_config::{Flag, NumberKey};
use crate::domain::money::wallet_account;
use crate::domain::profile::{self, TelegramProfile};
use crate::domain::referral::{CODE_BYTES, Referral, code_in, code_of};
use crate::domain::role::{HeldRoles, SUPERADMIN};
use crate::domain::session::Session;
use crate::domain::user::{User, UserStatus};
use crate::limits::LOGIN;
use crate::refusals;
use crate::store::{referrals, sessions, users};
use identity::proofs::telegram::{InitData, verify};
use kernel::{Refusal, Timestamp, UserId};
use ledger::Book;
use std::net::IpAddr;
use store::{StoreError, Tx};

/// How old init data may be: a day, since some clients keep it that long. The tokens that follow are short.
const MAX_AGE_S: i64 = 86_400;
/// First log-ins of one id that can race each other before we give up.
const TRIES: usize = 3;
/// Characters of a device's name that are kept.
const DEVICE_CHARS_MAX: usize = 120;

/// Who asks.
#[derive(Debug, Clone)]
pub struct LoginRequest {
    /// As the client got it from Telegram.
    pub init_data: String,
    /// From where.
    pub ip: IpAddr,
    /// What the client calls itself.
    pub device: Option<String>,
}

/// Everything a new user is made of that is drawn or configured.
#[derive(Clone)]
struct Fresh {
    id: UserId,
    code: String,
    percent_bp: i64,
    is_open_to_referrals: bool,
    admins: Vec<i64>,
}

/// The user and what they are given. Errors: 400 unreadable, 401 not believed, 403 blocked or a bot, 429.
pub async fn run(app: &App, request: LoginRequest) -> Result<(User, Credentials), Refusal> {
    let now = app.clock.now();
    app.limits.take(LOGIN, &app.config.load(), request.ip, now)?;
    let data =
        verify(&request.init_data, &app.web_app_key, now, MAX_AGE_S).map_err(refusals::of_init_data)?;
    if data.user.is_bot {
        return Err(refusals::bots_may_not_enter());
    }
    let (user, refresh) = enter(app, &data, device(request.device), now).await?;
    let given = credentials(app, &user, refresh, now);
    Ok((user, given))
}

fn device(named: Option<String>) -> Option<String> {
    let plain =
        |text: String| text.chars().filter(|sign| !sign.is_control()).take(DEVICE_CHARS_MAX).collect();
    named.map(plain)
}

/// Two first log-ins at once: the one that comes second finds the user of the first.
async fn enter(
    app: &App,
    data: &InitData,
    device: Option<String>,
    now: Timestamp,
) -> Result<(User, Option<Refresh>), Refusal> {
    let mut tries = 0;
    loop {
        tries += 1;
        let (fresh, refresh) = (fresh(app, now), refresh(app, now));
        let (data, device, kept) = (data.clone(), device.clone(), app.settings.sessions_max);
        let token = refresh.clone();
        let entered = app.store.write(move |tx| {
            let user = find_or_insert(tx, &data, &fresh, now)?;
            if user.status == UserStatus::Active {
                open_session(tx, &user, token.as_ref(), (device.as_deref(), kept), now)?;
            }
            Ok::<User, StoreError>(user)
        });
        match entered.await {
            Ok(user) if user.status == UserStatus::Active => return Ok((user, refresh)),
            Ok(_) => return Err(refusals::account_is_blocked()),
            Err(error) if error.is_unique_violation() && tries < TRIES => {}
            Err(error) => return Err(error.into()),
        }
    }
}

fn fresh(app: &App, now: Timestamp) -> Fresh {
    let mut bytes = [0; CODE_BYTES];
    app.chance.fill(&mut bytes);
    let config = app.config.load();
    Fresh {
        id: UserId(app.ids.next(now)),
        code: code_of(bytes),
        percent_bp: config.number(NumberKey::ReferralPercent),
        is_open_to_referrals: config.is_on(Flag::Referrals),
        admins: app.settings.admin_user_ids.clone(),
    }
}

fn refresh(app: &App, now: Timestamp) -> Option<Refresh> {
    let expires_at = now.plus_secs(app.settings.refresh_ttl_s);
    app.settings.refresh.then(|| Refresh { token: first_token(app), expires_at })
}

fn find_or_insert(
    tx: &mut Tx<'_>,
    data: &InitData,
    fresh: &Fresh,
    now: Timestamp,
) -> Result<User, StoreError> {
    let Some(mut user) = users::by_telegram(tx, data.user.id)? else {
        return insert(tx, data, fresh, now);
    };
    let before = user.clone();
    profile::refresh(&mut user, &telegram_profile(data));
    if user != before && user.status == UserStatus::Active {
        users::update(tx, &user, now)?;
    }
    Ok(user)
}

fn telegram_profile(data: &InitData) -> TelegramProfile {
    let user = data.user.clone();
    TelegramProfile {
        username: user.username,
        first_name: user.first_name,
        last_name: user.last_name,
        language_code: user.language_code,
    }
}

/// A user with a wallet and a code; bound to an inviter now or never.
fn insert(tx: &mut Tx<'_>, data: &InitData, fresh: &Fresh, now: Timestamp) -> Result<User, StoreError> {
    let mut user = User {
        id: fresh.id,
        tg_user_id: data.user.id,
        nickname: None,
        username: None,
        first_name: None,
        last_name: None,
        language: profile::language(&telegram_profile(data)),
        roles: roles(tx, data.user.id, &fresh.admins)?,
        token_version: 0,
        status: UserStatus::Active,
        created_at: now,
    };
    profile::refresh(&mut user, &telegram_profile(data));
    users::insert(tx, &user)?;
    let code = data.start_param.as_deref().and_then(code_in).filter(|_| fresh.is_open_to_referrals);
    let inviter = code.map(|code| referrals::owner_of(tx, code)).transpose()?.flatten();
    let (user_id, code, percent_bp) = (user.id, fresh.code.clone(), fresh.percent_bp);
    referrals::insert(tx, &Referral { user: user_id, code, inviter, percent_bp, created_at: now })?;
    let mut book = Book::load(tx, &[user.id.0])?;
    book.open(wallet_account(user.id));
    book.save(tx)?;
    Ok(user)
}

/// The ids of the configuration make the first superadmin, and none after that.
fn roles(tx: &mut Tx<'_>, tg_user_id: i64, admins: &[i64]) -> Result<HeldRoles, StoreError> {
    let first = admins.contains(&tg_user_id) && !users::has_superadmin(tx)?;
    let held = first.then(|| HeldRoles::parse([SUPERADMIN.as_str()])).flatten();
    Ok(held.unwrap_or_else(HeldRoles::of_everybody))
}

fn open_session(
    tx: &mut Tx<'_>,
    user: &User,
    refresh: Option<&Refresh>,
    (device, kept): (Option<&str>, i64),
    now: Timestamp,
) -> Result<(), StoreError> {
    let Some(Refresh { token, expires_at }) = refresh else { return Ok(()) };
    let session = Session {
        id: token.session.clone(),
        user: user.id,
        tg_user_id: user.tg_user_id,
        token_hash: token.hash(),
        expires_at: *expires_at,
        created_at: now,
        last_rotated_at: now,
        revoked_at: None,
    };
    sessions::evict_oldest(tx, user.id, kept - 1, now)?;
    sessions::insert(tx, &session, device)
}
