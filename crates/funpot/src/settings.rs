//! What is set at start-up, as the verbs read it.

use crate::config;
use crate::domain::live_config::{LiveConfig, NumberKey, parse_flag};
use crate::gateway::classifier::ClassifierSettings;
use crate::gateway::twitch::TwitchSettings;
use stall::{Ground, Profile, Section};

/// The settings of FunPot.
#[derive(Debug, Clone)]
pub struct Settings {
    /// What can be changed while running, as it begins.
    pub live: LiveConfig,
    /// Currencies that clients are shown.
    pub currencies: Vec<String>,
    /// The bot's token.
    pub bot_token: String,
    /// Seconds for which an access token is good.
    pub jwt_ttl_s: i64,
    /// Whether logging in also gives a refresh token.
    pub refresh: bool,
    /// Seconds for which a refresh token is good.
    pub refresh_ttl_s: i64,
    /// Live sessions of one user.
    pub sessions_max: i64,
    /// Telegram ids of the first superadmins.
    pub admin_user_ids: Vec<i64>,
    /// Where the Bot API is.
    pub telegram_api_url: String,
    /// The link that opens the Mini App.
    pub telegram_app_url: String,
    /// Where a simulated Telegram shows the Mini App; empty: nowhere.
    pub telegram_client_url: String,
    /// What Telegram shows with each update; empty: none is accepted.
    pub telegram_webhook_secret: String,
    /// Who may report events, as configured: `worker/key=secret`, comma separated.
    pub worker_secrets: String,
    /// Where Twitch is, and who we are there.
    pub twitch: TwitchSettings,
    /// Where pictures are classified, if anywhere.
    pub classifier: ClassifierSettings,
    /// Seconds between two comparisons with Telegram's transactions.
    pub reconcile_s: i64,
    /// How browsers reach us, without a slash at the end.
    pub public_url: String,
    /// Whether the load profile's endpoints are served.
    pub load: bool,
    /// Open sockets of this node.
    pub sockets_max: usize,
    /// Votes decided in one transaction at most.
    pub batch_max: usize,
    /// Votes that may wait.
    pub queue_max: usize,
}

impl Settings {
    /// The settings as configured. Errors: a sentence for the operator.
    pub fn read(ground: &Ground, section: &Section) -> Result<Self, String> {
        let ids = section.get(&config::ADMIN_USER_IDS);
        let ids: Result<Vec<i64>, _> = ids.iter().map(|id| id.parse()).collect();
        Ok(Self {
            live: live(section)?,
            currencies: section.get(&config::CURRENCIES),
            bot_token: section.get(&config::BOT_TOKEN),
            jwt_ttl_s: section.get(&config::JWT_TTL_S),
            refresh: section.get(&config::REFRESH) == "true",
            refresh_ttl_s: section.get(&config::REFRESH_TTL_H) * 3_600,
            sessions_max: section.get(&config::SESSIONS_MAX),
            admin_user_ids: ids.map_err(|_| "funpot.admin_user_ids: must be whole numbers".to_owned())?,
            telegram_api_url: section.get(&config::TELEGRAM_API_URL),
            telegram_app_url: section.get(&config::TELEGRAM_APP_URL),
            telegram_client_url: section.get(&config::TELEGRAM_CLIENT_URL).trim_end_matches('/').to_owned(),
            telegram_webhook_secret: section.get(&config::TELEGRAM_WEBHOOK_SECRET),
            worker_secrets: section.get(&config::WORKER_SECRETS),
            twitch: TwitchSettings {
                api_url: section.get(&config::TWITCH_API_URL),
                auth_url: section.get(&config::TWITCH_AUTH_URL),
                client_id: section.get(&config::TWITCH_CLIENT_ID),
                client_secret: section.get(&config::TWITCH_CLIENT_SECRET),
            },
            classifier: ClassifierSettings {
                url: section.get(&config::LLM_URL),
                api_key: section.get(&config::LLM_API_KEY),
            },
            reconcile_s: section.get(&config::RECONCILE_S),
            public_url: ground.public_url.clone(),
            load: ground.deployment.profile == Profile::Load,
            sockets_max: section.get(&config::WS_MAX),
            batch_max: section.get(&config::BATCH_MAX),
            queue_max: section.get(&config::QUEUE_MAX),
        })
    }
}

/// What can be changed while running, as the configuration has it.
fn live(section: &Section) -> Result<LiveConfig, String> {
    let mut live = LiveConfig::default();
    let numbers = [
        (NumberKey::VotePerMin, &config::VOTE_PER_MIN),
        (NumberKey::StarsRate, &config::STARS_RATE),
        (NumberKey::MinViewers, &config::MIN_VIEWERS),
        (NumberKey::RakeBps, &config::RAKE_BPS),
        (NumberKey::MinConfidence, &config::MIN_CONFIDENCE_BP),
        (NumberKey::DisputeWindowSec, &config::DISPUTE_S),
        (NumberKey::ResolveDeadlineHours, &config::RESOLVE_H),
        (NumberKey::EventMinSec, &config::EVENT_MIN_S),
        (NumberKey::EventMaxSec, &config::EVENT_MAX_S),
        (NumberKey::EventMaxLive, &config::EVENT_MAX_LIVE),
        (NumberKey::EventDefaultCost, &config::EVENT_DEFAULT_COST),
        (NumberKey::ReferralPercent, &config::REFERRAL_PERCENT_BP),
        (NumberKey::ReferralDays, &config::REFERRAL_DAYS),
        (NumberKey::ReferralCap, &config::REFERRAL_CAP),
        (NumberKey::WithdrawMin, &config::WITHDRAW_MIN),
        (NumberKey::WithdrawHoldDays, &config::WITHDRAW_HOLD_DAYS),
        (NumberKey::WithdrawAccountDays, &config::WITHDRAW_ACCOUNT_DAYS),
    ];
    numbers.into_iter().for_each(|(key, from)| live.set_number(key, section.get(from)));
    for text in section.get(&config::FEATURE_FLAGS) {
        let (flag, is_on) =
            parse_flag(&text).map_err(|problem| format!("funpot.feature_flags: {problem}"))?;
        live.set_flag(flag, is_on);
    }
    Ok(live)
}
