//! The Bot API: `/bot<token>/<method>`, parameters as JSON, as a form or in the query, answers as Telegram writes them.

use super::faults::Fault;
use super::state::{Invoice, Telegram, Webhook};
use axum::Json;
use axum::body::Bytes;
use axum::extract::{Path, RawQuery, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse as _, Response};
use serde_json::{Map, Value, json};
use std::sync::Arc;
use std::time::Duration;

/// How long the fault `slow` takes.
const SLOW: Duration = Duration::from_secs(3);
/// Transactions in one answer at most.
const PAGE_MAX: i64 = 100;

/// Why a method is refused: the status and Telegram's text.
type Refused = (u16, String);

fn bad(text: &str) -> Refused {
    (400, format!("Bad Request: {text}"))
}

/// Any method.
pub(super) async fn call(
    State(telegram): State<Arc<Telegram>>,
    Path((bot, method)): Path<(String, String)>,
    RawQuery(query): RawQuery,
    body: Bytes,
) -> Response {
    if bot.strip_prefix("bot") != Some(telegram.token.as_str()) {
        return refused(&(401, "Unauthorized".to_owned()));
    }
    let fault = telegram.memory.lock().fault;
    match fault {
        Fault::Slow => tokio::time::sleep(SLOW).await,
        Fault::Refuse => return refused(&(500, "Internal Server Error".to_owned())),
        Fault::Limited => return refused(&(429, "Too Many Requests: retry after 1".to_owned())),
        _ => {}
    }
    let parameters = Parameters(parameters(&query.unwrap_or_default(), &body));
    match telegram.answer(&method, &parameters, fault) {
        Ok(result) => Json(json!({ "ok": true, "result": result })).into_response(),
        Err(reason) => refused(&reason),
    }
}

fn refused((status, text): &Refused) -> Response {
    let mut body = json!({ "ok": false, "error_code": status, "description": text });
    if *status == 429 {
        body["parameters"] = json!({ "retry_after": 1 });
    }
    let status = StatusCode::from_u16(*status).unwrap_or(StatusCode::BAD_REQUEST);
    (status, Json(body)).into_response()
}

struct Parameters(Map<String, Value>);

impl Parameters {
    fn text(&self, name: &str) -> Option<String> {
        match self.0.get(name)? {
            Value::String(text) => Some(text.clone()),
            other => Some(other.to_string()),
        }
    }

    fn number(&self, name: &str) -> Option<i64> {
        self.text(name)?.parse().ok()
    }

    /// An object or list, given as itself or as text.
    fn value(&self, name: &str) -> Option<Value> {
        match self.0.get(name)? {
            Value::String(text) => serde_json::from_str(text).ok(),
            other => Some(other.clone()),
        }
    }
}

fn parameters(query: &str, body: &[u8]) -> Map<String, Value> {
    let mut all = pairs(query);
    match serde_json::from_slice(body) {
        Ok(Value::Object(fields)) => all.extend(fields),
        _ => all.extend(pairs(&String::from_utf8_lossy(body))),
    }
    all
}

fn pairs(text: &str) -> Map<String, Value> {
    let pairs = form_urlencoded::parse(text.as_bytes());
    pairs.map(|(key, value)| (key.into_owned(), Value::String(value.into_owned()))).collect()
}

impl Telegram {
    fn answer(self: &Arc<Self>, method: &str, given: &Parameters, fault: Fault) -> Result<Value, Refused> {
        match method {
            "getMe" => Ok(
                json!({ "id": self.bot_id(), "is_bot": true, "first_name": "Fair", "username": "fair_bot" }),
            ),
            "setWebhook" => self.set_webhook(given),
            "deleteWebhook" => {
                self.memory.lock().webhook = Webhook::default();
                Ok(Value::Bool(true))
            }
            "getWebhookInfo" => {
                Ok(json!({ "url": self.memory.lock().webhook.url, "pending_update_count": 0 }))
            }
            "createInvoiceLink" => self.create_invoice_link(given),
            "answerPreCheckoutQuery" => self.answer_pre_checkout(given),
            "sendMessage" => self.send_message(given),
            "refundStarPayment" => self.refund_star_payment(given, fault),
            "getStarTransactions" => Ok(json!({ "transactions": self.page(given) })),
            "getMyStarBalance" => Ok(json!({ "amount": self.balance() })),
            "setMyCommands" | "setChatMenuButton" => Ok(Value::Bool(true)),
            _ => Err((404, "Not Found: method not found".to_owned())),
        }
    }

    fn bot_id(&self) -> i64 {
        self.token.split(':').next().and_then(|id| id.parse().ok()).unwrap_or(1)
    }

