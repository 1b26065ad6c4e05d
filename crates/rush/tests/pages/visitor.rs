//! A visitor with a cookie jar, who reads forms and sends them. No facts here.

use crate::harness::{Sale, Stall, actor};
use axum::Router;
use axum::body::{Body, BodyDataStream, Bytes};
use axum::http::header::{CONTENT_TYPE, COOKIE, LOCATION, SET_COOKIE};
use axum::http::{HeaderMap, Request, StatusCode};
use cluster::LocalLimiter;
use futures_util::StreamExt;
use http_body_util::BodyExt;
use kernel::{TypedId, UserId};
use rush::domain::role;
use rush::pages::{Demo, PageParts, PagesState, refusal_page, router};
use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::Duration;
use store::Store;
use tower::ServiceExt;
use web::live::Hub;
use web::{AccessLog, Edge, EdgeParts, EdgeSettings, Envelope, Limits, RouteSettings, Shutdown};

/// How long a stream may be silent on a busy machine.
const PATIENCE: Duration = Duration::from_secs(20);
/// A password that every rule takes.
pub const PASSWORD: &str = "Lamp-lit-7";

/// A shop with its pages open.
pub struct Shop {
    pub stall: Stall,
    pub sale: Sale,
    pub state: PagesState,
    router: Router,
    _open: Shutdown,
}

impl Shop {
    /// A shop that sells one event of `seats` seats.
    pub async fn selling(store: Store, name: &str, seats: i64) -> Self {
        let stall = Stall::open(store).await;
        let tenant = stall.tenant("demo").await;
        let sale = stall.sale(actor(2, tenant.id, role::ORGANIZER), name, seats).await;
        let (shutdown, closing) = web::shutdown();
        let parts = EdgeParts {
            clock: stall.clock.clone(),
            ids: stall.app.public.clone(),
            verifiers: vec![("/", Arc::new(stall.app.identity.clone()))],
            limiter: Arc::new(LocalLimiter::new()),
        };
        let envelopes = vec![("/rush", Envelope::page(refusal_page))];
        let routes = RouteSettings { envelopes, ..RouteSettings::default() };
        let settings = EdgeSettings {
            access_log: AccessLog::None,
            limits: Limits::Off,
            routes: vec![routes],
            ..EdgeSettings::default()
        };
        let edge = Edge::new(parts, settings);
        let pages = PageParts {
            mail_server: None,
            hub: Hub::with_clock(testkit::standing_clock()),
            closing,
            default_tenant: "demo".into(),
            secure: false,
            demo: Some(Demo { shop: "demo", accounts: Vec::new() }),
        };
        let state = PagesState { app: stall.app.clone(), edge: edge.clone(), parts: Arc::new(pages) };
        Self { router: edge.guard(router(state.clone())), state, stall, sale, _open: shutdown }
    }

    /// Somebody nobody knows.
    pub fn visitor(&self) -> Visitor<'_> {
        Visitor { shop: self, cookies: BTreeMap::new() }
    }

    /// Somebody with an account, logged in.
    pub async fn buyer(&self, name: &str) -> Visitor<'_> {
        let mut visitor = self.visitor();
        let email = format!("{name}@example.test");
        let fields = [("name", name), ("email", &email), ("password", PASSWORD), ("next", "/rush/events")];
        let answer = visitor.send("/rush/register", "/rush/register", &fields).await;
        assert_eq!(
            (answer.status, answer.location()),
            (StatusCode::SEE_OTHER, "/rush/events"),
            "{}",
            answer.text
        );
        visitor
    }

    /// Somebody who administers the shop, logged in.
    pub async fn administrator(&self, name: &str) -> Visitor<'_> {
        drop(self.buyer(name).await);
        let (email, platform) = (format!("{name}@example.test"), crate::harness::PLATFORM);
        let sql = "SELECT id FROM users WHERE email = $1";
        let address = email.clone();
        let found = self
            .stall
            .app
            .store
            .read(move |tx| tx.query_one(sql, &[address.as_str().into()], |row| row.int(0)));
        let id = found.await.unwrap_or_else(|error: store::StoreError| panic!("{error}"));
        let given =
            rush::usecase::role_give::run(&self.stall.app, platform, kernel::UserId(id), "admin").await;
        given.expect("the role is given");
        let mut visitor = self.visitor();
        let fields = [("email", email.as_str()), ("password", PASSWORD), ("next", "/rush/events")];
        let answer = visitor.send("/rush/login", "/rush/login", &fields).await;
        assert_eq!(answer.status, StatusCode::SEE_OTHER, "{}", answer.text);
        visitor
    }

    /// The path of the event's page.
    pub fn event_path(&self) -> String {
        let catalogue = self.stall.app.catalogue.current();
        format!("/rush/events/{}", catalogue.event(self.sale.event).expect("it is sold").fields.slug)
    }

    pub fn public<I: TypedId>(&self, id: I) -> String {
        self.stall.app.public.encode(id)
    }

    /// An open stream.
    pub async fn stream(&self, path: &str) -> Stream {
        let request = Request::get(path).body(Body::empty()).expect("a request");
        let response = self.router.clone().oneshot(request).await.expect("the router never fails");
        assert_eq!(response.headers()[CONTENT_TYPE], "text/event-stream");
        Stream(response.into_body().into_data_stream(), String::new())
    }

    /// Somebody else holds seats of the sale through the verb.
    pub async fn others_hold(&self, quantity: i64) {
        self.stall.reserve_as(UserId(900_001), None, self.sale, quantity).await.expect("seats are free");
    }
}

