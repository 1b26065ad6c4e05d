//! The client's side: whoever holds the phone. Signs in, pays, writes to the bot, and shows the Mini App in a frame.

use super::faults::Fault;
use super::state::Telegram;
use super::users;
use axum::Json;
use axum::extract::{Query, State};
use axum::http::StatusCode;
use axum::response::{Html, IntoResponse as _, Response};
use serde::Deserialize;
use serde_json::{Value, json};
use std::sync::Arc;
use std::time::Duration;
use tokio::sync::oneshot;

/// How long a person's client waits for the bot before it gives up, as Telegram does it.
const PRE_CHECKOUT_MAX: Duration = Duration::from_secs(10);
/// Messages that the page shows of one chat.
const MESSAGES_MAX: usize = 20;

/// How paying ended.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Payment {
    /// Paid: the charge.
    Paid(String),
    /// The bot refused, with its reason, or did not answer in time.
    Failed(String),
}

impl Telegram {
    /// A person pays an invoice: the bot is asked, then they are charged.
    pub(super) async fn pay(self: &Arc<Self>, user: i64, link: &str) -> Payment {
        let Some(invoice) = self.invoice(link) else { return Payment::Failed("no such invoice".to_owned()) };
        if self.stars_of(user) < invoice.stars {
            return Payment::Failed("not enough Stars".to_owned());
        }
        let query = format!("{}{}", user, self.next());
        let (send, answer) = oneshot::channel();
        self.memory.lock().queries.insert(query.clone(), send);
        self.deliver(json!({ "update_id": self.next(), "pre_checkout_query": {
            "id": query, "from": users::user(user), "currency": "XTR", "total_amount": invoice.stars,
            "invoice_payload": invoice.payload,
        }}));
        match tokio::time::timeout(PRE_CHECKOUT_MAX, answer).await {
            Ok(Ok(Ok(()))) => {
                let (charge, update) = self.charge(user, &invoice);
                self.deliver(update);
                Payment::Paid(charge)
            }
            Ok(Ok(Err(reason))) => Payment::Failed(reason),
            _ => {
                self.memory.lock().queries.remove(&query);
                Payment::Failed("the bot did not answer in time".to_owned())
            }
        }
    }
}

type Shared = State<Arc<Telegram>>;

/// The page with the frame.
pub(super) async fn page(State(telegram): Shared) -> Html<String> {
    let app = serde_json::to_string(&telegram.app_url).unwrap_or_default().replace('<', "\\u003c");
    Html(include_str!("client.html").replace("\"{{APP_URL}}\"", &app))
}

/// Everybody there is.
pub(super) async fn people(State(telegram): Shared) -> Json<Value> {
    let person = |id| json!({ "user": users::user(id), "stars": telegram.stars_of(id) });
    Json(Value::Array(users::known_ids().map(person).collect()))
}

#[derive(Deserialize)]
pub(super) struct Who {
    user: i64,
    start_param: Option<String>,
    auth_date: Option<i64>,
}

/// Signed init data.
pub(super) async fn init_data(State(telegram): Shared, Query(who): Query<Who>) -> Json<Value> {
    let auth_date = who.auth_date.unwrap_or_else(|| telegram.now_s());
    let data =
        users::init_data(&telegram.token, &users::user(who.user), auth_date, who.start_param.as_deref());
    Json(json!({ "init_data": data, "stars": telegram.stars_of(who.user) }))
}

#[derive(Deserialize)]
pub(super) struct Act {
    user: i64,
    #[serde(default)]
    link: String,
    #[serde(default)]
    text: String,
    #[serde(default)]
    stars: i64,
}

/// What an invoice asks for, before somebody pays it.
pub(super) async fn invoice(State(telegram): Shared, Query(act): Query<Act>) -> Response {
    match telegram.invoice(&act.link) {
        Some(invoice) => Json(json!({
            "title": invoice.title, "description": invoice.description, "stars": invoice.stars,
            "balance": telegram.stars_of(act.user),
        }))
        .into_response(),
        None => StatusCode::NOT_FOUND.into_response(),
    }
}

/// Pays.
pub(super) async fn pay(State(telegram): Shared, Json(act): Json<Act>) -> Json<Value> {
    Json(match telegram.pay(act.user, &act.link).await {
        Payment::Paid(charge) => json!({ "status": "paid", "charge": charge }),
        Payment::Failed(reason) => json!({ "status": "failed", "reason": reason }),
    })
}

/// Buys Stars from Telegram, out of thin air.
pub(super) async fn buy(State(telegram): Shared, Json(act): Json<Act>) -> Json<Value> {
    *telegram.memory.lock().bought.entry(act.user).or_default() += act.stars.clamp(0, 1_000_000);
    Json(json!({ "stars": telegram.stars_of(act.user) }))
}

/// Writes to the bot.
pub(super) async fn write(State(telegram): Shared, Json(act): Json<Act>) -> StatusCode {
    let update = telegram.message(act.user, json!({ "text": act.text }));
    telegram.deliver(update);
    StatusCode::NO_CONTENT
}

/// What the bot wrote, newest last.
pub(super) async fn messages(State(telegram): Shared, Query(who): Query<Who>) -> Json<Value> {
    let memory = telegram.memory.lock();
    let of_user = memory.messages.iter().filter(|(chat, _)| *chat == who.user).map(|(_, text)| text.clone());
    let mut texts: Vec<String> = of_user.collect();
    let first = texts.len().saturating_sub(MESSAGES_MAX);
    Json(json!(texts.split_off(first)))
}

#[derive(Deserialize)]
pub(super) struct Control {
    fault: Option<String>,
    release: Option<String>,
    refund: Option<String>,
}

/// Tells and sets the fault; `release=1` lets waiting updates go, `refund=CHARGE` is Telegram itself giving Stars back.
pub(super) async fn control(State(telegram): Shared, Query(control): Query<Control>) -> Response {
    if let Some(name) = control.fault {
        let Some(fault) = Fault::named(&name) else {
            return (StatusCode::BAD_REQUEST, "fault must be a known name\n").into_response();
        };
        telegram.memory.lock().fault = fault;
    }
    if let Some(charge) = control.refund {
        match telegram.refund(None, &charge) {
            Ok(update) => telegram.deliver(update),
            Err(reason) => return (StatusCode::BAD_REQUEST, reason).into_response(),
        }
    }
    let released = if control.release.is_some() { telegram.release() } else { 0 };
    let memory = telegram.memory.lock();
    let waiting = memory.held.len();
    Json(json!({ "fault": memory.fault.name(), "waiting": waiting, "released": released })).into_response()
}
