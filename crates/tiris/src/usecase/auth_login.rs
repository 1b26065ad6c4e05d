//! Begins a sign-in with a provider: keeps its state's hash, and says where the browser goes.

use crate::app::App;
use crate::refusals;
use crate::store::sign_ins::{self, Begun};
use identity::proofs::oauth::{LoginAttempt, STATE_LIFETIME_S, WechatMode};
use kernel::Refusal;
use store::Tx;

/// With whom, and where to return.
#[derive(Debug, Clone)]
pub struct LoginInput {
    /// `google` or `wechat`.
    pub provider: String,
    /// None: the first of the list.
    pub redirect_uri: Option<String>,
    /// `qr` or `in_app`; none: as the browser looks.
    pub mode: Option<String>,
    /// What the browser calls itself.
    pub user_agent: String,
}

/// Where the browser goes.
#[derive(Debug, Clone)]
pub struct LoginUrl {
    /// The provider's page.
    pub auth_url: String,
    /// What comes back with the browser.
    pub state: String,
}

/// Begins it. Errors: 400 `OAUTH_ERROR` where the provider is not set up, `REDIRECT_URI_MISMATCH`; 500 `LOGIN_FAILED`.
pub async fn run(app: &App, input: LoginInput) -> Result<LoginUrl, Refusal> {
    let redirect = app.outside.redirects.choose(input.redirect_uri.as_deref());
    let redirect_uri = redirect.ok_or_else(refusals::redirect_differs)?.to_owned();
    begin(app, input, redirect_uri).await
}

/// Begins it for a page of our own, which is in no list: `redirect_uri` is where it is. Errors: those of [`run`].
pub async fn begin(app: &App, input: LoginInput, redirect_uri: String) -> Result<LoginUrl, Refusal> {
    let now = app.clock.now();
    let attempt = LoginAttempt::draw(&app.outside.attempts, &identity::SystemChance);
    let (auth_url, mode) = match input.provider.as_str() {
        "google" => {
            let google = app.outside.google.as_ref().ok_or_else(refusals::provider_is_not_set_up)?;
            let url = google.authorization_url(&attempt, &redirect_uri, now).await;
            (url.map_err(|fault| refusals::login_failed(&fault))?, "google".to_owned())
        }
        "wechat" => {
            let wechat = app.outside.wechat.as_ref().ok_or_else(refusals::provider_is_not_set_up)?;
            let mode = match input.mode.as_deref() {
                Some("in_app") => WechatMode::InApp,
                Some(_) => WechatMode::Qr,
                None => WechatMode::of_user_agent(&input.user_agent),
            };
            (wechat.authorization_url(mode, &attempt, &redirect_uri), mode.as_str().to_owned())
        }
        _ => return Err(Refusal::field("provider", "must be google or wechat")),
    };
    let begun = Begun { provider: input.provider, mode, redirect_uri, created_at: now };
    let hash = attempt.state_hash();
    let keep = move |tx: &mut Tx<'_>| {
        sign_ins::purge(tx, now, 100)?;
        sign_ins::begin(tx, &hash, &begun, now.plus_secs(STATE_LIFETIME_S))
    };
    app.store.write(keep).await?;
    Ok(LoginUrl { auth_url, state: attempt.state() })
}
