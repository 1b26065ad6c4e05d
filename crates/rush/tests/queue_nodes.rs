//! What one request does not show of waiting rooms: several nodes, restarts, transactions that fail, limits.

#[path = "harness/mod.rs"]
mod harness;

use cluster::LocalLimiter;
use harness::{Sale, Stall, actor};
use kernel::{Actor, PublicIds, UserId};
use rush::app::App;
use rush::domain::role;
use rush::open::migrations;
use rush::usecase::queue_join::{self, JoinOffer};
use rush::usecase::queue_settings::{self, QueueChange};
use rush::usecase::queue_view::Standing;
use rush::usecase::{catalogue_refresh, queue_proof, queue_release, queue_view};
use std::sync::Arc;
use store::{Store, StoreError};
use waiting_room::Mode;

testkit::on_both_backends! {
    two_workers_release_no_more_than_one with migrations();
    a_restart_keeps_the_order_and_what_was_rolled_back_never_was with migrations();
}

fn buyer(number: i64) -> Actor {
    Actor { user: UserId(number), tenant: None, role: role::CUSTOMER }
}

async fn room(store: &Store, batch: i64) -> (Stall, Sale) {
    let stall = Stall::open(store.clone()).await;
    let tenant = stall.tenant("hall").await;
    let sale = stall.sale(actor(10, tenant.id, role::ORGANIZER), "Night", 1_000).await;
    let change = QueueChange {
        mode: Some(Mode::On),
        batch: Some(batch),
        concurrent_max: Some(40),
        ..QueueChange::default()
    };
    queue_settings::change(&stall.app, actor(11, tenant.id, role::ADMIN), sale.event, change)
        .await
        .expect("a room");
    (stall, sale)
}

async fn join(app: &App, number: i64, sale: Sale) -> i64 {
    let joined = queue_join::run(app, buyer(number), sale.event, JoinOffer::default()).await;
    joined.unwrap_or_else(|refusal| panic!("{refusal}")).given.place.number
}

async fn order(app: &App, sale: Sale, people: i64) -> Vec<usize> {
    let mut order = Vec::new();
    for number in 1..=people {
        let own = queue_view::own(app, buyer(number), sale.event).await.expect("a place");
        let Standing::Waiting { ahead, .. } = own.standing else { panic!("{:?}", own.standing) };
        order.push(ahead);
    }
    order
}

async fn two_workers_release_no_more_than_one(store: Store) {
    let (stall, sale) = room(&store, 7).await;
    let other = Stall::node(store, stall.clock.clone(), 1).await;
    // Both take joins; the places are given in one order.
    let mut places = Vec::new();
    for number in 1..=60 {
        let app = if number % 2 == 0 { &stall.app } else { &other };
        places.push(join(app, number, sale).await);
    }
    assert_eq!(places, (1..=60).collect::<Vec<_>>());
    for second in 1..=12 {
        let mut workers = Vec::new();
        for app in [&stall.app, &other, &stall.app, &other] {
            let app = Arc::clone(app);
            workers.push(tokio::spawn(async move { queue_release::run(&app).await.expect("a run") }));
        }
        let mut released = 0;
        for worker in workers {
            released += worker.await.expect("no panic");
        }
        assert!(released <= 7, "{released} in one interval");
        let live = stall
            .app
            .store
            .read(move |tx| tx.query_one("SELECT COUNT(*) FROM queue_passes", &[], |row| row.int(0)));
        let live: i64 = live.await.unwrap_or_else(|error: StoreError| panic!("{error}"));
        assert_eq!(live, (7 * second).min(40), "after {second}");
        stall.clock.advance_secs(1);
    }
    let proof = queue_proof::run(&other, sale.event, None).await.expect("it opened");
    let text = serde_json::to_string(&proof).expect("JSON");
    let claims = verify::verify(&text, None);
    assert!(claims.iter().all(|claim| !claim.failed()), "{claims:?}");
}

