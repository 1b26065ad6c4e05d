//! A binding: an account at an exchange. Which exchanges there are, how a key is shown, what it may do there, and when an
//! exchange's refusals give a binding up.

use super::ids::ExchangeBindingId;
use kernel::{Timestamp, UserId};

/// Characters of the longest key, secret or passphrase.
pub const SECRET_CHARS_MAX: usize = 512;
/// Refusals of an exchange within [`FAILURE_WINDOW_S`] that give a binding up.
pub const FAILURES_MAX: usize = 10;
/// Seconds for which a refusal counts.
pub const FAILURE_WINDOW_S: i64 = 3_600;
/// Members of `info` that only the server writes.
pub const PROTECTED_INFO: [&str; 2] = ["capabilities", "withdraw_warning"];

/// What is known of an exchange by its name.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ExchangeFacts {
    /// The name.
    pub name: &'static str,
    /// Whether its keys come with a passphrase.
    pub needs_passphrase: bool,
}

/// Every exchange that may be bound.
pub const EXCHANGES: [ExchangeFacts; 6] = [
    ExchangeFacts { name: "binance", needs_passphrase: false },
    ExchangeFacts { name: "kraken", needs_passphrase: false },
    ExchangeFacts { name: "gate", needs_passphrase: false },
    ExchangeFacts { name: "coinbase", needs_passphrase: false },
    ExchangeFacts { name: "okx", needs_passphrase: true },
    ExchangeFacts { name: "virtual", needs_passphrase: false },
];

/// The exchange of a name, whatever its case.
#[must_use]
pub fn exchange(name: &str) -> Option<ExchangeFacts> {
    EXCHANGES.into_iter().find(|facts| facts.name.eq_ignore_ascii_case(name.trim()))
}

/// Where a binding stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum BindingStatus {
    /// Its keys may be used.
    Active,
    /// Its owner put it away.
    Inactive,
    /// Its exchange refused it too often.
    Error,
}

impl BindingStatus {
    const ALL: [Self; 3] = [Self::Active, Self::Inactive, Self::Error];

    /// As written.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Active => "active",
            Self::Inactive => "inactive",
            Self::Error => "error",
        }
    }

    /// The status of a word.
    #[must_use]
    pub fn parse(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|status| status.as_str() == word)
    }
}

/// A binding as it is stored, without its keys.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Binding {
    /// The number.
    pub id: ExchangeBindingId,
    /// Whose; none: everybody's.
    pub user: Option<UserId>,
    /// Unique among its owner's live ones.
    pub name: String,
    /// Which exchange.
    pub exchange: String,
    /// Where it stands.
    pub status: BindingStatus,
    /// What a list shows of its key.
    pub mask: Option<String>,
    /// Refusals of its exchange that count.
    pub failure_count: i64,
    /// When its exchange last refused it.
    pub last_failure_at: Option<Timestamp>,
    /// When its keys were last used.
    pub last_used_at: Option<Timestamp>,
    /// When its exchange last said what its keys may do.
    pub validated_at: Option<Timestamp>,
    /// From when on refusals count.
    pub failures_cleared_at: Option<Timestamp>,
    /// A JSON object.
    pub info: String,
    /// When it was made.
    pub created_at: Timestamp,
    /// When it was last changed.
    pub updated_at: Timestamp,
}

impl Binding {
    /// `private` or `public`.
    #[must_use]
    pub const fn kind(&self) -> &'static str {
        if self.user.is_some() { "private" } else { "public" }
    }

    /// From when on refusals count at `now`.
    #[must_use]
    pub fn failures_count_from(&self, now: Timestamp) -> Timestamp {
        let window = now.plus_secs(-FAILURE_WINDOW_S);
        let after = |cleared: Timestamp| Timestamp::from_micros(cleared.as_micros() + 1);
        self.failures_cleared_at.map_or(window, |cleared| after(cleared).max(window))
    }
}

/// Whether a binding with so many refusals is given up.
#[must_use]
pub const fn is_given_up(failures: usize) -> bool {
    failures >= FAILURES_MAX
}

/// What a list shows of a key: its ends, or nothing where they would be most of it.
#[must_use]
pub fn mask(key: &str) -> String {
    let signs: Vec<char> = key.chars().collect();
    if signs.len() <= 8 {
        return "***".to_owned();
    }
    let (head, tail) = (&signs[..4], &signs[signs.len() - 4..]);
    format!("{}...{}", head.iter().collect::<String>(), tail.iter().collect::<String>())
}

/// What an exchange lets a key do.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Capabilities {
    /// It reads balances.
    pub can_read: bool,
    /// It places orders.
    pub can_trade: bool,
    /// It takes money away: nothing here ever needs that.
    pub can_withdraw: bool,
}

impl Capabilities {
    /// Their names.
    #[must_use]
    pub fn names(self) -> Vec<&'static str> {
        let all = [(self.can_read, "read"), (self.can_trade, "trade"), (self.can_withdraw, "withdraw")];
        all.into_iter().filter(|(has, _)| *has).map(|(_, name)| name).collect()
    }
}

/// Keys in the open, as their owner sent them. Never stored, never printed.
#[derive(Clone)]
pub struct PlainKeys {
    /// The key.
    pub api_key: String,
    /// Its secret.
    pub api_secret: String,
    /// What some exchanges want beside them.
    pub passphrase: Option<String>,
}

impl std::fmt::Debug for PlainKeys {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("PlainKeys(hidden)")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_mask_shows_ends_of_long_keys_alone() {
        for (key, shown) in
            [("", "***"), ("12345678", "***"), ("123456789", "1234...6789"), ("ключ-от-биржи", "ключ...иржи")]
        {
            assert_eq!(mask(key), shown, "{key}");
        }
    }

    #[test]
    fn refusals_count_for_an_hour_and_from_where_they_were_cleared() {
        let now = Timestamp::from_secs(100_000);
        let mut binding = Binding {
            id: ExchangeBindingId(9),
            user: Some(UserId(1)),
            name: "One".to_owned(),
            exchange: "binance".to_owned(),
            status: BindingStatus::Active,
            mask: None,
            failure_count: 0,
            last_failure_at: None,
            last_used_at: None,
            validated_at: None,
            failures_cleared_at: None,
            info: "{}".to_owned(),
            created_at: now,
            updated_at: now,
        };
        assert_eq!(binding.failures_count_from(now), now.plus_secs(-3_600));
        binding.failures_cleared_at = Some(now.plus_secs(-60));
        assert_eq!(binding.failures_count_from(now).as_micros(), now.plus_secs(-60).as_micros() + 1);
        binding.failures_cleared_at = Some(now.plus_secs(-7_200));
        assert_eq!(binding.failures_count_from(now), now.plus_secs(-3_600));
        assert!(is_given_up(10) && !is_given_up(9));
    }

    #[test]
    fn what_is_printed_of_keys_is_nothing() {
        let keys = PlainKeys { api_key: "planted".into(), api_secret: "planted".into(), passphrase: None };
        assert!(!format!("{keys:?}").contains("planted"));
        assert!(exchange("OKX").is_some_and(|facts| facts.needs_passphrase) && exchange("mtgox").is_none());
    }
}
