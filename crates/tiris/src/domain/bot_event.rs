//! Events of a bot as they are published: ten types on ten subjects, read field by field; the first fault is named.

use super::decimal;
use super::ids::{SubAccountId, TradingId};
use super::sub_account::symbol;
use kernel::{AssetCode, PublicIds, UserId};
use serde_json::{Map, Value, json};

/// Bytes of the longest name of an event.
const EVENT_ID_BYTES_MAX: usize = 255;

/// What happened.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum EventKind {
    /// An order was accepted.
    OrderCreated,
    /// An order was filled.
    OrderFilled,
    /// An order was cancelled.
    OrderCancelled,
    /// An order was refused.
    OrderFailed,
    /// Money came to or left a sub-account.
    BalanceUpdated,
    /// Free money was set aside.
    BalanceLocked,
    /// Money that was set aside is free again.
    BalanceUnlocked,
    /// The bot met a fault.
    Error,
    /// The strategy says what it thinks.
    Signal,
    /// The bot is there.
    Heartbeat,
}

impl EventKind {
    /// Every kind with its subject.
    pub const ALL: [(Self, &'static str); 10] = [
        (Self::OrderCreated, "trading.orders.created"),
        (Self::OrderFilled, "trading.orders.filled"),
        (Self::OrderCancelled, "trading.orders.cancelled"),
        (Self::OrderFailed, "trading.orders.failed"),
        (Self::BalanceUpdated, "trading.balance.updated"),
        (Self::BalanceLocked, "trading.balance.locked"),
        (Self::BalanceUnlocked, "trading.balance.unlocked"),
        (Self::Error, "trading.errors"),
        (Self::Signal, "trading.signals"),
        (Self::Heartbeat, "system.heartbeat"),
    ];

    /// The kind of a subject; signals may have further words behind theirs, and a heartbeat an older name.
    #[must_use]
    pub fn of_subject(subject: &str) -> Option<Self> {
        if subject.starts_with("trading.signals.") {
            return Some(Self::Signal);
        }
        if subject == "trading.heartbeat" {
            return Some(Self::Heartbeat);
        }
        Self::ALL.into_iter().find(|(_, known)| *known == subject).map(|(kind, _)| kind)
    }

    /// Where it is published.
    #[must_use]
    pub fn subject(self) -> &'static str {
        Self::ALL.into_iter().find(|(kind, _)| *kind == self).map_or("", |(_, subject)| subject)
    }

    /// The type of the log that it becomes; none for a heartbeat.
    #[must_use]
    pub const fn log_type(self) -> Option<&'static str> {
        match self {
            Self::OrderCreated => Some("order_created"),
            Self::OrderFilled => Some("order_filled"),
            Self::OrderCancelled => Some("order_cancelled"),
            Self::OrderFailed => Some("order_failed"),
            Self::BalanceUpdated | Self::BalanceLocked | Self::BalanceUnlocked => Some("balance_update"),
            Self::Error => Some("system_error"),
            Self::Signal => Some("trading_signal"),
            Self::Heartbeat => None,
        }
    }

    const fn needs_account(self) -> bool {
        !matches!(self, Self::Error | Self::Signal | Self::Heartbeat)
    }
}

/// An event.
#[derive(Debug, Clone, PartialEq)]
pub struct BotEvent {
    /// Its publisher's name for it.
    pub event_id: String,
    /// What happened.
    pub kind: EventKind,
    /// Whose.
    pub user: UserId,
    /// Of which trading; none in a heartbeat that names none.
    pub trading: Option<TradingId>,
    /// Of which sub-account.
    pub sub_account: Option<SubAccountId>,
    /// Who publishes, and its number for it, where it counts.
    pub sequence: Option<(String, i64)>,
    /// When it happened, RFC 3339.
    pub timestamp: Option<String>,
    /// All that it says.
    pub fields: Map<String, Value>,
}

/// Why it cannot be read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct EventFault {
    /// The stable code.
    pub code: &'static str,
    /// A sentence.
    pub text: String,
}

fn fault(code: &'static str, text: impl Into<String>) -> EventFault {
    EventFault { code, text: text.into() }
}

