//! One bot at work: look, think, trade, say what was done. What could not be said is said again before anything new.

use super::control::Shared;
use super::orders::Orders;
use super::strategy::{Intent, Strategy};
use hmac::{Hmac, KeyInit as _, Mac as _};
use kernel::{format_minor, parse_minor};
use outbound::{HttpClient, Request};
use serde_json::{Value, json};
use sha2::Sha256;
use std::collections::VecDeque;
use std::time::Duration;
use web::Closing;

/// Decimals of every amount.
const SCALE: u8 = 8;
/// Events that wait to be published; a bot whose server is away for longer forgets the oldest.
const WAITING_MAX: usize = 500;

struct Bot {
    orders: Orders,
    shared: Shared,
    client: HttpClient,
    strategy: Strategy,
    sequence: u64,
    waiting: VecDeque<(&'static str, Value)>,
}

/// A fill as the exchange tells it.
struct Fill {
    order: String,
    price: String,
    fee: String,
}

/// Runs a bot until `closing` begins.
pub(super) async fn run(orders: Orders, shared: Shared, mut closing: Closing) {
    let every = Duration::from_millis(orders.every_ms.max(50));
    let client = HttpClient::new(Duration::from_secs(5));
    let mut bot =
        Bot { orders, shared, client, strategy: Strategy::default(), sequence: 0, waiting: VecDeque::new() };
    loop {
        tokio::select! {
            () = closing.wait() => return,
            () = tokio::time::sleep(every) => bot.step().await,
        }
    }
}

impl Bot {
    async fn step(&mut self) {
        if let Err(problem) = self.trade().await {
            tracing::debug!(problem, "the bot could not trade");
        }
        while let Some((subject, event)) = self.waiting.front() {
            if self.shared.sink.publish(subject, event).await.is_err() {
                break;
            }
            if self.shared.is_twice() {
                // Whoever counts events by their names does not care how this one ends.
                let _again = self.shared.sink.publish(subject, event).await;
            }
            self.waiting.pop_front();
        }
    }

    async fn trade(&mut self) -> Result<(), String> {
        let price = self.price().await?;
        let opinion = self.strategy.look(price);
        let side = match opinion.intent {
            Intent::Hold => return Ok(()),
            Intent::Buy => "buy",
            Intent::Sell => "sell",
        };
        let reasoning = format!(
            "{} is {} its average of {:.2}",
            self.orders.market,
            if side == "buy" { "below" } else { "above" },
            opinion.average
        );
        let signal = json!({
            "signal_type": side, "symbol": self.orders.market, "confidence": (opinion.confidence * 100.0).round() / 100.0,
            "price": format!("{price:.2}"), "strategy": "short average", "reasoning": reasoning,
        });
        self.say("trading.signals", signal, &self.orders.currency_account_id.clone());
        let fill = self.order(side, price).await?;
        self.strategy.filled(opinion.intent);
        if self.shared.take_silence() {
            return Ok(());
        }
        let orders = &self.orders;
        let (base, quote) = orders.market.split_once('/').unwrap_or((&orders.market, "USDT"));
        let filled = json!({
            "order_id": fill.order, "symbol": orders.market, "side": side, "type": "market", "amount": orders.volume,
            "price": fill.price, "status": "filled",
            "message": format!("{side} {} {base} at {} {quote}: {reasoning}", orders.volume, fill.price),
            "metadata": {"stock_account_id": orders.stock_account_id, "currency_account_id": orders.currency_account_id,
                         "fee": fill.fee, "fill_id": fill.order, "stock": base, "currency": quote},
        });
        let account = orders.currency_account_id.clone();
        self.say("trading.orders.filled", filled, &account);
        Ok(())
    }

    /// Puts an event into the line.
    fn say(&mut self, subject: &'static str, mut event: Value, account: &str) {
        self.sequence += 1;
        let now = self.shared.clock.now();
        let common = json!({
            "event_id": format!("{}-{}-{}", self.orders.trading_id, now.as_micros(), self.sequence),
            "event_type": subject, "timestamp": now.rfc3339(), "user_id": self.orders.user_id,
            "trading_id": self.orders.trading_id, "sub_account_id": account, "source": "tiris-bot", "version": "1.0",
        });
        if let (Value::Object(event), Value::Object(common)) = (&mut event, common) {
            event.extend(common);
        }
        if self.waiting.len() >= WAITING_MAX {
            self.waiting.pop_front();
        }
        self.waiting.push_back((subject, event));
        self.shared.count();
    }

    fn symbol(&self) -> String {
        self.orders.market.chars().filter(char::is_ascii_alphanumeric).collect()
    }

    async fn price(&self) -> Result<f64, String> {
        let url = format!("{}/api/v3/ticker/price?symbol={}", self.orders.exchange_url, self.symbol());
        let answer = self.client.send(Request::get(url)).await.map_err(|fault| fault.to_string())?;
        let body: Value = serde_json::from_slice(&answer.body).map_err(|_| "no price")?;
        body["price"].as_str().and_then(|text| text.parse().ok()).ok_or_else(|| "no price".to_owned())
    }

    /// A market order at the exchange, or one of its own where it has no key there.
    async fn order(&self, side: &str, price: f64) -> Result<Fill, String> {
        if self.orders.exchange_key.is_empty() {
            return self.own_fill(price);
        }
        let form = format!(
            "symbol={}&side={}&type=MARKET&quantity={}&recvWindow=5000&timestamp={}",
            self.symbol(),
            side.to_ascii_uppercase(),
            self.orders.volume,
            self.shared.clock.now().as_micros() / 1_000
        );
        let mut mac = Hmac::<Sha256>::new_from_slice(self.orders.exchange_secret.as_bytes())
            .expect("HMAC takes keys of every length");
        mac.update(form.as_bytes());
        let signature: String =
            mac.finalize().into_bytes().iter().map(|byte| format!("{byte:02x}")).collect();
        let url = format!("{}/api/v3/order", self.orders.exchange_url);
        let request = Request::post_form(url, format!("{form}&signature={signature}"))
            .header("x-mbx-apikey", self.orders.exchange_key.as_str());
        let answer = self.client.send(request).await.map_err(|fault| fault.to_string())?;
        let body: Value = serde_json::from_slice(&answer.body).map_err(|_| "no order")?;
        let text = |value: &Value| value.as_str().map(str::to_owned);
        let fill = &body["fills"][0];
        match (text(&fill["price"]), text(&fill["commission"]), body["orderId"].as_i64()) {
            (Some(price), Some(fee), Some(order)) => Ok(Fill { order: order.to_string(), price, fee }),
            _ => Err(format!("the exchange answered {}", answer.status)),
        }
    }

    /// A fill at the price that was seen, with a tenth of a percent as its fee.
    fn own_fill(&self, price: f64) -> Result<Fill, String> {
        let text = format!("{price:.2}");
        let units = parse_minor(&text, SCALE).map_err(|_| "no price")?;
        let volume = parse_minor(&self.orders.volume, SCALE).map_err(|_| "no volume")?;
        let quote = i128::from(units) * i128::from(volume) / 100_000_000;
        let fee = i64::try_from(quote / 1_000).map_err(|_| "no fee")?;
        let order = format!("own-{}", self.shared.clock.now().as_micros());
        Ok(Fill { order, price: text, fee: format_minor(fee, SCALE) })
    }
}
