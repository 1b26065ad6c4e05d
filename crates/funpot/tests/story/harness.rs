//! The whole stall in memory, and people of every role who are signed in. No facts here.

use axum::http::Method;
use funpot::MANIFEST;
use funpot::domain::money::{PROMO, transfer_code, wallet_account};
use funpot::domain::role::HeldRoles;
use funpot::domain::user::{User, UserStatus};
use funpot::store::users;
use funpot::tokens::{Tokens, platform_secret};
use identity::proofs::callback::{SignedCall, sign};
use kernel::{Clock as _, IdSource, Timestamp, UserId};
use ledger::{Book, Transfer};
use serde_json::{Value, json};
use std::sync::atomic::{AtomicI64, Ordering};
use store::StoreError;
use testkit::Answer;
use testkit::edge::public_ids;
use testkit::open_stall::{OpenStall, SIGNING_KEY, Values};

/// What every story changes of the configuration.
const VALUES: Values<'static> =
    &[("funpot.worker_secrets", "watcher/one=worker-secret-1,second/one=worker-secret-2")];

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
    /// A story over an open stall.
    pub fn over(stall: OpenStall) -> Self {
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

impl Story {
    /// A streamer that may have events; its public id.
    pub async fn streamer(&self, admin: &Person) -> String {
        let name = format!("streamer_{}", self.fresh());
        let body = json!({ "twitchUsername": name });
        let submitted = self.send(Method::POST, "/funpot/api/streamers", admin, &body).await;
        assert_eq!(submitted.status, 200, "{}", submitted.text);
        let id = submitted.json["id"].as_str().expect("an id").to_owned();
        let path = format!("/funpot/api/admin/streamers/{id}");
        let answer = self.send(Method::PATCH, &path, admin, &json!({ "status": "ok" })).await;
        assert_eq!(answer.status, 200, "{}", answer.text);
        id
    }

    /// An event of two options, a and b, that is open for a minute; its public id.
    pub async fn event(&self, admin: &Person, streamer: &str, cost: i64) -> String {
        self.event_of(admin, &json!({ "streamerId": streamer, "costPerVote": cost })).await
    }

    /// The same with other fields.
    pub async fn event_of(&self, admin: &Person, fields: &Value) -> String {
        let mut body = json!({ "title": "Who wins the round?", "validForSec": 60,
            "options": [{ "id": "a", "label": "A" }, { "id": "b", "label": "B" }] });
        for (name, value) in fields.as_object().expect("fields") {
            body[name] = value.clone();
        }
        let answer = self.send(Method::POST, "/funpot/api/admin/events", admin, &body).await;
        assert_eq!(answer.status, 201, "{}", answer.text);
        answer.json["id"].as_str().expect("an id").to_owned()
    }

    /// Sends a vote.
    pub async fn vote(&self, person: &Person, key: &str, body: &Value) -> Answer {
        let token = self.token(person);
        self.stall.front.post("/funpot/api/votes", body).token(&token).key(key).send().await
    }

    /// A vote that must succeed.
    pub async fn voted(&self, person: &Person, event: &str, option: &str) -> Value {
        let key = format!("key-{}", self.fresh());
        let answer = self.vote(person, &key, &json!({ "eventId": event, "optionId": option })).await;
        assert_eq!(answer.status, 200, "{}", answer.text);
        answer.json
    }

    /// What a user can spend, from the ledger.
    pub async fn balance(&self, person: &Person) -> i64 {
        self.account(person.user.id.0).await
    }

    /// What lies on an account.
    pub async fn account(&self, id: i64) -> i64 {
        let account = self.stall.store.read(move |tx| Book::peek(tx, id)).await;
        let account: Option<ledger::Account> = account.expect("read");
        account.map_or(0, |account| account.balances.available())
    }

    /// One number of the database.
    pub async fn number(&self, sql: &'static str) -> i64 {
        let number = self.stall.store.read(move |tx| tx.query_one(sql, &[], |row| row.int(0))).await;
        let number: Result<i64, StoreError> = number;
        number.expect("a number")
    }

    /// Lets `seconds` pass and everything happen that is due.
    pub async fn pass(&self, seconds: i64) {
        self.stall.clock.advance_secs(seconds);
        self.stall.run_job("close_events").await;
        self.stall.run_job("settle_events").await;
    }

    /// The event as it is read now.
    pub async fn seen(&self, person: &Person, event: &str) -> Value {
        let answer = self.get(&format!("/funpot/api/events/{event}"), person).await;
        assert_eq!(answer.status, 200, "{}", answer.text);
        answer.json
    }

    /// Ends an event by an operator's word.
    pub async fn resolve(&self, admin: &Person, event: &str, option: &str) -> Answer {
        let path = format!("/funpot/api/admin/events/{event}/resolve");
        self.send(Method::POST, &path, admin, &json!({ "optionId": option })).await
    }

    /// A worker's signed call.
    pub async fn worker(&self, path: &str, key: &str, body: &Value) -> Answer {
        self.worker_as(("watcher", "one", b"worker-secret-1"), path, key, body).await
    }

    /// The same by another worker or key.
    pub async fn worker_as(
        &self,
        as_whom: (&str, &str, &[u8]),
        path: &str,
        key: &str,
        body: &Value,
    ) -> Answer {
        self.signed(as_whom, Method::POST, (path, key), body.to_string()).await
    }

    /// A worker's signed question.
    pub async fn worker_get(&self, as_whom: (&str, &str, &[u8]), path: &str) -> Answer {
        let key = format!("get-{}", self.fresh());
        self.signed(as_whom, Method::GET, (path, &key), String::new()).await
    }

    async fn signed(
        &self,
        (worker, key_id, secret): (&str, &str, &[u8]),
        method: Method,
        (path, key): (&str, &str),
        body: String,
    ) -> Answer {
        let timestamp = self.now().as_secs().to_string();
        let call = SignedCall {
            timestamp: &timestamp,
            method: method.as_str(),
            path,
            idempotency_key: key,
            body: body.as_bytes(),
        };
        let signature = sign(secret, &call);
        let headers = [
            ("x-worker-id", worker),
            ("x-worker-key-id", key_id),
            ("x-worker-timestamp", timestamp.as_str()),
            ("x-idempotency-key", key),
            ("x-worker-signature", signature.as_str()),
        ];
        let call = self.stall.front.call(method, path).headers(&headers);
        call.bytes("application/json", body.into_bytes()).send().await
    }

    /// That all money is somewhere: every account's balance is the sum of its transfers, and all of them are nothing.
    pub async fn books_are_sound(&self) {
        let sum = "SELECT CAST(COALESCE(SUM(credits_posted - debits_posted), 0) AS BIGINT) FROM accounts";
        assert_eq!(self.number(sum).await, 0, "all accounts");
        let drift = "SELECT COUNT(*) FROM accounts a WHERE credits_posted - debits_posted <>
            COALESCE((SELECT SUM(amount) FROM transfers t WHERE t.credit = a.id AND t.kind IN (1, 3)), 0) -
            COALESCE((SELECT SUM(amount) FROM transfers t WHERE t.debit = a.id AND t.kind IN (1, 3)), 0)";
        assert_eq!(self.number(drift).await, 0, "balances and their transfers");
        let pots = "SELECT COUNT(*) FROM accounts a JOIN events e ON e.id = a.id
            WHERE e.settlement IN ('settled', 'voided') AND a.credits_posted <> a.debits_posted";
        assert_eq!(self.number(pots).await, 0, "pots of settled events are empty");
        let tallies = "SELECT COUNT(*) FROM events e WHERE e.votes <> (SELECT COUNT(*) FROM votes v WHERE v.event_id = e.id)";
        assert_eq!(self.number(tallies).await, 0, "counts and votes");
    }
}

impl Story {
    /// Waits until something that happens beside the requests has happened.
    pub async fn until(&self, is_so: impl AsyncFn() -> bool) {
        for _ in 0..500 {
            if is_so().await {
                return;
            }
            tokio::time::sleep(std::time::Duration::from_millis(10)).await;
        }
        panic!("it did not happen within five seconds");
    }
}
