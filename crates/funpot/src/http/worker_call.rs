//! A worker's signed call: who it is and what it asks, verified before a byte of it is read as anything.

use super::state::PotState;
use crate::limits;
use axum::extract::{FromRequest, Request};
use axum::http::HeaderMap;
use bytes::Bytes;
use identity::proofs::callback::{CALLBACK_SKEW_MAX_S, CallbackFault, SignedCall, verify};
use kernel::{Actor, Meaning, Refusal, UserId};
use serde::de::DeserializeOwned;
use store::keyed::{Attempt, Scope, hash63};
use web::idempotency::request_hash;
use web::{RawBody, Refused, parse_json};

/// Bytes of an idempotency key at most.
const KEY_BYTES_MAX: usize = 128;

/// A verified call. Refusals: 401 whatever is wrong with it, 429 for too many.
#[derive(Debug)]
pub struct WorkerCall {
    /// The worker's name.
    pub worker: String,
    /// The call's idempotency key and hash.
    pub attempt: Attempt,
    body: Bytes,
}

impl WorkerCall {
    /// The body as JSON.
    pub fn json<T: DeserializeOwned>(&self) -> Result<T, Refusal> {
        parse_json(&self.body)
    }
}

impl FromRequest<PotState> for WorkerCall {
    type Rejection = Refused;

    async fn from_request(request: Request, state: &PotState) -> Result<Self, Refused> {
        let (parts, body) = request.into_parts();
        let (method, headers) = (parts.method.clone(), parts.headers.clone());
        let path = parts.uri.path_and_query().map_or(String::new(), |path| path.as_str().to_owned());
        let RawBody(body) = RawBody::from_request(Request::from_parts(parts, body), state).await?;
        let text = |name: &str| text(&headers, name);
        let (worker, key) = (text("x-worker-id"), text("x-idempotency-key"));
        let call = SignedCall {
            timestamp: text("x-worker-timestamp"),
            method: method.as_str(),
            path: &path,
            idempotency_key: key,
            body: &body,
        };
        check(state, worker, text("x-worker-key-id"), &call, text("x-worker-signature"))?;
        if key.len() > KEY_BYTES_MAX || !key.bytes().all(|byte| byte.is_ascii_graphic()) {
            return Err(
                Refusal::field("X-Idempotency-Key", "must be 1 to 128 visible ASCII characters").into()
            );
        }
        // A worker's keys are its own: no user has a negative number.
        let user = UserId(-1 - hash63(&[worker.as_bytes()]));
        let actor = Actor { user, tenant: None, role: crate::domain::role::USER };
        let route = path.split('?').next().unwrap_or_default();
        let scope = Scope::new(&actor, format!("{route} {key}"));
        let attempt = Attempt { scope, hash: request_hash(&method, &path, user, &body) };
        Ok(Self { worker: worker.to_owned(), attempt, body })
    }
}

fn text<'h>(headers: &'h HeaderMap, name: &str) -> &'h str {
    headers.get(name).and_then(|value| value.to_str().ok()).unwrap_or_default()
}

fn check(
    state: &PotState,
    worker: &str,
    key_id: &str,
    call: &SignedCall<'_>,
    signature: &str,
) -> Result<(), Refusal> {
    let (app, now) = (&state.app, state.app.clock.now());
    if app.lockouts.closed_for(worker, now).is_some() {
        return Err(unsigned("locked_out"));
    }
    let has_all = ![worker, key_id, call.timestamp, signature].contains(&"");
    let verified = if has_all {
        verify(app.worker_keys.secret(worker, key_id), call, signature, now, CALLBACK_SKEW_MAX_S)
    } else {
        Err(CallbackFault::HeaderIsMissing)
    };
    if let Err(fault) = verified {
        metrics::counter!("worker_signature_failures_total").increment(1);
        if app.worker_keys.knows(worker) && app.lockouts.record_failure(worker, now) {
            tracing::warn!(worker, "a worker is locked out: it failed to sign too often");
        }
        return Err(unsigned(fault.as_str()));
    }
    app.limits.take(limits::WORKER, &app.config.load(), worker, now)
}

fn unsigned(reason: &'static str) -> Refusal {
    Refusal::new(Meaning::Unauthenticated, "UNAUTHENTICATED", "This call is not signed as it must be.")
        .with_details(serde_json::json!({ "reason": reason }))
}
