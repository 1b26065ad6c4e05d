//! The stall's configuration keys.

use stall::{Deployment, Key, KeySpec, Profile, ProfileDefault, Section};

pub(crate) const JWT_SECRET: Key<String> = Key::secret("tiris.jwt_secret")
    .opens_stall()
    .about("signs access tokens, at least 32 characters; empty: the site's key");
pub(crate) const REFRESH_SECRET: Key<String> = Key::secret("tiris.refresh_secret")
    .about("signs refresh tokens, at least 32 characters; empty: the site's key");
pub(crate) const JWT_EXPIRATION: Key<i64> =
    Key::int("tiris.jwt_expiration", 60, 86_400, "3600").about("seconds for which an access token is good");
pub(crate) const REFRESH_EXPIRATION: Key<i64> =
    Key::int("tiris.refresh_expiration", 3_600, 31_536_000, "604800")
        .about("seconds for which a refresh token is good");
pub(crate) const ADMIN_EMAIL: Key<String> =
    Key::text("tiris.admin_email", "").about("whoever signs in with this confirmed address is an admin");
pub(crate) const MASTER_KEYS: Key<Vec<String>> = Key::list("tiris.master_keys", "")
    .hidden()
    .about("VERSION:HEX of the keys that seal secrets, newest first, 32 bytes each");
pub(crate) const GOOGLE_CLIENT_ID: Key<String> =
    Key::text("tiris.google_client_id", "").about("our name at Google; empty: nobody signs in there");
pub(crate) const GOOGLE_CLIENT_SECRET: Key<String> =
    Key::secret("tiris.google_client_secret").about("our secret at Google");
pub(crate) const GOOGLE_REDIRECT_URL: Key<String> =
    Key::text("tiris.google_redirect_url", "").about("where Google sends people back to");
pub(crate) const GOOGLE_ISSUER: Key<String> =
    Key::text("tiris.google_issuer", "https://accounts.google.com").about("who must have issued its tokens");
pub(crate) const GOOGLE_DISCOVERY_URL: Key<String> =
    Key::text("tiris.google_discovery_url", "https://accounts.google.com/.well-known/openid-configuration")
        .about("where Google says what its addresses are");
pub(crate) const WECHAT_APP_ID: Key<String> = Key::text("tiris.wechat_app_id", "")
    .about("our name at WeChat for web pages; empty: nobody signs in there");
pub(crate) const WECHAT_APP_SECRET: Key<String> =
    Key::secret("tiris.wechat_app_secret").about("our secret at WeChat for web pages");
pub(crate) const WECHAT_IN_APP_ID: Key<String> =
    Key::text("tiris.wechat_in_app_id", "").about("our name at WeChat for pages inside its app");
pub(crate) const WECHAT_IN_APP_SECRET: Key<String> =
    Key::secret("tiris.wechat_in_app_secret").about("our secret at WeChat for pages inside its app");
pub(crate) const WECHAT_REDIRECT_URL: Key<String> =
    Key::text("tiris.wechat_redirect_url", "").about("where WeChat sends people back to");
pub(crate) const WECHAT_API_URL: Key<String> =
    Key::text("tiris.wechat_api_url", "https://api.weixin.qq.com").about("where WeChat's API is");
pub(crate) const WECHAT_OPEN_URL: Key<String> =
    Key::text("tiris.wechat_open_url", "https://open.weixin.qq.com")
        .about("where WeChat's sign-in pages are");
pub(crate) const OAUTH_REDIRECT_ALLOW_LIST: Key<Vec<String>> =
    Key::list("tiris.oauth_redirect_allow_list", "").about("addresses to which a sign-in may return");
pub(crate) const EXCHANGE_URL: Key<String> = Key::text("tiris.exchange_url", "https://api.binance.com")
    .about("where prices and balances come from: speaks Binance's public shapes");
pub(crate) const OKX_URL: Key<String> =
    Key::text("tiris.okx_url", "https://www.okx.com").about("where OKX answers signed requests");
pub(crate) const RECONCILE_MINUTES: Key<i64> = Key::int("tiris.reconcile_minutes", 0, 10_080, "60")
    .about("minutes after which a binding's wallet is compared with its slices again; 0: only when asked");
