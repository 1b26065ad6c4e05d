//! Logs tell enough to follow a dispute and nothing that lets somebody else act.

use crate::harness::front::HOME;
use crate::harness::player::{Key, LoginText, address, hex, nonce, personal_sign, send_login, wallet_key};
use crate::harness::{Player, Story, TABLES, Tap};
use serde_json::json;
use std::io::Write;
use std::sync::{Arc, LazyLock};
use store::Store;

testkit::on_both_backends! {
    no_secret_is_ever_logged with *TABLES;
}

/// Everything that this process logs.
#[derive(Clone, Default)]
struct Lines(Arc<parking_lot::Mutex<Vec<u8>>>);

impl Write for Lines {
    fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
        self.0.lock().extend_from_slice(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> std::io::Result<()> {
        Ok(())
    }
}

static LINES: LazyLock<Lines> = LazyLock::new(|| {
    let lines = Lines::default();
    let writer = lines.clone();
    let told = tracing_subscriber::fmt().with_max_level(tracing::Level::DEBUG).with_ansi(false);
    let told = told.with_writer(move || writer.clone()).finish();
    tracing::subscriber::set_global_default(told).expect("nobody else listens");
    lines
});

async fn no_secret_is_ever_logged(store: Store) {
    let lines = LINES.clone();
    let story = Story::open(store).await;
    let mut secrets = Vec::new();
    for scheme in ["secp256k1", "ed25519", "hmac-sha256"] {
        let player = Player::log_in(&story, scheme).await;
        story.deposit(&player, 1_000).await;
        let good = Tap::on(&story, &story.offers()[0], 500);
        let bad = Tap { amount: 777, ..good.clone() };
        for tap in [&good, &good, &bad] {
            story.tap(&player, tap).await;
        }
        let rotated = story.front.post("/tap/api/auth/rotate", &player, &json!({})).await;
        let ticket = story.front.post("/tap/api/auth/ws-ticket", &player, &json!({})).await;
        secrets.extend([player.key.sign(&good.text()), player.key.sign(&bad.text())]);
        secrets.extend([
            rotated.json["session_id"].as_str().unwrap().to_owned(),
            ticket.json["ws_ticket"].as_str().unwrap().to_owned(),
        ]);
        secrets.extend([player.session.clone(), player.ticket.clone()]);
        if let Key::Hmac(key) = &player.key {
            secrets.push(hex(key));
        }
        let wrong = Player { session: player.session.replace('a', "b"), ..player };
        story.get("/tap/api/balance", &wrong).await;
        secrets.push(wrong.session);
    }
    let wallet = wallet_key(story.fresh());
    let given = nonce(&story, &address(&wallet), HOME).await;
    let text = LoginText::of(&given, &address(&wallet), Key::named("ed25519", 1).resource());
    let wrong = LoginText { chain_id: 5, ..text.clone() }.render();
    for message in [wrong, text.render(), text.render()] {
        let signature = personal_sign(&wallet, &message);
        send_login(&story, &message, &signature, HOME).await;
        secrets.push(signature);
    }
    secrets.push(text.nonce);
    let said = String::from_utf8_lossy(&lines.0.lock()).into_owned();
    assert!(said.contains("/tap/api/bets"), "requests are logged");
    for secret in &secrets {
        let bare = secret.trim_start_matches("0x");
        assert!(bare.len() >= 20, "{bare}");
        assert!(!said.contains(bare), "a secret was logged: {bare}");
    }
}
