//! The stall beside a simulated exchange, and people with tokens. No facts here.
#![allow(dead_code, reason = "each file uses its part of the harness")]

use kernel::{Actor, Clock as _, Role, UserId};
use mock::{MockOptions, Running};
use outbound::{HttpClient, Request};
use serde_json::{Value, json};
use std::future::Future;
use store::{StoreConfig, StoreError};
use testkit::edge::{Call, public_ids};
use testkit::open_stall::{OpenStall, SIGNING_KEY};
use testkit::{Answer, TempStore, block_on, standing_clock};
use tiris::domain::ids::ExchangeBindingId;
use tiris::domain::role;
use tiris::store::users::{self, User};
use tiris::tokens::Tokens;

/// Two keys that seal secrets, as the configuration has them.
pub const OLD_KEY: &str = "1:000102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f";
pub const NEW_KEY: &str = "2:202122232425262728292a2b2c2d2e2f303132333435363738393a3b3c3d3e3f";

/// The stall, the exchange, and where both keep things.
pub struct World {
    pub stall: OpenStall,
    pub mock: Running,
    pub client: HttpClient,
    pub place: TempStore,
    tokens: Tokens,
    _shutdown: web::Shutdown,
}

/// Somebody with a token.
#[derive(Debug, Clone)]
pub struct Person {
    pub id: UserId,
    pub token: String,
}

/// Runs a story on a fresh SQLite file.
pub fn on_sqlite<F: Future<Output = World>>(story: impl FnOnce(World) -> F) {
    block_on(async { run(TempStore::sqlite(&[]).await, story).await });
}

/// Runs a story on a fresh PostgreSQL schema.
pub fn on_postgres<F: Future<Output = World>>(story: impl FnOnce(World) -> F) {
    block_on(async { run(TempStore::postgres(&[]).await.expect("a schema"), story).await });
}

async fn run<F: Future<Output = World>>(place: TempStore, story: impl FnOnce(World) -> F) {
    place.store().close().await;
    let (shutdown, closing) = web::shutdown();
    let options = MockOptions { clock: standing_clock(), ..MockOptions::default() };
    let mock = mock::start("exchange", &options, closing).await.expect("the mock starts");
    let stall = open(place.config(), &mock, OLD_KEY).await;
    let tokens = Tokens::new(SIGNING_KEY, public_ids(), 24 * 3_600).expect("a key of 32 bytes");
    let client = HttpClient::default();
    let world = story(World { stall, mock, client, place, tokens, _shutdown: shutdown }).await;
    let problems = testkit::checker::problems(&world.stall.store).await;
    assert!(problems.is_empty(), "{problems:?}");
    world.stall.store.close().await;
}

async fn open(config: &StoreConfig, mock: &Running, keys: &str) -> OpenStall {
    let mut values: Vec<(&'static str, &str)> =
        mock.endpoints.iter().map(|(key, url)| (*key, url.as_str())).collect();
    values.push(("tiris.master_keys", keys));
    OpenStall::open(&tiris::MANIFEST, config, &values).await
}

impl World {
    /// The same database and exchange under other keys, as after a restart.
    pub async fn reopened(self, keys: &str) -> Self {
        self.stall.store.close().await;
        let stall = open(self.place.config(), &self.mock, keys).await;
        Self { stall, ..self }
    }

    pub async fn person(&self, name: &str) -> Person {
        self.somebody(name, role::USER).await
    }

    pub async fn admin(&self) -> Person {
        self.somebody("admin", role::ADMIN).await
    }

    async fn somebody(&self, name: &str, role: Role) -> Person {
        let now = self.stall.clock.now();
        let id = UserId(name.bytes().fold(1_000, |sum, byte| sum * 31 % 1_000_003 + i64::from(byte)));
        let user = User {
            email: Some(format!("{name}@example.org")),
            email_verified: true,
            role,
            ..User::new(id, name.to_owned(), now)
        };
        let insert = self.stall.store.write(move |tx| users::insert(tx, &user));
        insert.await.unwrap_or_else(|error: StoreError| panic!("{error}"));
        let token = self.tokens.mint(Actor { user: id, tenant: None, role }, name, now);
        Person { id, token }
    }

    pub fn call(&self, method: &str, person: &Person, path: &str) -> Call<'_> {
        let method = method.parse().expect("a method");
        self.stall.front.call(method, &format!("/tiris/v1{path}")).token(&person.token)
    }

    pub async fn get(&self, person: &Person, path: &str) -> Answer {
        self.call("GET", person, path).send().await
    }

    pub async fn post(&self, person: &Person, path: &str, body: &Value) -> Answer {
        self.call("POST", person, path).json(body).send().await
    }

    pub async fn put(&self, person: &Person, path: &str, body: &Value) -> Answer {
        self.call("PUT", person, path).json(body).send().await
    }

    pub async fn delete(&self, person: &Person, path: &str) -> Answer {
        self.call("DELETE", person, path).send().await
    }

    /// Switches something at the exchange.
    pub async fn control(&self, query: &str) {
        let url = format!("http://{}/control?{query}", self.mock.address);
        let answer =
            self.client.send(Request::post_form(url, String::new())).await.expect("the mock answers");
        assert_eq!(answer.status, 200, "{query}");
    }

    /// A binding with keys of the simulated exchange; the account behind them is made.
    pub async fn bind(&self, person: &Person, name: &str, key: &str) -> String {
        self.control(&format!("new_key={key}&secret=secret-of-{key}")).await;
        let made = self.post(person, "/exchange-bindings", &binding(name, key)).await;
        assert_eq!(made.status, 201, "{}", made.text);
        made.json["data"]["id"].as_str().expect("an id").to_owned()
    }

    /// A real trading on a binding with a USDT pot.
    pub async fn real(&self, person: &Person, name: &str, binding: &str) -> (String, String) {
        let body = json!({"name": name, "type": "real", "exchange_binding_id": binding});
        let trading = self.post(person, "/tradings", &body).await;
        assert_eq!(trading.status, 201, "{}", trading.text);
        let trading = trading.json["data"]["id"].as_str().expect("an id").to_owned();
        let body = json!({"trading_id": trading, "name": "USDT", "symbol": "USDT"});
        let pot = self.post(person, "/sub-accounts", &body).await;
        (trading, pot.json["data"]["id"].as_str().expect("an id").to_owned())
    }

    pub async fn deposit(&self, person: &Person, pot: &str, amount: &str) -> Answer {
        self.post(person, &format!("/sub-accounts/{pot}/deposit"), &json!({"amount": amount})).await
    }
}

/// A body that binds an account.
pub fn binding(name: &str, key: &str) -> Value {
    json!({"name": name, "exchange": "binance", "api_key": key, "api_secret": format!("secret-of-{key}")})
}

/// The public id of a public binding.
pub fn public_binding(number: i64) -> String {
    public_ids().encode(ExchangeBindingId(number))
}

pub fn is(answer: &Answer, status: u16, code: &str) {
    assert_eq!(
        (answer.status, answer.json["error"]["code"].as_str().unwrap_or_default()),
        (status, code),
        "{}",
        answer.text
    );
}
