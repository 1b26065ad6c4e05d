//! The front of a stall in memory: its routes behind a real edge, and a client that reads whole answers. Nothing listens, no
//! socket is opened, and a request is handled as the binary would handle it.
//!
//! Which routes there are is the stall's business; [`edge`] makes what is around them, [`Front`] asks.

use crate::answer::{Answer, Headers};
use crate::contract::Contract;
use axum::Router;
use axum::body::Body;
use axum::extract::ConnectInfo;
use axum::http::request::Builder;
use axum::http::{HeaderValue, Method, Request as HttpRequest};
use axum::response::Response;
use cluster::LocalLimiter;
use http_body_util::BodyExt as _;
use kernel::{ManualClock, PublicIds};
use serde_json::Value;
use stall::{Deployment, Manifest, Profile};
use std::net::{IpAddr, Ipv4Addr, SocketAddr};
use std::sync::Arc;
use tower::ServiceExt as _;
use web::{AccessLog, Edge, EdgeParts, EdgeSettings, Limits, TokenVerifier};

/// Where everybody is who is nowhere else.
pub const HOME: IpAddr = IpAddr::V4(Ipv4Addr::new(203, 0, 113, 5));

/// The codec of public ids in every test.
#[must_use]
pub fn public_ids() -> PublicIds {
    PublicIds::new([7; 16])
}

/// Settings of an edge that writes no log and counts no request.
#[must_use]
pub fn quiet() -> EdgeSettings {
    EdgeSettings { access_log: AccessLog::None, limits: Limits::Off, ..EdgeSettings::default() }
}

/// Where a stall of a test runs: on a laptop that nobody else reaches.
#[must_use]
pub fn deployment() -> Deployment {
    Deployment {
        profile: Profile::Dev,
        listen: SocketAddr::from((Ipv4Addr::LOCALHOST, 8080)),
        is_public: false,
    }
}

/// The same with what a stall says about its own routes.
#[must_use]
pub fn settings_of(manifest: &Manifest) -> EdgeSettings {
    EdgeSettings { routes: vec![(manifest.routes)(&deployment())], ..quiet() }
}

/// Who verifies the tokens below a path prefix.
pub type Verifier = (&'static str, Arc<dyn TokenVerifier>);

/// An edge. Panics when the settings contradict each other.
#[must_use]
pub fn edge(clock: Arc<ManualClock>, verifiers: Vec<Verifier>, settings: EdgeSettings) -> Edge {
    assert_eq!(settings.problems(), Vec::<String>::new());
    let limiter = Arc::new(LocalLimiter::new());
    Edge::new(EdgeParts { clock, ids: public_ids(), verifiers, limiter }, settings)
}

/// Routes behind an edge.
#[derive(Debug, Clone)]
pub struct Front {
    router: Router,
    check: fn(&Answer),
    contract: Option<Arc<Contract>>,
}

impl Front {
    /// The front of routes that their edge guards already (`edge.guard(router)`).
    #[must_use]
    pub fn new(guarded: Router) -> Self {
        Self { router: guarded, check: |_| {}, contract: None }
    }

    /// The same; every answer that is read whole must pass `check`, which panics when it does not.
    #[must_use]
    pub fn checking(self, check: fn(&Answer)) -> Self {
        Self { check, ..self }
    }

    /// The same; every answer of a documented operation must keep the stall's contract, or the story panics.
    #[must_use]
    pub fn keeping(self, manifest: &Manifest) -> Self {
        let routes = [(manifest.routes)(&deployment())];
        let document = web::openapi::complete(&(manifest.openapi)(), &routes).expect("a document is JSON");
        Self { contract: Some(Arc::new(Contract::new(document))), ..self }
    }

    /// The routes with their edge, to be served over a socket.
    pub fn router(&self) -> Router {
        self.router.clone()
    }

    /// Begins a request; [`Call::send`] is its end.
    pub fn call(&self, method: Method, path: &str) -> Call<'_> {
        let request = HttpRequest::builder().method(method).uri(path);
        Call { front: self, request, ip: HOME, body: Vec::new() }
    }

    /// Begins a GET.
    pub fn get(&self, path: &str) -> Call<'_> {
        self.call(Method::GET, path)
    }

    /// Begins a POST of JSON.
    pub fn post(&self, path: &str, body: &Value) -> Call<'_> {
        self.call(Method::POST, path).json(body)
    }

    /// Sends a request exactly as it is and reads its whole answer.
    pub async fn send(&self, request: HttpRequest<Body>) -> Answer {
        let (method, path) = (request.method().clone(), request.uri().to_string());
        let (parts, body) = self.respond(request).await.into_parts();
        let bytes = body.collect().await.expect("a body in memory arrives").to_bytes();
        let text = |value: &HeaderValue| String::from_utf8_lossy(value.as_bytes()).into_owned();
        let headers = parts.headers.iter().map(|(name, value)| (name.as_str().to_owned(), text(value)));
        let answer = Answer::new(parts.status.as_u16(), Headers::new(headers.collect()), bytes.to_vec());
        (self.check)(&answer);
        let breach = self.contract.as_ref().and_then(|kept| kept.breach(method.as_str(), &path, &answer));
        assert_eq!(breach, None, "the contract is broken");
        answer
    }

    /// The answer as the router gives it, its body unread: for streams.
    pub async fn respond(&self, request: HttpRequest<Body>) -> Response {
        self.router.clone().oneshot(request).await.expect("a router never fails")
    }
}

