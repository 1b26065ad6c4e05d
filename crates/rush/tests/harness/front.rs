//! The stall behind its real edge, and a client with minted tokens. No facts here.
#![allow(dead_code, reason = "each test file uses its part of the harness")]

use super::harness::Stall;
use axum::Router;
use axum::body::Body;
use axum::extract::ConnectInfo;
use axum::http::{Method, Request};
use cluster::LocalLimiter;
use http_body_util::BodyExt as _;
use identity::{Claims, ISSUER};
use kernel::{Actor, PublicIds};
use rush::http::RushState;
use serde_json::Value;
use std::borrow::Cow;
use std::net::SocketAddr;
use std::sync::Arc;
use tower::ServiceExt as _;
use web::{AccessLog, Edge, EdgeParts, EdgeSettings, Limits};

/// The slug of the shop that strangers see.
pub const DEFAULT_SHOP: &str = "alpha";

/// The API of a stall.
pub struct Front {
    router: Router,
    /// Every documented `METHOD path`.
    pub routes: Vec<(Method, String)>,
}

/// What was answered.
#[derive(Debug)]
pub struct Answer {
    pub status: u16,
    pub text: String,
    pub json: Value,
}

impl Answer {
    /// Status and code at once; the code of a success is empty.
    pub fn says(&self) -> (u16, &str) {
        (self.status, self.json["error"]["code"].as_str().unwrap_or_default())
    }

    /// The data of a success.
    pub fn data(&self) -> &Value {
        assert_eq!(self.json["success"], true, "{} {}", self.status, self.text);
        &self.json["data"]
    }
}

/// One request.
#[derive(Debug, Default)]
pub struct RequestOptions<'a> {
    pub token: Option<&'a str>,
    pub headers: &'a [(&'a str, &'a str)],
    pub body: Option<Vec<u8>>,
}

impl Front {
    pub fn of(stall: &Stall) -> Self {
        let parts = EdgeParts {
            clock: stall.clock.clone(),
            ids: PublicIds::new([7; 16]),
            verifiers: vec![("/", Arc::new(stall.app.identity.clone()))],
            limiter: Arc::new(LocalLimiter::new()),
        };
        let settings =
            EdgeSettings { access_log: AccessLog::None, limits: Limits::Off, ..EdgeSettings::default() };
        let edge = Edge::new(parts, settings);
        let state = RushState {
            app: stall.app.clone(),
            edge: edge.clone(),
            default_tenant: DEFAULT_SHOP.into(),
            closing: web::shutdown().1,
        };
        let (router, document) = rush::http::api().with_state(state).split_for_parts();
        let document = serde_json::to_value(&document.paths).expect("a document is JSON");
        Self { router: edge.guard(router), routes: routes(&document) }
    }

    pub async fn request(&self, method: &Method, path: &str, ask: RequestOptions<'_>) -> Answer {
        let body = ask.body.unwrap_or_default();
        let mut request = Request::builder()
            .method(method)
            .uri(path)
            .header("content-type", "application/json")
            .header("content-length", body.len());
        for (name, value) in ask.headers {
            request = request.header(*name, *value);
        }
        if let Some(token) = ask.token {
            request = request.header("authorization", format!("Bearer {token}"));
        }
        let mut request = request.body(Body::from(body)).expect("a request");
        request.extensions_mut().insert(ConnectInfo(SocketAddr::new([203, 0, 113, 5].into(), 9)));
        let response = self.router.clone().oneshot(request).await.expect("an answer");
        let (parts, body) = response.into_parts();
        let bytes = body.collect().await.expect("a body").to_bytes();
        let text = String::from_utf8_lossy(&bytes).into_owned();
        let json = serde_json::from_str(&text).unwrap_or(Value::Null);
        Answer { status: parts.status.as_u16(), text, json }
    }

    /// Sends JSON to a path below the API.
    pub async fn send(&self, method: Method, path: &str, token: &str, body: &Value) -> Answer {
        let ask = RequestOptions {
            token: Some(token),
            body: Some(body.to_string().into_bytes()),
            ..RequestOptions::default()
        };
        self.request(&method, &format!("/rush/api/v1{path}"), ask).await
    }

    /// Reads a path below the API, as a stranger with these headers.
    pub async fn look(&self, path: &str, headers: &[(&str, &str)]) -> Answer {
        let ask = RequestOptions { headers, ..RequestOptions::default() };
        self.request(&Method::GET, &format!("/rush/api/v1{path}"), ask).await
    }

    /// Reads a path below the API as somebody.
    pub async fn get(&self, path: &str, token: &str) -> Answer {
        let ask = RequestOptions { token: Some(token), ..RequestOptions::default() };
        self.request(&Method::GET, &format!("/rush/api/v1{path}"), ask).await
    }
}

fn routes(paths: &Value) -> Vec<(Method, String)> {
    let methods = [Method::GET, Method::POST, Method::PUT, Method::DELETE];
    let paths = paths["paths"].as_object().or_else(|| paths.as_object()).expect("paths");
    let mut routes = Vec::new();
    for (path, item) in paths {
        let documented = methods.iter().filter(|method| item.get(method.as_str().to_lowercase()).is_some());
        routes.extend(documented.map(|method| (method.clone(), path.clone())));
    }
    assert!(routes.len() > 30, "the document lists the routes");
    routes
}

/// An access token as a log-in would give it.
pub fn token(stall: &Stall, actor: Actor) -> String {
    let (public, now) = (&stall.app.public, stall.now().as_secs());
    let user = public.encode(actor.user);
    let tenant = actor.tenant.map(|tenant| public.encode(tenant));
    stall.app.identity.keyring().mint(&Claims {
        iss: ISSUER,
        aud: "rush",
        sub: &user,
        user_id: &user,
        email: Cow::Borrowed("somebody@example.test"),
        role: actor.role.as_str(),
        tenant_id: tenant.as_deref(),
        iat: now,
        exp: now + 900,
        nbf: None,
        sid: None,
        jti: None,
        ep: 0,
    })
}
