//! A small API behind a real edge, and a client that reads its answers. No facts here.

use axum::Router;
use axum::body::Body as HttpBody;
use axum::extract::FromRef;
use axum::http::{HeaderMap, Request, StatusCode};
use axum::routing::{get, post};
use cluster::LocalLimiter;
use http_body_util::BodyExt;
use kernel::{
    Actor, ManualClock, Meaning, PageMeta, PageRequest, Paged, PublicIds, Refusal, Role, Timestamp, UserId,
    tags, typed_id,
};
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};
use std::sync::Arc;
use tower::ServiceExt;
use web::{
    AccessLog, Body, Caller, Created, Data, Edge, EdgeParts, EdgeSettings, Envelope, EnvelopeFormat, Form,
    IdempotencyKey, Limits, Listed, MaybeCaller, Path, Path2, PathText, Query, Refused, RequestFacts,
    RouteSettings, TokenVerifier,
};

/// What everybody is here.
pub const USER: Role = Role::new("user").expect("a short lower-case word");

typed_id!(AppleId, tags::EXAMPLE_1, "apple");
typed_id!(PearId, tags::EXAMPLE_2, "pear");

pub fn ids() -> PublicIds {
    PublicIds::new([7; 16])
}

/// `user-N` is user N, `expired` was somebody; everything else is nobody.
#[derive(Debug)]
pub struct Names;

impl TokenVerifier for Names {
    fn verify(&self, token: &str, _: Timestamp) -> Result<Actor, Refusal> {
        let refuse = |code| Err(Refusal::new(Meaning::Unauthenticated, code, "Log in again."));
        match token.strip_prefix("user-").and_then(|number| number.parse().ok()) {
            Some(user) => Ok(Actor { user: UserId(user), tenant: None, role: USER }),
            None if token == "expired" => refuse("TOKEN_EXPIRED"),
            None => refuse("INVALID_TOKEN"),
        }
    }
}

#[derive(Clone)]
pub struct Api(pub Edge);

impl FromRef<Api> for Edge {
    fn from_ref(api: &Api) -> Self {
        api.0.clone()
    }
}

#[derive(Debug, Deserialize)]
pub struct Order {
    pub name: String,
    pub quantity: u32,
}

#[derive(Debug, Deserialize)]
struct Which {
    page: Option<u32>,
    per_page: Option<u32>,
}

pub struct Served {
    pub router: Router,
    pub clock: Arc<ManualClock>,
}

/// Quiet and unlimited.
pub fn settings() -> EdgeSettings {
    let envelopes = vec![("/problem", Envelope::of::<ProblemFormat>()), ("/page", Envelope::page(page))];
    let routes = vec![RouteSettings { envelopes, ..RouteSettings::default() }];
    EdgeSettings { access_log: AccessLog::None, limits: Limits::Off, routes, ..EdgeSettings::default() }
}

/// Problem details for refusals, bare data for successes.
#[derive(Debug)]
pub struct ProblemFormat;

impl EnvelopeFormat for ProblemFormat {
    const CONTENT_TYPE: &'static str = web::PROBLEM_TYPE;

    fn success<T: Serialize>(
        body: &mut Vec<u8>,
        data: &T,
        _: Option<PageMeta>,
    ) -> Result<(), serde_json::Error> {
        serde_json::to_writer(body, data)
    }

    fn refusal(refusal: &Refusal, request_id: &str, _: Timestamp) -> String {
        web::problem_body(refusal, refusal.code, request_id)
    }
}

fn page(refusal: &Refusal, request_id: &str, at: Timestamp) -> String {
    format!("<h1>{}</h1><small>{request_id} {}</small>", refusal.message, at.as_secs())
}

pub fn serve_with(settings: EdgeSettings, more: impl FnOnce(Edge) -> Router) -> Served {
    let clock = testkit::standing_clock();
    let parts = EdgeParts {
        clock: clock.clone(),
        ids: ids(),
        verifiers: vec![("/api", Arc::new(Names))],
        limiter: Arc::new(LocalLimiter::new()),
    };
    assert_eq!(settings.problems(), Vec::<String>::new());
    let edge = Edge::new(parts, settings);
    let router = edge.guard(api(edge.clone()).merge(more(edge.clone())));
    Served { router, clock }
}

