//! Over a real socket: what a player is told, in order, without a gap, and again after a break.

use crate::harness::checks::assert_sound;
use crate::harness::{Player, Story, TABLES};
use crate::settlement::row;
use futures_util::{SinkExt as _, StreamExt as _};
use serde_json::{Value, json};
use std::net::SocketAddr;
use std::time::Duration;
use store::Store;
use tokio::net::{TcpListener, TcpStream};
use tokio_tungstenite::tungstenite::Message;
use tokio_tungstenite::{WebSocketStream, client_async};

testkit::on_both_backends! {
    a_player_hears_of_every_bet_and_outcome_in_order_and_after_a_break with *TABLES;
    a_ticket_opens_one_socket_within_thirty_seconds with *TABLES;
    a_session_that_ends_takes_its_own_sockets_with_it_and_no_others with *TABLES;
}

/// A socket.
struct Client(WebSocketStream<TcpStream>);

impl Client {
    async fn enter(address: SocketAddr) -> Self {
        let stream = TcpStream::connect(address).await.unwrap();
        let (socket, _) = client_async(format!("ws://{address}/tap/ws"), stream).await.unwrap();
        let mut client = Self(socket);
        assert_eq!(client.receive().await["type"], "hello");
        client
    }

    async fn say(&mut self, what: Value) {
        self.0.send(Message::text(what.to_string())).await.unwrap();
    }

    async fn receive(&mut self) -> Value {
        loop {
            let frame = tokio::time::timeout(Duration::from_secs(20), self.0.next()).await;
            match frame.expect("something is said within 20 s") {
                Some(Ok(Message::Text(text))) => return serde_json::from_str(&text).unwrap(),
                Some(Ok(Message::Ping(_) | Message::Pong(_))) => {}
                other => panic!("{other:?}"),
            }
        }
    }

    /// The next of a kind.
    async fn next(&mut self, kind: &str) -> Value {
        loop {
            let heard = self.receive().await;
            assert_ne!(heard["type"], "error", "{heard}");
            if heard["type"] == kind {
                return heard;
            }
        }
    }

    /// With which code it is closed.
    async fn closing_code(&mut self) -> u16 {
        loop {
            let frame = tokio::time::timeout(Duration::from_secs(20), self.0.next()).await;
            match frame.expect("it is closed within 20 s") {
                Some(Ok(Message::Close(Some(close)))) => return close.code.into(),
                Some(Ok(_)) => {}
                other => panic!("{other:?}"),
            }
        }
    }

    async fn sign_in(&mut self, ticket: &str) {
        self.say(json!({ "type": "auth", "ticket": ticket })).await;
        self.say(json!({ "type": "subscribe", "channels": ["user", "price", "grid", "system"] })).await;
    }
}

/// The stall's doors on a port, and its tail.
async fn serve(story: &Story) -> SocketAddr {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    tokio::spawn(web::serve(listener, story.front.router.clone(), story.front.closing.clone()));
    tokio::spawn(tap::outbox_tail::run(story.app.clone(), story.front.closing.clone()));
    // The tail begins at what is newest when it first looks.
    tokio::time::sleep(Duration::from_millis(200)).await;
    address
}

