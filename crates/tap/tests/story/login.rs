//! Logging in: the whole flow with each kind of key, and everything that is no log-in.

use crate::harness::front::HOME;
use crate::harness::player::{Key, LoginText, address, nonce, personal_sign, send_login, wallet_key};
use crate::harness::{Player, RequestOptions, Story, TABLES, Tap};
use axum::http::Method;
use identity::proofs::wallet::{SessionHash, sessions};
use serde_json::{Value, json};
use std::net::IpAddr;
use store::{Store, StoreError};

testkit::on_both_backends! {
    a_log_in_with_each_kind_of_key_opens_a_session_that_bets with *TABLES;
    a_nonce_is_good_once_for_its_wallet_and_network_alone with *TABLES;
    a_bet_is_no_log_in_and_a_log_in_is_no_bet with *TABLES;
    a_log_in_for_another_site_chain_or_text_is_refused_by_name with *TABLES;
    a_contract_wallet_is_refused_by_name with *TABLES;
    a_sixth_session_of_a_wallet_ends_the_oldest with *TABLES;
    a_log_out_ends_the_session_at_once with *TABLES;
    a_rotated_session_keeps_its_key_and_loses_its_old_id with *TABLES;
    a_log_out_with_the_old_id_ends_the_new_one_too with *TABLES;
    a_log_out_overtakes_a_rotation_that_is_not_told_yet with *TABLES;
}

async fn a_log_in_with_each_kind_of_key_opens_a_session_that_bets(store: Store) {
    let story = Story::open(store).await;
    for (at, scheme) in ["secp256k1", "ed25519", "hmac-sha256"].into_iter().enumerate() {
        let player = Player::log_in(&story, scheme).await;
        let facts = story.get("/tap/api/auth/session", &player).await;
        assert_eq!((facts.status, &facts.json["scheme"]), (200, &json!(scheme)));
        assert_eq!(facts.json["user"]["wallet"], player.wallet.as_str());
        assert_eq!(facts.json["user"]["balance"], 0);
        story.deposit(&player, 1_000).await;
        let offer = story.offers_in(1)[at];
        let bet = story.bet(&player, &offer, 500).await;
        assert_eq!(bet["new_balance"], 500);
    }
}

/// A wallet, and the message it must sign.
async fn login_text(story: &Story, ip: IpAddr) -> (k256::ecdsa::SigningKey, LoginText) {
    let number = story.fresh();
    let wallet = wallet_key(number);
    let given = nonce(story, &address(&wallet), ip).await;
    let text = LoginText::of(&given, &address(&wallet), Key::named("ed25519", number).resource());
    (wallet, text)
}

async fn try_login(
    story: &Story,
    wallet: &k256::ecdsa::SigningKey,
    text: &LoginText,
    ip: IpAddr,
) -> (u16, String) {
    let text = text.render();
    let answer = send_login(story, &text, &personal_sign(wallet, &text), ip).await;
    let (status, code) = answer.says();
    (status, code.to_owned())
}

const OK: (u16, &str) = (200, "");

fn says((status, code): &(u16, String)) -> (u16, &str) {
    (*status, code)
}

async fn a_nonce_is_good_once_for_its_wallet_and_network_alone(store: Store) {
    let story = Story::open(store).await;
    let elsewhere: IpAddr = "198.51.100.1".parse().unwrap();
    let neighbour: IpAddr = "203.0.113.200".parse().unwrap();
    let (wallet, text) = login_text(&story, HOME).await;
    assert_eq!(says(&try_login(&story, &wallet, &text, elsewhere).await), (401, "replay_detected"));
    let (other, mut foreign) = login_text(&story, HOME).await;
    foreign.nonce.clone_from(&text.nonce);
    assert_eq!(says(&try_login(&story, &other, &foreign, HOME).await), (401, "replay_detected"));
    // Neither attempt used it up.
    assert_eq!(says(&try_login(&story, &wallet, &text, neighbour).await), OK, "the same network");
    assert_eq!(says(&try_login(&story, &wallet, &text, HOME).await), (401, "replay_detected"));
    let mut own = text.clone();
    own.nonce = "MyVeryOwnNonceOfMine22".to_owned();
    assert_eq!(says(&try_login(&story, &wallet, &own, HOME).await), (401, "replay_detected"));
}

