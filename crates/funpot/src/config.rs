//! The stall's configuration keys, each with its type, bounds and default. What can be changed while running starts with the
//! values given here; see `domain::live_config`.

use stall::{Deployment, Key, KeySpec, Profile, ProfileDefault, Section};

pub(crate) const BOT_TOKEN: Key<String> = Key::secret("funpot.auth_telegram_bot_token")
    .opens_stall()
    .about("the bot's token: proves initData, and calls the Bot API");
pub(crate) const JWT_SECRET: Key<String> = Key::secret("funpot.auth_jwt_secret")
    .about("signs access tokens, at least 32 bytes; the platform's signing key when empty");
pub(crate) const JWT_SECRET_OLDER: Key<String> =
    Key::secret("funpot.auth_jwt_secret_older").about("a secret whose access tokens are still accepted");
pub(crate) const JWT_TTL_S: Key<i64> =
    Key::int("funpot.auth_jwt_ttl_s", 300, 600, "600").about("seconds for which an access token is good");
pub(crate) const REFRESH: Key<String> =
    Key::choice("funpot.auth_refresh_enabled", &["true", "false"], "true")
        .about("whether logging in also gives a refresh token");
pub(crate) const REFRESH_TTL_H: Key<i64> =
    Key::int("funpot.auth_refresh_ttl_h", 1, 8_760, "720").about("hours for which a refresh token is good");
pub(crate) const SESSIONS_MAX: Key<i64> =
    Key::int("funpot.auth_refresh_max_sessions", 1, 100, "5").about("live sessions of one user");
pub(crate) const ADMIN_USER_IDS: Key<Vec<String>> = Key::list("funpot.admin_user_ids", "")
    .about("Telegram ids whose first log-in makes them superadmin while there is none");
pub(crate) const FEATURE_FLAGS: Key<Vec<String>> = Key::list("funpot.feature_flags", "")
    .about("name=true or name=false, comma separated: switches as they are before anybody changes them");
pub(crate) const CURRENCIES: Key<Vec<String>> =
    Key::list("funpot.client_currencies", "INT").about("currencies that clients are shown");
pub(crate) const STARS_RATE: Key<i64> =
    Key::int("funpot.client_stars_rate", 1, 1_000_000, "1").about("units of credit for one Star");
pub(crate) const MIN_VIEWERS: Key<i64> = Key::int("funpot.client_min_viewers", 0, 10_000_000, "100")
    .about("a streamer needs more viewers than this");
pub(crate) const VOTE_PER_MIN: Key<i64> = Key::int("funpot.client_limit_vote_per_min", 1, 1_000_000, "30")
    .about("votes of a user at one streamer in a minute");
pub(crate) const TELEGRAM: Key<String> = Key::choice("funpot.telegram", &["real", "simulated"], "real")
    .about("simulated: ours on loopback with invented people and Stars, whose addresses and token count instead of those below");
pub(crate) const TELEGRAM_API_URL: Key<String> =
    Key::text("funpot.telegram_api_url", "https://api.telegram.org").about("where the Bot API is");
pub(crate) const TELEGRAM_APP_URL: Key<String> =
    Key::text("funpot.telegram_app_url", "https://t.me/funpot_bot/app")
        .about("the link that opens the Mini App");
pub(crate) const TELEGRAM_CLIENT_URL: Key<String> = Key::text("funpot.telegram_client_url", "")
    .about("where a simulated Telegram shows the Mini App to those who open it elsewhere; empty: nowhere");
pub(crate) const TELEGRAM_WEBHOOK_SECRET: Key<String> = Key::secret("funpot.telegram_webhook_secret")
    .about("what Telegram shows with each update; empty: no update is accepted");
pub(crate) const TWITCH_API_URL: Key<String> =
    Key::text("funpot.twitch_api_url", "https://api.twitch.tv").about("where Helix is");
pub(crate) const TWITCH_AUTH_URL: Key<String> =
    Key::text("funpot.twitch_auth_url", "https://id.twitch.tv").about("where app tokens of Twitch come from");
