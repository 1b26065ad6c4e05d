//! The stall behind a real edge, and a client that reads its answers. No facts here.

use axum::Router;
use axum::body::Body;
use axum::extract::ConnectInfo;
use axum::http::{HeaderMap, Method, Request, StatusCode};
use cluster::LocalLimiter;
use http_body_util::BodyExt;
use identity::proofs::password::lockout::LockoutRules;
use identity::{
    Client, Email, Identity, IdentityParts, Keyring, NewUser, Passwords, SessionId, SessionKind, SigningKey,
    SystemChance, users,
};
use kernel::{ManualClock, PublicIds, Role, TenantId, UserId};
use rush::app::App;
use rush::gateway::{MockGateway, MockSettings, Payments};
use rush::http::RushState;
use rush::open::Opening;
use rush::usecase::auth_signed_in::SignInContext;
use serde_json::{Value, json};
use std::future::Future;
use std::net::SocketAddr;
use std::sync::Arc;
use store::{Store, StoreError, Tx};
use tower::ServiceExt;
use web::{AccessLog, Edge, EdgeParts, EdgeSettings, Limits};

/// A password that every rule takes.
pub const PASSWORD: &str = "Correct-horse1";
/// The key that signs the house's tokens.
pub const KEY: &[u8; 32] = b"the house signs with these bytes";
/// The tenant whose site everybody is on.
pub const TENANT: TenantId = TenantId(7);

/// Its shop.
fn shop(tx: &mut Tx<'_>) -> Result<(), StoreError> {
    let sql = "INSERT INTO tenants (id, name, slug, settings, is_active, created_at, updated_at)
               VALUES ($1, 'Demo', 'demo', '{}', TRUE, 0, 0)";
    tx.execute(sql, store::params![TENANT.0]).map(drop)
}

pub struct House {
    pub app: Arc<App>,
    pub clock: Arc<ManualClock>,
    router: Router,
}

impl House {
    async fn over(store: Store) -> Self {
        let clock = testkit::standing_clock();
        let public = PublicIds::new([7; 16]);
        let identity = identity(&public);
        let parts = EdgeParts {
            clock: clock.clone(),
            ids: public.clone(),
            verifiers: vec![("/", Arc::new(identity.clone()))],
            limiter: Arc::new(LocalLimiter::new()),
        };
        let opening = Opening {
            clock: clock.clone(),
            node: 1,
            public,
            identity,
            payments: Payments::new(Arc::new(MockGateway::new(MockSettings::test(), clock.clone()))),
            batch_max: 64,
            queue_max: 1024,
        };
        store.write(shop).await.unwrap();
        let app = App::over(store, opening).await.unwrap();
        let settings =
            EdgeSettings { access_log: AccessLog::None, limits: Limits::Off, ..EdgeSettings::default() };
        let edge = Edge::new(parts, settings);
        let state = RushState {
            app: app.clone(),
            edge: edge.clone(),
            default_tenant: "demo".into(),
            closing: web::shutdown().1,
        };
        let (router, _) = rush::http::api().with_state(state).split_for_parts();
        Self { app, clock, router: edge.guard(router) }
    }
}

pub fn on_sqlite<F: Future<Output = ()>>(story: impl FnOnce(House) -> F) {
    testkit::on_sqlite(&rush::open::migrations(), |store| async { story(House::over(store).await).await });
}

pub fn on_postgres<F: Future<Output = ()>>(story: impl FnOnce(House) -> F) {
    testkit::on_postgres(&rush::open::migrations(), |store| async { story(House::over(store).await).await });
}

/// An account is closed as in production; an address later, because all of a story comes from one.
fn identity(public: &PublicIds) -> Identity {
    Identity::new(IdentityParts {
        keyring: Keyring::new(SigningKey::new("house", KEY).unwrap(), Vec::new()).unwrap(),
        public: public.clone(),
        audience: "rush",
        roles: rush::domain::role::ROLES,
        passwords: Passwords::new(4, 1, Arc::new(SystemChance)),
        lockout: LockoutRules { per_address: 15, ..LockoutRules::default() },
        chance: Arc::new(SystemChance),
        public_url: "https://tickets.example".into(),
    })
}

pub struct Answer {
    pub status: StatusCode,
    pub headers: HeaderMap,
    pub text: String,
    pub json: Value,
}

impl Answer {
    /// The refusal's code, or nothing.
    pub fn code(&self) -> &str {
        self.json["error"]["code"].as_str().unwrap_or_default()
    }

    pub fn data(&self) -> &Value {
        assert_eq!(self.json["success"], json!(true), "{} {}", self.status, self.text);
        &self.json["data"]
    }

    pub fn access(&self) -> String {
        self.data()["access_token"].as_str().unwrap().to_owned()
    }

    pub fn refresh(&self) -> String {
        self.data()["refresh_token"].as_str().unwrap().to_owned()
    }

    /// Status and code at once.
    pub fn says(&self) -> (u16, &str) {
        (self.status.as_u16(), self.code())
    }
}

