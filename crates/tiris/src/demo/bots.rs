//! Bots at work: they are told what to run, and their events are fetched and go the way of all events.

use super::people::Bot;
use crate::app::App;
use crate::usecase::event_intake::{self, EventInput};
use bus::inbound::{InboundMessage, Source};
use outbound::Request;
use serde_json::{Value, json};
use std::sync::Arc;
use std::time::Duration;
use tokio::task::JoinHandle;

/// How often their events are fetched.
const EVERY: Duration = Duration::from_millis(700);

/// Lets the bots in. Aborting the handle ends the fetching; the bots end with the process.
pub fn start(app: &Arc<App>, input: &Arc<EventInput>, bots: Vec<Bot>) -> JoinHandle<()> {
    let (app, input) = (Arc::clone(app), Arc::clone(input));
    tokio::spawn(async move {
        if app.settings.bot_url.is_empty() {
            return;
        }
        for bot in &bots {
            if let Err(problem) = start_bot(&app, bot).await {
                tracing::warn!(problem, "a simulated bot could not be started");
            }
        }
        let mut after = 0;
        loop {
            tokio::time::sleep(EVERY).await;
            if let Err(problem) = fetch(&app, &input, &mut after).await {
                tracing::debug!(problem, "the simulated bots say nothing");
            }
        }
    })
}

async fn start_bot(app: &App, bot: &Bot) -> Result<(), String> {
    let public = &app.public;
    let (key, secret) = bot.key.unwrap_or(("", ""));
    let orders = json!({
        "user_id": public.encode(bot.user), "trading_id": public.encode(bot.pots.trading),
        "stock_account_id": public.encode(bot.pots.stock), "currency_account_id": public.encode(bot.pots.currency),
        "market": bot.market, "volume": bot.volume, "every_ms": bot.every_ms, "exchange_url": app.settings.exchange_url,
        "exchange_key": key, "exchange_secret": secret,
    });
    let url = format!("{}/bots", app.settings.bot_url);
    let answer = app.outside.client.send(Request::post_json(url, orders.to_string())).await;
    answer.map(drop).map_err(|fault| fault.to_string())
}

/// Fetches what the bots did since, and applies it.
async fn fetch(app: &App, input: &EventInput, after: &mut u64) -> Result<(), String> {
    let url = format!("{}/events?after={after}", app.settings.bot_url);
    let answer = app.outside.client.send(Request::get(url)).await.map_err(|fault| fault.to_string())?;
    let body: Value = serde_json::from_slice(&answer.body).map_err(|error| error.to_string())?;
    let rows = body["events"].as_array().cloned().unwrap_or_default();
    let Some(last) = rows.last().and_then(|row| row["number"].as_u64()) else { return Ok(()) };
    let message = |row: &Value| InboundMessage {
        subject: row["subject"].as_str().unwrap_or_default().to_owned(),
        payload: row["event"].to_string(),
        source: Source::Http,
        trace: None,
    };
    let messages = rows.iter().map(message).collect();
    event_intake::post(app, input, messages).await.map_err(|refusal| refusal.to_string())?;
    *after = last;
    Ok(())
}
