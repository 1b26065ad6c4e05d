//! The mock gateway: answers by script after a delay, counts what it charged, signs its webhooks.
//!
//! What it has done lies in memory, bounded; what memory does not hold it answers by its script, which is the same in
//! every process. A charge whose request may or may not have arrived before a crash is told of as if it had arrived:
//! either way one charge per key.

use super::Gateway;
use super::script::{Script, charge_id, key_of, script};
use crate::domain::gateway_answer::{
    ChargeAnswer, ChargeRequest, DeclineReason, Delivery, PartRefund, RefundAnswer,
};
use crate::domain::gateway_event::GatewayEvent;
use crate::domain::webhook_signature::{self, WebhookFault};
use futures_util::FutureExt;
use futures_util::future::BoxFuture;
use kernel::{Clock, Timestamp};
use parking_lot::Mutex;
use std::collections::{BTreeMap, VecDeque};
use std::sync::Arc;
use std::time::Duration;

/// Charges and refunds remembered; older ones are told by script. A few megabytes at most.
const MEMORY_MAX: usize = 10_000;
/// Webhooks that wait for delivery; a gateway that nobody listens to forgets the oldest.
const DELIVERIES_MAX: usize = 1_000;

/// What a key that was taken back is answered ever after.
const TAKEN_BACK: ChargeAnswer = ChargeAnswer::Declined(DeclineReason::GatewayTimeout);

/// How the mock behaves; the keys `payments.mock.*` and `payments.webhook_secret`.
#[derive(Clone)]
pub struct MockSettings {
    /// 0..=100: charges without a test card that succeed.
    pub success_percent: u8,
    /// How long it takes to answer.
    pub delay: Duration,
    /// What its chance grows from.
    pub seed: u64,
    /// What it signs webhooks with.
    pub webhook_secret: Vec<u8>,
}

impl MockSettings {
    /// Without a delay, everything without a test card succeeds; for tests.
    #[must_use]
    pub fn test() -> Self {
        let webhook_secret = b"the gateway signs with these bytes".to_vec();
        Self { success_percent: 100, delay: Duration::ZERO, seed: 0, webhook_secret }
    }
}

/// The gateway of the demo and of tests. Takes no money.
pub struct MockGateway {
    settings: MockSettings,
    clock: Arc<dyn Clock>,
    memory: Mutex<Memory>,
}

#[derive(Default)]
struct Memory {
    /// By key: times charged (never more than one) and whether it was taken back.
    charges: BTreeMap<String, Charge>,
    order: VecDeque<String>,
    /// By key: the charge and how much of it went back. Of as many as of charges.
    parts: BTreeMap<String, (String, i64)>,
    deliveries: VecDeque<Delivery>,
}

#[derive(Default, Clone, Copy)]
struct Charge {
    taken: bool,
    refunded: bool,
}

impl Memory {
    fn of(&mut self, key: &str) -> &mut Charge {
        if !self.charges.contains_key(key) {
            self.order.push_back(key.to_owned());
            if self.order.len() > MEMORY_MAX
                && let Some(oldest) = self.order.pop_front()
            {
                self.charges.remove(&oldest);
            }
        }
        self.charges.entry(key.to_owned()).or_default()
    }

    fn post(&mut self, delivery: Delivery) {
        if self.deliveries.len() >= DELIVERIES_MAX {
            self.deliveries.pop_front();
        }
        self.deliveries.push_back(delivery);
    }
}

impl MockGateway {
    /// A mock gateway.
    #[must_use]
    pub fn new(settings: MockSettings, clock: Arc<dyn Clock>) -> Self {
        Self { settings, clock, memory: Mutex::default() }
    }

    /// Names of the charges it remembers to have taken, oldest payment first, with whether each was taken back.
    #[must_use]
    pub fn charges(&self) -> Vec<(String, bool)> {
        let memory = self.memory.lock();
        let taken = memory.charges.iter().filter(|(_, charge)| charge.taken);
        taken.map(|(key, charge)| (charge_id(key), charge.refunded)).collect()
    }

    /// How much of a charge went back in parts, minor units.
    #[must_use]
    pub fn returned_of(&self, charge: &str) -> i64 {
        self.memory.lock().parts.values().filter(|(of, _)| of == charge).map(|(_, amount)| amount).sum()
    }

    /// Forgets everything, as a crash would.
    pub fn forget(&self) {
        *self.memory.lock() = Memory::default();
    }