/// Reads an event from its subject. Errors: the first fault.
pub fn read(subject: &str, payload: &str, public: &PublicIds) -> Result<BotEvent, EventFault> {
    let kind = EventKind::of_subject(subject);
    let kind = kind.ok_or_else(|| fault("UNKNOWN_SUBJECT", "nothing is known of this subject"))?;
    let fields = serde_json::from_str(payload).ok().and_then(|value: Value| match value {
        Value::Object(fields) => Some(fields),
        _ => None,
    });
    let fields = fields.ok_or_else(|| fault("MALFORMED_JSON", "this is no JSON object"))?;
    let event_id = text(&fields, "event_id")?;
    if event_id.len() > EVENT_ID_BYTES_MAX || event_id.contains(char::is_control) {
        return Err(fault("INVALID_FIELD", "event_id has at most 255 bytes and no control characters"));
    }
    let user = text(&fields, "user_id")?;
    let user = public.decode(&user).map_err(|_| fault("UNKNOWN_USER", "user_id names nobody"))?;
    let trading = id::<TradingId>(&fields, "trading_id", public)?;
    if trading.is_none() && kind != EventKind::Heartbeat {
        return Err(fault("MISSING_FIELD", "trading_id is missing"));
    }
    let sub_account = id::<SubAccountId>(&fields, "sub_account_id", public)?;
    if sub_account.is_none() && kind.needs_account() {
        return Err(fault("MISSING_FIELD", "sub_account_id is missing"));
    }
    let sequence = fields.get("sequence").and_then(Value::as_i64).filter(|number| *number > 0);
    let source = fields.get("source").and_then(Value::as_str).unwrap_or("tiris-bot");
    let publisher =
        format!("{source}:{}", fields.get("trading_id").and_then(Value::as_str).unwrap_or_default());
    let timestamp = fields.get("timestamp").and_then(Value::as_str).map(str::to_owned);
    Ok(BotEvent {
        sequence: sequence.map(|number| (publisher, number)),
        event_id,
        kind,
        user,
        trading,
        sub_account,
        timestamp,
        fields,
    })
}

fn text(fields: &Map<String, Value>, name: &str) -> Result<String, EventFault> {
    let text = fields.get(name).and_then(Value::as_str).filter(|text| !text.is_empty());
    text.map(str::to_owned).ok_or_else(|| fault("MISSING_FIELD", format!("{name} is missing")))
}

fn id<I: kernel::TypedId>(
    fields: &Map<String, Value>,
    name: &str,
    public: &PublicIds,
) -> Result<Option<I>, EventFault> {
    let sent = fields.get(name).and_then(Value::as_str).filter(|text| !text.is_empty());
    let read = |text: &str| {
        public.decode(text).map_err(|_| fault("INVALID_FIELD", format!("{name} is no id of ours")))
    };
    sent.map(read).transpose()
}

/// What a balance event says of money.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct BalanceChange {
    /// In what.
    pub symbol: AssetCode,
    /// Units; more than 0.
    pub amount: i64,
    /// Whether it comes; else it leaves.
    pub comes: bool,
    /// What the bot believes was there, and is.
    pub believed: Option<(i64, i64)>,
}

impl BotEvent {
    /// Events of one key keep their order.
    #[must_use]
    pub fn key(&self) -> String {
        self.sub_account
            .map_or_else(|| format!("user:{}", self.user.0), |account| format!("account:{}", account.0))
    }

    /// The money of a balance event. Errors: a field is missing or no amount.
    pub fn balance_change(&self) -> Result<BalanceChange, EventFault> {
        let symbol =
            symbol(&text(&self.fields, "symbol")?).ok_or_else(|| fault("INVALID_FIELD", "symbol is none"))?;
        let amount = self.amount("amount")?.filter(|amount| *amount > 0);
        let amount = amount.ok_or_else(|| fault("INVALID_FIELD", "amount must be more than 0"))?;
        let comes = match self.fields.get("direction").and_then(Value::as_str) {
            Some("credit") => true,
            Some("debit") => false,
            _ if self.kind != EventKind::BalanceUpdated => false,
            _ => return Err(fault("INVALID_FIELD", "direction must be credit or debit")),
        };
        let believed = self.amount("previous_balance")?.zip(self.amount("new_balance")?);
        Ok(BalanceChange { symbol, amount, comes, believed })
    }

