//! What a stall brings to a run: its kinds of requests, the mind of a connection, and the calls around the phases.
//! What does not live here: when anything is sent, how it is counted, what it is worth.

use super::args::Common;
use super::results::{Done, Kind, Outcome, Own, Verified};
use super::server::{Check, ControlError, Metrics};
use super::wire::{Answer, Draft, Failure, Form};
use std::time::Instant;

/// What a phase sends.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Goal {
    /// The mix of the run.
    Mix,
    /// Only requests for the fixed answer.
    Ceiling,
}

/// The mind of one connection: what it asks next, and what it learns from the answers. It never waits.
pub trait Caller: Send + 'static {
    /// The stall's kinds of requests.
    type Kind: Kind;
    /// A request as asked: what is needed to form it and to understand its answer.
    type Ask: Send + Sync + 'static;

    /// Draws what to ask next.
    fn draw(&mut self, goal: Goal) -> (Self::Kind, Self::Ask);

    /// Fills the empty draft; how it is to be sent.
    fn form(&mut self, ask: &Self::Ask, draft: &mut Draft) -> Form;

    /// Learns from the answer, which came in second `now_s` of the run.
    fn learn<'a>(&mut self, ask: &Self::Ask, answer: Result<Answer<'a>, Failure>, now_s: u32) -> Outcome<'a>;
}

/// The kinds of a stall's requests.
pub type KindOf<S> = <<S as Stall>::Caller as Caller>::Kind;

/// A stall under load. It is set up before the harness gets it.
pub trait Stall {
    /// The mind of a connection.
    type Caller: Caller;
    /// The command, e.g. `load rush`.
    const COMMAND: &'static str;
    /// What is acknowledged, in the plural, e.g. `bookings`.
    const THINGS: &'static str;

    /// What was asked for on the command line.
    fn common(&self) -> &Common;

    /// The weights, as the report names them.
    fn mix(&self) -> String;

    /// When the run began: seconds of answers count from here.
    fn began(&self) -> Instant;

    /// As many minds as connections.
    fn callers(&self) -> Vec<Self::Caller>;

    /// Reads the server's metrics.
    async fn metrics(&mut self) -> Result<Metrics, ControlError>;

    /// Something else to do right before the measurement, after the warm-up.
    async fn before_measuring(&mut self) {}

    /// Something else to do right after it.
    async fn after_measuring(&mut self) {}

    /// How many things there are in the database; none: the server does not say.
    async fn things(&mut self) -> Option<u64>;

    /// Asks for what was acknowledged.
    async fn verify(&mut self, callers: &[&Self::Caller]) -> Result<Verified, ControlError>;

    /// Runs the server's invariants.
    async fn check(&mut self) -> Result<Check, ControlError>;

    /// What only this stall's report tells; `things` are those before and after the measurement.
    fn own(&self, measured: &Done<KindOf<Self>>, things: [Option<u64>; 2]) -> Own;
}