/// A browser without JavaScript.
pub struct Visitor<'s> {
    shop: &'s Shop,
    pub cookies: BTreeMap<String, String>,
}

/// What came back.
pub struct Answer {
    pub status: StatusCode,
    pub headers: HeaderMap,
    pub text: String,
}

impl Answer {
    pub fn location(&self) -> &str {
        self.headers.get(LOCATION).and_then(|value| value.to_str().ok()).unwrap_or_default()
    }

    /// The value of a hidden field.
    pub fn hidden(&self, name: &str) -> String {
        let start = format!("name=\"{name}\" value=\"");
        let rest = self.text.split(&start).nth(1).unwrap_or_else(|| panic!("no {name} in {}", self.text));
        rest.split('"').next().unwrap_or_default().to_owned()
    }

    /// Whether the page says this.
    pub fn says(&self, text: &str) -> bool {
        self.text.contains(text)
    }
}

impl Visitor<'_> {
    pub async fn get(&mut self, path: &str) -> Answer {
        self.dispatch(Request::get(path), Body::empty()).await
    }

    /// Opens `page` and sends the form for `action` with `fields` and the page's own token.
    pub async fn send(&mut self, page: &str, action: &str, fields: &[(&str, &str)]) -> Answer {
        let token = self.get(page).await.hidden("csrf");
        let mut all = vec![("csrf", token.as_str())];
        all.extend_from_slice(fields);
        self.post(action, &all).await
    }

    /// Sends a form as it is.
    pub async fn post(&mut self, action: &str, fields: &[(&str, &str)]) -> Answer {
        let mut form = form_urlencoded::Serializer::new(String::new());
        form.extend_pairs(fields);
        self.post_raw(action, form.finish().into_bytes()).await
    }

    /// Sends bytes as a form.
    pub async fn post_raw(&mut self, action: &str, body: Vec<u8>) -> Answer {
        let request = Request::post(action).header(CONTENT_TYPE, "application/x-www-form-urlencoded");
        self.dispatch(request, Body::from(body)).await
    }

    async fn dispatch(&mut self, request: axum::http::request::Builder, body: Body) -> Answer {
        let jar: Vec<_> = self.cookies.iter().map(|(name, value)| format!("{name}={value}")).collect();
        let request = request.header(COOKIE, jar.join("; ")).body(body).expect("a request");
        let response = self.shop.router.clone().oneshot(request).await.expect("the router never fails");
        let (parts, body) = response.into_parts();
        self.keep(&parts.headers);
        let text = String::from_utf8_lossy(&whole(body).await).into_owned();
        Answer { status: parts.status, headers: parts.headers, text }
    }

    fn keep(&mut self, headers: &HeaderMap) {
        for cookie in headers.get_all(SET_COOKIE) {
            let cookie = cookie.to_str().expect("visible");
            let (name, rest) = cookie.split_once('=').expect("a cookie");
            let value = rest.split(';').next().unwrap_or_default();
            if cookie.contains("Max-Age=0") {
                self.cookies.remove(name);
            } else {
                self.cookies.insert(name.to_owned(), value.to_owned());
            }
        }
    }

    /// Holds `quantity` seats by the event's own form; the answer to it.
    pub async fn hold(&mut self, quantity: &str) -> Answer {
        let page = self.get(&self.shop.event_path()).await;
        let fields = self.shop.choice(&page, quantity);
        let fields: Vec<_> = fields.iter().map(|(name, value)| (*name, value.as_str())).collect();
        self.post("/rush/reserve", &fields).await
    }

    /// Pays at `checkout` with a test card; the answer to it.
    pub async fn pay(&mut self, checkout: &str, card: &str) -> Answer {
        let page = self.get(checkout).await;
        let (token, attempt) = (page.hidden("csrf"), page.hidden("attempt"));
        self.post(&format!("{checkout}/pay"), &[("csrf", &token), ("attempt", &attempt), ("card", card)])
            .await
    }
}

impl Shop {
    /// The fields of the event's form, as a page of it has them.
    pub fn choice(&self, page: &Answer, quantity: &str) -> [(&'static str, String); 6] {
        [
            ("csrf", page.hidden("csrf")),
            ("attempt", page.hidden("attempt")),
            ("event", self.public(self.sale.event)),
            ("show", self.public(self.sale.show)),
            ("zone", self.public(self.sale.zone)),
            ("quantity", quantity.to_owned()),
        ]
    }
}

/// What a stream has said so far.
pub struct Stream(BodyDataStream, String);

impl Stream {
    /// Listens until it has said `text`; all it said until then, which is forgotten.
    pub async fn until(&mut self, text: &str) -> String {
        while !self.1.contains(text) {
            let next = tokio::time::timeout(PATIENCE, self.0.next()).await;
            let chunk = next.unwrap_or_else(|_| panic!("never said {text}, only {}", self.1));
            self.1 += &String::from_utf8_lossy(&chunk.expect("the stream goes on").expect("bytes"));
        }
        std::mem::take(&mut self.1)
    }
}

async fn whole(body: Body) -> Bytes {
    body.collect().await.expect("the body arrives").to_bytes()
}
