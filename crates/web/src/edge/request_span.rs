//! One request's way through the edge: `begin` before the handler, `finish` after it. The layer only calls the two.

use super::{
    BypassRequest, Edge, RequestFacts, RequestId, access_log, client_ip, compress, cookies, headers,
    is_within, rate,
};
use super::{request_id, single_headers, slots};
use crate::answer::OpenBody;
use crate::envelope::Envelope;
use crate::refused::{RefusalCause, Refused, edge_refusals};
use axum::extract::{ConnectInfo, DefaultBodyLimit, MatchedPath, Request};
use axum::http::{HeaderMap, HeaderValue, Method, header};
use axum::response::{IntoResponse, Response};
use cluster::{RateClass, RateDecision};
use kernel::{Meaning, Refusal, Timestamp};
use std::net::{IpAddr, Ipv4Addr, SocketAddr};
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::atomic::Ordering;
use std::sync::{Arc, OnceLock};
use std::time::Instant;

/// What the edge remembers of a request until its answer leaves.
pub(crate) struct RequestSpan {
    started: Instant,
    at: Timestamp,
    request_id: RequestId,
    method: &'static str,
    route: Option<MatchedPath>,
    envelope: Envelope,
    rate: Option<RateDecision>,
    /// Why no limit was applied, where one would have been.
    bypass: Option<&'static str>,
    narrower: Option<Arc<OnceLock<RateDecision>>>,
    client_ip: IpAddr,
    takes_gzip: bool,
}

/// What the server loop found wrong before the edge saw the request; the edge writes it down in the envelope of the path.
#[derive(Debug, Clone)]
pub(crate) struct Unadmitted(pub Refusal);

impl Edge {
    /// Notes the request's facts in its extensions. `Err` is the refusal of a request that need not be handled.
    pub(crate) fn begin(&self, request: &mut Request) -> (RequestSpan, Result<(), Refusal>) {
        let started = Instant::now();
        cookies::receive(request.headers_mut(), self.is_secure());
        let mut facts = self.facts(request);
        let route = request.extensions().get::<MatchedPath>().cloned();
        let class = self.0.rates.class_of(
            request.method(),
            route.as_ref().map(MatchedPath::as_str),
            request.uri().path(),
        );
        let bypass = class.and_then(|_| self.bypass(request, route.as_ref(), &facts));
        let rate = class.filter(|_| bypass.is_none()).map(|class| self.charge(class, &facts));
        // Only a door, where the address pays, has a narrower bucket.
        facts.narrower = class.filter(|class| class.by_address).map(|_| Arc::default());
        let span = RequestSpan {
            started,
            at: facts.at,
            request_id: facts.request_id.clone(),
            method: method_label(request.method()),
            route,
            envelope: self.0.routes.envelope_at(request.uri().path()),
            rate,
            bypass,
            narrower: facts.narrower.clone(),
            client_ip: facts.client_ip,
            takes_gzip: compress::takes_gzip(request.headers()),
        };
        let refused = request.extensions_mut().remove::<Unadmitted>();
        let admitted = refused.map_or(Ok(()), |Unadmitted(refusal)| Err(refusal));
        let admitted = admitted.and_then(|()| single_headers::check(request.headers()));
        let admitted = admitted.and_then(|()| span.admitted()).and_then(|()| self.sized(request));
        request.extensions_mut().insert(facts);
        (span, admitted)
    }

    fn facts(&self, request: &Request) -> RequestFacts {
        let peer = request.extensions().get::<ConnectInfo<SocketAddr>>();
        let peer = peer.map_or(IpAddr::V4(Ipv4Addr::UNSPECIFIED), |peer| peer.0.ip());
        let headers = request.headers();
        let at = self.now();
        self.warn_of_forwarding(peer, headers);
        RequestFacts {
            request_id: self.0.request_ids.of(headers),
            at,
            narrower: None,
            page_user: page_cookie(headers).and_then(|cookie| self.0.page_sessions.user_of(cookie, at)),
            client_ip: client_ip::client_ip(peer, headers, &self.0.settings.trusted_proxies),
            caller: self.verify_token(request.uri().path(), headers),
        }
    }

    /// Says once that a peer names other clients and is not believed: everybody behind it counts as one.
    fn warn_of_forwarding(&self, peer: IpAddr, headers: &HeaderMap) {
        let untrusted = headers.contains_key("x-forwarded-for")
            && !is_within(peer, &self.0.settings.trusted_proxies)
            && !self.0.warned_of_forwarding.load(Ordering::Relaxed);
        if untrusted && !self.0.warned_of_forwarding.swap(true, Ordering::Relaxed) {
            tracing::warn!(
                %peer,
                "X-Forwarded-For of this peer is not believed, so that everybody behind it shares the limits of one \
                 address; if it is a proxy of yours, add it to http.trusted_proxies. This is said once"
            );
        }
    }

