//! One connection at work: lets its caller write the next request, sends it, counts the response.

use super::phase::Phase;
use crate::stall::{Caller, Workload};
use crate::wire::{Connection, RequestBuffer};
use std::net::SocketAddr;
use std::sync::Arc;
use std::time::{Duration, Instant};

/// How long an answer is waited for. A person's browser would have given up.
const TIMEOUT: Duration = Duration::from_secs(30);

/// One connection with its caller; it lives through all phases of a run.
#[derive(Debug)]
pub struct Worker<C> {
    connection: Connection,
    buffer: RequestBuffer,
    host: Arc<str>,
    began: Instant,
    /// What it does, and what it remembers.
    pub caller: C,
}

impl<C: Caller> Worker<C> {
    /// A worker of a run that `began`. Must be called on a runtime.
    #[must_use]
    pub fn new(caller: C, address: SocketAddr, host: &str, began: Instant) -> Self {
        let connection = Connection::new(address, TIMEOUT);
        Self { connection, buffer: RequestBuffer::default(), host: host.into(), began, caller }
    }

    /// Works through one phase and comes back.
    pub async fn run(mut self, phase: Arc<Phase<C::Kind>>, workload: Workload) -> Self {
        while let Some(start) = phase.pace.next().await {
            let (kind, request) = self.caller.next_request(workload);
            self.buffer.clear();
            let method = self.caller.write_request(&request, &mut self.buffer);
            let bytes = self.buffer.finish(&self.host, method);
            let response = self.connection.exchange(bytes).await;
            let now = Instant::now();
            let now_s = u32::try_from((now - self.began).as_secs()).unwrap_or(u32::MAX);
            let outcome = self.caller.on_response(&request, response, now_s);
            let mut tally = phase.tally.lock();
            tally.count(kind, &outcome, now - start.intended);
            tally.late += u64::from(start.late);
        }
        self
    }
}
