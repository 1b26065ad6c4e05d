//! Timed work of a stall: what it is called, how often it runs, what it does. The binary drives it, tests drive it by hand.

use crate::StoreError;
use std::future::Future;
use std::pin::Pin;
use std::sync::Arc;
use std::time::Duration;

/// One run: how many things it did.
pub type Run = Pin<Box<dyn Future<Output = Result<usize, StoreError>> + Send>>;

/// One piece of timed work over a stall's parts `A`.
pub struct TimedJob<A> {
    /// Its name in logs and metrics.
    pub name: &'static str,
    /// How long to rest after a run that found nothing; a run that found something is followed by another at once.
    pub every: Duration,
    /// Does what is due now; how many things it did.
    pub run: fn(Arc<A>) -> Run,
}

impl<A> Clone for TimedJob<A> {
    fn clone(&self) -> Self {
        *self
    }
}

impl<A> Copy for TimedJob<A> {}

impl<A> std::fmt::Debug for TimedJob<A> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "TimedJob({} every {:?})", self.name, self.every)
    }
}
