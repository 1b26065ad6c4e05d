//! Twitch's Helix, as far as the stall needs it: who a channel is, and how many watch it.
//!
//! What never happens here: the client's secret or a token in an error, a log line or a `Debug` text.

use kernel::Timestamp;
use outbound::{Answer, HttpClient, Request};
use parking_lot::Mutex;
use serde::Deserialize;
use std::collections::HashMap;
use std::time::Duration;

/// For one call: somebody who submits a channel waits for three of them at most.
const TIME_MAX: Duration = Duration::from_secs(3);
/// Channels in one request, as many as Twitch takes.
pub const LOGINS_MAX: usize = 100;
/// Seconds to wait when Twitch says "too many" and not until when.
const WAIT_S: i64 = 60;

/// What is set at start-up.
#[derive(Clone, Default)]
pub struct TwitchSettings {
    /// Where Helix is, without a slash at the end.
    pub api_url: String,
    /// Where app tokens come from.
    pub auth_url: String,
    /// Our name; empty: nobody is looked at.
    pub client_id: String,
    /// Our secret.
    pub client_secret: String,
}

impl std::fmt::Debug for TwitchSettings {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "TwitchSettings({}, secrets hidden)", self.api_url)
    }
}

/// Why nothing was learned. None of them says anything about a channel.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum TwitchFault {
    /// No client is configured.
    #[error("no client of Twitch is configured")]
    NotConfigured,
    /// No answer, or one that is not Helix's.
    #[error("Twitch cannot be reached: {0}")]
    Unreachable(String),
    /// The bucket is empty.
    #[error("Twitch asks to wait")]
    Busy,
}

/// A channel as Twitch knows it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Channel {
    /// Twitch's number.
    pub id: String,
    /// Its name as its owner writes it.
    pub display_name: String,
    /// How many watch; none: it is not live, or Twitch left it out.
    pub viewers: Option<i64>,
}

#[derive(Debug, Default)]
struct Memory {
    token: Option<String>,
    /// Nothing is asked before this second.
    wait_until_s: i64,
}

/// Helix with an app token.
pub struct Twitch {
    http: HttpClient,
    settings: TwitchSettings,
    memory: Mutex<Memory>,
}

impl std::fmt::Debug for Twitch {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Twitch({:?})", self.settings)
    }
}

#[derive(Deserialize)]
struct Page<T> {
    data: Vec<T>,
}

#[derive(Deserialize)]
struct UserEntry {
    id: String,
    login: String,
    display_name: String,
}

#[derive(Deserialize)]
struct StreamEntry {
    user_login: String,
    viewer_count: i64,
}

#[derive(Deserialize)]
struct TokenEntry {
    access_token: String,
}

impl Twitch {
    /// A client that has no token yet.
    #[must_use]
    pub fn new(settings: TwitchSettings) -> Self {
        Self { http: HttpClient::new(TIME_MAX), settings, memory: Mutex::default() }
    }

    /// What Twitch knows of these channels, at most [`LOGINS_MAX`], by their names in lower case; who is missing is unknown there.
    pub async fn channels(
        &self,
        logins: &[String],
        now: Timestamp,
    ) -> Result<HashMap<String, Channel>, TwitchFault> {
        if self.settings.client_id.is_empty() {
            return Err(TwitchFault::NotConfigured);
        }
        let users: Page<UserEntry> = self.page("users", "login", logins, now).await?;
        let streams: Page<StreamEntry> = self.page("streams", "user_login", logins, now).await?;
        let viewers: HashMap<String, i64> =
            streams.data.into_iter().map(|one| (one.user_login.to_lowercase(), one.viewer_count)).collect();
        let channel = |user: UserEntry| {
            let login = user.login.to_lowercase();
            let viewers = viewers.get(&login).copied();
            (login, Channel { id: user.id, display_name: user.display_name, viewers })
        };
        Ok(users.data.into_iter().map(channel).collect())
    }

    /// One page; a token that is over is renewed once.
    async fn page<T: serde::de::DeserializeOwned>(
        &self,
        path: &str,
        name: &str,
        logins: &[String],
        now: Timestamp,
    ) -> Result<T, TwitchFault> {
        let query: Vec<String> = logins.iter().map(|login| format!("{name}={login}")).collect();
        let url = format!("{}/helix/{path}?{}", self.settings.api_url, query.join("&"));
        let mut answer = self.get(&url, now).await?;
        if answer.status == 401 {
            self.memory.lock().token = None;
            answer = self.get(&url, now).await?;
        }
        if !answer.is_success() {
            return Err(TwitchFault::Unreachable(format!("status {}", answer.status)));
        }
        serde_json::from_slice(&answer.body)
            .map_err(|_| TwitchFault::Unreachable("the answer cannot be read".to_owned()))
    }

    async fn get(&self, url: &str, now: Timestamp) -> Result<Answer, TwitchFault> {
        if now.as_secs() < self.memory.lock().wait_until_s {
            return Err(TwitchFault::Busy);
        }
        let token = self.token().await?;
        let request = Request::get(url.to_owned())
            .header("client-id", self.settings.client_id.clone())
            .header("authorization", format!("Bearer {token}"));
        let answer = self.send(request).await?;
        self.apply_rate_limit(&answer, now);
        if answer.status == 429 { Err(TwitchFault::Busy) } else { Ok(answer) }
    }

    /// An empty bucket is left alone until it is full again.
    fn apply_rate_limit(&self, answer: &Answer, now: Timestamp) {
        let number = |name: &str| answer.header(name).and_then(|value| value.parse::<i64>().ok());
        if answer.status == 429 || number("ratelimit-remaining") == Some(0) {
            let reset = number("ratelimit-reset").unwrap_or_else(|| now.as_secs() + WAIT_S);
            // A clock that is far from Twitch's must not close the door for long.
            self.memory.lock().wait_until_s = reset.min(now.as_secs() + WAIT_S);
        }
    }

    async fn token(&self) -> Result<String, TwitchFault> {
        if let Some(token) = self.memory.lock().token.clone() {
            return Ok(token);
        }
        let TwitchSettings { auth_url, client_id, client_secret, .. } = &self.settings;
        let form =
            format!("client_id={client_id}&client_secret={client_secret}&grant_type=client_credentials");
        let answer = self.send(Request::post_form(format!("{auth_url}/oauth2/token"), form)).await?;
        let token: TokenEntry = serde_json::from_slice(&answer.body)
            .map_err(|_| TwitchFault::Unreachable(format!("no app token, status {}", answer.status)))?;
        self.memory.lock().token = Some(token.access_token.clone());
        Ok(token.access_token)
    }

    async fn send(&self, request: Request) -> Result<Answer, TwitchFault> {
        self.http.send(request).await.map_err(|error| TwitchFault::Unreachable(error.to_string()))
    }
}
