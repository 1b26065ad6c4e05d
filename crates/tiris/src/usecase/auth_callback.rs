//! Ends a sign-in with a provider: the state is used up, the code exchanged, the person found or made, a session begun.

use super::auth_session::{self, From, SignedIn};
use crate::app::App;
use crate::domain::ids::{ExchangeBindingId, TradingId};
use crate::domain::trading::{Trading, TradingStatus, TradingType};
use crate::domain::{role, username};
use crate::outside::Outside;
use crate::refusals;
use crate::store::sign_ins::{self, Begun, SealedGrant, Subject};
use crate::store::tradings;
use crate::store::users::{self, User, UserStatus};
use crate::store::{mail_sign_ins, sessions};
use identity::proofs::oauth::{LoginAttempt, PendingLogin, ProvedIdentity, WechatMode, judge};
use kernel::{Refusal, Timestamp, UserId};
use serde_json::json;
use store::audit::Level;
use store::{StoreError, Tx};
use vault::RowOf;

/// The public binding of simulated tradings.
const VIRTUAL_BINDING: ExchangeBindingId = ExchangeBindingId(5);

/// What the browser brought back.
#[derive(Debug, Clone)]
pub struct CallbackInput {
    /// With whom.
    pub provider: String,
    /// Good once.
    pub code: String,
    /// As it went.
    pub state: String,
    /// Where it says it returned to.
    pub redirect_uri: Option<String>,
    /// Whether the refresh token shall be good once.
    pub rotates: bool,
}

/// Ends it. Errors: 400 `INVALID_STATE`, `REDIRECT_URI_MISMATCH`; 401 `OAUTH_CALLBACK_FAILED`; 403 `USER_DISABLED`.
pub async fn run(app: &std::sync::Arc<App>, input: CallbackInput, from: From) -> Result<SignedIn, Refusal> {
    let now = app.clock.now();
    let attempt = LoginAttempt::returned(&app.outside.attempts, &input.state);
    let attempt = attempt.ok_or_else(refusals::state_is_invalid)?;
    let hash = attempt.state_hash();
    let found = app.store.write(move |tx: &mut Tx<'_>| sign_ins::take(tx, &hash)).await?;
    let pending = found.as_ref().map(|begun| PendingLogin {
        provider: begun.provider.clone(),
        redirect_uri: begun.redirect_uri.clone(),
        created_at: begun.created_at,
    });
    judge(pending.as_ref(), &input.provider, input.redirect_uri.as_deref(), now)
        .map_err(refusals::of_state)?;
    let begun = found.ok_or_else(refusals::state_is_invalid)?;
    let proved = exchange(app, &begun, &input.code, &attempt, now).await?;
    let own = std::sync::Arc::clone(app);
    let enter = move |tx: &mut Tx<'_>| {
        let user = find_or_make(&own, tx, &begun.provider, &proved, now)?;
        keep_grant(&own, tx, user.id, &begun.provider, &proved, now)?;
        let id = user.id;
        let signed_in = auth_session::start(&own, tx, user, (None, input.rotates), &from, now)?;
        auth_session::record(tx, ("auth.login", Level::Info), id, begun.provider.clone(), &from, now)?;
        Ok::<_, Refusal>(signed_in)
    };
    app.store.write(enter).await
}

async fn exchange(
    app: &App,
    begun: &Begun,
    code: &str,
    attempt: &LoginAttempt,
    now: Timestamp,
) -> Result<ProvedIdentity, Refusal> {
    let proved = match (begun.provider.as_str(), &app.outside.google, &app.outside.wechat) {
        ("google", Some(google), _) => google.exchange(code, attempt, &begun.redirect_uri, now).await,
        ("wechat", _, Some(wechat)) => {
            let mode = WechatMode::named(&begun.mode).unwrap_or(WechatMode::Qr);
            wechat.exchange(mode, code).await
        }
        _ => return Err(refusals::provider_is_not_set_up()),
    };
    proved.map_err(|fault| {
        tracing::warn!(provider = begun.provider, fault = fault.as_str(), %fault, "a sign-in proves nothing");
        refusals::callback_failed()
    })
}

/// The parts of a provider's names: the last is this application's, the one before it all applications'.
fn subject<'s>(provider: &'s str, subjects: &'s [String]) -> Option<Subject<'s>> {
    let last = subjects.last()?;
    let (app_id, id) = if provider == "wechat" { last.split_once(':')? } else { ("", last.as_str()) };
    let union_id =
        subjects.first().and_then(|first| first.strip_prefix("union:")).filter(|_| provider == "wechat");
    Some(Subject { provider, app_id, id, union_id })
}