    fn script(&self, request: &ChargeRequest) -> Script {
        script(request, self.settings.seed, self.settings.success_percent)
    }

    async fn wait(&self) {
        if !self.settings.delay.is_zero() {
            tokio::time::sleep(self.settings.delay).await;
        }
    }

    async fn answer_charge(&self, request: ChargeRequest) -> ChargeAnswer {
        self.wait().await;
        let script = self.script(&request);
        let mut memory = self.memory.lock();
        let charge = memory.of(&request.key);
        if charge.refunded {
            return TAKEN_BACK;
        }
        let first = !std::mem::replace(&mut charge.taken, script.refund == RefundAnswer::Refunded);
        if first {
            for _ in 0..script.webhooks {
                memory.post(self.delivery(&request));
            }
        }
        script.charge
    }

    async fn answer_find(&self, request: ChargeRequest) -> ChargeAnswer {
        self.wait().await;
        let script = self.script(&request);
        let mut memory = self.memory.lock();
        let charge = memory.of(&request.key);
        if charge.refunded {
            return TAKEN_BACK;
        }
        charge.taken |= matches!(script.find, ChargeAnswer::Charged(_));
        script.find
    }

    async fn answer_refund(&self, request: ChargeRequest, charge: Option<String>) -> RefundAnswer {
        self.wait().await;
        let named = charge.as_deref().and_then(key_of);
        self.memory.lock().of(named.as_ref().unwrap_or(&request.key)).refunded = true;
        match charge {
            // A named charge was taken, or nobody could name it.
            Some(_) => RefundAnswer::Refunded,
            None => self.script(&request).refund,
        }
    }

    async fn answer_refund_part(&self, refund: PartRefund) -> RefundAnswer {
        self.wait().await;
        let mut memory = self.memory.lock();
        if memory.parts.len() >= MEMORY_MAX {
            memory.parts.pop_first();
        }
        memory.parts.entry(refund.key).or_insert((refund.charge, refund.amount_minor));
        RefundAnswer::Refunded
    }

    /// `payment.succeeded` of a charge. The id grows from the charge, so both deliveries are one event.
    fn delivery(&self, request: &ChargeRequest) -> Delivery {
        let at = self.clock.now();
        let body = serde_json::json!({
            "id": format!("evt_{}", charge_id(&request.key)), "type": "payment.succeeded", "created": at.as_secs(),
            "data": {"payment_id": request.reference, "charge_id": charge_id(&request.key),
                "attempt": request.attempt, "amount": request.amount_minor, "currency": request.currency.code},
        });
        let body = body.to_string().into_bytes();
        Delivery { signature: webhook_signature::sign(&self.settings.webhook_secret, &body, at), body, at }
    }
}

impl Gateway for MockGateway {
    fn name(&self) -> &'static str {
        "mock"
    }

    fn charge(&self, request: ChargeRequest) -> BoxFuture<'_, ChargeAnswer> {
        self.answer_charge(request).boxed()
    }

    fn find(&self, request: ChargeRequest) -> BoxFuture<'_, ChargeAnswer> {
        self.answer_find(request).boxed()
    }

    fn refund(&self, request: ChargeRequest, charge: Option<String>) -> BoxFuture<'_, RefundAnswer> {
        self.answer_refund(request, charge).boxed()
    }

    fn refund_part(&self, refund: PartRefund) -> BoxFuture<'_, RefundAnswer> {
        self.answer_refund_part(refund).boxed()
    }

    fn read_webhook(
        &self,
        signature: &str,
        body: &[u8],
        now: Timestamp,
    ) -> Result<GatewayEvent, WebhookFault> {
        webhook_signature::check(&self.settings.webhook_secret, signature, body, now)?;
        let body = web::parse_json(body).map_err(|_| WebhookFault::NotAnEvent)?;
        GatewayEvent::read(&body).ok_or(WebhookFault::NotAnEvent)
    }

    fn deliveries(&self) -> Vec<Delivery> {
        self.memory.lock().deliveries.drain(..).collect()
    }

    fn client_secret(&self, reference: &str) -> String {
        // Said first, so that no client secret is the signature of any webhook.
        let text = format!("client_secret:{reference}");
        let secret = &self.settings.webhook_secret;
        let signed = webhook_signature::sign(secret, text.as_bytes(), Timestamp::default());
        signed.rsplit('=').next().unwrap_or_default().to_owned()
    }
}