pub(crate) const OUTSIDE: Key<String> = Key::choice("tiris.outside", &["real", "simulated"], "real")
    .about("simulated: Google, an exchange and bots of ours on loopback, whose addresses count instead of those below");
pub(crate) const BOT_URL: Key<String> =
    Key::text("tiris.bot_url", "").about("where a simulated bot runs; empty: nowhere");
pub(crate) const NATS_ENABLED: Key<String> = Key::choice("tiris.nats_enabled", &["true", "false"], "false")
    .about("whether events come from and go to NATS; false: HTTP alone");
pub(crate) const NATS_URL: Key<String> =
    Key::text("tiris.nats_url", "nats://127.0.0.1:4222").hidden().about("where NATS is");
pub(crate) const NATS_CLIENT_ID: Key<String> =
    Key::text("tiris.nats_client_id", "tiris-backend").about("our name at NATS");
pub(crate) const NATS_DURABLE_NAME: Key<String> =
    Key::text("tiris.nats_durable_name", "").about("what the names of our durable consumers begin with");
pub(crate) const BATCH_MAX: Key<usize> =
    Key::count("tiris.batch_max", 1, 4096, "512").about("logs decided in one transaction at most");
pub(crate) const QUEUE_MAX: Key<usize> =
    Key::count("tiris.queue_max", 1, 1_000_000, "20000").about("logs that may wait before callers hear 503");

/// All keys, in the order in which they are printed.
pub const KEYS: &[KeySpec] = &[
    JWT_SECRET.spec,
    REFRESH_SECRET.spec,
    JWT_EXPIRATION.spec,
    REFRESH_EXPIRATION.spec,
    ADMIN_EMAIL.spec,
    MASTER_KEYS.spec,
    GOOGLE_CLIENT_ID.spec,
    GOOGLE_CLIENT_SECRET.spec,
    GOOGLE_REDIRECT_URL.spec,
    GOOGLE_ISSUER.spec,
    GOOGLE_DISCOVERY_URL.spec,
    WECHAT_APP_ID.spec,
    WECHAT_APP_SECRET.spec,
    WECHAT_IN_APP_ID.spec,
    WECHAT_IN_APP_SECRET.spec,
    WECHAT_REDIRECT_URL.spec,
    WECHAT_API_URL.spec,
    WECHAT_OPEN_URL.spec,
    OAUTH_REDIRECT_ALLOW_LIST.spec,
    EXCHANGE_URL.spec,
    OKX_URL.spec,
    OUTSIDE.spec,
    BOT_URL.spec,
    RECONCILE_MINUTES.spec,
    NATS_ENABLED.spec,
    NATS_URL.spec,
    NATS_CLIENT_ID.spec,
    NATS_DURABLE_NAME.spec,
    BATCH_MAX.spec,
    QUEUE_MAX.spec,
];

/// What a kind of run would rather have.
pub const PROFILE_DEFAULTS: &[ProfileDefault] = &[
    ProfileDefault { run: "demo", key: OUTSIDE.spec.name, value: SIMULATED },
    ProfileDefault { run: "demo", key: RECONCILE_MINUTES.spec.name, value: "1" },
];

/// The value of `tiris.outside` that asks for ours.
pub(crate) const SIMULATED: &str = "simulated";

/// Characters of the shortest secret.
const SECRET_CHARS_MIN: usize = 32;

/// What is wrong with values that are valid alone.
#[must_use]
pub fn problems(section: &Section, deployment: &Deployment) -> Vec<String> {
    let secrets = [&JWT_SECRET, &REFRESH_SECRET].map(|key| (key.spec.name, section.get(key).chars().count()));
    let mut problems = Vec::new();
    for (name, length) in secrets {
        if (1..SECRET_CHARS_MIN).contains(&length) {
            problems.push(format!("{name}: must have at least {SECRET_CHARS_MIN} characters"));
        }
    }
    if section.get(&OUTSIDE) == SIMULATED && deployment.profile == Profile::Production {
        problems.push(
            "tiris.outside: anybody can be anybody at a simulated Google; not in production".to_owned(),
        );
    }
    problems
}
