//! What is set for the running stall, read once from its section.

use crate::config;
use stall::Section;

/// The settings of the verbs.
#[derive(Debug, Clone)]
pub struct Settings {
    /// Logs decided in one transaction at most.
    pub batch_max: usize,
    /// Logs that may wait.
    pub queue_max: usize,
    /// Seconds for which an access token is good.
    pub access_lifetime_s: i64,
    /// Where prices and balances come from, without a slash at the end.
    pub exchange_url: String,
    /// Where OKX is, without a slash at the end.
    pub okx_url: String,
    /// Whether the outside world is a simulated one.
    pub is_simulated: bool,
    /// Where a simulated bot runs; empty: nowhere.
    pub bot_url: String,
    /// Seconds after which a wallet is compared with its slices again; 0: only when asked.
    pub reconcile_every_s: i64,
}

/// How one identity provider knows us.
#[derive(Debug, Clone, Default)]
pub struct ProviderNames {
    /// Our name; empty: nobody signs in there.
    pub id: String,
    /// Our secret.
    pub secret: String,
    /// Our other name, inside the provider's app.
    pub in_app_id: String,
    /// Its secret.
    pub in_app_secret: String,
    /// Who issues tokens, or where codes are exchanged.
    pub issuer_or_api_url: String,
    /// Where its addresses are told, or where browsers go.
    pub discovery_or_open_url: String,
}

/// What is set about the outside world.
#[derive(Debug, Clone, Default)]
pub struct OutsideSettings {
    /// Google.
    pub google: ProviderNames,
    /// WeChat.
    pub wechat: ProviderNames,
    /// Where a sign-in may return to.
    pub redirects: Vec<String>,
    /// Keys that seal secrets.
    pub master_keys: Vec<String>,
    /// Who is an admin.
    pub admin_email: String,
}

impl OutsideSettings {
    /// Those of a section.
    #[must_use]
    pub fn read(section: &Section) -> Self {
        let bare = |key| section.get::<String>(key).trim_end_matches('/').to_owned();
        let google = ProviderNames {
            id: section.get(&config::GOOGLE_CLIENT_ID),
            secret: section.get(&config::GOOGLE_CLIENT_SECRET),
            issuer_or_api_url: bare(&config::GOOGLE_ISSUER),
            discovery_or_open_url: section.get(&config::GOOGLE_DISCOVERY_URL),
            ..ProviderNames::default()
        };
        let wechat = ProviderNames {
            id: section.get(&config::WECHAT_APP_ID),
            secret: section.get(&config::WECHAT_APP_SECRET),
            in_app_id: section.get(&config::WECHAT_IN_APP_ID),
            in_app_secret: section.get(&config::WECHAT_IN_APP_SECRET),
            issuer_or_api_url: bare(&config::WECHAT_API_URL),
            discovery_or_open_url: bare(&config::WECHAT_OPEN_URL),
        };
        let own = [&config::GOOGLE_REDIRECT_URL, &config::WECHAT_REDIRECT_URL].map(|key| section.get(key));
        let listed = section.get(&config::OAUTH_REDIRECT_ALLOW_LIST);
        let mut redirects: Vec<String> =
            own.into_iter().chain(listed).filter(|url| !url.is_empty()).collect();
        redirects.dedup();
        let (master_keys, admin_email) =
            (section.get(&config::MASTER_KEYS), section.get(&config::ADMIN_EMAIL));
        Self { google, wechat, redirects, master_keys, admin_email }
    }
}

impl Settings {
    /// The settings of a section.
    #[must_use]
    pub fn read(section: &Section) -> Self {
        Self {
            batch_max: section.get(&config::BATCH_MAX),
            queue_max: section.get(&config::QUEUE_MAX),
            access_lifetime_s: section.get(&config::JWT_EXPIRATION),
            exchange_url: section.get(&config::EXCHANGE_URL).trim_end_matches('/').to_owned(),
            okx_url: section.get(&config::OKX_URL).trim_end_matches('/').to_owned(),
            is_simulated: section.get(&config::OUTSIDE) == config::SIMULATED,
            bot_url: section.get(&config::BOT_URL),
            reconcile_every_s: section.get(&config::RECONCILE_MINUTES) * 60,
        }
    }
}
