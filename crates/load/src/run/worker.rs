//! One connection at work: lets its mind draw and form the next request, sends it, counts the answer.

use super::phase::Phase;
use crate::stall::{Caller, Goal};
use crate::wire::{Connection, Draft};
use std::net::SocketAddr;
use std::sync::Arc;
use std::time::{Duration, Instant};

/// How long an answer is waited for. A person's browser would have given up.
const PATIENCE: Duration = Duration::from_secs(30);

/// One connection with its mind; it lives through all phases of a run.
#[derive(Debug)]
pub struct Worker<C> {
    connection: Connection,
    draft: Draft,
    host: Arc<str>,
    began: Instant,
    /// What it learned.
    pub caller: C,
}

impl<C: Caller> Worker<C> {
    /// A worker of a run that `began`. Must be called on a runtime.
    #[must_use]
    pub fn new(caller: C, address: SocketAddr, host: &str, began: Instant) -> Self {
        let connection = Connection::new(address, PATIENCE);
        Self { connection, draft: Draft::default(), host: host.into(), began, caller }
    }

    /// Works through one phase and comes back.
    pub async fn run(mut self, phase: Arc<Phase<C::Kind>>, goal: Goal) -> Self {
        while let Some(start) = phase.pace.next().await {
            let (kind, ask) = self.caller.draw(goal);
            self.draft.clear();
            let form = self.caller.form(&ask, &mut self.draft);
            let request = self.draft.finish(&self.host, form);
            let answer = self.connection.exchange(request).await;
            let now = Instant::now();
            let now_s = u32::try_from((now - self.began).as_secs()).unwrap_or(u32::MAX);
            let outcome = self.caller.learn(&ask, answer, now_s);
            let mut tally = phase.tally.lock();
            tally.count(kind, &outcome, now - start.intended);
            tally.late += u64::from(start.late);
        }
        self
    }
}