pub(crate) const TWITCH_CLIENT_ID: Key<String> =
    Key::text("funpot.twitch_client_id", "").about("our name at Twitch; empty: streamers are not checked");
pub(crate) const TWITCH_CLIENT_SECRET: Key<String> =
    Key::secret("funpot.twitch_client_secret").about("our secret at Twitch");
pub(crate) const WORKER_SECRETS: Key<String> = Key::secret("funpot.worker_secrets")
    .about("worker/key=secret, comma separated: who may report events and results");
pub(crate) const LLM_URL: Key<String> = Key::text("funpot.llm_url", "")
    .about("an endpoint that speaks OpenAI's chat completions, up to /chat/completions; empty: no pictures are classified here");
pub(crate) const LLM_API_KEY: Key<String> =
    Key::secret("funpot.llm_api_key").about("the key of that endpoint");
pub(crate) const RECONCILE_S: Key<i64> = Key::int("funpot.stars_reconcile_sec", 1, 86_400, "600")
    .about("seconds between two comparisons with Telegram's transactions");
pub(crate) const RAKE_BPS: Key<i64> = Key::int("funpot.settle_rake_bps", 0, 10_000, "500")
    .about("the house's share of what losers staked, basis points");
pub(crate) const MIN_CONFIDENCE_BP: Key<i64> = Key::int("funpot.settle_min_confidence_bp", 0, 10_000, "8500")
    .about("results below this confidence wait for a person, basis points");
pub(crate) const DISPUTE_S: Key<i64> = Key::int("funpot.settle_dispute_window_sec", 0, 86_400, "120")
    .about("seconds for which a result can be contradicted");
pub(crate) const RESOLVE_H: Key<i64> = Key::int("funpot.settle_resolve_deadline_hours", 1, 720, "24")
    .about("hours after closing at which an event without a result is void");
pub(crate) const EVENT_MIN_S: Key<i64> =
    Key::int("funpot.event_min_sec", 1, 3_600, "10").about("seconds for which an event is open at least");
pub(crate) const EVENT_MAX_S: Key<i64> =
    Key::int("funpot.event_max_sec", 1, 3_600, "1800").about("seconds for which an event is open at most");
pub(crate) const EVENT_MAX_LIVE: Key<i64> =
    Key::int("funpot.event_max_live", 1, 100, "5").about("live events of one streamer");
pub(crate) const EVENT_DEFAULT_COST: Key<i64> =
    Key::int("funpot.event_default_cost", 0, 1_000_000_000, "100")
        .about("credit for a vote where nobody says");
pub(crate) const REFERRAL_PERCENT_BP: Key<i64> = Key::int("funpot.referral_percent_bp", 0, 10_000, "500")
    .about("an inviter's share of what invitees top up, basis points");
pub(crate) const REFERRAL_DAYS: Key<i64> =
    Key::int("funpot.referral_days", 0, 3_650, "180").about("days for which an invitee earns a bonus");
pub(crate) const REFERRAL_CAP: Key<i64> = Key::int("funpot.referral_cap", 0, 1_000_000_000_000, "100000")
    .about("the most that one invitee can earn an inviter");
pub(crate) const WITHDRAW_MIN: Key<i64> =
    Key::int("funpot.withdraw_min", 1, 1_000_000_000_000, "100").about("the least that can be withdrawn");
pub(crate) const WITHDRAW_HOLD_DAYS: Key<i64> =
    Key::int("funpot.withdraw_hold_days", 0, 365, "21").about("days before topped up credit can leave");
pub(crate) const WITHDRAW_ACCOUNT_DAYS: Key<i64> =
    Key::int("funpot.withdraw_account_days", 0, 365, "7").about("days before a new account can withdraw");
pub(crate) const WS_MAX: Key<usize> =
    Key::count("funpot.ws_max_per_node", 1, 1_000_000, "10000").about("open sockets of one node");
pub(crate) const BATCH_MAX: Key<usize> =
    Key::count("funpot.batch_max", 1, 4096, "256").about("votes decided in one transaction at most");
