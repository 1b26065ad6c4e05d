//! The stall behind an edge as the binary builds it, and a client. No facts here.

use super::Player;
use axum::Router;
use axum::body::Body;
use axum::extract::ConnectInfo;
use axum::http::{HeaderMap, Method, Request};
use cluster::LocalLimiter;
use http_body_util::BodyExt as _;
use kernel::{ManualClock, PublicIds};
use serde_json::Value;
use std::net::{IpAddr, SocketAddr};
use std::sync::Arc;
use tap::app::App;
use tap::engine::BreakerCommand;
use tap::http::{SessionVerifier, TapProtocol, TapState};
use tokio::sync::mpsc;
use tower::ServiceExt as _;
use web::live::{SocketEndpoint, SocketParts, SocketSettings};
use web::{
    AccessLog, Edge, EdgeParts, EdgeSettings, Envelope, Limits, RouteSettings, Shutdown, TokenVerifier,
};

/// Where everybody is who is nowhere else.
pub const HOME: IpAddr = IpAddr::V4(std::net::Ipv4Addr::new(203, 0, 113, 5));

/// The stall's doors.
pub struct Front {
    pub router: Router,
    /// The router before the edge, and its document.
    pub bare: Router,
    pub document: utoipa::openapi::OpenApi,
    /// What operators want of the engine.
    pub breaker_commands: tokio::sync::Mutex<mpsc::Receiver<BreakerCommand>>,
    /// While it lives the doors are open.
    _shutdown: Shutdown,
    pub closing: web::Closing,
}

/// What was answered.
#[derive(Debug)]
pub struct Answer {
    pub status: u16,
    pub headers: HeaderMap,
    pub text: String,
    pub json: Value,
}

impl Answer {
    /// Status and code at once; the code of a success is empty. A refusal has the shape that all have.
    pub fn says(&self) -> (u16, &str) {
        if self.status >= 400 {
            assert_eq!(self.headers["content-type"], "application/problem+json", "{}", self.text);
            assert_eq!(self.json["status"], self.status, "{}", self.text);
            for field in ["type", "title", "error", "message", "request_id"] {
                assert!(self.json[field].is_string(), "{field} of {}", self.text);
            }
        }
        (self.status, self.json["error"].as_str().unwrap_or_default())
    }
}

/// One request.
#[derive(Debug, Clone, Default)]
pub struct RequestOptions<'a> {
    pub token: Option<&'a str>,
    pub headers: &'a [(&'a str, &'a str)],
    pub body: Option<Vec<u8>>,
    pub ip: Option<IpAddr>,
    /// The content's type, if it is not JSON.
    pub content: Option<&'a str>,
}

impl Front {
    pub fn of(app: &Arc<App>, clock: Arc<ManualClock>, limits: Limits) -> Self {
        let edge = edge(app, clock, limits);
        let (shutdown, closing) = web::shutdown();
        let parts =
            SocketParts { hub: app.hub.clone(), users: app.streams.clone(), closing: closing.clone() };
        let (commands, received) = mpsc::channel(4);
        let state = TapState {
            app: app.clone(),
            edge: edge.clone(),
            door: SocketEndpoint::new(TapProtocol(app.clone()), parts, SocketSettings::default()),
            breaker_commands: Some(commands),
        };
        let (api, document) = tap::http::api().split_for_parts();
        let mut routes = api.merge(tap::http::live::routes());
        if app.settings.faucet {
            routes = routes.merge(tap::http::demo::routes());
        }
        if !app.settings.admin_token.is_empty() {
            routes = routes.merge(tap::http::admin::routes());
        }
        let bare: Router = routes.with_state(state);
        Self {
            router: edge.guard(bare.clone()),
            bare,
            document,
            breaker_commands: tokio::sync::Mutex::new(received),
            _shutdown: shutdown,
            closing,
        }
    }

    pub async fn request(&self, method: &Method, path: &str, ask: RequestOptions<'_>) -> Answer {
        let body = ask.body.unwrap_or_default();
        let mut request = Request::builder()
            .method(method)
            .uri(path)
            .header("content-type", ask.content.unwrap_or("application/json"))
            .header("content-length", body.len());
        for (name, value) in ask.headers {
            request = request.header(*name, *value);
        }
        if let Some(token) = ask.token {
            request = request.header("authorization", format!("Bearer {token}"));
        }
        let mut request = request.body(Body::from(body)).expect("a request");
        request.extensions_mut().insert(ConnectInfo(SocketAddr::new(ask.ip.unwrap_or(HOME), 9)));
        let response = self.router.clone().oneshot(request).await.expect("an answer");
        let (parts, body) = response.into_parts();
        let bytes = body.collect().await.expect("a body").to_bytes();
        let text = String::from_utf8_lossy(&bytes).into_owned();
        let json = serde_json::from_str(&text).unwrap_or(Value::Null);
        Answer { status: parts.status.as_u16(), headers: parts.headers, text, json }
    }

    /// Sends JSON as somebody.
    pub async fn post(&self, path: &str, player: &Player, body: &Value) -> Answer {
        self.post_raw(path, player, body.to_string().into_bytes()).await
    }

    /// Sends bytes as somebody.
    pub async fn post_raw(&self, path: &str, player: &Player, body: Vec<u8>) -> Answer {
        let ask =
            RequestOptions { token: Some(&player.session), body: Some(body), ..RequestOptions::default() };
        self.request(&Method::POST, path, ask).await
    }

    /// Sends JSON as nobody, from somewhere.
    pub async fn send(&self, path: &str, body: &Value, ip: IpAddr) -> Answer {
        let ask = RequestOptions {
            body: Some(body.to_string().into_bytes()),
            ip: Some(ip),
            ..RequestOptions::default()
        };
        self.request(&Method::POST, path, ask).await
    }
}

fn edge(app: &Arc<App>, clock: Arc<ManualClock>, limits: Limits) -> Edge {
    let parts = EdgeParts {
        clock,
        ids: PublicIds::new([7; 16]),
        verifiers: vec![("/tap", Arc::new(SessionVerifier(app.clone())) as Arc<dyn TokenVerifier>)],
        limiter: Arc::new(LocalLimiter::new()),
    };
    let problem = Envelope::of::<tap::http::PlainFormat>();
    let routes = RouteSettings {
        envelopes: vec![
            ("/tap", Envelope::page(tap::pages::refusal_page)),
            ("/tap/api", problem),
            ("/tap/ws", problem),
            ("/tap/admin", problem),
        ],
        rates: tap::rates::rules(),
        body_bytes_max: vec![("/tap", 8 * 1024)],
    };
    let settings =
        EdgeSettings { access_log: AccessLog::All, limits, routes: vec![routes], ..EdgeSettings::default() };
    assert_eq!(settings.problems(), Vec::<String>::new());
    Edge::new(parts, settings)
}