async fn a_player_hears_of_every_bet_and_outcome_in_order_and_after_a_break(store: Store) {
    let mut story = Story::open(store).await;
    let player = story.player(10_000).await;
    let address = serve(&story).await;
    let mut client = Client::enter(address).await;
    client.sign_in(&player.ticket).await;
    assert_eq!(client.next("system:status").await["data"]["betting"], "open");
    let offers = [5_998_000, 6_000_000, 6_002_000].map(|low| row(&story, 2, low));
    let mut bets = Vec::new();
    for (at, offer) in offers.iter().take(2).enumerate() {
        let bet = story.bet(&player, offer, 500).await;
        let heard = client.next("bet:confirmed").await;
        assert_eq!(heard["seq"], at + 1);
        let (told, made) = (&heard["data"], &bet);
        for field in ["bet_id", "cell_id", "status", "rate", "amount", "payout", "new_balance"] {
            assert_eq!(told[field], made[field], "{field}");
        }
        bets.push(bet);
    }
    client.0.close(None).await.unwrap();
    bets.push(story.bet(&player, &offers[2], 500).await);
    story.run_to(offers[0].cell.column() * 5_000 + 5_000).await;
    story.settle().await;
    let ticket =
        story.front.post("/tap/api/auth/ws-ticket", &player, &json!({})).await.json["ws_ticket"].clone();
    let mut client = Client::enter(address).await;
    client.say(json!({ "type": "auth", "ticket": ticket })).await;
    client.say(json!({ "type": "subscribe", "channels": ["user"] })).await;
    client.say(json!({ "type": "resume", "last_seq": 2 })).await;
    let mut heard = Vec::new();
    while heard.len() < 4 {
        let next = client.receive().await;
        assert!(!["error", "resync"].contains(&next["type"].as_str().unwrap()), "{next}");
        if next["type"].as_str().unwrap().starts_with("bet:") {
            heard.push(next);
        }
    }
    let told: Vec<_> =
        heard.iter().map(|heard| (heard["seq"].as_u64().unwrap(), heard["type"].as_str().unwrap())).collect();
    assert_eq!(told, [(3, "bet:confirmed"), (4, "bet:resolved"), (5, "bet:resolved"), (6, "bet:resolved")]);
    let outcomes: Vec<_> =
        heard[1..].iter().map(|heard| heard["data"]["outcome"].as_str().unwrap()).collect();
    assert_eq!(outcomes, ["lost", "won", "lost"]);
    assert_eq!(heard[3]["data"]["new_balance"], story.balance(&player).await);
    assert_sound(&story).await;
}

async fn a_ticket_opens_one_socket_within_thirty_seconds(store: Store) {
    let story = Story::open(store).await;
    let address = serve(&story).await;
    let player = Player::log_in(&story, "ed25519").await;
    let mut client = Client::enter(address).await;
    client.say(json!({ "type": "auth", "ticket": player.ticket })).await;
    client.say(json!({ "type": "subscribe", "channels": ["user"] })).await;
    client.say(json!({ "type": "ping" })).await;
    client.next("pong").await;
    for ticket in [player.ticket.clone(), player.session.clone(), "x".into()] {
        let mut again = Client::enter(address).await;
        again.say(json!({ "type": "auth", "ticket": ticket })).await;
        assert_eq!(again.receive().await["type"], "error", "a ticket is good once, and nothing else is one");
    }
    let late =
        story.front.post("/tap/api/auth/ws-ticket", &player, &json!({})).await.json["ws_ticket"].clone();
    story.wait_ms(30_000);
    let mut again = Client::enter(address).await;
    again.say(json!({ "type": "auth", "ticket": late })).await;
    assert_eq!(again.receive().await["type"], "error");
}

async fn a_session_that_ends_takes_its_own_sockets_with_it_and_no_others(store: Store) {
    let story = Story::open(store).await;
    let address = serve(&story).await;
    let wallet = story.fresh();
    let log_in = async || {
        story.wait_ms(5);
        let player = Player::log_in_as(&story, "ed25519", wallet, story.fresh()).await;
        let mut client = Client::enter(address).await;
        client.sign_in(&player.ticket).await;
        client.next("system:status").await;
        (player, client)
    };
    let ((phone, mut on_phone), (desk, mut on_desk)) = (log_in().await, log_in().await);
    assert_eq!(phone.user, desk.user);
    assert_eq!(story.front.post("/tap/api/auth/logout", &phone, &json!({})).await.status, 204);
    assert_eq!(on_phone.closing_code().await, 4001);
    story.front.post("/tap/api/demo/faucet", &desk, &json!({})).await;
    on_desk.next("balance:update").await;
    // A wallet has five sessions: the fifth newer one takes the desk's place.
    let mut newer = Vec::new();
    for _ in 0..5 {
        newer.push(log_in().await);
    }
    assert_eq!(on_desk.closing_code().await, 4001);
    let (last, on_last) = newer.last_mut().unwrap();
    assert_eq!(story.get("/tap/api/balance", last).await.status, 200);
    on_last.say(json!({ "type": "ping" })).await;
    on_last.next("pong").await;
}
