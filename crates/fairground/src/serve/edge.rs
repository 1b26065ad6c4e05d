//! The edge around all stalls: whose tokens are believed where, which limits count, how refusals are written.

use super::front;
use super::stalls::Stalls;
use crate::config::{Config, Profile};
use cluster::LocalLimiter;
use kernel::{Actor, Refusal, Timestamp};
use std::sync::Arc;
use tap::http::SessionVerifier;
use web::{AccessLog, Edge, EdgeParts, EdgeSettings, Envelope, IpRange, Limits, RateRules, TokenVerifier};

/// Bytes of the largest body that Tap reads (spec §12).
const TAP_BODY_BYTES_MAX: usize = 8 * 1024;

/// The edge. Errors: a sentence for the operator.
pub fn edge(config: &Config, stalls: &Stalls) -> Result<Edge, String> {
    let factor = u32::try_from(config.number("http.rate_limit_factor")).unwrap_or(u32::MAX);
    let proxies: Result<Vec<IpRange>, _> =
        config.list("http.trusted_proxies").iter().map(|text| text.parse::<IpRange>()).collect();
    let settings = EdgeSettings {
        access_log: access_log(config),
        body_bytes_max: config.size("http.body_bytes_max"),
        body_bytes_max_below: vec![("/tap", TAP_BODY_BYTES_MAX.min(config.size("http.body_bytes_max")))],
        limits: if factor == 0 { Limits::Off } else { Limits::Times(factor) },
        rate_rules: rate_rules(),
        trusted_proxies: proxies.map_err(|error| format!("http.trusted_proxies: {error}"))?,
        cors_origins: config.list("http.cors_origins"),
        envelopes: envelopes(),
        ..EdgeSettings::default()
    };
    let problems = settings.problems();
    if !problems.is_empty() {
        return Err(problems.join("; "));
    }
    Ok(Edge::new(parts(config, stalls), settings))
}

fn parts(config: &Config, stalls: &Stalls) -> EdgeParts {
    let rush = stalls.rush.as_ref().map(|app| Arc::new(app.identity.clone()) as Arc<dyn TokenVerifier>);
    let tap = stalls.tap.as_ref().map(|app| Arc::new(SessionVerifier(Arc::clone(app))));
    EdgeParts {
        clock: Arc::clone(&stalls.clock),
        ids: config.public_ids(),
        verifier: rush.unwrap_or_else(|| Arc::new(Nobody)),
        verifiers: tap.into_iter().map(|verifier| ("/tap", verifier as Arc<dyn TokenVerifier>)).collect(),
        limiter: Arc::new(LocalLimiter::new()),
    }
}

/// Believes nothing, where no stall has tokens.
struct Nobody;

impl TokenVerifier for Nobody {
    fn verify(&self, _: &str, _: Timestamp) -> Result<Actor, Refusal> {
        Err(Refusal::new(kernel::Meaning::Unauthenticated, "INVALID_TOKEN", "Nobody can log in here."))
    }
}

fn rate_rules() -> RateRules {
    let (mut rules, tap) = (rush::rates::rules(), tap::rates::rules());
    rules.routes.extend(tap.routes);
    rules.prefixes.extend(tap.prefixes);
    rules
}

/// How refusals are written: as a page for people, in the API's envelope for programs.
fn envelopes() -> Vec<(&'static str, Envelope)> {
    let problem = Envelope::Problem(tap::refusals::spell);
    vec![
        ("/", Envelope::Page(front::refusal_page)),
        ("/health", Envelope::Wrapped),
        ("/ready", Envelope::Wrapped),
        ("/metrics", Envelope::Wrapped),
        ("/version", Envelope::Wrapped),
        ("/_clock", Envelope::Wrapped),
        ("/rush", Envelope::Page(rush::pages::refusal_page)),
        ("/rush/api", Envelope::Wrapped),
        ("/rush/_load", Envelope::Wrapped),
        ("/tap", Envelope::Page(tap::pages::refusal_page)),
        ("/tap/api", problem),
        ("/tap/ws", problem),
        ("/tap/admin", problem),
        ("/tap/_load", problem),
    ]
}

fn access_log(config: &Config) -> AccessLog {
    match (config.text("log.access"), config.profile) {
        ("none", _) => AccessLog::None,
        ("slow_and_errors", _) | ("auto", Profile::Load) => AccessLog::SlowAndErrors,
        _ => AccessLog::All,
    }
}
