//! What the simulated Telegram remembers: the bot's webhook, invoices, charges, transactions, Stars and messages.

use super::faults::Fault;
use super::users;
use kernel::Clock;
use parking_lot::Mutex;
use serde_json::{Value, json};
use std::collections::{BTreeMap, HashMap};
use std::sync::Arc;
use tokio::sync::oneshot;

/// Stars that everybody begins with.
const STARS_AT_FIRST: i64 = 2_500;

/// Where updates go.
#[derive(Debug, Clone, Default)]
pub(super) struct Webhook {
    pub(super) url: String,
    pub(super) secret: Option<String>,
}

/// An invoice that a link leads to.
#[derive(Debug, Clone)]
pub(super) struct Invoice {
    pub(super) title: String,
    pub(super) description: String,
    pub(super) payload: String,
    pub(super) stars: i64,
}

/// A paid invoice.
#[derive(Debug, Clone)]
pub(super) struct Charge {
    pub(super) id: String,
    pub(super) user: i64,
    pub(super) stars: i64,
    pub(super) payload: String,
    pub(super) at: i64,
    pub(super) refunded_at: Option<i64>,
}

/// The bot's answer before somebody pays: `Err` is the reason it gives.
pub(super) type PreCheckoutAnswer = Result<(), String>;

/// What changes.
#[derive(Default)]
pub(super) struct Memory {
    pub(super) webhook: Webhook,
    pub(super) fault: Fault,
    pub(super) invoices: HashMap<String, Invoice>,
    pub(super) queries: HashMap<String, oneshot::Sender<PreCheckoutAnswer>>,
    pub(super) charges: Vec<Charge>,
    pub(super) spent: BTreeMap<i64, i64>,
    pub(super) bought: BTreeMap<i64, i64>,
    pub(super) messages: Vec<(i64, String)>,
    /// Updates that wait under a fault.
    pub(super) held: Vec<Value>,
    number: i64,
}

/// The simulated Telegram.
pub(super) struct Telegram {
    pub(super) token: String,
    pub(super) app_url: String,
    pub(super) clock: Arc<dyn Clock>,
    pub(super) memory: Mutex<Memory>,
    pub(super) http: outbound::HttpClient,
    /// The first pause between two tries of an update, in milliseconds.
    pub(super) retry_ms: u64,
    first_number: i64,
}

impl Telegram {
    pub(super) fn new(token: String, app_url: String, retry_ms: u64, clock: Arc<dyn Clock>) -> Self {
        // Counting on from the clock: what was started again gives no number twice.
        let first_number = clock.now().as_secs().max(0);
        let (memory, http) = (Mutex::default(), outbound::HttpClient::default());
        Self { token, app_url, clock, memory, http, retry_ms, first_number }
    }

    pub(super) fn now_s(&self) -> i64 {
        self.clock.now().as_secs()
    }

    /// A new number, for updates, messages and names.
    pub(super) fn next(&self) -> i64 {
        let mut memory = self.memory.lock();
        memory.number += 1;
        self.first_number + memory.number
    }

    /// The user's Stars.
    pub(super) fn stars_of(&self, user: i64) -> i64 {
        let memory = self.memory.lock();
        let of = |map: &BTreeMap<i64, i64>| map.get(&user).copied().unwrap_or_default();
        STARS_AT_FIRST + of(&memory.bought) - of(&memory.spent)
    }

    /// The invoice that a link or its last part names.
    pub(super) fn invoice(&self, link: &str) -> Option<Invoice> {
        let slug = link.rsplit(['/', '$']).next().unwrap_or_default();
        self.memory.lock().invoices.get(slug).cloned()
    }

    /// Charges the user, whatever the bot thinks of it; the update that tells the bot.
    pub(super) fn charge(&self, user: i64, invoice: &Invoice) -> (String, Value) {
        let id = format!("stx{:x}", self.next());
        let charge = Charge {
            id: id.clone(),
            user,
            stars: invoice.stars,
            payload: invoice.payload.clone(),
            at: self.now_s(),
            refunded_at: None,
        };
        let paid = json!({ "successful_payment": {
            "currency": "XTR", "total_amount": charge.stars, "invoice_payload": charge.payload,
            "telegram_payment_charge_id": charge.id, "provider_payment_charge_id": "",
        }});
        let mut memory = self.memory.lock();
        *memory.spent.entry(user).or_default() += charge.stars;
        memory.charges.push(charge);
        drop(memory);
        (id, self.message(user, paid))
    }

    /// Gives the Stars of a charge back; the update that tells the bot. `None`: done already, or no such charge of theirs.
    pub(super) fn refund(&self, user: Option<i64>, charge_id: &str) -> Result<Value, &'static str> {
        let now = self.now_s();
        let mut memory = self.memory.lock();
        let known =
            |charge: &&mut Charge| charge.id == charge_id && user.is_none_or(|user| charge.user == user);
        let charge = memory.charges.iter_mut().find(known).ok_or("CHARGE_NOT_FOUND")?;
        if charge.refunded_at.is_some() {
            return Err("CHARGE_ALREADY_REFUNDED");
        }
        charge.refunded_at = Some(now);
        let charge = charge.clone();
        *memory.spent.entry(charge.user).or_default() -= charge.stars;
        drop(memory);
        let refunded = json!({ "refunded_payment": {
            "currency": "XTR", "total_amount": charge.stars, "invoice_payload": charge.payload,
            "telegram_payment_charge_id": charge.id,
        }});
        Ok(self.message(charge.user, refunded))
    }

    /// A message from a user to the bot, as an update.
    pub(super) fn message(&self, user: i64, mut parts: Value) -> Value {
        let from = users::user(user);
        let fields = json!({
            "message_id": self.next(), "date": self.now_s(), "from": from,
            "chat": { "id": user, "type": "private", "first_name": from["first_name"] },
        });
        if let (Some(parts), Some(fields)) = (parts.as_object_mut(), fields.as_object()) {
            parts.extend(fields.clone());
        }
        json!({ "update_id": self.next(), "message": parts })
    }

    /// Payments and refunds, oldest first, as the Bot API lists them.
    pub(super) fn transactions(&self) -> Vec<Value> {
        let partner = |charge: &Charge| {
            json!({
                "type": "user", "transaction_type": "invoice_payment", "user": users::user(charge.user),
                "invoice_payload": charge.payload,
            })
        };
        let mut listed: Vec<(i64, Value)> = Vec::new();
        for charge in &self.memory.lock().charges {
            let entry = json!({ "id": charge.id, "amount": charge.stars, "date": charge.at, "source": partner(charge) });
            listed.push((charge.at, entry));
            listed.extend(charge.refunded_at.map(|at| {
                (at, json!({ "id": charge.id, "amount": charge.stars, "date": at, "receiver": partner(charge) }))
            }));
        }
        listed.sort_by_key(|(at, _)| *at);
        listed.into_iter().map(|(_, entry)| entry).collect()
    }
}
