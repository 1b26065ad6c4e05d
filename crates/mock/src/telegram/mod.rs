//! A Telegram of ours: the Bot API with Stars and webhooks, and a client with invented users that shows a Mini App.
//!
//! `/bot<token>/<method>` is the Bot API; `/client/…` is whoever holds the phone, and `/` a page for people with the Mini App
//! in a frame. Updates come to the webhook that the bot set, with its secret, again after anything but a success. Faults are switched on with
//! `/control?fault=late`, and what waits is let go with `/control?release=1`.
//!
//! ```text
//! let telegram = telegram::start(TelegramSettings::default(), clock, closing).await?;
//! let init_data = telegram.init_data(FIRST_USER, Some("ref_CODE"));
//! telegram.set_fault(Fault::Twice);
//! telegram.pay(FIRST_USER, &invoice_link).await;
//! ```

mod bot_api;
mod client;
mod deliver;
mod faults;
mod mock;
mod state;
mod users;

pub use client::Payment;
pub use faults::Fault;
pub use mock::MOCK;
pub use users::FIRST_USER;

use axum::Router;
use axum::routing::{any, get, post};
use kernel::Clock;
use serde_json::{Value, json};
use state::Telegram;
use std::net::{Ipv4Addr, SocketAddr};
use std::sync::Arc;
use tokio::task::JoinHandle;
use web::Closing;

/// The bot's token when nothing else is said.
pub const BOT_TOKEN: &str = "7000000001:AAsimulated-token-of-a-simulated-bot";
/// Where the Mini App is when nothing else is said.
const APP_URL: &str = "http://127.0.0.1:8080/funpot/app";

/// What the simulated Telegram is like.
#[derive(Debug, Clone)]
pub struct TelegramSettings {
    /// Where to listen; port 0 takes a free one.
    pub listen: SocketAddr,
    /// The bot's token.
    pub token: String,
    /// Where the Mini App is.
    pub app_url: String,
    /// Milliseconds until an update that was refused is tried again; doubled each time.
    pub retry_ms: u64,
}

impl Default for TelegramSettings {
    fn default() -> Self {
        Self {
            listen: SocketAddr::from((Ipv4Addr::LOCALHOST, 0)),
            token: BOT_TOKEN.to_owned(),
            app_url: APP_URL.to_owned(),
            retry_ms: 250,
        }
    }
}

/// The running simulation.
pub struct SimulatedTelegram {
    address: SocketAddr,
    telegram: Arc<Telegram>,
    task: JoinHandle<()>,
}

/// Starts it; it runs until `closing` begins. Errors, as a sentence: an address that is not on loopback or cannot be
/// listened on.
pub async fn start(
    settings: TelegramSettings,
    clock: Arc<dyn Clock>,
    closing: Closing,
) -> Result<SimulatedTelegram, String> {
    let listener = crate::loopback(settings.listen).await?;
    let address = listener.local_addr().map_err(|error| error.to_string())?;
    let telegram = Arc::new(Telegram::new(settings.token, settings.app_url, settings.retry_ms, clock));
    let router = router(telegram.clone());
    let task = tokio::spawn(async move {
        web::serve(listener, router, closing).await;
    });
    Ok(SimulatedTelegram { address, telegram, task })
}

fn router(telegram: Arc<Telegram>) -> Router {
    Router::new()
        .route("/", get(client::page))
        .route("/client/people", get(client::people))
        .route("/client/init_data", get(client::init_data))
        .route("/client/invoice", get(client::invoice))
        .route("/client/pay", post(client::pay))
        .route("/client/buy", post(client::buy))
        .route("/client/write", post(client::write))
        .route("/client/messages", get(client::messages))
        .route("/control", get(client::control).post(client::control))
        .route("/{bot}/{method}", any(bot_api::call))
        .with_state(telegram)
}

impl SimulatedTelegram {
    /// Where it listens.
    #[must_use]
    pub const fn address(&self) -> SocketAddr {
        self.address
    }

    /// Where its Bot API is, without a slash at the end.
    #[must_use]
    pub fn url(&self) -> String {
        format!("http://{}", self.address)
    }

    /// Signed init data of a user, as old as the clock says: none.
    #[must_use]
    pub fn init_data(&self, user: i64, start_param: Option<&str>) -> String {
        users::init_data(&self.telegram.token, &users::user(user), self.telegram.now_s(), start_param)
    }

    /// A person pays an invoice; returns once they are charged, or refused.
    pub async fn pay(&self, user: i64, link: &str) -> Payment {
        self.telegram.pay(user, link).await
    }

    /// Charges a person for an invoice without asking the bot, as when two of their devices paid at once. None: no such invoice.
    #[must_use]
    pub fn charge(&self, user: i64, link: &str) -> Option<String> {
        let invoice = self.telegram.invoice(link)?;
        let (charge, update) = self.telegram.charge(user, &invoice);
        self.telegram.deliver(update);
        Some(charge)
    }

    /// Telegram itself gives the Stars of a charge back. Errors: done already, or no such charge.
    pub fn refund(&self, charge: &str) -> Result<(), &'static str> {
        let update = self.telegram.refund(None, charge)?;
        self.telegram.deliver(update);
        Ok(())
    }

    /// Whether the Stars of a charge were given back.
    #[must_use]
    pub fn is_refunded(&self, charge: &str) -> bool {
        let memory = self.telegram.memory.lock();
        memory.charges.iter().any(|known| known.id == charge && known.refunded_at.is_some())
    }

    /// A person writes to the bot.
    pub fn write(&self, user: i64, text: &str) {
        let update = self.telegram.message(user, json!({ "text": text }));
        self.telegram.deliver(update);
    }

    /// What the bot wrote to a person.
    #[must_use]
    pub fn messages(&self, user: i64) -> Vec<String> {
        let memory = self.telegram.memory.lock();
        memory.messages.iter().filter(|(chat, _)| *chat == user).map(|(_, text)| text.clone()).collect()
    }

    /// Any update, delivered as the fault has it.
    pub fn deliver(&self, update: Value) {
        self.telegram.deliver(update);
    }

    /// The address and secret to which updates go; what `setWebhook` does.
    pub fn set_webhook(&self, url: &str, secret: Option<&str>) {
        let webhook = state::Webhook { url: url.to_owned(), secret: secret.map(str::to_owned) };
        self.telegram.memory.lock().webhook = webhook;
    }

    /// Switches a fault on; the one before is over.
    pub fn set_fault(&self, fault: Fault) {
        self.telegram.memory.lock().fault = fault;
    }

    /// Lets waiting updates go, newest first; how many.
    pub fn release(&self) -> usize {
        self.telegram.release()
    }

    /// Returns once it is over; that begins when its `closing` does.
    pub async fn ended(self) {
        if let Err(error) = self.task.await {
            tracing::error!(%error, "the simulated Telegram panicked");
        }
    }
}
