//! The stall in memory, people with tokens, and short ways to act as somebody. No facts here.
#![allow(dead_code, reason = "each file uses its part of the harness")]

use kernel::{Actor, Clock as _, Role, Timestamp, UserId};
use serde_json::{Value, json};
use std::future::Future;
use std::path::Path;
use store::{Location, StoreConfig, StoreError};
use testkit::Answer;
use testkit::edge::{Call, public_ids};
use testkit::open_stall::{self, OpenStall, SIGNING_KEY, Values};
use tiris::domain::role;
use tiris::store::users::{self, User};
use tiris::tokens::Tokens;

/// The stall.
pub struct Bench {
    pub stall: OpenStall,
    tokens: Tokens,
}

/// Somebody with a token.
#[derive(Debug, Clone)]
pub struct Person {
    pub id: UserId,
    pub token: String,
}

/// A trading with its sub-accounts.
#[derive(Debug, Clone)]
pub struct Pots {
    pub trading: String,
    pub eth: String,
    pub usdt: String,
}

/// Runs a story on a fresh SQLite file.
pub fn on_sqlite<F: Future<Output = ()>>(story: impl FnOnce(Bench) -> F) {
    on_sqlite_with(&[], story);
}

/// Runs a story on a fresh PostgreSQL schema.
pub fn on_postgres<F: Future<Output = ()>>(story: impl FnOnce(Bench) -> F) {
    on_postgres_with(&[], story);
}

/// The same with values of configuration keys.
pub fn on_sqlite_with<F: Future<Output = ()>>(values: Values<'_>, story: impl FnOnce(Bench) -> F) {
    open_stall::on_sqlite(&tiris::MANIFEST, values, |stall| checked(stall, story));
}

/// The same with values of configuration keys.
pub fn on_postgres_with<F: Future<Output = ()>>(values: Values<'_>, story: impl FnOnce(Bench) -> F) {
    open_stall::on_postgres(&tiris::MANIFEST, values, |stall| checked(stall, story));
}

/// Runs a story on this SQLite file, which is there afterwards.
pub async fn on_file<F: Future<Output = ()>>(path: &Path, story: impl FnOnce(Bench) -> F) {
    let config = StoreConfig::new("tiris", Location::Sqlite(path.to_owned()));
    let stall = OpenStall::open(&tiris::MANIFEST, &config, &[]).await;
    let store = stall.store.clone();
    checked(stall, story).await;
    store.close().await;
}

/// After every story the ledger is sound.
async fn checked<F: Future<Output = ()>>(stall: OpenStall, story: impl FnOnce(Bench) -> F) {
    let tokens = Tokens::new(SIGNING_KEY, public_ids(), 24 * 3_600).expect("a key of 32 bytes");
    let store = stall.store.clone();
    story(Bench { stall, tokens }).await;
    let problems = testkit::checker::problems(&store).await;
    assert!(problems.is_empty(), "{problems:?}");
}

impl Bench {
    pub fn now(&self) -> Timestamp {
        self.stall.clock.now()
    }

    /// A new user.
    pub async fn person(&self, name: &str) -> Person {
        self.somebody(name, role::USER).await
    }

    /// A new admin.
    pub async fn admin(&self) -> Person {
        self.somebody("admin", role::ADMIN).await
    }

    async fn somebody(&self, name: &str, role: Role) -> Person {
        let now = self.now();
        // Far below the numbers that the stall draws.
        let id = UserId(name.bytes().fold(1_000, |sum, byte| sum * 31 % 1_000_003 + i64::from(byte)));
        let user = User {
            email: Some(format!("{name}@example.org")),
            email_verified: true,
            role,
            ..User::new(id, name.to_owned(), now)
        };
        let email = user.email.clone().expect("an address");
        let insert = self.stall.store.write(move |tx| users::insert(tx, &user));
        insert.await.unwrap_or_else(|error: StoreError| panic!("{error}"));
        let token = self.tokens.mint(Actor { user: id, tenant: None, role }, &email, now);
        Person { id, token }
    }