pub(crate) const QUEUE_MAX: Key<usize> =
    Key::count("funpot.queue_max", 1, 1_000_000, "10000").about("votes that may wait before callers get 503");

/// All keys, in the order in which they are printed.
pub const KEYS: &[KeySpec] = &[
    BOT_TOKEN.spec,
    JWT_SECRET.spec,
    JWT_SECRET_OLDER.spec,
    JWT_TTL_S.spec,
    REFRESH.spec,
    REFRESH_TTL_H.spec,
    SESSIONS_MAX.spec,
    ADMIN_USER_IDS.spec,
    FEATURE_FLAGS.spec,
    CURRENCIES.spec,
    STARS_RATE.spec,
    MIN_VIEWERS.spec,
    VOTE_PER_MIN.spec,
    TELEGRAM.spec,
    TELEGRAM_API_URL.spec,
    TELEGRAM_APP_URL.spec,
    TELEGRAM_CLIENT_URL.spec,
    TELEGRAM_WEBHOOK_SECRET.spec,
    TWITCH_API_URL.spec,
    TWITCH_AUTH_URL.spec,
    TWITCH_CLIENT_ID.spec,
    TWITCH_CLIENT_SECRET.spec,
    WORKER_SECRETS.spec,
    LLM_URL.spec,
    LLM_API_KEY.spec,
    RECONCILE_S.spec,
    RAKE_BPS.spec,
    MIN_CONFIDENCE_BP.spec,
    DISPUTE_S.spec,
    RESOLVE_H.spec,
    EVENT_MIN_S.spec,
    EVENT_MAX_S.spec,
    EVENT_MAX_LIVE.spec,
    EVENT_DEFAULT_COST.spec,
    REFERRAL_PERCENT_BP.spec,
    REFERRAL_DAYS.spec,
    REFERRAL_CAP.spec,
    WITHDRAW_MIN.spec,
    WITHDRAW_HOLD_DAYS.spec,
    WITHDRAW_ACCOUNT_DAYS.spec,
    WS_MAX.spec,
    BATCH_MAX.spec,
    QUEUE_MAX.spec,
];

/// What a kind of run would rather have.
pub const PROFILE_DEFAULTS: &[ProfileDefault] = &[
    ProfileDefault { run: "load", key: BATCH_MAX.spec.name, value: "512" },
    ProfileDefault { run: "load", key: VOTE_PER_MIN.spec.name, value: "1000000" },
    ProfileDefault { run: "demo", key: DISPUTE_S.spec.name, value: "8" },
    ProfileDefault { run: "demo", key: TELEGRAM.spec.name, value: "simulated" },
    // The second of the simulated one's people operates.
    ProfileDefault { run: "demo", key: ADMIN_USER_IDS.spec.name, value: "7100000002" },
];

/// What is wrong with values that are valid alone.
#[must_use]
pub fn problems(section: &Section, deployment: &Deployment) -> Vec<String> {
    let mut problems = Vec::new();
    for key in [&JWT_SECRET, &JWT_SECRET_OLDER] {
        let secret = section.get(key);
        let is_development = deployment.profile != Profile::Production && deployment.is_loopback();
        if !secret.is_empty()
            && let Err(fault) = identity::check_token_secret(&secret, is_development)
        {
            problems.push(format!("{}: {fault}", key.spec.name));
        }
    }
    if section.get(&TELEGRAM) == "simulated" && deployment.profile == Profile::Production {
        problems
            .push("funpot.telegram: anybody can be anybody in a simulated one; not in production".to_owned());
    }
    if section.get(&EVENT_MIN_S) > section.get(&EVENT_MAX_S) {
        problems.push("funpot.event_min_sec: must not be above funpot.event_max_sec".to_owned());
    }
    for flag in section.get(&FEATURE_FLAGS) {
        if let Err(problem) = crate::domain::live_config::parse_flag(&flag) {
            problems.push(format!("funpot.feature_flags: {problem}"));
        }
    }
    problems
}