async fn a_restart_keeps_the_order_and_what_was_rolled_back_never_was(store: Store) {
    let (stall, sale) = room(&store, 7).await;
    for number in 1..=20 {
        join(&stall.app, number, sale).await;
    }
    let before = order(&stall.app, sale, 20).await;
    let again = Stall::node(store.clone(), stall.clock.clone(), 2).await;
    assert_eq!(order(&again, sale, 20).await, before);
    assert_eq!(join(&again, 7, sale).await, 7, "the same place");
    // A transaction that appends and then fails leaves nothing, in memory neither.
    let (app, event) = (Arc::clone(&stall.app), sale.event);
    let failed = stall.app.store.write(move |tx| {
        let snapshot = app.catalogue.fresh(tx)?;
        let waiting = app.waiting.of(&snapshot.queue(event).expect("a room").room);
        let mut room = waiting.lock(tx)?;
        let (now, id) = (kernel::Clock::now(&*app.clock), app.ids.next(kernel::Clock::now(&*app.clock)));
        let fact = waiting_room::Fact::Left { user: 1 };
        let entry = room.append(id, now, fact);
        rush::store::queue_log::append(tx, event, &[entry])?;
        Err::<(), _>(StoreError::Corrupt("the disk is full".into()))
    });
    assert!(failed.await.is_err());
    assert_eq!(join(&stall.app, 21, sale).await, 21);
    assert_eq!(join(&again, 22, sale).await, 22);
    let expected: Vec<usize> = (0..22).collect();
    assert_eq!(order(&stall.app, sale, 22).await, expected);
    assert_eq!(order(&again, sale, 22).await, expected);
    catalogue_refresh::tick(&again).await.expect("a tick");
}

/// Limits are the edge's: a door with the stall's own rules, over an app.
mod limits {
    use super::*;
    use axum::body::Body;
    use axum::extract::ConnectInfo;
    use axum::http::Request;
    use http_body_util::BodyExt as _;
    use std::net::SocketAddr;
    use tower::ServiceExt as _;
    use web::{AccessLog, Edge, EdgeParts, EdgeSettings, Limits};

    struct Door(axum::Router);

    impl Door {
        fn of(stall: &Stall) -> Self {
            let parts = EdgeParts {
                clock: stall.clock.clone(),
                ids: PublicIds::new([7; 16]),
                verifiers: vec![("/rush", Arc::new(rush::manifest::RushVerifier(stall.app.clone())))],
                limiter: Arc::new(LocalLimiter::new()),
            };
            let settings = EdgeSettings {
                access_log: AccessLog::None,
                limits: Limits::Times(1),
                routes: vec![rush::manifest::route_settings()],
                ..EdgeSettings::default()
            };
            let edge = Edge::new(parts, settings);
            let state = rush::http::RushState {
                app: stall.app.clone(),
                edge: edge.clone(),
                default_tenant: "hall".into(),
                closing: web::shutdown().1,
            };
            let (router, _) = rush::http::api().with_state(state).split_for_parts();
            Self(edge.guard(router))
        }

        /// The status, the code of a refusal, and the word of the bypass.
        async fn post(
            &self,
            path: &str,
            headers: &[(&str, &str)],
            body: String,
            ip: [u8; 4],
        ) -> (u16, String, String) {
            let request = Request::post(path)
                .header("content-type", "application/json")
                .header("content-length", body.len());
            let request =
                headers.iter().fold(request, |request, (name, value)| request.header(*name, *value));
            let mut request = request.body(Body::from(body)).expect("a request");
            request.extensions_mut().insert(ConnectInfo(SocketAddr::from((ip, 9))));
            let (parts, body) = self.0.clone().oneshot(request).await.expect("an answer").into_parts();
            let bytes = body.collect().await.expect("a body").to_bytes();
            let json: serde_json::Value = serde_json::from_slice(&bytes).unwrap_or_default();
            let bypass =
                parts.headers.get("x-ratelimit-bypass").and_then(|value| value.to_str().ok()).unwrap_or("");
            (
                parts.status.as_u16(),
                json["error"]["code"].as_str().unwrap_or("").to_owned(),
                bypass.to_owned(),
            )
        }
    }