/// A request that is being put together.
#[derive(Debug)]
#[must_use = "nothing is sent without `send`"]
pub struct Call<'f> {
    front: &'f Front,
    request: Builder,
    ip: IpAddr,
    body: Vec<u8>,
}

impl Call<'_> {
    /// With this bearer token.
    pub fn token(self, token: &str) -> Self {
        self.header("authorization", &format!("Bearer {token}"))
    }

    /// With this bearer token, if there is one.
    pub fn maybe_token(self, token: Option<&str>) -> Self {
        match token {
            Some(token) => self.token(token),
            None => self,
        }
    }

    /// With a header more.
    pub fn header(mut self, name: &str, value: &str) -> Self {
        self.request = self.request.header(name, value);
        self
    }

    /// With several headers more.
    pub fn headers(self, headers: &[(&str, &str)]) -> Self {
        headers.iter().fold(self, |call, (name, value)| call.header(name, value))
    }

    /// With this idempotency key.
    pub fn key(self, key: &str) -> Self {
        self.header("idempotency-key", key)
    }

    /// From this address instead of [`HOME`].
    pub fn from(mut self, ip: IpAddr) -> Self {
        self.ip = ip;
        self
    }

    /// With JSON in its body.
    pub fn json(self, body: &Value) -> Self {
        self.bytes("application/json", body.to_string().into_bytes())
    }

    /// With a form in its body.
    pub fn form(self, body: String) -> Self {
        self.bytes("application/x-www-form-urlencoded", body.into_bytes())
    }

    /// With these bytes in its body.
    pub fn bytes(mut self, content_type: &str, body: Vec<u8>) -> Self {
        self.body = body;
        self.header("content-type", content_type)
    }

    /// Sends it and reads the whole answer. Panics when the request is not well formed.
    pub async fn send(self) -> Answer {
        let front = self.front;
        front.send(self.finish()).await
    }

    /// Sends it and hands the answer on with its body unread.
    pub async fn stream(self) -> Response {
        let front = self.front;
        front.respond(self.finish()).await
    }

    fn finish(self) -> HttpRequest<Body> {
        let request = self.request.header("content-length", self.body.len());
        let mut request = request.body(Body::from(self.body)).expect("a test sends well formed requests");
        request.extensions_mut().insert(ConnectInfo(SocketAddr::new(self.ip, 9)));
        request
    }
}