    fn bypass(
        &self,
        request: &Request,
        route: Option<&MatchedPath>,
        facts: &RequestFacts,
    ) -> Option<&'static str> {
        let caller = *facts.caller.as_ref()?.as_ref().ok()?;
        let asked =
            BypassRequest { route: route?.as_str(), headers: request.headers(), caller, now: facts.at };
        self.limit_bypass(request.uri().path(), &asked)
    }

    /// Takes a token from the bucket of the user, or of the address when nobody is known, or when the class says so.
    fn charge(&self, class: RateClass, facts: &RequestFacts) -> RateDecision {
        let rates = &self.0.rates;
        let bearer = facts.caller.as_ref().and_then(|caller| caller.as_ref().ok()).map(|actor| actor.user);
        let subject = match bearer.or(facts.page_user).filter(|_| !class.by_address) {
            Some(user) => rates.keys.key(&class, ("user", user)),
            None => rates.keys.key(&class, ("address", client_ip::address_group(facts.client_ip))),
        };
        self.0.parts.limiter.take(&class, subject, facts.at)
    }

    /// Refuses a body that announces itself as too large, and bounds those that announce nothing.
    fn sized(&self, request: &mut Request) -> Result<(), Refusal> {
        let max = self.body_bytes_max_at(request.uri().path());
        match announced_bytes(request.headers()) {
            Some(bytes) if bytes > max as u64 => return Err(edge_refusals::payload_too_large(max)),
            Some(_) => {}
            None if request.headers().contains_key(header::TRANSFER_ENCODING) => {
                DefaultBodyLimit::max(max).apply(request);
            }
            None => {}
        }
        Ok(())
    }

    /// Finishes an answer: envelope, headers, metrics, log.
    pub(crate) fn finish(&self, span: &RequestSpan, response: Response) -> Response {
        let mut response = self.bounded(span, response);
        if let Some(RefusalCause(refusal)) = response.extensions_mut().remove::<RefusalCause>() {
            span.log_cause(&refusal);
            if let Some(refused) = span.rewrite(&refusal) {
                response = rewritten(response, refused);
            }
        } else if let Some(open) = response.extensions_mut().remove::<OpenBody>() {
            *response.body_mut() = open.end(span.request_id.as_str(), span.at);
        }
        response = compress::pack(response, span.takes_gzip);
        let headers = response.headers_mut();
        headers::secure(headers);
        cookies::send(headers, self.is_secure());
        headers.insert(request_id::X_REQUEST_ID, span.request_id.0.clone());
        if let Some(decision) =
            span.narrower.as_ref().and_then(|narrower| narrower.get()).or(span.rate.as_ref())
        {
            rate::write_headers(headers, decision);
        }
        if let Some(bypass) = span.bypass {
            headers.insert(rate::BYPASS, HeaderValue::from_static(bypass));
        }
        // What is counted and logged about an answer must never cost it: it may speak of a commit.
        let status = response.status().as_u16();
        let _recorded = catch_unwind(AssertUnwindSafe(|| self.record(span, status)));
        response
    }

    /// A stream takes one of its address's places as long as it lives.
    fn bounded(&self, span: &RequestSpan, response: Response) -> Response {
        if !slots::is_event_stream(&response) {
            return response;
        }
        match self.stream_slot(span.client_ip) {
            Ok(Some(slot)) => slots::hold(response, slot),
            Ok(None) => response,
            Err(refusal) => Refused(refusal).into_response(),
        }
    }

    fn record(&self, span: &RequestSpan, status: u16) {
        let took = span.started.elapsed();
        let route = span.route.as_ref().map(MatchedPath::as_str);
        self.0.metrics.record(span.method, route, status, took);
        let entry = access_log::Entry {
            request_id: span.request_id.as_str(),
            method: span.method,
            route: route.unwrap_or("unmatched"),
            status,
            took,
        };
        access_log::write(&self.0.settings, &entry);
    }
}

impl RequestSpan {
    fn admitted(&self) -> Result<(), Refusal> {
        match &self.rate {
            Some(decision) if !decision.allowed => {
                Err(edge_refusals::too_many_requests(decision.retry_after_s))
            }
            _ => Ok(()),
        }
    }

    fn rewrite(&self, refusal: &Refusal) -> Option<Response> {
        self.envelope.rewrite(refusal, self.request_id.as_str(), self.at)
    }

    /// The one place where the cause of a refusal is logged.
    fn log_cause(&self, refusal: &Refusal) {
        let request_id = self.request_id.as_str();
        let cause = refusal.internal.as_deref().unwrap_or_default();
        if refusal.meaning == Meaning::Internal {
            tracing::error!(request_id, code = refusal.code, cause, "request failed");
        } else if refusal.internal.is_some() {
            tracing::warn!(request_id, code = refusal.code, cause, "request refused");
        }
    }
}

/// The answer to a handler that panicked.
pub(crate) fn panicked(panic: &(dyn std::any::Any + Send)) -> Response {
    let text =
        panic.downcast_ref::<&str>().copied().or_else(|| panic.downcast_ref::<String>().map(String::as_str));
    let cause = format!("a handler panicked: {}", text.unwrap_or("(no text)"));
    Refused(Refusal::internal(cause)).into_response()
}

/// The refusal written anew, with what the old answer carried beside its body (`Allow`, CORS).
fn rewritten(old: Response, mut new: Response) -> Response {
    for (name, value) in old.headers() {
        if name != header::CONTENT_LENGTH && name != header::CONTENT_TYPE {
            new.headers_mut().insert(name, value.clone());
        }
    }
    new
}

/// The page session's cookie, of whatever stall.
fn page_cookie(headers: &HeaderMap) -> Option<&str> {
    headers.get(header::COOKIE)?.to_str().ok().and_then(identity::sessions::cookie::find)
}

fn announced_bytes(headers: &HeaderMap) -> Option<u64> {
    headers.get(header::CONTENT_LENGTH)?.to_str().ok()?.parse().ok()
}

/// A bounded label: what is no method of ours is `OTHER`.
fn method_label(method: &Method) -> &'static str {
    match *method {
        Method::GET => "GET",
        Method::POST => "POST",
        Method::PUT => "PUT",
        Method::PATCH => "PATCH",
        Method::DELETE => "DELETE",
        Method::HEAD => "HEAD",
        Method::OPTIONS => "OPTIONS",
        _ => "OTHER",
    }
}
