//! A gateway that a test holds up or lets crash: the mock behind a gate. No facts here.

use futures_util::FutureExt;
use futures_util::future::BoxFuture;
use kernel::Timestamp;
use rush::domain::gateway_answer::{ChargeAnswer, ChargeRequest, Delivery, PartRefund, RefundAnswer};
use rush::domain::gateway_event::GatewayEvent;
use rush::domain::webhook_signature::WebhookFault;
use rush::gateway::{Gateway, MockGateway};
use std::sync::Mutex;
use tokio::sync::Semaphore;

/// What happens to the next charges.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Gate {
    /// They pass.
    Open,
    /// The process dies before the request leaves.
    DieBefore,
    /// The process dies after the money was taken.
    DieAfter,
    /// They wait for a permit before the request leaves.
    Shut,
}

/// What happens to the next refunds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum RefundGate {
    /// They pass.
    Open,
    /// The gateway does not answer.
    Silent,
    /// The process dies before the request leaves.
    DieBefore,
    /// The process dies after the money went.
    DieAfter,
}

pub struct GatedGateway {
    pub mock: MockGateway,
    refunds: Mutex<RefundGate>,
    gate: Mutex<Gate>,
    arrived: Semaphore,
    permits: Semaphore,
}

impl GatedGateway {
    pub fn new(mock: MockGateway) -> Self {
        Self {
            mock,
            refunds: Mutex::new(RefundGate::Open),
            gate: Mutex::new(Gate::Open),
            arrived: Semaphore::new(0),
            permits: Semaphore::new(0),
        }
    }

    pub fn set(&self, gate: Gate) {
        *self.gate.lock().expect("no test panics while it holds it") = gate;
    }

    pub fn set_refunds(&self, gate: RefundGate) {
        *self.refunds.lock().expect("no test panics while it holds it") = gate;
    }

    /// Waits until a charge waits at the shut gate.
    pub async fn somebody_waits(&self) {
        self.arrived.acquire().await.expect("it is never closed").forget();
    }

    /// Lets one charge pass.
    pub fn let_pass(&self) {
        self.permits.add_permits(1);
    }
}

impl Gateway for GatedGateway {
    fn name(&self) -> &'static str {
        self.mock.name()
    }

    fn charge(&self, request: ChargeRequest) -> BoxFuture<'_, ChargeAnswer> {
        let gate = *self.gate.lock().expect("no test panics while it holds it");
        async move {
            match gate {
                Gate::Open => self.mock.charge(request).await,
                Gate::DieBefore => panic!("the process died before the charge, as this test wants"),
                Gate::DieAfter => {
                    self.mock.charge(request).await;
                    panic!("the process died after the charge, as this test wants")
                }
                Gate::Shut => {
                    self.arrived.add_permits(1);
                    self.permits.acquire().await.expect("it is never closed").forget();
                    self.mock.charge(request).await
                }
            }
        }
        .boxed()
    }

    fn find(&self, request: ChargeRequest) -> BoxFuture<'_, ChargeAnswer> {
        self.mock.find(request)
    }

    fn refund(&self, request: ChargeRequest, charge: Option<String>) -> BoxFuture<'_, RefundAnswer> {
        self.mock.refund(request, charge)
    }

    fn refund_part(&self, refund: PartRefund) -> BoxFuture<'_, RefundAnswer> {
        let gate = *self.refunds.lock().expect("no test panics while it holds it");
        async move {
            match gate {
                RefundGate::Open => self.mock.refund_part(refund).await,
                RefundGate::Silent => RefundAnswer::NoAnswer,
                RefundGate::DieBefore => panic!("the process died before the refund, as this test wants"),
                RefundGate::DieAfter => {
                    self.mock.refund_part(refund).await;
                    panic!("the process died after the refund, as this test wants")
                }
            }
        }
        .boxed()
    }

    fn read_webhook(
        &self,
        signature: &str,
        body: &[u8],
        now: Timestamp,
    ) -> Result<GatewayEvent, WebhookFault> {
        self.mock.read_webhook(signature, body, now)
    }

    fn deliveries(&self) -> Vec<Delivery> {
        self.mock.deliveries()
    }

    fn client_secret(&self, reference: &str) -> String {
        self.mock.client_secret(reference)
    }
}