    fn token(stall: &Stall, number: i64) -> String {
        let public = PublicIds::new([7; 16]);
        let (user, now) = (public.encode(UserId(number)), stall.now().as_secs());
        let claims = identity::Claims {
            iss: identity::ISSUER,
            aud: "rush",
            sub: &user,
            user_id: &user,
            email: "a@b.test".into(),
            role: "customer",
            tenant_id: None,
            iat: now,
            exp: now + 900,
            nbf: None,
            sid: None,
            jti: None,
            ep: 0,
        };
        format!("Bearer {}", stall.app.identity.keyring().mint(&claims))
    }

    async fn story(store: Store) {
        let (stall, sale) = room(&store, 100).await;
        let door = Door::of(&stall);
        let public = PublicIds::new([7; 16]);
        let event = public.encode(sale.event);
        let join = async |number: i64, ip| {
            let token = token(&stall, number);
            let body = format!(r#"{{"event_id":"{event}"}}"#);
            door.post("/rush/api/v1/queue/join", &[("authorization", &token)], body, ip).await.0
        };
        let mut statuses = Vec::new();
        for _ in 0..6 {
            statuses.push(join(1, [198, 51, 100, 1]).await);
        }
        assert_eq!(statuses, [201, 200, 200, 200, 200, 429], "five a minute of one person");
        let mut refused = 0;
        for number in 100..140 {
            refused += i32::from(join(number, [198, 51, 100, 2]).await == 429);
        }
        assert_eq!(refused, 10, "thirty a minute of one address");
        queue_release::run(&stall.app).await.expect("a run");
        let own = queue_view::own(&stall.app, buyer(1), sale.event).await.expect("a place");
        let Standing::Ready { pass, .. } = own.standing else { panic!("{:?}", own.standing) };
        let other = queue_view::own(&stall.app, buyer(100), sale.event).await.expect("a place");
        let Standing::Ready { pass: foreign, .. } = other.standing else { panic!("{:?}", other.standing) };
        let reserve = async |pass: &str, key: &str| {
            let (token, public) = (token(&stall, 1), PublicIds::new([7; 16]));
            let (show, zone) = (public.encode(sale.show), public.encode(sale.zone));
            let body =
                format!(r#"{{"event_id":"{event}","show_id":"{show}","zone_id":"{zone}","quantity":1}}"#);
            let headers =
                [("authorization", token.as_str()), ("idempotency-key", key), ("x-queue-pass", pass)];
            door.post("/rush/api/v1/bookings/reserve", &headers, body, [198, 51, 100, 1]).await
        };
        let forged = format!("{}x", &pass[..pass.len() - 1]);
        // Bad passes pay, until the bucket of ten is empty.
        for (bad, count) in [(&forged, 5), (&foreign, 5)] {
            for number in 0..count {
                let (status, code, bypass) = reserve(bad, &format!("{number}{}", bad.len())).await;
                assert_eq!((status, bypass.as_str()), (403, ""), "{code}");
            }
        }
        assert_eq!(reserve(&forged, "more").await.0, 429);
        let (status, _, bypass) = reserve(&pass, "good").await;
        assert_eq!((status, bypass.as_str()), (201, "queue-pass"), "a good pass waits no more");
        assert_eq!(reserve(&pass, "again").await.0, 429, "a used one pays again");
    }

    testkit::on_both_backends! {
        a_good_pass_passes_the_limit_a_bad_one_pays_and_joins_are_limited with migrations();
    }

    async fn a_good_pass_passes_the_limit_a_bad_one_pays_and_joins_are_limited(store: Store) {
        story(store).await;
    }
}
