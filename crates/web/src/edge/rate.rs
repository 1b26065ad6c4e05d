//! Which route pays from which bucket, and the headers that say how full it is. Buckets themselves live in `cluster`.

use super::prefixes::PrefixTable;
use super::{EdgeSettings, Limits, RouteSettings};
use axum::http::{HeaderMap, HeaderName, HeaderValue, Method};
use cluster::{RateClass, RateDecision, SubjectKeys};
use std::collections::HashMap;
use std::sync::LazyLock;

const LIMIT: HeaderName = HeaderName::from_static("x-ratelimit-limit");
const REMAINING: HeaderName = HeaderName::from_static("x-ratelimit-remaining");
const RESET: HeaderName = HeaderName::from_static("x-ratelimit-reset");
/// Says why no limit was applied.
pub(crate) const BYPASS: HeaderName = HeaderName::from_static("x-ratelimit-bypass");
/// Numbers below this are kept as ready header values; nearly every remaining count and reset time is.
const READY_NUMBERS: u64 = 1_000;

/// One route's class. `route` is the template as the router knows it (`/shop/api/orders/{id}`).
#[derive(Debug, Clone)]
pub struct RateRule {
    /// The method; none for every method.
    pub method: Option<Method>,
    /// The matched route template.
    pub route: &'static str,
    /// The bucket class it pays from.
    pub class: RateClass,
}

/// The rules: exact routes first, then the longest prefix; a route below none is not limited.
#[derive(Debug, Clone, Default)]
pub struct RateRules {
    /// Exact routes.
    pub routes: Vec<RateRule>,
    /// Path prefixes (whole segments), "everything else" of a stall.
    pub prefixes: Vec<(&'static str, RateClass)>,
}

/// The rules in force, ready to be asked on every request.
#[derive(Debug)]
pub(crate) struct Rates {
    /// None when limits are off.
    rules: Option<Ready>,
    pub keys: SubjectKeys,
}

#[derive(Debug)]
struct Ready {
    routes: HashMap<&'static str, Vec<(Option<Method>, RateClass)>>,
    prefixes: PrefixTable<RateClass>,
}

impl Rates {
    pub fn new(settings: &EdgeSettings) -> Self {
        let rules = match settings.limits {
            Limits::Off => None,
            Limits::Times(factor) => Some(Ready::new(&settings.routes, factor)),
        };
        Self { rules, keys: SubjectKeys::default() }
    }

    /// The class a request pays from. A preflight is the browser's own and costs nothing.
    pub fn class_of(&self, method: &Method, route: Option<&str>, path: &str) -> Option<RateClass> {
        let rules = self.rules.as_ref().filter(|_| method != Method::OPTIONS)?;
        let exact = route.and_then(|route| rules.routes.get(route)).into_iter().flatten();
        let mut exact = exact.filter(|(wanted, _)| wanted.as_ref().is_none_or(|wanted| wanted == method));
        exact.next().map(|(_, class)| *class).or_else(|| rules.prefixes.at(path).copied())
    }
}

impl Ready {
    fn new(stalls: &[RouteSettings], factor: u32) -> Self {
        let mut routes: HashMap<_, Vec<_>> = HashMap::new();
        for rule in stalls.iter().flat_map(|stall| &stall.rates.routes) {
            routes.entry(rule.route).or_default().push((rule.method.clone(), rule.class.times(factor)));
        }
        let prefixes = stalls.iter().flat_map(|stall| &stall.rates.prefixes);
        let prefixes = prefixes.map(|(prefix, class)| (*prefix, class.times(factor))).collect();
        Self { routes, prefixes }
    }
}

/// Writes the three `X-RateLimit-*` headers.
pub(crate) fn write_headers(headers: &mut HeaderMap, decision: &RateDecision) {
    headers.insert(LIMIT, number(u64::from(decision.limit)));
    headers.insert(REMAINING, number(u64::from(decision.remaining)));
    headers.insert(RESET, number(decision.reset_s));
}

/// A number as a header value, without an allocation for small ones.
fn number(number: u64) -> HeaderValue {
    static READY: LazyLock<Vec<HeaderValue>> = LazyLock::new(|| {
        // Leaked once, a few kilobytes: static text clones without touching a shared counter.
        let ready = |number: u64| HeaderValue::from_static(number.to_string().leak());
        (0..READY_NUMBERS).map(ready).collect()
    });
    let ready = usize::try_from(number).ok().and_then(|at| READY.get(at));
    ready.cloned().unwrap_or_else(|| HeaderValue::from(number))
}
