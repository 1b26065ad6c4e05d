//! The edge around all stalls: who verifies tokens where, which limits count, how refusals are written.

use super::front;
use super::process::OpenStall;
use crate::config::{Config, keys};
use crate::limits;
use crate::table;
use cluster::LocalLimiter;
use kernel::Clock;
use stall::Profile;
use std::sync::Arc;
use web::{
    AccessLog, ConnectionLimits, Edge, EdgeParts, EdgeSettings, Envelope, IpRange, Limits, RouteSettings,
    TokenVerifier,
};

/// The edge. Errors: a sentence for the operator.
pub fn edge(config: &Config, stalls: &[OpenStall], clock: &Arc<dyn Clock>) -> Result<Edge, String> {
    let settings = EdgeSettings {
        access_log: access_log(config),
        body_bytes_max: config.get(&keys::BODY_BYTES_MAX),
        limits: config.limits(),
        routes: routes(config),
        trusted_proxies: trusted_proxies(config)?,
        cors_origins: config.get(&keys::CORS_ORIGINS),
        public_url: config.public_url(),
        streams_per_address: per_address(config, config.get(&keys::STREAMS_PER_ADDRESS)),
        ..EdgeSettings::default()
    };
    let problems = settings.problems();
    if !problems.is_empty() {
        return Err(problems.join("; "));
    }
    Ok(Edge::new(parts(config, stalls, clock), settings))
}

/// Peers whose word counts. Errors: a sentence for the operator.
pub fn trusted_proxies(config: &Config) -> Result<Vec<IpRange>, String> {
    let proxies = config.get(&keys::TRUSTED_PROXIES);
    let proxies: Result<_, _> = proxies.iter().map(|text| text.parse::<IpRange>()).collect();
    proxies.map_err(|error| format!("http.trusted_proxies: {error}"))
}

/// How many connections there may be. Errors: a sentence for the operator.
pub fn connection_limits(config: &Config) -> Result<ConnectionLimits, String> {
    Ok(ConnectionLimits {
        connections: limits::connections_below(config.get(&keys::CONNECTIONS_MAX)),
        per_address: per_address(config, config.get(&keys::CONNECTIONS_PER_ADDRESS)),
        trusted: trusted_proxies(config)?,
        ..ConnectionLimits::default()
    })
}

/// Where limits are raised, say for a load run, those of one address are too.
fn per_address(config: &Config, count: usize) -> usize {
    match config.limits() {
        Limits::Off => 0,
        Limits::Times(factor) => count.saturating_mul(factor.try_into().unwrap_or(usize::MAX)),
    }
}

fn parts(config: &Config, stalls: &[OpenStall], clock: &Arc<dyn Clock>) -> EdgeParts {
    let verifier = |stall: &OpenStall| {
        let verifier: Arc<dyn TokenVerifier> = Arc::clone(stall.opened.verifier.as_ref()?);
        Some((stall.manifest.prefix, verifier))
    };
    EdgeParts {
        clock: Arc::clone(clock),
        ids: config.public_ids(),
        verifiers: stalls.iter().filter_map(verifier).collect(),
        limiter: Arc::new(LocalLimiter::new()),
    }
}

/// What every stall says about its routes, and the ground about its own.
fn routes(config: &Config) -> Vec<RouteSettings> {
    let mut routes: Vec<_> =
        table::stalls().iter().map(|manifest| (manifest.routes)(&config.deployment)).collect();
    if config.deployment.profile != Profile::Load {
        // A stall may read less than the whole site, never more; only load runs send the players of a whole evening at once.
        let most = config.get(&keys::BODY_BYTES_MAX);
        routes
            .iter_mut()
            .flat_map(|stall| &mut stall.body_bytes_max)
            .for_each(|(_, bytes)| *bytes = most.min(*bytes));
    }
    routes.push(ground_routes());
    routes
}

/// How refusals at the ground's own addresses are written: as a page for people, wrapped for programs.
fn ground_routes() -> RouteSettings {
    let wrapped = ["/health", "/ready", "/metrics", "/version", "/_clock"];
    let wrapped = wrapped.map(|path| (path, Envelope::WRAPPED));
    let envelopes = std::iter::once(("/", Envelope::page(front::refusal_page))).chain(wrapped).collect();
    RouteSettings { envelopes, ..RouteSettings::default() }
}

fn access_log(config: &Config) -> AccessLog {
    match (config.get(&keys::LOG_ACCESS).as_str(), config.deployment.profile) {
        ("none", _) => AccessLog::None,
        ("slow_and_errors", _) | ("auto", Profile::Load) => AccessLog::SlowAndErrors,
        _ => AccessLog::All,
    }
}