    pub async fn get(&self, person: &Person, path: &str) -> Answer {
        self.stall.front.get(&format!("/tiris{path}")).token(&person.token).send().await
    }

    pub async fn guest(&self, path: &str) -> Answer {
        self.stall.front.get(&format!("/tiris{path}")).send().await
    }

    pub fn call(&self, method: &str, person: &Person, path: &str, body: &Value) -> Call<'_> {
        let method = method.parse().expect("a method");
        self.stall.front.call(method, &format!("/tiris{path}")).token(&person.token).json(body)
    }

    pub async fn post(&self, person: &Person, path: &str, body: &Value) -> Answer {
        self.call("POST", person, path, body).send().await
    }

    pub async fn put(&self, person: &Person, path: &str, body: &Value) -> Answer {
        self.call("PUT", person, path, body).send().await
    }

    pub async fn delete(&self, person: &Person, path: &str) -> Answer {
        self.call("DELETE", person, path, &Value::Null).send().await
    }

    /// The id of what a POST made. Panics when it made nothing.
    pub async fn made(&self, person: &Person, path: &str, body: &Value) -> String {
        let answer = self.post(person, path, body).await;
        assert_eq!(answer.status, 201, "{path}: {}", answer.text);
        answer.json["data"]["id"].as_str().expect("an id").to_owned()
    }

    /// A trading of this type on the public virtual binding.
    pub async fn trading(&self, person: &Person, name: &str, kind: &str) -> String {
        let binding = public_ids().encode(tiris::domain::ids::ExchangeBindingId(5));
        let body = json!({ "name": name, "type": kind, "exchange_binding_id": binding });
        self.made(person, "/v1/tradings", &body).await
    }

    pub async fn sub_account(&self, person: &Person, trading: &str, symbol: &str) -> String {
        let body = json!({ "trading_id": trading, "name": format!("{symbol} pot"), "symbol": symbol });
        self.made(person, "/v1/sub-accounts", &body).await
    }

    /// A trading with an ETH and a USDT pot.
    pub async fn pots(&self, person: &Person, name: &str, kind: &str) -> Pots {
        let trading = self.trading(person, name, kind).await;
        let eth = self.sub_account(person, &trading, "ETH").await;
        let usdt = self.sub_account(person, &trading, "USDT").await;
        Pots { trading, eth, usdt }
    }

    /// What lies in a sub-account.
    pub async fn balance(&self, person: &Person, id: &str) -> String {
        let answer = self.get(person, &format!("/v1/sub-accounts/{id}")).await;
        answer.json["data"]["balance"].as_str().unwrap_or_else(|| panic!("{}", answer.text)).to_owned()
    }

    pub async fn both(&self, person: &Person, pots: &Pots) -> (String, String) {
        (self.balance(person, &pots.eth).await, self.balance(person, &pots.usdt).await)
    }

    pub async fn log(&self, person: &Person, body: &Value) -> Answer {
        self.post(person, "/v1/trading-logs", body).await
    }
}

impl Pots {
    /// A trade's log.
    pub fn trade(&self, kind: &str, price: &str, volume: &str, fee: &str) -> Value {
        json!({
            "trading_id": self.trading, "type": kind, "source": "bot", "message": kind,
            "info": {
                "stock_account_id": self.eth, "currency_account_id": self.usdt, "price": price, "volume": volume,
                "stock": "ETH", "currency": "USDT", "fee": fee,
            },
        })
    }

    /// A deposit's or withdrawal's log, in USDT.
    pub fn cash(&self, kind: &str, amount: &str) -> Value {
        json!({
            "trading_id": self.trading, "type": kind, "source": "bot", "message": kind,
            "info": { "account_id": self.usdt, "amount": amount, "currency": "USDT" },
        })
    }
}
