//! WeChat's own way: `appid` and `secret` in query strings of GETs, a fragment behind the address, failures inside a 200, no
//! address, no PKCE. Two doors: the page inside its app, and the code on a desktop's screen that a phone scans.

use super::LoginAttempt;
use super::fault::OAuthFault;
use super::profile::{ProvedIdentity, ProviderGrant};
use form_urlencoded::Serializer;
use outbound::{HttpClient, Request};
use serde::Deserialize;
use serde::de::DeserializeOwned;

/// Where codes are exchanged.
pub const WECHAT_API_URL: &str = "https://api.weixin.qq.com";
/// Where browsers go.
pub const WECHAT_OPEN_URL: &str = "https://open.weixin.qq.com";

/// Which door.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum WechatMode {
    /// A page inside the app.
    InApp,
    /// A code on a desktop's screen.
    Qr,
}

impl WechatMode {
    /// The mode that fits a browser by what it calls itself.
    #[must_use]
    pub fn of_user_agent(user_agent: &str) -> Self {
        if user_agent.contains("MicroMessenger") { Self::InApp } else { Self::Qr }
    }

    /// As it is kept with a begun log-in.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::InApp => "wechat_in_app",
            Self::Qr => "wechat",
        }
    }

    /// The mode of that name.
    #[must_use]
    pub fn named(name: &str) -> Option<Self> {
        [Self::InApp, Self::Qr].into_iter().find(|mode| mode.as_str() == name)
    }
}

/// How WeChat knows one application of ours. Its `Debug` form hides the secret.
#[derive(Clone, PartialEq, Eq)]
pub struct WechatApp {
    /// Its name there.
    pub app_id: String,
    /// Its secret there.
    pub secret: String,
}

impl std::fmt::Debug for WechatApp {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "WechatApp({}, secret hidden)", self.app_id)
    }
}

/// Both applications and WeChat's addresses.
#[derive(Debug, Clone)]
pub struct WechatSettings {
    /// The website's application, for the desktop.
    pub qr: WechatApp,
    /// The application of the page inside the app; the same as the website's where there is only one.
    pub in_app: WechatApp,
    /// Where codes are exchanged, without a slash at the end.
    pub api_url: String,
    /// Where browsers go, without a slash at the end.
    pub open_url: String,
}

/// WeChat.
#[derive(Debug)]
pub struct WechatProvider {
    settings: WechatSettings,
    client: HttpClient,
}

#[derive(Deserialize)]
struct Failure {
    errcode: Option<i64>,
}

#[derive(Deserialize)]
struct TokenAnswer {
    access_token: String,
    refresh_token: Option<String>,
    openid: String,
    unionid: Option<String>,
    #[serde(default)]
    expires_in: i64,
    #[serde(default)]
    scope: String,
}

#[derive(Deserialize)]
struct UserAnswer {
    openid: String,
    unionid: Option<String>,
    nickname: Option<String>,
    headimgurl: Option<String>,
}

impl WechatProvider {
    /// WeChat, asked through `client`.
    #[must_use]
    pub fn new(settings: WechatSettings, client: HttpClient) -> Self {
        Self { settings, client }
    }

    /// Where the browser goes.
    #[must_use]
    pub fn authorization_url(&self, mode: WechatMode, attempt: &LoginAttempt, redirect_uri: &str) -> String {
        let (path, scope) = match mode {
            WechatMode::InApp => ("/connect/oauth2/authorize", "snsapi_userinfo"),
            WechatMode::Qr => ("/connect/qrconnect", "snsapi_login"),
        };
        let query = Serializer::new(String::new())
            .append_pair("appid", &self.app(mode).app_id)
            .append_pair("redirect_uri", redirect_uri)
            .append_pair("response_type", "code")
            .append_pair("scope", scope)
            .append_pair("state", &attempt.state())
            .finish();
        format!("{}{path}?{query}#wechat_redirect", self.settings.open_url)
    }

    /// Exchanges `code` and asks whom it proves. Errors: see [`OAuthFault`].
    pub async fn exchange(&self, mode: WechatMode, code: &str) -> Result<ProvedIdentity, OAuthFault> {
        let app = self.app(mode);
        let query = Serializer::new(String::new())
            .append_pair("appid", &app.app_id)
            .append_pair("secret", &app.secret)
            .append_pair("code", code)
            .append_pair("grant_type", "authorization_code")
            .finish();
        let token: TokenAnswer = self.get("/sns/oauth2/access_token", &query).await?;
        let query = Serializer::new(String::new())
            .append_pair("access_token", &token.access_token)
            .append_pair("openid", &token.openid)
            .append_pair("lang", "zh_CN")
            .finish();
        let user: UserAnswer = self.get("/sns/userinfo", &query).await?;
        if user.openid != token.openid {
            return Err(OAuthFault::AnswerIsMalformed("the person is another than the token's"));
        }
        Ok(proved(&app.app_id, token, user))
    }

    /// The next grant of a refresh token. Errors: see [`OAuthFault`].
    pub async fn refresh(&self, mode: WechatMode, refresh_token: &str) -> Result<ProviderGrant, OAuthFault> {
        let query = Serializer::new(String::new())
            .append_pair("appid", &self.app(mode).app_id)
            .append_pair("grant_type", "refresh_token")
            .append_pair("refresh_token", refresh_token)
            .finish();
        self.get("/sns/oauth2/refresh_token", &query).await.map(grant)
    }

    const fn app(&self, mode: WechatMode) -> &WechatApp {
        match mode {
            WechatMode::InApp => &self.settings.in_app,
            WechatMode::Qr => &self.settings.qr,
        }
    }

    async fn get<T: DeserializeOwned>(&self, path: &str, query: &str) -> Result<T, OAuthFault> {
        let url = format!("{}{path}?{query}", self.settings.api_url);
        let answer = self.client.send(Request::get(url)).await?;
        if answer.status != 200 {
            return Err(OAuthFault::ProviderIsAway(format!("it answered {}", answer.status)));
        }
        let failure = serde_json::from_slice(&answer.body).ok().and_then(|failure: Failure| failure.errcode);
        match failure {
            None | Some(0) => serde_json::from_slice(&answer.body)
                .map_err(|_| OAuthFault::AnswerIsMalformed("WeChat's answer cannot be read")),
            // Its `errmsg` repeats what was sent; the number says enough.
            Some(code) => Err(OAuthFault::ProviderRefuses(format!("errcode {code}"))),
        }
    }
}

fn grant(token: TokenAnswer) -> ProviderGrant {
    ProviderGrant {
        access_token: token.access_token,
        refresh_token: token.refresh_token,
        expires_in_s: token.expires_in,
        scope: token.scope,
    }
}

/// The name that all applications share comes first, where there is one.
fn proved(app_id: &str, token: TokenAnswer, user: UserAnswer) -> ProvedIdentity {
    let union = user.unionid.or_else(|| token.unionid.clone()).filter(|union| !union.is_empty());
    let mut subjects: Vec<_> = union.map(|union| format!("union:{union}")).into_iter().collect();
    subjects.push(format!("{app_id}:{}", token.openid));
    ProvedIdentity {
        subjects,
        email: None,
        email_verified: false,
        name: user.nickname.filter(|name| !name.is_empty()),
        avatar: user.headimgurl.filter(|url| !url.is_empty()),
        grant: grant(token),
    }
}