    fn set_webhook(&self, given: &Parameters) -> Result<Value, Refused> {
        let url = given.text("url").ok_or_else(|| bad("url is missing"))?;
        let secret = given.text("secret_token");
        let is_sound = |secret: &String| {
            (1..=256).contains(&secret.len())
                && secret.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"_-".contains(&byte))
        };
        if secret.as_ref().is_some_and(|secret| !is_sound(secret)) {
            return Err(bad("secret token contains unallowed characters"));
        }
        self.memory.lock().webhook = Webhook { url, secret };
        Ok(Value::Bool(true))
    }

    fn create_invoice_link(&self, given: &Parameters) -> Result<Value, Refused> {
        let invoice = invoice(given)?;
        let slug = format!("inv{:x}", self.next());
        let link = format!("https://t.me/${slug}");
        self.memory.lock().invoices.insert(slug, invoice);
        Ok(Value::String(link))
    }

    fn answer_pre_checkout(&self, given: &Parameters) -> Result<Value, Refused> {
        let id = given.text("pre_checkout_query_id").ok_or_else(|| bad("query id is missing"))?;
        let answer = match given.text("ok").as_deref() {
            Some("true") => Ok(()),
            _ => Err(given.text("error_message").ok_or_else(|| bad("error message is missing"))?),
        };
        let waiting = self.memory.lock().queries.remove(&id);
        let too_old = || bad("query is too old and response timeout expired or query ID is invalid");
        waiting.ok_or_else(too_old)?.send(answer).map_err(|_| too_old())?;
        Ok(Value::Bool(true))
    }

    fn send_message(&self, given: &Parameters) -> Result<Value, Refused> {
        let chat = given.number("chat_id").ok_or_else(|| bad("chat not found"))?;
        let text = given.text("text").filter(|text| !text.is_empty());
        let text = text.ok_or_else(|| bad("message text is empty"))?;
        self.memory.lock().messages.push((chat, text.clone()));
        Ok(
            json!({ "message_id": self.next(), "date": self.now_s(), "chat": { "id": chat, "type": "private" }, "text": text }),
        )
    }

    fn refund_star_payment(self: &Arc<Self>, given: &Parameters, fault: Fault) -> Result<Value, Refused> {
        let user = given.number("user_id").ok_or_else(|| bad("user not found"))?;
        let charge = given.text("telegram_payment_charge_id").unwrap_or_default();
        let update = self.refund(Some(user), &charge).map_err(bad)?;
        self.deliver(update);
        if fault == Fault::RefundTwice { Err(bad("CHARGE_ALREADY_REFUNDED")) } else { Ok(Value::Bool(true)) }
    }

    fn page(&self, given: &Parameters) -> Vec<Value> {
        let (offset, limit) =
            (given.number("offset").unwrap_or(0), given.number("limit").unwrap_or(PAGE_MAX));
        let whole = |number: i64| usize::try_from(number).unwrap_or(0);
        self.transactions().into_iter().skip(whole(offset)).take(whole(limit.clamp(1, PAGE_MAX))).collect()
    }

    fn balance(&self) -> i64 {
        let memory = self.memory.lock();
        memory.charges.iter().filter(|charge| charge.refunded_at.is_none()).map(|charge| charge.stars).sum()
    }
}

/// An invoice in Stars as Telegram takes it: one price, no provider, texts within their limits.
fn invoice(given: &Parameters) -> Result<Invoice, Refused> {
    let text = |name: &str, most: usize| {
        let text = given.text(name).filter(|text| (1..=most).contains(&text.chars().count()));
        text.ok_or_else(|| bad(&format!("{name} is missing or too long")))
    };
    let (title, description) = (text("title", 32)?, text("description", 255)?);
    let payload = given.text("payload").filter(|payload| (1..=128).contains(&payload.len()));
    let payload = payload.ok_or_else(|| bad("INVOICE_PAYLOAD_INVALID"))?;
    if given.text("currency").as_deref() != Some("XTR") {
        return Err(bad("CURRENCY_INVALID"));
    }
    if given.text("provider_token").is_some_and(|token| !token.is_empty()) {
        return Err(bad("provider token must be empty for payments in Stars"));
    }
    let prices = given.value("prices");
    let stars = match prices.as_ref().and_then(Value::as_array).map(Vec::as_slice) {
        Some([price]) => price["amount"].as_i64().filter(|stars| *stars >= 1),
        _ => None,
    };
    let stars = stars.ok_or_else(|| bad("there must be exactly one price"))?;
    Ok(Invoice { title, description, payload, stars })
}
