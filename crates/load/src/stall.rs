//! What a stall brings to a run: its kinds of requests, the caller of each connection, and the calls around the phases.
//! What does not live here: when anything is sent, how it is counted, what it is worth.

use super::args::CommonArgs;
use super::results::{JournalAudit, Kind, Outcome, PhaseResult, StallFigures};
use super::server::{CheckReport, ControlError, Metrics};
use super::wire::{ExchangeError, Method, RequestBuffer, Response};
use serde::Serialize;
use serde::de::DeserializeOwned;
use std::time::Instant;

/// What a phase sends.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Workload {
    /// The mix of the run.
    Mix,
    /// Only requests for the fixed answer.
    Ceiling,
}

/// What one connection does: which request comes next, and what follows from its response. It never waits.
pub trait Caller: Send + 'static {
    /// The stall's kinds of requests.
    type Kind: Kind;
    /// A request: what is needed to write it and to understand its response.
    type Request: Send + Sync + 'static;

    /// Draws the next request.
    fn next_request(&mut self, workload: Workload) -> (Self::Kind, Self::Request);

    /// Writes the request into the empty buffer; how it is to be sent.
    fn write_request(&mut self, request: &Self::Request, buffer: &mut RequestBuffer) -> Method;

    /// Takes in the response, which came in second `now_s` of the run.
    fn on_response<'a>(
        &mut self,
        request: &Self::Request,
        response: Result<Response<'a>, ExchangeError>,
        now_s: u32,
    ) -> Outcome<'a>;
}

/// The kinds of a stall's requests.
pub type KindOf<S> = <<S as Stall>::Caller as Caller>::Kind;

/// A stall under load. It is set up before the harness gets it.
pub trait Stall {
    /// What a connection does.
    type Caller: Caller;
    /// What was acknowledged, as it is looked up and as it is kept in a file.
    type Entry: Clone + Serialize + DeserializeOwned;
    /// The command, e.g. `load rush`.
    const COMMAND: &'static str;
    /// What is acknowledged, in the plural, e.g. `bookings`.
    const ENTRIES: &'static str;

    /// The arguments that every stall takes.
    fn common(&self) -> &CommonArgs;

    /// The weights, as the report names them.
    fn mix(&self) -> String;

    /// When the run began: seconds of answers count from here.
    fn began(&self) -> Instant;

    /// As many callers as connections.
    fn callers(&self) -> Vec<Self::Caller>;

    /// Reads the server's metrics.
    async fn metrics(&mut self) -> Result<Metrics, ControlError>;

    /// Something else to do right before the measurement, after the warm-up.
    async fn before_measuring(&mut self) {}

    /// Something else to do right after it.
    async fn after_measuring(&mut self) {}

    /// How many entries there are in the database; none: the server does not say.
    async fn count_entries(&mut self) -> Option<u64>;

    /// Everything that was acknowledged: to these callers, and before the measurement.
    fn journal(&mut self, callers: &[&Self::Caller]) -> Vec<Self::Entry>;

    /// Looks up what was acknowledged.
    async fn verify(&mut self, entries: Vec<Self::Entry>) -> Result<JournalAudit, ControlError>;

    /// Runs the server's invariants.
    async fn check(&mut self) -> Result<CheckReport, ControlError>;

    /// What only this stall reports; `entries` are those in the database before and after the measurement.
    fn figures(&self, measured: &PhaseResult<KindOf<Self>>, entries: [Option<u64>; 2]) -> StallFigures;
}
