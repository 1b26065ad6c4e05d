//! What a stall gives back when it has opened.

use crate::account::Accounts;
use crate::job::Job;
use axum::Router;
use bus::Subscriber;
use bus::inbound::Intake;
use bus::nats::Broker;
use futures_util::future::BoxFuture;
use std::sync::Arc;
use store::Store;
use tokio::task::JoinHandle;
use web::{Edge, TokenVerifier};

/// Makes a stall's routes, once the edge around all stalls is known. Errors: a sentence for the operator.
pub type MakeRouter = Box<dyn FnOnce(Edge) -> Result<Router, String> + Send>;

/// An open stall.
pub struct Opened {
    /// Its database.
    pub store: Store,
    /// Who verifies the tokens below the stall's prefix; none: nobody can sign in there.
    pub verifier: Option<Arc<dyn TokenVerifier>>,
    /// Its routes, each under its full path.
    pub router: MakeRouter,
    /// Timed work.
    pub jobs: Vec<Job>,
    /// Who is told of its events.
    pub subscribers: Vec<Arc<dyn Subscriber>>,
    /// The way in for events of others.
    pub inbound: Option<Inbound>,
    /// How an operator at the machine makes accounts; none: the stall has no accounts of its own.
    pub accounts: Option<Arc<dyn Accounts>>,
    /// What a demonstration shows.
    pub demo: Option<Demo>,
}

/// Events of others that a stall takes: through what, and from which broker; without one, over HTTP alone.
pub struct Inbound {
    /// What applies them.
    pub intake: Intake,
    /// Where they come from; what the stall needs there is declared in its settings.
    pub broker: Option<Broker>,
}

/// A stall's part of a demonstration.
pub struct Demo {
    /// Plants what there is to look at, before the first visitor can. Errors: a sentence for the operator.
    pub seed: Box<dyn FnOnce() -> BoxFuture<'static, Result<(), String>> + Send>,
    /// Lets the simulated visitors in; aborting the handles sends them home.
    pub crowd: Box<dyn FnOnce() -> Vec<JoinHandle<()>> + Send>,
    /// What the command prints about it, a few lines.
    pub welcome: String,
}
