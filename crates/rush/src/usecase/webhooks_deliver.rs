//! Delivers the webhooks of a gateway that lives in this process, through the same door as those from outside.

use super::webhook_receive;
use crate::app::App;
use kernel::{Meaning, Refusal};
use store::StoreError;

/// Delivers what waits; how many. One that is refused is lost, as from a gateway that does not repeat itself.
pub async fn run(app: &App) -> Result<usize, StoreError> {
    let (gateway, waiting) = (app.payments.gateway().name(), app.payments.gateway().deliveries());
    let count = waiting.len();
    for delivery in waiting {
        if let Err(refusal) = webhook_receive::run(app, gateway, &delivery.signature, &delivery.body).await {
            log_refusal(&refusal);
        }
    }
    Ok(count)
}

fn log_refusal(refusal: &Refusal) {
    match refusal.meaning {
        Meaning::Internal | Meaning::Unavailable => {
            tracing::error!(code = refusal.code, cause = refusal.internal, "a webhook of our own was lost");
        }
        _ => tracing::warn!(code = refusal.code, "a webhook of our own was refused"),
    }
}
