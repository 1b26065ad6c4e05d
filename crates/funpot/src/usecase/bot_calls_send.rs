//! Making the calls of the Bot API that are due. One that Telegram refuses for good is given up, and somebody is told.

use super::withdrawal_decide;
use crate::app::App;
use crate::gateway::BotFault;
use crate::store::bot_calls::{self, BotCall};
use kernel::Timestamp;
use serde_json::Value;
use store::StoreError;

/// Calls of one run.
const CALLS_MAX: i64 = 20;
/// Seconds to the next try: doubled from one up to five minutes.
const PAUSE_MAX_S: i64 = 300;
/// A charge that was refunded before counts as refunded.
const ALREADY_REFUNDED: &str = "CHARGE_ALREADY_REFUNDED";

/// How many were made.
pub async fn run(app: &App) -> Result<usize, StoreError> {
    let now = app.clock.now();
    let due = app.store.read(move |tx| bot_calls::due(tx, now, CALLS_MAX)).await?;
    let mut made = 0;
    for call in due {
        made += usize::from(make(app, call, now).await?);
    }
    Ok(made)
}

async fn make(app: &App, call: BotCall, now: Timestamp) -> Result<bool, StoreError> {
    let body: Value = serde_json::from_str(&call.body).unwrap_or_default();
    let id = call.id;
    match app.bot.call(&call.method, &body).await {
        Err(fault) if fault.is_passing() => {
            tracing::info!(method = %call.method, error = %fault, "a call of the Bot API is tried again later");
            let due_at = now.plus_secs((1 << call.tries.clamp(0, 8)).min(PAUSE_MAX_S));
            app.store.write(move |tx| bot_calls::postpone(tx, id, due_at)).await?;
            Ok(false)
        }
        Err(BotFault::Refused(text)) if !text.contains(ALREADY_REFUNDED) => {
            tracing::error!(method = %call.method, error = %text, "a call of the Bot API is given up");
            app.store.write(move |tx| bot_calls::finish(tx, id, Some(&text), now)).await?;
            Ok(true)
        }
        _ => {
            app.store.write(move |tx| bot_calls::finish(tx, id, None, now)).await?;
            if let Some(withdrawal) = call.withdrawal {
                withdrawal_decide::finish_refunded(app, withdrawal).await?;
            }
            Ok(true)
        }
    }
}