fn find_or_make(
    app: &App,
    tx: &mut Tx<'_>,
    provider: &str,
    proved: &ProvedIdentity,
    now: Timestamp,
) -> Result<User, Refusal> {
    let subject = subject(provider, &proved.subjects).ok_or_else(refusals::callback_failed)?;
    if let Some(known) = sign_ins::user_of(tx, subject)? {
        let user = users::find(tx, known)?.ok_or_else(refusals::callback_failed)?;
        return refreshed(app, tx, user, proved, now);
    }
    // An address that its provider has not verified links to nobody and is kept for nobody.
    let email = proved.email.as_deref().filter(|_| proved.email_verified);
    if let Some(email) = email
        && let Some(mut user) = users::by_email(tx, email)?
    {
        // Whoever set a password on an address that was never confirmed does not keep it once its owner comes.
        if !user.email_verified {
            mail_sign_ins::take_over(tx, user.id, now)?;
            sessions::revoke_all(tx, user.id, now)?;
            user.email_verified = true;
            user.password_hash = None;
        }
        return refreshed(app, tx, user, proved, now);
    }
    make(app, tx, provider, (proved, email), now)
}

/// A newer picture, and the role that the configuration gives.
fn refreshed(
    app: &App,
    tx: &mut Tx<'_>,
    mut user: User,
    proved: &ProvedIdentity,
    now: Timestamp,
) -> Result<User, Refusal> {
    if user.status != UserStatus::Active {
        return Err(refusals::user_is_disabled());
    }
    if let Some(avatar) = proved.avatar.as_deref().filter(|avatar| *avatar != user.avatar) {
        users::set_avatar(tx, user.id, avatar, now)?;
        avatar.clone_into(&mut user.avatar);
    }
    let is_proved = proved.email_verified.then_some(proved.email.as_deref()).flatten();
    if is_admin(app, is_proved) && user.role != role::ADMIN {
        users::set_role(tx, user.id, role::ADMIN, now)?;
        user.role = role::ADMIN;
    }
    Ok(user)
}

fn is_admin(app: &App, proved_email: Option<&str>) -> bool {
    let admin = app.outside.admin_email.as_str();
    !admin.is_empty() && proved_email.is_some_and(|email| email.eq_ignore_ascii_case(admin))
}

fn make(
    app: &App,
    tx: &mut Tx<'_>,
    provider: &str,
    (proved, email): (&ProvedIdentity, Option<&str>),
    now: Timestamp,
) -> Result<User, Refusal> {
    let id = UserId(app.ids.next(now));
    let mut name = username::derive(proved.name.as_deref(), proved.email.as_deref(), id.0);
    if users::name_is_taken(tx, &name)? {
        name = username::with_suffix(&name, id.0);
    }
    let user = User {
        email: email.map(str::to_owned),
        email_verified: email.is_some(),
        avatar: proved.avatar.clone().unwrap_or_default(),
        settings: users::first_settings(),
        info: json!({"oauth_provider": provider, "created_via": "oauth", "first_login": now.rfc3339()})
            .to_string(),
        role: if is_admin(app, email) { role::ADMIN } else { role::USER },
        ..User::new(id, name, now)
    };
    users::insert(tx, &user)?;
    give_trading(app, tx, id, now)?;
    Ok(user)
}

/// Everybody begins with one simulated trading.
pub(super) fn give_trading(
    app: &App,
    tx: &mut Tx<'_>,
    user: UserId,
    now: Timestamp,
) -> Result<(), StoreError> {
    let trading = Trading {
        id: TradingId(app.ids.next(now)),
        user,
        binding: VIRTUAL_BINDING,
        name: "Virtual trading".to_owned(),
        kind: TradingType::Virtual,
        status: TradingStatus::Active,
        info: "{}".to_owned(),
        created_at: now,
        updated_at: now,
        deleted_at: None,
    };
    tradings::insert(tx, &trading)
}

/// Seals what we may do at the provider.
fn keep_grant(
    app: &App,
    tx: &mut Tx<'_>,
    user: UserId,
    provider: &str,
    proved: &ProvedIdentity,
    now: Timestamp,
) -> Result<(), Refusal> {
    let subject = subject(provider, &proved.subjects).ok_or_else(refusals::callback_failed)?;
    let id = sign_ins::row_of(tx, subject)?.unwrap_or_else(|| app.ids.next(now));
    let row = RowOf { table: "oauth_tokens", id };
    let (key, data_key) = app.outside.vault.draw_row_key(row, &Outside::fill);
    let seal = |column: &str, text: &str| key.seal(column, text.as_bytes(), &Outside::fill);
    let grant = SealedGrant {
        data_key,
        key_version: i64::from(app.outside.vault.current_version()),
        access_token: seal("access_token", &proved.grant.access_token),
        refresh_token: proved.grant.refresh_token.as_deref().map(|token| seal("refresh_token", token)),
        scope: proved.grant.scope.clone(),
        expires_at: now.plus_secs(proved.grant.expires_in_s.clamp(0, 10 * 365 * 86_400)),
    };
    Ok(sign_ins::save(tx, (id, user), subject, &grant, now)?)
}
