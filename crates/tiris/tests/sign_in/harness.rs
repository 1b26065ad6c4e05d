//! The stall beside the simulated providers, and a browser's walk through them. No facts here.
#![allow(dead_code, reason = "each file uses its part of the harness")]

use mock::{MockOptions, Running};
use outbound::{HttpClient, Request};
use serde_json::{Value, json};
use std::future::Future;
use store::StoreConfig;
use testkit::edge::Call;
use testkit::open_stall::OpenStall;
use testkit::{Answer, TempStore, block_on, standing_clock};

pub const REDIRECT: &str = "http://localhost:3000/oauth/callback";

/// The stall and the providers.
pub struct World {
    pub stall: OpenStall,
    pub mock: Running,
    pub client: HttpClient,
    _shutdown: web::Shutdown,
}

/// Runs a story on a fresh SQLite file.
pub fn on_sqlite<F: Future<Output = ()>>(story: impl FnOnce(World) -> F) {
    block_on(async { run(&TempStore::sqlite(&[]).await, story).await });
}

/// Runs a story on a fresh PostgreSQL schema.
pub fn on_postgres<F: Future<Output = ()>>(story: impl FnOnce(World) -> F) {
    block_on(async { run(&TempStore::postgres(&[]).await.expect("a schema"), story).await });
}

async fn run<F: Future<Output = ()>>(place: &TempStore, story: impl FnOnce(World) -> F) {
    place.store().close().await;
    let (shutdown, closing) = web::shutdown();
    let options = MockOptions { clock: standing_clock(), ..MockOptions::default() };
    let mock = mock::start("oauth", &options, closing).await.expect("the mock starts");
    let stall = open(place.config(), &mock).await;
    let store = stall.store.clone();
    story(World { stall, mock, client: HttpClient::default(), _shutdown: shutdown }).await;
    let problems = testkit::checker::problems(&store).await;
    assert!(problems.is_empty(), "{problems:?}");
    store.close().await;
}

async fn open(config: &StoreConfig, mock: &Running) -> OpenStall {
    let mut values: Vec<(&'static str, &str)> =
        mock.endpoints.iter().map(|(key, url)| (*key, url.as_str())).collect();
    values.extend([
        ("tiris.google_client_id", mock::oauth::CLIENT_ID),
        ("tiris.google_client_secret", mock::oauth::CLIENT_SECRET),
        ("tiris.wechat_app_id", mock::oauth::WECHAT_APP_ID),
        ("tiris.wechat_app_secret", mock::oauth::WECHAT_APP_SECRET),
        ("tiris.wechat_in_app_id", mock::oauth::WECHAT_IN_APP_ID),
        ("tiris.wechat_in_app_secret", mock::oauth::WECHAT_APP_SECRET),
        (
            "tiris.oauth_redirect_allow_list",
            "http://localhost:3000/oauth/callback,http://localhost:3000/other",
        ),
        ("tiris.admin_email", "root@example.com"),
    ]);
    OpenStall::open(&tiris::MANIFEST, config, &values).await
}

/// What a provider's page sent back with the browser.
#[derive(Debug, Clone)]
pub struct Returned {
    pub provider: &'static str,
    pub code: String,
    pub state: String,
}

impl World {
    pub fn call(&self, method: &str, path: &str) -> Call<'_> {
        self.stall.front.call(method.parse().expect("a method"), &format!("/tiris/v1{path}"))
    }

    pub async fn post(&self, path: &str, body: &Value) -> Answer {
        self.call("POST", path).json(body).send().await
    }

    pub async fn get(&self, token: &str, path: &str) -> Answer {
        self.call("GET", path).token(token).send().await
    }

    pub async fn control(&self, query: &str) {
        let url = format!("http://{}/control?{query}", self.mock.address);
        let answer =
            self.client.send(Request::post_form(url, String::new())).await.expect("the mock answers");
        assert_eq!(answer.status, 200, "{query}");
    }

    /// Begins a sign-in; its page.
    pub async fn login(&self, provider: &str, mode: Option<&str>) -> Answer {
        self.post("/auth/login", &json!({"provider": provider, "redirect_uri": REDIRECT, "mode": mode})).await
    }

    /// A browser's walk through a provider's page.
    pub async fn browse(&self, provider: &'static str, mode: Option<&str>, person: &str) -> Returned {
        let begun = self.login(provider, mode).await;
        assert_eq!(begun.status, 200, "{}", begun.text);
        let url = begun.json["data"]["auth_url"].as_str().expect("a page");
        let url = url.split('#').next().expect("a part");
        let page =
            self.client.send(Request::get(format!("{url}&login_hint={person}"))).await.expect("a page");
        let location = page.header("location").expect("back").to_owned();
        let value = |name: &str| {
            let query = location.split_once('?').expect("a query").1;
            let pair = query.split('&').find_map(|pair| pair.strip_prefix(&format!("{name}=")));
            pair.expect("code and state").to_owned()
        };
        Returned { provider, code: value("code"), state: value("state") }
    }

    pub async fn callback(&self, returned: &Returned) -> Answer {
        let Returned { provider, code, state } = returned;
        let body = json!({"provider": provider, "code": code, "state": state, "redirect_uri": REDIRECT});
        self.post("/auth/callback", &body).await
    }

    /// Signs a person in; the answer's data.
    pub async fn sign_in(&self, provider: &'static str, person: &str) -> Value {
        let returned = self.browse(provider, None, person).await;
        let answer = self.callback(&returned).await;
        assert_eq!(answer.status, 200, "{}", answer.text);
        answer.json["data"].clone()
    }

    /// Signs a person in; the access token.
    pub async fn token(&self, person: &str) -> String {
        text(&self.sign_in("google", person).await, "access_token")
    }
}

pub fn text(value: &Value, name: &str) -> String {
    value[name].as_str().unwrap_or_else(|| panic!("no {name} in {value}")).to_owned()
}

pub fn code(answer: &Answer) -> (u16, String) {
    (answer.status, answer.json["error"]["code"].as_str().unwrap_or_default().to_owned())
}

pub fn is(status: u16, name: &str) -> (u16, String) {
    (status, name.to_owned())
}
