//! The Bot API, as far as the stall needs it.
//!
//! What never happens here: the bot's token in an error, a log line or a `Debug` text.

use outbound::{HttpClient, Request};
use serde::Deserialize;
use serde_json::{Value, json};
use std::time::Duration;

/// For one call: three tries of an answer to a purchase fit into Telegram's ten seconds.
const TIME_MAX: Duration = Duration::from_secs(3);
/// Transactions of one page, as many as Telegram gives.
pub const TRANSACTIONS_MAX: usize = 100;
/// What a charge is called that was refunded before.
const ALREADY_REFUNDED: &str = "CHARGE_ALREADY_REFUNDED";

/// Why a call did not succeed.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum BotFault {
    /// No answer, or one that is not the Bot API's. It may have been done.
    #[error("the Bot API cannot be reached: {0}")]
    Unreachable(String),
    /// Not now; it was not done.
    #[error("the Bot API asks to wait")]
    Busy,
    /// Never; the text is Telegram's.
    #[error("the Bot API refuses: {0}")]
    Refused(String),
}

impl BotFault {
    /// Whether the same call may succeed later.
    #[must_use]
    pub const fn is_passing(&self) -> bool {
        matches!(self, Self::Unreachable(_) | Self::Busy)
    }
}

/// An invoice in Stars.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StarInvoice {
    /// 1 to 32 characters.
    pub title: String,
    /// 1 to 255 characters.
    pub description: String,
    /// What we are shown again when it is paid, at most 128 bytes.
    pub payload: String,
    /// How many, at least 1.
    pub stars: i64,
}

/// One of the bot's transactions in Stars.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StarTransaction {
    /// The charge; a refund has the same as what it refunds.
    pub charge: String,
    /// How many, above 0.
    pub stars: i64,
    /// Seconds since 1970.
    pub date: i64,
    /// Which way it went.
    pub kind: TransactionKind,
}

/// Which way Stars went, and to or from whom.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum TransactionKind {
    /// A user paid an invoice with this payload.
    Paid {
        /// Telegram's number of the user.
        tg_user_id: i64,
        /// The invoice's payload.
        payload: String,
    },
    /// A payment went back to its user.
    Refunded,
    /// Something that is neither: withdrawn by the bot's owner, spent on ads.
    Other,
}

/// The Bot API of one bot. Cloning is cheap.
#[derive(Clone)]
pub struct BotApi {
    http: HttpClient,
    base: String,
}

impl std::fmt::Debug for BotApi {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("BotApi(hidden)")
    }
}

#[derive(Deserialize)]
struct Envelope {
    ok: bool,
    #[serde(default)]
    result: Value,
    #[serde(default)]
    error_code: i64,
    #[serde(default)]
    description: String,
}

impl BotApi {
    /// The bot with this token; `url` has no slash at its end.
    #[must_use]
    pub fn new(url: &str, token: &str) -> Self {
        Self { http: HttpClient::new(TIME_MAX), base: format!("{url}/bot{token}") }
    }

    /// Calls a method; its result. Errors: see [`BotFault`].
    pub async fn call(&self, method: &str, parameters: &Value) -> Result<Value, BotFault> {
        let request = Request::post_json(format!("{}/{method}", self.base), parameters.to_string());
        let answer = self.http.send(request).await;
        let answer = answer.map_err(|error| BotFault::Unreachable(error.to_string()))?;
        let envelope: Envelope = serde_json::from_slice(&answer.body)
            .map_err(|_| BotFault::Unreachable(format!("status {} without an answer", answer.status)))?;
        match (envelope.ok, envelope.error_code) {
            (true, _) => Ok(envelope.result),
            (false, 429) => Err(BotFault::Busy),
            (false, 500..) => Err(BotFault::Unreachable(envelope.description)),
            (false, _) => Err(BotFault::Refused(envelope.description)),
        }
    }

    /// A link that leads to the invoice.
    pub async fn create_invoice_link(&self, invoice: &StarInvoice) -> Result<String, BotFault> {
        let parameters = json!({
            "title": invoice.title, "description": invoice.description, "payload": invoice.payload,
            "provider_token": "", "currency": "XTR",
            "prices": [{ "label": invoice.title, "amount": invoice.stars }],
        });
        let link = self.call("createInvoiceLink", &parameters).await?;
        link.as_str().map(str::to_owned).ok_or_else(|| BotFault::Unreachable("no link".to_owned()))
    }

    /// Lets somebody pay, or says why not.
    pub async fn answer_pre_checkout(&self, query: &str, answer: Result<(), &str>) -> Result<(), BotFault> {
        let parameters = match answer {
            Ok(()) => json!({ "pre_checkout_query_id": query, "ok": true }),
            Err(text) => json!({ "pre_checkout_query_id": query, "ok": false, "error_message": text }),
        };
        self.call("answerPreCheckoutQuery", &parameters).await.map(drop)
    }

    /// Gives the Stars of a charge back. One that was given back before counts as done.
    pub async fn refund(&self, tg_user_id: i64, charge: &str) -> Result<(), BotFault> {
        let parameters = json!({ "user_id": tg_user_id, "telegram_payment_charge_id": charge });
        match self.call("refundStarPayment", &parameters).await {
            Err(BotFault::Refused(text)) if text.contains(ALREADY_REFUNDED) => Ok(()),
            other => other.map(drop),
        }
    }

    /// The bot's transactions from number `offset` on, oldest first.
    pub async fn star_transactions(&self, offset: i64) -> Result<Vec<StarTransaction>, BotFault> {
        let parameters = json!({ "offset": offset, "limit": TRANSACTIONS_MAX });
        let result = self.call("getStarTransactions", &parameters).await?;
        let listed = result["transactions"].as_array().cloned().unwrap_or_default();
        Ok(listed.iter().filter_map(transaction).collect())
    }

    /// Where updates go, and with which secret.
    pub async fn set_webhook(&self, url: &str, secret: &str) -> Result<(), BotFault> {
        let kinds = ["message", "pre_checkout_query"];
        let parameters = json!({ "url": url, "secret_token": secret, "allowed_updates": kinds });
        self.call("setWebhook", &parameters).await.map(drop)
    }
}

fn transaction(listed: &Value) -> Option<StarTransaction> {
    let of_user = |partner: &Value| partner["type"] == "user";
    let kind = if of_user(&listed["source"]) {
        let (user, payload) = (&listed["source"]["user"]["id"], &listed["source"]["invoice_payload"]);
        TransactionKind::Paid {
            tg_user_id: user.as_i64()?,
            payload: payload.as_str().unwrap_or_default().to_owned(),
        }
    } else if of_user(&listed["receiver"]) {
        TransactionKind::Refunded
    } else {
        TransactionKind::Other
    };
    let (charge, stars) = (listed["id"].as_str()?.to_owned(), listed["amount"].as_i64()?);
    Some(StarTransaction { charge, stars, date: listed["date"].as_i64()?, kind })
}
