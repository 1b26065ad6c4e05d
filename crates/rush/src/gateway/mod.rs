//! Payment gateways: what one must do, the limit on waiting for it, and the mock. A gateway does what an idempotency key
//! asks for once, however often it is asked. No gateway is ever called inside a transaction.

mod mock;
mod script;

pub use mock::{MockGateway, MockSettings};

use crate::domain::gateway_answer::{ChargeAnswer, ChargeRequest, Delivery, PartRefund, RefundAnswer};
use crate::domain::gateway_event::GatewayEvent;
use crate::domain::webhook_signature::WebhookFault;
use futures_util::future::BoxFuture;
use kernel::Timestamp;
use std::sync::Arc;
use std::time::Duration;

/// How long a gateway may take to answer; far below the minute after which an idempotency key counts as abandoned.
const ANSWER_LIMIT: Duration = Duration::from_secs(20);

/// A payment gateway.
pub trait Gateway: Send + Sync {
    /// Its name in tables and in the path of its webhooks.
    fn name(&self) -> &'static str;

    /// Charges, once per key.
    fn charge(&self, request: ChargeRequest) -> BoxFuture<'_, ChargeAnswer>;

    /// Asks what became of a charge that may or may not have arrived. Charges nothing that was not asked for before.
    fn find(&self, request: ChargeRequest) -> BoxFuture<'_, ChargeAnswer>;

    /// Takes a charge back, whole, and refuses its key from then on.
    fn refund(&self, request: ChargeRequest, charge: Option<String>) -> BoxFuture<'_, RefundAnswer>;

    /// Sends a part of a charge back, once per key. Parts never sum to more than the charge.
    fn refund_part(&self, refund: PartRefund) -> BoxFuture<'_, RefundAnswer>;

    /// Reads a webhook. Errors: not signed by this gateway, too old, or no event.
    fn read_webhook(
        &self,
        signature: &str,
        body: &[u8],
        now: Timestamp,
    ) -> Result<GatewayEvent, WebhookFault>;

    /// Webhooks that a gateway inside this process wants delivered, each given out once.
    fn deliveries(&self) -> Vec<Delivery> {
        Vec::new()
    }

    /// The secret that a browser proves an intent with.
    fn client_secret(&self, reference: &str) -> String;
}

/// What the payment verbs work with.
#[derive(Clone)]
pub struct Payments {
    gateway: Arc<dyn Gateway>,
}

impl Payments {
    /// Payments through `gateway`.
    #[must_use]
    pub fn new(gateway: Arc<dyn Gateway>) -> Self {
        Self { gateway }
    }

    /// The gateway.
    #[must_use]
    pub fn gateway(&self) -> &dyn Gateway {
        &*self.gateway
    }

    /// Charges; silence beyond the limit is no answer. A free booking costs nobody a call.
    pub async fn charge(&self, request: ChargeRequest) -> ChargeAnswer {
        if request.amount_minor == 0 {
            return ChargeAnswer::Charged("free".to_owned());
        }
        let answer = tokio::time::timeout(ANSWER_LIMIT, self.gateway.charge(request)).await;
        answer.unwrap_or(ChargeAnswer::NoAnswer)
    }

    /// Asks what became of a charge, within the same limit.
    pub async fn find(&self, request: ChargeRequest) -> ChargeAnswer {
        if request.amount_minor == 0 {
            return ChargeAnswer::Charged("free".to_owned());
        }
        let answer = tokio::time::timeout(ANSWER_LIMIT, self.gateway.find(request)).await;
        answer.unwrap_or(ChargeAnswer::NoAnswer)
    }

    /// Takes a charge back, within the same limit.
    pub async fn refund(&self, request: ChargeRequest, charge: Option<String>) -> RefundAnswer {
        if request.amount_minor == 0 {
            return RefundAnswer::Refunded;
        }
        let answer = tokio::time::timeout(ANSWER_LIMIT, self.gateway.refund(request, charge)).await;
        answer.unwrap_or(RefundAnswer::NoAnswer)
    }

    /// Sends a part of a charge back, within the same limit. Nothing costs nobody a call.
    pub async fn refund_part(&self, refund: PartRefund) -> RefundAnswer {
        if refund.amount_minor == 0 {
            return RefundAnswer::Refunded;
        }
        let answer = tokio::time::timeout(ANSWER_LIMIT, self.gateway.refund_part(refund)).await;
        answer.unwrap_or(RefundAnswer::NoAnswer)
    }
}
