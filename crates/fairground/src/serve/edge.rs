//! The edge around all stalls: whose tokens are believed where, which limits count, how refusals are written.

use super::front;
use super::stalls::Stalls;
use crate::config::{Config, Profile};
use cluster::LocalLimiter;
use std::sync::Arc;
use tap::http::SessionVerifier;
use web::{
    AccessLog, Edge, EdgeParts, EdgeSettings, Envelope, IpRange, Limits, RouteSettings, TokenVerifier,
};

/// Bytes of the largest body that Tap reads (spec §12).
const TAP_BODY_BYTES_MAX: usize = 8 * 1024;

/// The same where load runs ask for thousands of players at once; a signature's resource has some 90 bytes.
const LOAD_BODY_BYTES_MAX: usize = 1 << 20;

/// The edge. Errors: a sentence for the operator.
pub fn edge(config: &Config, stalls: &Stalls) -> Result<Edge, String> {
    let factor = u32::try_from(config.number("http.rate_limit_factor")).unwrap_or(u32::MAX);
    let proxies: Result<Vec<IpRange>, _> =
        config.list("http.trusted_proxies").iter().map(|text| text.parse::<IpRange>()).collect();
    let settings = EdgeSettings {
        access_log: access_log(config),
        body_bytes_max: config.size("http.body_bytes_max"),
        limits: if factor == 0 { Limits::Off } else { Limits::Times(factor) },
        routes: vec![ground_routes(), rush_routes(), tap_routes(config)],
        trusted_proxies: proxies.map_err(|error| format!("http.trusted_proxies: {error}"))?,
        cors_origins: config.list("http.cors_origins"),
        ..EdgeSettings::default()
    };
    let problems = settings.problems();
    if !problems.is_empty() {
        return Err(problems.join("; "));
    }
    Ok(Edge::new(parts(config, stalls), settings))
}

fn parts(config: &Config, stalls: &Stalls) -> EdgeParts {
    let mut verifiers: Vec<(&'static str, Arc<dyn TokenVerifier>)> = Vec::new();
    if let Some(app) = &stalls.rush {
        verifiers.push(("/rush", Arc::new(app.identity.clone())));
    }
    if let Some(app) = &stalls.tap {
        verifiers.push(("/tap", Arc::new(SessionVerifier(Arc::clone(app)))));
    }
    EdgeParts {
        clock: Arc::clone(&stalls.clock),
        ids: config.public_ids(),
        verifiers,
        limiter: Arc::new(LocalLimiter::new()),
    }
}

/// The ground's own: a page for people, the envelope for programs.
fn ground_routes() -> RouteSettings {
    let programs = ["/health", "/ready", "/metrics", "/version", "/_clock"];
    let mut envelopes = vec![("/", Envelope::page(front::refusal_page))];
    envelopes.extend(programs.map(|prefix| (prefix, Envelope::WRAPPED)));
    RouteSettings { envelopes, ..RouteSettings::default() }
}

fn rush_routes() -> RouteSettings {
    let envelopes = vec![
        ("/rush", Envelope::page(rush::pages::refusal_page)),
        ("/rush/api", Envelope::WRAPPED),
        ("/rush/_load", Envelope::WRAPPED),
    ];
    RouteSettings { envelopes, rates: rush::rates::rules(), ..RouteSettings::default() }
}

fn tap_routes(config: &Config) -> RouteSettings {
    let mut body_bytes_max = vec![("/tap", TAP_BODY_BYTES_MAX.min(config.size("http.body_bytes_max")))];
    if config.profile == Profile::Load {
        body_bytes_max.push(("/tap/_load", LOAD_BODY_BYTES_MAX));
    }
    let problem = Envelope::of::<tap::http::PlainFormat>();
    let mut envelopes = vec![("/tap", Envelope::page(tap::pages::refusal_page))];
    envelopes.extend(["/tap/api", "/tap/ws", "/tap/admin", "/tap/_load"].map(|prefix| (prefix, problem)));
    RouteSettings { envelopes, rates: tap::rates::rules(), body_bytes_max }
}

fn access_log(config: &Config) -> AccessLog {
    match (config.text("log.access"), config.profile) {
        ("none", _) => AccessLog::None,
        ("slow_and_errors", _) | ("auto", Profile::Load) => AccessLog::SlowAndErrors,
        _ => AccessLog::All,
    }
}