    fn amount(&self, name: &str) -> Result<Option<i64>, EventFault> {
        let Some(value) = self.fields.get(name).filter(|value| !value.is_null()) else { return Ok(None) };
        let read = decimal::parse_json(&value.to_string());
        read.map(Some)
            .map_err(|_| fault("INVALID_FIELD", format!("{name} must be an amount with at most 8 decimals")))
    }

    /// The `info` of the trade that a fill stands for, when its metadata names both accounts and the fee; with its log type.
    #[must_use]
    pub fn trade(&self) -> Option<(&'static str, String)> {
        let metadata = self.fields.get("metadata")?.as_object()?;
        let side = match self.fields.get("side")?.as_str()? {
            "buy" => "long",
            "sell" => "short",
            _ => return None,
        };
        let pair = self.fields.get("symbol").and_then(Value::as_str).unwrap_or_default();
        let (base, quote) = pair.split_once(['/', '-', '_']).unwrap_or((pair, ""));
        let of = |name: &str, other: &str| metadata.get(name).cloned().unwrap_or_else(|| json!(other));
        let mut info = json!({
            "stock_account_id": metadata.get("stock_account_id")?, "currency_account_id": metadata.get("currency_account_id")?,
            "fee": metadata.get("fee")?, "price": self.fields.get("price")?, "volume": self.fields.get("amount")?,
            "stock": of("stock", base), "currency": of("currency", quote), "order_id": self.fields.get("order_id"),
            "event_id": self.event_id,
        });
        for name in ["fill_id", "fee_currency", "fee_account_id"] {
            if let Some(value) = metadata.get(name) {
                info[name] = value.clone();
            }
        }
        Some((side, info.to_string()))
    }

    /// What a log says for people.
    #[must_use]
    pub fn message(&self) -> String {
        let named = ["message", "error_message", "reasoning", "reason"];
        let found = named.iter().find_map(|name| self.fields.get(*name).and_then(Value::as_str));
        found.filter(|text| !text.is_empty()).unwrap_or(self.kind.subject()).to_owned()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn public() -> PublicIds {
        PublicIds::new([7; 16])
    }

    fn event(change: impl Fn(&mut Value)) -> String {
        let id = |number| public().encode(SubAccountId(number));
        let mut event = json!({
            "event_id": "e1", "event_type": "balance", "user_id": public().encode(UserId(3)),
            "trading_id": public().encode(TradingId(4)), "sub_account_id": id(5), "source": "tiris-bot", "sequence": 9,
            "symbol": "USDT", "amount": "1.5", "direction": "debit", "previous_balance": "3", "new_balance": "1.5",
        });
        change(&mut event);
        event.to_string()
    }

    #[test]
    fn every_subject_has_its_kind_and_every_fault_its_name() {
        for (kind, subject) in EventKind::ALL {
            assert_eq!((EventKind::of_subject(subject), kind.subject()), (Some(kind), subject));
        }
        assert_eq!(EventKind::of_subject("trading.signals.rsi"), Some(EventKind::Signal));
        assert_eq!(EventKind::of_subject("trading.heartbeat"), Some(EventKind::Heartbeat));
        let code =
            |subject: &str, payload: &str| read(subject, payload, &public()).map_err(|fault| fault.code);
        let subject = "trading.balance.updated";
        assert_eq!(code("trading.other", "{}").unwrap_err(), "UNKNOWN_SUBJECT");
        assert_eq!(code(subject, "[1]").unwrap_err(), "MALFORMED_JSON");
        for field in ["event_id", "user_id", "trading_id", "sub_account_id"] {
            let payload = event(|event| event[field] = Value::Null);
            assert_eq!(code(subject, &payload).unwrap_err(), "MISSING_FIELD", "{field}");
        }
        assert_eq!(code(subject, &event(|event| event["user_id"] = json!("x"))).unwrap_err(), "UNKNOWN_USER");
    }

    #[test]
    fn a_balance_event_is_read_exactly() {
        let event = read("trading.balance.updated", &event(|_| ()), &public()).unwrap();
        let change = event.balance_change().unwrap();
        assert_eq!((change.amount, change.comes), (150_000_000, false));
        assert_eq!(change.believed, Some((300_000_000, 150_000_000)));
        assert_eq!(event.key(), "account:5");
        assert_eq!(event.sequence.map(|(_, number)| number), Some(9));
    }
}
