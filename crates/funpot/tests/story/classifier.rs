//! A model of somebody else's that says what a test tells it to, and the stall that asks it. No facts here.

use crate::harness::Story;
use axum::extract::State;
use axum::http::{HeaderMap, StatusCode};
use axum::routing::post;
use axum::{Json, Router};
use funpot::MANIFEST;
use parking_lot::Mutex;
use serde_json::{Value, json};
use std::collections::VecDeque;
use std::sync::Arc;

/// What the model answers, in turns; after the last one it is out of order.
#[derive(Clone, Default)]
pub struct Model {
    answers: Arc<Mutex<VecDeque<(u16, String)>>>,
    requests: Arc<Mutex<Vec<Value>>>,
}

impl Model {
    /// It will say this next.
    pub fn says(&self, label: &str, confidence: f64) {
        let content = json!({ "label": label, "confidence": confidence }).to_string();
        self.answers.lock().push_back((200, content));
    }

    /// It will fail next.
    pub fn fails(&self) {
        self.answers.lock().push_back((500, String::new()));
    }

    /// What it was asked so far.
    pub fn requests(&self) -> Vec<Value> {
        self.requests.lock().clone()
    }

    async fn answer(
        State(model): State<Self>,
        headers: HeaderMap,
        Json(request): Json<Value>,
    ) -> (StatusCode, Json<Value>) {
        assert_eq!(headers["authorization"], "Bearer model-key");
        model.requests.lock().push(request);
        let (status, content) = model.answers.lock().pop_front().unwrap_or((503, String::new()));
        let body = json!({ "choices": [{ "message": { "content": content } }],
            "usage": { "prompt_tokens": 90, "completion_tokens": 7 } });
        (StatusCode::from_u16(status).expect("a status"), Json(body))
    }
}

/// A stall that asks a model.
pub struct Scene {
    pub story: Story,
    pub model: Model,
}

fn scene(stall: testkit::open_stall::OpenStall, listener: std::net::TcpListener) -> Scene {
    let model = Model::default();
    let routes = Router::new().route("/v1/chat/completions", post(Model::answer)).with_state(model.clone());
    listener.set_nonblocking(true).expect("a listener");
    let listener = tokio::net::TcpListener::from_std(listener).expect("a listener");
    tokio::spawn(async move { axum::serve(listener, routes).await });
    Scene { story: Story::over(stall), model }
}

fn bound() -> (std::net::TcpListener, String) {
    let listener = std::net::TcpListener::bind("127.0.0.1:0").expect("a free port");
    let url = format!("http://{}/v1", listener.local_addr().expect("bound"));
    (listener, url)
}

fn values(url: &str) -> [(&'static str, &str); 3] {
    [
        ("funpot.worker_secrets", "watcher/one=worker-secret-1"),
        ("funpot.llm_url", url),
        ("funpot.llm_api_key", "model-key"),
    ]
}

/// Runs a story on a fresh SQLite file.
pub fn on_sqlite<F: Future<Output = ()>>(story: impl FnOnce(Scene) -> F) {
    let (listener, url) = bound();
    testkit::open_stall::on_sqlite(&MANIFEST, &values(&url), |stall| story(scene(stall, listener)));
}

/// Runs a story on a fresh PostgreSQL schema.
pub fn on_postgres<F: Future<Output = ()>>(story: impl FnOnce(Scene) -> F) {
    let (listener, url) = bound();
    testkit::open_stall::on_postgres(&MANIFEST, &values(&url), |stall| story(scene(stall, listener)));
}
