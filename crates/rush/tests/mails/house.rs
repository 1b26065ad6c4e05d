//! A shop with accounts and a mail server. No facts here.

use crate::buying::{self, SHOP, Sale, Shop, actor};
use axum::http::Method;
use kernel::{Actor, UserId};
use mock::smtp::{KeptMail, SimulatedSmtp};
use rush::domain::role;
use serde_json::{Value, json};
use std::future::Future;
use std::net::SocketAddr;
use testkit::open_stall::{self, OpenStall};
use testkit::{Answer, TempStore};

const API: &str = "/rush/api/v1";
/// Declines every charge.
pub const BAD_CARD: &str = "4000000000000002";
pub const GOOD_CARD: &str = "4242424242424242";

/// The shop, its sale, and its mail server.
pub struct House {
    pub shop: Shop,
    pub sale: Sale,
    pub smtp: SimulatedSmtp,
    _shutdown: web::Shutdown,
}

pub fn on_sqlite<F: Future<Output = ()>>(story: impl FnOnce(House) -> F) {
    testkit::block_on(async { run(&TempStore::sqlite(&[]).await, story).await });
}

pub fn on_postgres<F: Future<Output = ()>>(story: impl FnOnce(House) -> F) {
    testkit::block_on(async {
        let place = TempStore::postgres(&[]).await.expect("a schema is made or the test panics");
        run(&place, story).await;
    });
}

async fn run<F: Future<Output = ()>>(place: &TempStore, story: impl FnOnce(House) -> F) {
    let (shutdown, closing) = web::shutdown();
    let here = SocketAddr::from(([127, 0, 0, 1], 0));
    let smtp = mock::smtp::start(here, closing).await.expect("it listens");
    let port = smtp.smtp_address().port().to_string();
    let values = [
        ("payments.mock.success_percent", "100"),
        ("payments.mock.delay_ms", "0"),
        ("mail.smtp_host", "127.0.0.1"),
        ("mail.smtp_port", port.as_str()),
        ("mail.smtp_tls", "none"),
    ];
    let story = async move |stall: OpenStall| {
        let (shop, sale) = Shop::selling(stall, 4).await;
        story(House { shop, sale, smtp, _shutdown: shutdown }).await;
    };
    open_stall::run(&rush::MANIFEST, &values, place, story).await;
}

impl House {
    /// A customer with an account.
    pub async fn customer(&self, name: &str) -> Actor {
        let email = format!("{}@example.com", name.to_lowercase());
        let body = json!({ "email": email, "password": "Correct-horse1", "name": format!("{name} Example") });
        let made = self.shop.stall.front.call(Method::POST, &format!("{API}/auth/register"));
        let made = made.header("x-tenant-slug", SHOP).json(&body).send().await;
        assert_eq!(made.status, 201, "{}", made.text);
        let id = made.data()["user"]["id"].as_str().expect("an id");
        let user: UserId = testkit::edge::public_ids().decode(id).expect("an id of ours");
        actor(user.0, self.shop.tenant, role::CUSTOMER)
    }

    pub fn admin(&self) -> Actor {
        actor(77, self.shop.tenant, role::ADMIN)
    }

    /// Sends JSON as somebody.
    pub async fn send(&self, who: Actor, method: Method, path: &str, body: &Value) -> Answer {
        self.shop.call(who, &method, path).json(body).send().await
    }

    pub async fn speaks_thai(&self, who: Actor) {
        let chosen =
            self.send(who, Method::PUT, "/notifications/language", &json!({ "language": "th" })).await;
        assert_eq!(chosen.data()["language"], "th");
    }

    /// Buys seats; the booking's id.
    pub async fn buy(&self, who: Actor, quantity: i64) -> String {
        let reserved = self.shop.reserve(who, &self.sale, quantity, "buy").await;
        assert_eq!(reserved.status, 201, "{}", reserved.text);
        let paid = self.shop.pay(who, &reserved, GOOD_CARD, "pay").await;
        assert_eq!(paid.data()["status"], "succeeded", "{}", paid.text);
        buying::booking_of(&reserved)
    }

    /// Everything that waits is done: events, rounds, waiting lists, mails.
    pub async fn settle(&self) {
        for _ in 0..2 {
            self.shop.stall.publish_events().await;
            self.shop.stall.run_job("mail_rounds").await;
            self.shop.stall.run_job("waitlist_notify").await;
            self.shop.stall.run_job("send_mails").await;
        }
    }

    /// The mails that came to somebody with this word in the subject.
    pub fn mails(&self, to: &str, subject: &str) -> Vec<KeptMail> {
        let to = format!("{}@example.com", to.to_lowercase());
        let is_meant = |mail: &KeptMail| mail.to == [to.as_str()] && mail.header("Subject").contains(subject);
        self.smtp.mails().into_iter().filter(is_meant).collect()
    }

    /// The one mail that came to somebody with this word in the subject.
    pub fn mail(&self, to: &str, subject: &str) -> KeptMail {
        let mut found = self.mails(to, subject);
        assert_eq!(found.len(), 1, "{to}: {subject}: {:?}", self.subjects());
        found.remove(0)
    }

    fn subjects(&self) -> Vec<(String, String)> {
        self.smtp.mails().iter().map(|mail| (mail.to.join(","), mail.header("Subject"))).collect()
    }
}
