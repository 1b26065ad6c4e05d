//! What can be changed while running: numbers with bounds, and switches. Start-up keys give the first values, the table `config`
//! what was changed since.

use serde_json::{Number, Value};

/// How a number is written outside.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Unit {
    /// As it is.
    Whole,
    /// In hundredths: 500 is 5.00.
    Hundredths,
    /// In ten-thousandths: 8500 is 0.85.
    TenThousandths,
}

/// A number that can be changed.
#[derive(Debug, Clone, Copy)]
pub struct NumberSpec {
    /// Its name in the API.
    pub name: &'static str,
    /// The least it may be, stored.
    pub least: i64,
    /// The most it may be, stored.
    pub most: i64,
    /// Its value where nobody says.
    pub default: i64,
    /// How it is written outside.
    pub unit: Unit,
}

macro_rules! numbers {
    ($($(#[$doc:meta])* $key:ident = $name:literal, $least:expr, $most:expr, $default:expr, $unit:ident;)*) => {
        /// Which number.
        #[derive(Debug, Clone, Copy, PartialEq, Eq)]
        pub enum NumberKey { $($(#[$doc])* $key),* }

        /// Every number, in the order of [`NumberKey`].
        pub const NUMBERS: &[NumberSpec] = &[$(NumberSpec { name: $name, least: $least, most: $most, default: $default, unit: Unit::$unit }),*];

        /// Every key.
        pub const NUMBER_KEYS: &[NumberKey] = &[$(NumberKey::$key),*];
    };
}

numbers! {
    /// Votes of a user at one streamer in a minute.
    VotePerMin = "limits.votePerMin", 1, 1_000_000, 30, Whole;
    /// Streamers that a user submits in ten minutes.
    StreamerSubmitPer10m = "limits.streamerSubmitPer10m", 1, 1_000_000, 5, Whole;
    /// Invoices of a user in five minutes.
    InvoicePer5m = "limits.invoicePer5m", 1, 1_000_000, 3, Whole;
    /// Withdrawals that a user asks for in an hour.
    WithdrawPerHour = "limits.withdrawPerHour", 1, 1_000_000, 2, Whole;
    /// Calls of a worker in a minute.
    WorkerBatchPerMin = "limits.workerBatchPerMin", 1, 1_000_000, 120, Whole;
    /// Updates of Telegram in a minute.
    TelegramWebhookPerMin = "limits.telegramWebhookPerMin", 1, 1_000_000, 100, Whole;
    /// Log-ins from an address in a minute.
    LoginPerMin = "limits.loginPerMin", 1, 1_000_000, 10, Whole;
    /// Writes of an operator to prompts in a minute.
    PromptWritesPerMin = "limits.promptWritesPerMin", 1, 1_000_000, 30, Whole;
    /// The house's share of what losers staked, basis points.
    RakeBps = "settle.rakeBps", 0, 10_000, 500, Whole;
    /// Results below this wait for a person.
    MinConfidence = "settle.minConfidence", 0, 10_000, 8_500, TenThousandths;
    /// Seconds for which a result can be contradicted.
    DisputeWindowSec = "settle.disputeWindowSec", 0, 86_400, 120, Whole;
    /// Hours after which an event without a result is void.
    ResolveDeadlineHours = "settle.resolveDeadlineHours", 1, 720, 24, Whole;
    /// Seconds for which an event is open at least.
    EventMinSec = "event.minSec", 1, 3_600, 10, Whole;
    /// Seconds for which an event is open at most.
    EventMaxSec = "event.maxSec", 1, 3_600, 1_800, Whole;
    /// Live events of a streamer.
    EventMaxLive = "event.maxLive", 1, 100, 5, Whole;
    /// Credit for a vote where nobody says.
    EventDefaultCost = "event.defaultCost", 0, 1_000_000_000, 100, Whole;
    /// An inviter's share of a top-up.
    ReferralPercent = "referral.percent", 0, 10_000, 500, Hundredths;
    /// Days for which an invitee earns a bonus.
    ReferralDays = "referral.days", 0, 3_650, 180, Whole;
    /// The most that one invitee can earn.
    ReferralCap = "referral.cap", 0, 1_000_000_000_000, 100_000, Whole;
    /// The least that can be withdrawn.
    WithdrawMin = "withdraw.min", 1, 1_000_000_000_000, 100, Whole;
    /// Days before topped up credit can leave.
    WithdrawHoldDays = "withdraw.holdDays", 0, 365, 21, Whole;
    /// Days before a new account can withdraw.
    WithdrawAccountDays = "withdraw.accountDays", 0, 365, 7, Whole;
    /// Units of credit for one Star.
    StarsRate = "client.starsRate", 1, 1_000_000, 1, Whole;
    /// A streamer needs more viewers than this.
    MinViewers = "client.minViewers", 0, 10_000_000, 100, Whole;
}

macro_rules! flags {
    ($($(#[$doc:meta])* $flag:ident = $name:literal;)*) => {
        /// A switch. All are on until somebody says otherwise.
        #[derive(Debug, Clone, Copy, PartialEq, Eq)]
        pub enum Flag { $($(#[$doc])* $flag),* }

        /// Every switch and its name in the API, in the order of [`Flag`].
        pub const FLAGS: &[(Flag, &str)] = &[$((Flag::$flag, $name)),*];
    };
}

flags! {
    /// The wallet and its history.
    Wallet = "wallet";
    /// Voting at all.
    Votes = "votes";
    /// Votes that cost something; free ones go on without it.
    PaidVoting = "paidVoting";
    /// Buying credit with Stars.
    Payments = "paymentsEnabled";
    /// Inviting.
    Referrals = "referralsEnabled";
    /// Clips.
    Media = "mediaEnabled";
    /// Operators' endpoints.
    Admin = "adminEnabled";
    /// Asking for money.
    Withdrawals = "withdrawals";
    /// Sockets.
    Realtime = "realtime";
    /// What classifies streams.
    Llm = "llm";
    /// Receipts of settled events.
    Receipts = "receipts";
}

/// The values in force.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LiveConfig {
    numbers: Vec<i64>,
    flags: Vec<bool>,
}

impl Default for LiveConfig {
    fn default() -> Self {
        Self { numbers: NUMBERS.iter().map(|spec| spec.default).collect(), flags: vec![true; FLAGS.len()] }
    }
}

impl LiveConfig {
    /// The number of this key, as stored.
    #[must_use]
    pub fn number(&self, key: NumberKey) -> i64 {
        self.numbers[key as usize]
    }

    /// Whether this is switched on.
    #[must_use]
    pub fn is_on(&self, flag: Flag) -> bool {
        self.flags[flag as usize]
    }

    /// Sets a number to a stored value; it must be within its bounds.
    pub fn set_number(&mut self, key: NumberKey, value: i64) {
        self.numbers[key as usize] = value;
    }

    /// Switches.
    pub fn set_flag(&mut self, flag: Flag, is_on: bool) {
        self.flags[flag as usize] = is_on;
    }

    /// Every number as it is written outside.
    #[must_use]
    pub fn shown(&self, key: NumberKey) -> Value {
        shown(self.number(key), NUMBERS[key as usize].unit)
    }
}

/// The number of this name in the API.
#[must_use]
pub fn number_key(name: &str) -> Option<NumberKey> {
    NUMBER_KEYS.iter().copied().find(|key| NUMBERS[*key as usize].name == name)
}

/// The switch of this name.
#[must_use]
pub fn flag(name: &str) -> Option<Flag> {
    FLAGS.iter().find(|(_, known)| *known == name).map(|(flag, _)| *flag)
}

/// The name of a switch.
#[must_use]
pub const fn flag_name(flag: Flag) -> &'static str {
    FLAGS[flag as usize].1
}

/// Reads `name=true` or `name=false`. Errors: a sentence.
pub fn parse_flag(text: &str) -> Result<(Flag, bool), String> {
    let (name, value) =
        text.split_once('=').ok_or_else(|| format!("`{text}` is not name=true or name=false"))?;
    let flag = flag(name.trim()).ok_or_else(|| format!("there is no flag `{}`", name.trim()))?;
    let is_on = value.trim().parse().map_err(|_| format!("`{text}` is not name=true or name=false"))?;
    Ok((flag, is_on))
}

/// The stored value of a number as a client writes it. Errors: a sentence about its bounds.
pub fn parse_number(key: NumberKey, value: &Value) -> Result<i64, String> {
    let spec = NUMBERS[key as usize];
    let problem = || {
        let (least, most) = (shown(spec.least, spec.unit), shown(spec.most, spec.unit));
        format!("must be a number from {least} to {most}")
    };
    let number = value.as_number().ok_or_else(problem)?;
    let stored = stored(&number.to_string(), decimals(spec.unit)).ok_or_else(problem)?;
    (spec.least..=spec.most).contains(&stored).then_some(stored).ok_or_else(problem)
}

const fn decimals(unit: Unit) -> usize {
    match unit {
        Unit::Whole => 0,
        Unit::Hundredths => 2,
        Unit::TenThousandths => 4,
    }
}

/// A decimal text as a whole number of its smallest parts; none where it has more digits than that, or an exponent.
#[must_use]
pub fn stored(text: &str, decimals: usize) -> Option<i64> {
    let (whole, part) = text.split_once('.').unwrap_or((text, ""));
    let part = part.trim_end_matches('0');
    if part.len() > decimals || !part.bytes().all(|byte| byte.is_ascii_digit()) {
        return None;
    }
    format!("{whole}{part:0<decimals$}").parse().ok()
}

/// A ratio from 0 to 1 in basis points; digits beyond the fourth are dropped. None where it is none.
#[must_use]
pub fn stored_ratio(text: &str) -> Option<i64> {
    let (whole, part) = text.split_once('.').unwrap_or((text, ""));
    let part: String = part.chars().take(4).collect();
    stored(&format!("{whole}.{part}"), 4).filter(|bp| (0..=10_000).contains(bp))
}

fn shown(stored: i64, unit: Unit) -> Value {
    match unit {
        Unit::Whole => Value::from(stored),
        Unit::Hundredths => ratio(stored, 100.0),
        Unit::TenThousandths => ratio(stored, 10_000.0),
    }
}

/// A ratio as a JSON number: for showing, never for deciding.
#[must_use]
pub fn ratio(stored: i64, parts: f64) -> Value {
    Number::from_f64(stored as f64 / parts).map_or(Value::Null, Value::Number)
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn numbers_are_read_exactly_and_within_their_bounds() {
        assert_eq!(parse_number(NumberKey::MinConfidence, &json!(0.85)), Ok(8_500));
        assert_eq!(parse_number(NumberKey::ReferralPercent, &json!(5)), Ok(500));
        assert_eq!(parse_number(NumberKey::ReferralPercent, &json!(2.5)), Ok(250));
        assert_eq!(parse_number(NumberKey::RakeBps, &json!(10_000)), Ok(10_000));
        for bad in [json!(10_001), json!(-1), json!(1.5), json!("5"), json!(null), json!(1e30)] {
            assert!(parse_number(NumberKey::RakeBps, &bad).is_err(), "{bad}");
        }
        assert!(parse_number(NumberKey::MinConfidence, &json!(0.850_01)).is_err());
    }

    #[test]
    fn what_is_shown_is_what_was_set() {
        let mut config = LiveConfig::default();
        assert_eq!(config.shown(NumberKey::MinConfidence), json!(0.85));
        config.set_number(NumberKey::VotePerMin, 7);
        config.set_flag(Flag::PaidVoting, false);
        assert_eq!((config.shown(NumberKey::VotePerMin), config.is_on(Flag::PaidVoting)), (json!(7), false));
        assert!(config.is_on(Flag::Votes));
        for (at, (flag, name)) in FLAGS.iter().enumerate() {
            assert_eq!((*flag as usize, flag_name(*flag), super::flag(name)), (at, *name, Some(*flag)));
        }
    }

    #[test]
    fn a_flag_at_start_up_is_a_name_and_a_word() {
        assert_eq!(parse_flag("votes=false"), Ok((Flag::Votes, false)));
        for bad in ["votes", "votes=0", "vote=true", ""] {
            assert!(parse_flag(bad).is_err(), "{bad}");
        }
    }
}