/// One request; `send` is its end.
pub struct RequestBuilder<'h> {
    house: &'h House,
    request: axum::http::request::Builder,
    peer: SocketAddr,
    body: Vec<u8>,
}

impl<'h> RequestBuilder<'h> {
    pub fn token(mut self, token: &str) -> Self {
        self.request = self.request.header("authorization", format!("Bearer {token}"));
        self
    }

    pub fn header(mut self, name: &str, value: &str) -> Self {
        self.request = self.request.header(name, value);
        self
    }

    pub fn peer_ip(mut self, ip: &str) -> Self {
        self.peer = SocketAddr::new(ip.parse().unwrap(), 9);
        self
    }

    pub fn json(self, body: &Value) -> Self {
        self.raw(body.to_string().into_bytes())
    }

    pub fn raw(mut self, body: Vec<u8>) -> Self {
        self.request = self.request.header("content-type", "application/json");
        self.body = body;
        self
    }

    pub async fn send(self) -> Answer {
        let request = self.request.header("content-length", self.body.len());
        let mut request = request.body(Body::from(self.body)).unwrap();
        request.extensions_mut().insert(ConnectInfo(self.peer));
        read(self.house.router.clone().oneshot(request).await.unwrap()).await
    }
}

async fn read(response: axum::response::Response) -> Answer {
    let (parts, body) = response.into_parts();
    let bytes = body.collect().await.unwrap().to_bytes();
    let text = String::from_utf8(bytes.to_vec()).unwrap();
    let json = serde_json::from_str(&text).unwrap_or(Value::Null);
    Answer { status: parts.status, headers: parts.headers, text, json }
}

impl House {
    pub fn request(&self, method: Method, path: &str) -> RequestBuilder<'_> {
        let request = Request::builder().method(method).uri(format!("/rush/api/v1{path}"));
        RequestBuilder {
            house: self,
            request,
            peer: SocketAddr::new([203, 0, 113, 5].into(), 9),
            body: Vec::new(),
        }
    }

    pub async fn post(&self, path: &str, body: Value) -> Answer {
        self.request(Method::POST, path).json(&body).send().await
    }

    pub async fn register(&self, email: &str) -> Answer {
        self.post("/auth/register", json!({ "email": email, "password": PASSWORD, "name": "Ann Example" }))
            .await
    }

    pub async fn login(&self, email: &str, password: &str) -> Answer {
        self.post("/auth/login", json!({ "email": email, "password": password })).await
    }

    pub async fn refresh(&self, token: &str) -> Answer {
        self.post("/auth/refresh", json!({ "refresh_token": token })).await
    }

    pub async fn me(&self, token: &str) -> Answer {
        self.request(Method::GET, "/auth/me").token(token).send().await
    }

    /// A user with the house's password, put there as an operator would; their access token.
    pub async fn user(&self, email: &str, role: Role, tenant: Option<TenantId>) -> (UserId, String) {
        self.users(vec![(email.to_owned(), role, tenant)]).await.remove(0)
    }

    /// Several at once, in the same order.
    pub async fn users(&self, wanted: Vec<(String, Role, Option<TenantId>)>) -> Vec<(UserId, String)> {
        let now = self.app.clock.now();
        let password_hash = self.app.identity.passwords().hash(PASSWORD, "").await.unwrap();
        let new = wanted.into_iter().map(|(email, role, tenant)| NewUser {
            id: UserId(self.app.ids.next(now)),
            tenant,
            email: Email::parse(&email).unwrap(),
            password_hash: password_hash.clone(),
            name: "Ben Example".into(),
            role,
        });
        let new: Vec<NewUser> = new.collect();
        let added = self.app.store.write(move |tx| {
            let mut added = Vec::new();
            for user in &new {
                assert!(users::insert(tx, now, user)?);
                added.push(users::by_id(tx, user.id)?.unwrap());
            }
            Ok::<_, StoreError>(added)
        });
        let added = added.await.unwrap();
        added
            .iter()
            .map(|user| (user.id, self.app.identity.access_token(user, SessionId(user.id.0), now)))
            .collect()
    }

    /// The id as the API writes it.
    pub fn public(&self, user: UserId) -> String {
        self.app.public.encode(user)
    }

    /// The bodies of all mails, newest first.
    pub async fn mails(&self) -> Vec<String> {
        let all = rush::usecase::mail_view::newest(&self.app).await.unwrap();
        all.into_iter().map(|(_, words)| words.expect("its values are there").text).collect()
    }

    /// How many rows a table of accounts has.
    pub async fn users_count(&self) -> i64 {
        let count = |row: &store::Row<'_>| row.int(0);
        self.app.store.read(move |tx| tx.query_one("SELECT COUNT(*) FROM users", &[], count)).await.unwrap()
    }
}

/// A browser at the pages' door.
pub fn page_context() -> SignInContext {
    SignInContext { kind: SessionKind::Page, client: Client::default(), device: None }
}