pub fn serve(settings: EdgeSettings) -> Served {
    serve_with(settings, |_| Router::new())
}

fn api(edge: Edge) -> Router {
    Router::new()
        .route("/api/orders", post(order))
        .route("/api/apples/{id}", get(apple).delete(apple))
        .route("/api/pairs/{apple}/{pear}", get(pair))
        .route("/api/words/{word}", get(|PathText(word): PathText| async { Data(word) }))
        .route("/api/list", get(list))
        .route("/api/me", get(|Caller(actor): Caller| async move { Data(actor.user.0) }))
        .route("/api/maybe", get(|MaybeCaller(actor): MaybeCaller| async move { Data(actor.is_some()) }))
        .route("/api/form", post(|Form(order): Form<Order>| async move { Data(order.quantity) }))
        .route("/api/keyed", post(|IdempotencyKey(key): IdempotencyKey| async { Data(key) }))
        .route("/api/facts", get(facts))
        .route("/api/panic", get(panics))
        .route("/api/broken", get(broken))
        .route("/problem/broken", get(broken))
        .route("/page/broken", get(broken))
        .with_state(Api(edge))
}

async fn order(Body(order): Body<Order>) -> Result<Created<Value>, Refused> {
    let name = web::text::clean("name", &order.name, 1, 40)?;
    Ok(Created(json!({ "name": name, "quantity": order.quantity })))
}

async fn apple(Path(AppleId(id)): Path<AppleId>) -> Data<i64> {
    Data(id)
}

async fn pair(Path2(AppleId(apple), PearId(pear)): Path2<AppleId, PearId>) -> Data<[i64; 2]> {
    Data([apple, pear])
}

async fn list(Query(which): Query<Which>) -> Listed<u64> {
    let page = PageRequest::from_page(which.page, which.per_page);
    Listed(Paged { items: vec![page.offset], meta: page.meta(25) })
}

async fn facts(facts: RequestFacts) -> Data<Value> {
    Data(json!({ "request_id": facts.request_id.as_str(), "at": facts.at.as_secs(), "ip": facts.client_ip }))
}

async fn panics() -> Data<()> {
    panic!("secret of the house")
}

async fn broken() -> Refused {
    Refused(Refusal::internal("secret of the house"))
}

/// An answer, read whole.
#[derive(Debug)]
pub struct Answer {
    pub status: StatusCode,
    pub headers: HeaderMap,
    pub text: String,
}

impl Answer {
    pub fn json(&self) -> Value {
        serde_json::from_str(&self.text).unwrap_or_else(|error| panic!("{error}: {:?}", self.text))
    }

    pub fn code(&self) -> String {
        self.json()["error"]["code"].as_str().unwrap_or_default().to_owned()
    }

    pub fn header(&self, name: &str) -> &str {
        self.headers.get(name).map_or("", |value| value.to_str().expect("visible"))
    }
}

/// Asks; headers are `(name, value)` pairs.
pub async fn request(
    served: &Served,
    method: &str,
    path: &str,
    headers: &[(&str, &str)],
    body: impl Into<HttpBody>,
) -> Answer {
    let mut request = Request::builder().method(method).uri(path);
    for (name, value) in headers {
        request = request.header(*name, *value);
    }
    send(served, request.body(body.into()).expect("a well-formed request")).await
}

pub async fn send(served: &Served, request: Request<HttpBody>) -> Answer {
    let response = served.router.clone().oneshot(request).await.expect("the router never fails");
    let (parts, body) = response.into_parts();
    let bytes = body.collect().await.expect("the body arrives").to_bytes();
    let text = String::from_utf8(bytes.to_vec()).expect("answers are UTF-8");
    Answer { status: parts.status, headers: parts.headers, text }
}

pub async fn fetch(served: &Served, path: &str) -> Answer {
    request(served, "GET", path, &[], "").await
}

pub async fn post_json(served: &Served, path: &str, body: impl Into<HttpBody>) -> Answer {
    request(served, "POST", path, &[("content-type", "application/json")], body).await
}
