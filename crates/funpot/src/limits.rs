//! Limits that operators change while running: so many in a window for each subject. Load runs have none.

use crate::domain::live_config::{LiveConfig, NumberKey};
use crate::refusals::rate_limited;
use cluster::{LocalLimiter, RateClass, RateLimiter as _, SubjectKeys};
use kernel::{Refusal, Timestamp};
use std::hash::Hash;

/// One limit: which number says how many, and in how many seconds.
#[derive(Debug, Clone, Copy)]
pub struct Limit {
    name: &'static str,
    key: NumberKey,
    window_s: u32,
}

/// Log-ins of an address.
pub const LOGIN: Limit = Limit { name: "funpot_login", key: NumberKey::LoginPerMin, window_s: 60 };
/// Invoices of a user.
pub const INVOICE: Limit = Limit { name: "funpot_invoice", key: NumberKey::InvoicePer5m, window_s: 300 };
/// Requests of a user for money.
pub const WITHDRAW: Limit =
    Limit { name: "funpot_withdraw", key: NumberKey::WithdrawPerHour, window_s: 3_600 };
/// Votes of a user at one streamer.
pub const VOTE: Limit = Limit { name: "funpot_votes", key: NumberKey::VotePerMin, window_s: 60 };
/// Streamers that a user submits.
pub const SUBMIT: Limit =
    Limit { name: "funpot_submit", key: NumberKey::StreamerSubmitPer10m, window_s: 600 };
/// Calls of a worker.
pub const WORKER: Limit = Limit { name: "funpot_worker", key: NumberKey::WorkerBatchPerMin, window_s: 60 };
/// Writes of an operator to prompts.
pub const PROMPTS: Limit = Limit { name: "funpot_prompts", key: NumberKey::PromptWritesPerMin, window_s: 60 };
/// Updates of Telegram, all together.
pub const TELEGRAM: Limit =
    Limit { name: "funpot_telegram", key: NumberKey::TelegramWebhookPerMin, window_s: 60 };

/// The buckets.
#[derive(Debug, Default)]
pub struct Limits {
    limiter: LocalLimiter,
    subjects: SubjectKeys,
    is_off: bool,
}

impl Limits {
    /// Buckets that are all full; `is_off` ones never refuse.
    #[must_use]
    pub fn new(is_off: bool) -> Self {
        Self { is_off, ..Self::default() }
    }

    /// Takes one of `subject`'s. Errors: 429 `rate_limited` with when to try again.
    pub fn take(
        &self,
        limit: Limit,
        config: &LiveConfig,
        subject: impl Hash,
        now: Timestamp,
    ) -> Result<(), Refusal> {
        if self.is_off {
            return Ok(());
        }
        let most = u32::try_from(config.number(limit.key)).unwrap_or(u32::MAX);
        let class = RateClass {
            name: limit.name,
            tokens: most,
            period_s: limit.window_s,
            burst: most,
            by_address: false,
        };
        let taken = self.limiter.take(&class, self.subjects.key(&class, subject), now);
        if taken.allowed { Ok(()) } else { Err(rate_limited(most, limit.window_s, taken.retry_after_s)) }
    }
}