async fn a_bet_is_no_log_in_and_a_log_in_is_no_bet(store: Store) {
    let story = Story::open(store).await;
    let (wallet, login) = login_text(&story, HOME).await;
    let tap = Tap::on(&story, &story.offers()[0], 500);
    let answer = send_login(&story, &tap.text(), &personal_sign(&wallet, &tap.text()), HOME).await;
    assert_eq!(answer.says().0, 401, "a bet's text is no log-in: {}", answer.text);
    let answer = send_login(&story, &login.render(), &personal_sign(&wallet, &tap.text()), HOME).await;
    assert_eq!(answer.says(), (401, "invalid_signature"), "a bet's signature is none of a log-in");
    // The session key is the wallet itself, the worst case: its log-in signature must still be no bet's.
    let player = Player { key: Key::Secp(wallet.clone()), ..story.player(1_000).await };
    let body = tap.body_with(&personal_sign(&wallet, &login.render()));
    let answer = story.front.post("/tap/api/bets", &player, &body).await;
    assert_eq!(answer.says().0, 401, "{}", answer.text);
    assert_eq!(story.balance(&player).await, 1_000);
}

async fn a_log_in_for_another_site_chain_or_text_is_refused_by_name(store: Store) {
    let story = Story::open(store).await;
    type Edit = fn(&mut LoginText);
    let edits: [(Edit, &str); 8] = [
        (|text| text.domain = "evil.example".into(), "wrong_domain"),
        (|text| text.domain = "127.0.0.1".into(), "wrong_domain"),
        (|text| text.uri = "http://evil.example".into(), "wrong_domain"),
        (|text| text.chain_id = 137, "wrong_chain"),
        (|text| text.statement = "Give me everything.".into(), "tampered_payload"),
        (|text| text.resource = "urn:other:thing".into(), "tampered_payload"),
        (|text| text.resource = format!("urn:tap:session-key:0x{}", "05".repeat(33)), "tampered_payload"),
        (|text| text.more = "Request ID: x\nVersion: 2\n".into(), "tampered_payload"),
    ];
    for (edit, code) in edits {
        let (wallet, mut text) = login_text(&story, HOME).await;
        edit(&mut text);
        let said = try_login(&story, &wallet, &text, HOME).await;
        assert_eq!(says(&said), (401, code), "{}", text.render());
    }
    let (_, text) = login_text(&story, HOME).await;
    let said = try_login(&story, &wallet_key(999_999), &text, HOME).await;
    assert_eq!(says(&said), (401, "invalid_signature"), "another wallet signed");
    let body = json!({ "message": "x".repeat(5_000), "signature": "0x00" });
    assert_eq!(story.front.send("/tap/api/auth/login", &body, HOME).await.says(), (400, "bad_request"));
    let path = "/tap/api/auth/nonce?wallet=0x12";
    assert_eq!(story.look(path).await.says(), (400, "bad_request"));
}

async fn a_contract_wallet_is_refused_by_name(store: Store) {
    let story = Story::open(store).await;
    let (_, text) = login_text(&story, HOME).await;
    // ERC-6492: a signature of a contract that may not be there yet, told by its last 32 bytes.
    let wrapped = format!("0x{}{}", "ab".repeat(96), "6492".repeat(16));
    let answer = send_login(&story, &text.render(), &wrapped, HOME).await;
    assert_eq!(answer.says(), (401, "contract_wallet_unsupported"));
}

async fn session_of(story: &Story, session: &str) -> (u16, Value) {
    let ask = RequestOptions { token: Some(session), ..RequestOptions::default() };
    let answer = story.front.request(&Method::GET, "/tap/api/auth/session", ask).await;
    (answer.status, answer.json)
}

