//! The simulated Twitch's routes: app tokens, users, streams, and the control endpoint.

use super::faults::Fault;
use super::{CLIENT_ID, CLIENT_SECRET, Channel, Twitch};
use axum::extract::{RawQuery, State};
use axum::http::{HeaderMap, StatusCode};
use axum::response::{IntoResponse as _, Response};
use axum::routing::{get, post};
use axum::{Json, Router};
use serde_json::{Value, json};
use std::sync::Arc;
use std::time::Duration;

/// Logins in one request at most.
const LOGINS_MAX: usize = 100;
/// Points of the bucket; it fills once a minute here.
const POINTS: i64 = 800;
/// Seconds for which a token is good.
const TOKEN_S: i64 = 5_184_000;
/// How long the fault `slow` takes.
const SLOW: Duration = Duration::from_secs(3);

pub(super) fn router(twitch: Arc<Twitch>) -> Router {
    Router::new()
        .route("/oauth2/token", post(token))
        .route("/helix/users", get(users))
        .route("/helix/streams", get(streams))
        .route("/control", get(control).post(control))
        .with_state(twitch)
}

type Shared = State<Arc<Twitch>>;

fn pairs(text: &str) -> Vec<(String, String)> {
    form_urlencoded::parse(text.as_bytes()).into_owned().collect()
}

fn problem(status: u16, message: &str) -> Response {
    let code = StatusCode::from_u16(status).unwrap_or(StatusCode::BAD_REQUEST);
    (code, Json(json!({ "error": code.canonical_reason(), "status": status, "message": message })))
        .into_response()
}

/// The client-credentials grant; parameters in the query or as a form.
async fn token(State(twitch): Shared, RawQuery(query): RawQuery, body: String) -> Response {
    let mut given = pairs(&query.unwrap_or_default());
    given.extend(pairs(&body));
    let is = |name: &str, value: &str| given.iter().any(|(key, given)| key == name && given == value);
    if twitch.memory.lock().fault == Fault::Down {
        return problem(503, "service unavailable");
    }
    if !is("client_id", CLIENT_ID) || !is("client_secret", CLIENT_SECRET) {
        return problem(403, "invalid client secret");
    }
    if !is("grant_type", "client_credentials") {
        return problem(400, "missing grant type");
    }
    let token = twitch.new_token();
    Json(json!({ "access_token": token, "expires_in": TOKEN_S, "token_type": "bearer" })).into_response()
}

async fn users(State(twitch): Shared, headers: HeaderMap, RawQuery(query): RawQuery) -> Response {
    twitch
        .answer(&headers, &query.unwrap_or_default(), "login", |login, channel| {
            Some(json!({ "id": channel.id, "login": login, "display_name": channel.display_name, "type": "",
            "broadcaster_type": "partner", "description": "" }))
        })
        .await
}

async fn streams(State(twitch): Shared, headers: HeaderMap, RawQuery(query): RawQuery) -> Response {
    let is_offline = twitch.memory.lock().fault == Fault::Offline;
    twitch
        .answer(&headers, &query.unwrap_or_default(), "user_login", |login, channel| {
            let viewers = channel.viewers.filter(|_| !is_offline)?;
            Some(json!({ "id": format!("9{}", channel.id), "user_id": channel.id, "user_login": login,
            "user_name": channel.display_name, "game_name": "Counter-Strike", "type": "live", "title": "Live",
            "viewer_count": viewers, "started_at": "2026-11-30T18:00:00Z", "language": "en" }))
        })
        .await
}

impl Twitch {
    async fn answer(
        &self,
        headers: &HeaderMap,
        query: &str,
        name: &str,
        entry: impl Fn(&str, &Channel) -> Option<Value>,
    ) -> Response {
        let fault = self.memory.lock().fault;
        if fault == Fault::Slow {
            tokio::time::sleep(SLOW).await;
        }
        if fault == Fault::Down {
            return problem(503, "service unavailable");
        }
        if !self.is_believed(headers) {
            return problem(401, "Invalid OAuth token");
        }
        let (left, reset) = self.spend(fault);
        let mut response = match left {
            None => problem(429, "Too Many Requests"),
            Some(_) => self.page(query, name, fault, entry),
        };
        for (name, value) in [
            ("ratelimit-limit", POINTS),
            ("ratelimit-remaining", left.unwrap_or(0)),
            ("ratelimit-reset", reset),
        ] {
            response.headers_mut().insert(name, value.into());
        }
        response
    }

    fn page(
        &self,
        query: &str,
        name: &str,
        fault: Fault,
        entry: impl Fn(&str, &Channel) -> Option<Value>,
    ) -> Response {
        let logins: Vec<String> = pairs(query)
            .into_iter()
            .filter(|(key, _)| key == name)
            .map(|(_, login)| login.to_lowercase())
            .collect();
        if logins.is_empty() || logins.len() > LOGINS_MAX {
            return problem(400, "The parameter \"login\" must have 1 to 100 values");
        }
        let memory = self.memory.lock();
        let is_there = |at: usize| fault != Fault::Missing || at.is_multiple_of(2);
        let found = logins.iter().enumerate().filter(|(at, _)| is_there(*at));
        let data: Vec<Value> =
            found.filter_map(|(_, login)| entry(login, memory.channels.get(login)?)).collect();
        Json(json!({ "data": data, "pagination": {} })).into_response()
    }

    /// Points left, `None` when there were none, and the second at which the bucket is full again.
    fn spend(&self, fault: Fault) -> (Option<i64>, i64) {
        let minute = self.clock.now().as_secs().div_euclid(60);
        let mut memory = self.memory.lock();
        if memory.minute != minute {
            (memory.minute, memory.spent) = (minute, 0);
        }
        memory.spent += 1;
        let left = POINTS - memory.spent;
        let is_empty = left < 0 || fault == Fault::Limited;
        ((!is_empty).then_some(left), (minute + 1) * 60)
    }

    fn is_believed(&self, headers: &HeaderMap) -> bool {
        let text = |name: &str| headers.get(name).and_then(|value| value.to_str().ok()).unwrap_or_default();
        let token = text("authorization").strip_prefix("Bearer ").unwrap_or_default();
        let memory = self.memory.lock();
        let is_live = memory.fault != Fault::TokensExpire && !memory.is_expired;
        text("client-id") == CLIENT_ID && !token.is_empty() && token == memory.token && is_live
    }
}

/// Tells and sets the fault; `login=NAME&viewers=N` makes a channel live, without `viewers` it is offline.
async fn control(State(twitch): Shared, RawQuery(query): RawQuery) -> Response {
    let given = pairs(&query.unwrap_or_default());
    let of = |name: &str| given.iter().find(|(key, _)| key == name).map(|(_, value)| value.as_str());
    if let Some(name) = of("fault") {
        let Some(fault) = Fault::named(name) else {
            return (StatusCode::BAD_REQUEST, "fault must be a known name\n").into_response();
        };
        twitch.memory.lock().fault = fault;
    }
    if let Some(login) = of("login") {
        twitch.set_viewers(login, of("viewers").and_then(|viewers| viewers.parse().ok()));
    }
    let memory = twitch.memory.lock();
    let channels: Value =
        memory.channels.iter().map(|(login, one)| (login.clone(), json!(one.viewers))).collect();
    Json(json!({ "fault": memory.fault.name(), "channels": channels, "tokens": memory.tokens }))
        .into_response()
}
