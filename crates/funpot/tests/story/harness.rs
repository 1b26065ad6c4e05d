//! The whole stall in memory, and people of every role who are signed in. No facts here.

use axum::http::Method;
use funpot::MANIFEST;
use funpot::domain::money::{PROMO, transfer_code, wallet_account};
use funpot::domain::role::HeldRoles;
use funpot::domain::user::{User, UserStatus};
use funpot::store::users;
use funpot::tokens::{Tokens, platform_secret};
use kernel::{Clock as _, IdSource, Timestamp, UserId};
use ledger::{Book, Transfer};
use serde_json::Value;
use std::sync::atomic::{AtomicI64, Ordering};
use store::StoreError;
use testkit::Answer;
use testkit::edge::public_ids;
use testkit::open_stall::{OpenStall, SIGNING_KEY, Values};

/// What every story changes of the configuration.
const VALUES: Values<'static> = &[("funpot.worker_secrets", "watcher/one=worker-secret-1")];

/// The stall and its doors.
pub struct Story {
    pub stall: OpenStall,
    pub tokens: Tokens,
    ids: IdSource,
    next: AtomicI64,
}

/// Somebody who is signed in.
#[derive(Debug, Clone)]
pub struct Person {
    pub user: User,
}

/// Runs a story on a fresh SQLite file.
pub fn on_sqlite<F: Future<Output = ()>>(story: impl FnOnce(Story) -> F) {
    testkit::open_stall::on_sqlite(&MANIFEST, VALUES, |stall| story(Story::over(stall)));
}

/// Runs a story on a fresh PostgreSQL schema.
pub fn on_postgres<F: Future<Output = ()>>(story: impl FnOnce(Story) -> F) {
    testkit::open_stall::on_postgres(&MANIFEST, VALUES, |stall| story(Story::over(stall)));
}

impl Story {
    fn over(stall: OpenStall) -> Self {
        let secret = platform_secret(SIGNING_KEY);
        let tokens = Tokens::new((&secret, None), public_ids(), 600).expect("one secret");
        Self { stall, tokens, ids: IdSource::new(99), next: AtomicI64::new(1) }
    }

    pub fn now(&self) -> Timestamp {
        self.stall.clock.now()
    }

    /// A number that no other caller got.
    pub fn fresh(&self) -> i64 {
        self.next.fetch_add(1, Ordering::Relaxed)
    }

    /// Somebody with these roles beside that of everybody.
    pub async fn person(&self, roles: &[&str]) -> Person {
        let now = self.now();
        let user = User {
            id: UserId(self.ids.next(now)),
            tg_user_id: 1_000 + self.fresh(),
            nickname: None,
            username: None,
            first_name: Some("Ann".to_owned()),
            last_name: None,
            language: "en".to_owned(),
            roles: HeldRoles::parse(roles.iter().copied()).expect("roles"),
            token_version: 0,
            status: UserStatus::Active,
            created_at: now,
        };
        let row = user.clone();
        let inserted = self.stall.store.write(move |tx| users::insert(tx, &row)).await;
        inserted.expect("a fresh user");
        Person { user }
    }

    /// A viewer with credit.
    pub async fn viewer(&self, credit: i64) -> Person {
        let person = self.person(&[]).await;
        if credit > 0 {
            self.give(person.user.id, credit).await;
        }
        person
    }

    /// Gives credit from the house's promotions.
    pub async fn give(&self, user: UserId, credit: i64) {
        let (id, now) = (self.ids.next(self.now()), self.now());
        let given = self.stall.store.write(move |tx| {
            let mut book = Book::load(tx, &[PROMO, user.0])?;
            book.open(wallet_account(user));
            let gift = Transfer::single(id, PROMO, user.0, credit, transfer_code::CORRECTION);
            book.transfer(&gift, now).expect("the house may give");
            book.save(tx)
        });
        let given: Result<(), StoreError> = given.await;
        given.expect("given");
    }

    pub async fn get(&self, path: &str, person: &Person) -> Answer {
        self.stall.front.get(path).token(&self.token(person)).send().await
    }

    pub async fn send(&self, method: Method, path: &str, person: &Person, body: &Value) -> Answer {
        self.stall.front.call(method, path).token(&self.token(person)).json(body).send().await
    }

    /// A token that is good now: a story's clock runs past those of its beginning.
    pub fn token(&self, person: &Person) -> String {
        self.tokens.mint(&person.user, None, "test", self.now()).token
    }
}

/// Status and code at once; the code of a success is empty. A refusal has the shape that all have.
pub fn says(answer: &Answer) -> (u16, String) {
    if answer.status >= 400 {
        for place in [&answer.json["error"]["message"], &answer.json["timestamp"], &answer.json["requestId"]]
        {
            assert!(place.is_string(), "{}", answer.text);
        }
    }
    (answer.status, answer.json["error"]["code"].as_str().unwrap_or_default().to_owned())
}