async fn a_sixth_session_of_a_wallet_ends_the_oldest(store: Store) {
    let story = Story::open(store).await;
    let mut players = Vec::new();
    for key in 0..6 {
        story.wait_ms(1_000);
        players.push(Player::log_in_as(&story, "ed25519", 5_000, 100 + key).await);
    }
    let mut live = Vec::new();
    for player in &players {
        live.push(session_of(&story, &player.session).await.0);
    }
    assert_eq!(live, [401, 200, 200, 200, 200, 200]);
    assert!(players.iter().all(|player| player.user == players[0].user), "one wallet is one user");
    let mut story = story.reopened().await;
    story.run(2_000).await;
    assert_eq!(session_of(&story, &players[0].session).await.0, 401);
    assert_eq!(session_of(&story, &players[1].session).await.0, 200);
}

async fn a_log_out_ends_the_session_at_once(store: Store) {
    let story = Story::open(store).await;
    let player = story.player(1_000).await;
    let tap = Tap::on(&story, &story.offers()[0], 500);
    let answer = story.front.post("/tap/api/auth/logout", &player, &json!({})).await;
    assert_eq!(answer.status, 204);
    for path in ["/tap/api/auth/session", "/tap/api/balance", "/tap/api/bets", "/tap/api/ledger"] {
        assert_eq!(story.get(path, &player).await.says(), (401, "invalid_session"), "{path}");
    }
    assert_eq!(story.tap(&player, &tap).await.says(), (401, "invalid_session"));
    let taken = tap::usecase::session::take_ticket(&story.app, &player.ticket);
    assert!(taken.is_none(), "nor opens its ticket a socket");
    let story = story.reopened().await;
    assert_eq!(session_of(&story, &player.session).await.0, 401, "nor after a restart");
}

async fn a_rotated_session_keeps_its_key_and_loses_its_old_id(store: Store) {
    let mut story = Story::open(store).await;
    for scheme in ["secp256k1", "ed25519", "hmac-sha256"] {
        let old = Player::log_in(&story, scheme).await;
        story.deposit(&old, 1_000).await;
        let answer = story.front.post("/tap/api/auth/rotate", &old, &json!({})).await;
        assert_eq!(answer.status, 200, "{}", answer.text);
        let new = Player { session: answer.json["session_id"].as_str().unwrap().to_owned(), ..old.clone() };
        assert_ne!(new.session, old.session);
        story.bet(&new, &story.offers()[0], 500).await;
        assert_eq!(story.get("/tap/api/balance", &old).await.status, 200, "requests that are on their way");
        story.run(30_000).await;
        assert_eq!(story.get("/tap/api/balance", &old).await.says(), (401, "invalid_session"));
    }
}

async fn a_log_out_with_the_old_id_ends_the_new_one_too(store: Store) {
    let story = Story::open(store).await;
    let old = story.player(1_000).await;
    let answer = story.front.post("/tap/api/auth/rotate", &old, &json!({})).await;
    let new = answer.json["session_id"].as_str().unwrap().to_owned();
    assert_eq!(story.front.post("/tap/api/auth/logout", &old, &json!({})).await.status, 204);
    assert_eq!(session_of(&story, &new).await.0, 401);
    let story = story.reopened().await;
    assert_eq!(session_of(&story, &new).await.0, 401);
}

async fn a_log_out_overtakes_a_rotation_that_is_not_told_yet(store: Store) {
    let story = Story::open(store.clone()).await;
    let player = story.player(1_000).await;
    let (now, new) = (story.now(), identity::Secret::draw(&identity::SystemChance));
    let old = SessionHash::of(&identity::Secret::parse(&player.session).unwrap());
    let hash = SessionHash::of(&new);
    // Another request's rotation is on disk, and its memory of it is still to come.
    let rotated: Result<_, StoreError> = store.write(move |tx| sessions::rotate(tx, now, &old, &hash)).await;
    let rotated = rotated.unwrap().unwrap();
    assert_eq!(story.front.post("/tap/api/auth/logout", &player, &json!({})).await.status, 204);
    story.app.sessions.apply_rotation(&old, &rotated, now);
    assert_eq!(session_of(&story, &new.text()).await.0, 401);
}
