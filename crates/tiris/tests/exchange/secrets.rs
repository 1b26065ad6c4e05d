//! Planted keys are searched for in everything that is told or kept: answers, logs, metrics, the audit, the database itself.

use crate::harness::{World, is};
use serde_json::json;
use std::io::Write;
use std::sync::{Arc, LazyLock};
use store::{StoreError, Tx};

testkit::on_both_backends! {
    through crate::harness:
    planted_keys_are_found_nowhere;
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
    let logger = tracing_subscriber::fmt().with_max_level(tracing::Level::TRACE).with_ansi(false);
    let logger = logger.with_writer(move || writer.clone()).finish();
    tracing::subscriber::set_global_default(logger).expect("nobody else listens");
    lines
});
static TELEMETRY: LazyLock<web::Telemetry> = LazyLock::new(web::Telemetry::install);

const PLANTED: [&str; 5] = [
    "planted-api-key-1234567890",
    "planted-secret-abcdefghij",
    "planted-phrase-0987",
    "planted-other-key-77",
    "planted-other-secret-77",
];

/// All texts of all tables that could hold one.
async fn kept(world: &World) -> String {
    let sql = "SELECT details || target || action FROM audit
               UNION ALL SELECT name || info || COALESCE(api_key_mask, '') FROM exchange_bindings
               UNION ALL SELECT proposal || info FROM reconciliation_items";
    let read = world.stall.store.read(move |tx: &mut Tx<'_>| tx.query(sql, &[], |row| row.text(0)));
    let texts: Vec<String> = read.await.unwrap_or_else(|error: StoreError| panic!("{error}"));
    texts.join("\n")
}

async fn planted_keys_are_found_nowhere(world: World) -> World {
    let (lines, telemetry) = (LINES.clone(), &*TELEMETRY);
    let ann = world.person("ann").await;
    let [key, secret, phrase, other, other_secret] = PLANTED;
    let mut told = String::new();
    let body = json!({"name": "Main", "exchange": "binance", "api_key": key, "api_secret": secret, "passphrase": phrase});
    let made = world.post(&ann, "/exchange-bindings", &body).await;
    let path = format!("/exchange-bindings/{}", made.json["data"]["id"].as_str().expect("an id"));
    told += &made.text;
    told += &world.post(&ann, "/exchange-bindings", &body).await.text;
    let bad = [
        json!({"name": key, "exchange": "binance", "api_key": key, "api_secret": secret}),
        json!({"name": "N", "exchange": "binance", "api_key": key, "api_secret": secret, "info": {"note": secret}}),
        json!({"name": "N", "exchange": key, "api_key": key, "api_secret": secret}),
        json!({"name": "N", "exchange": "binance", "api_key": [key], "api_secret": secret}),
        json!({"name": "N", "exchange": "binance", "type": "public", "api_key": key, "api_secret": secret}),
    ];
    for body in &bad {
        told += &world.post(&ann, "/exchange-bindings", body).await.text;
    }
    // A key that is not known there, one that is, and an exchange that repeats what it was sent.
    for fault in ["none", "leaky", "away", "garbage", "limited", "skewed"] {
        world.control(&format!("fault={fault}")).await;
        for (verb, end) in [("POST", "/validate"), ("GET", "/balance"), ("POST", "/reconcile")] {
            told += &world.call(verb, &ann, &format!("{path}{end}")).json(&json!({})).send().await.text;
        }
    }
    world.control("fault=none").await;
    assert_eq!(world.put(&ann, &path, &json!({"status": "active"})).await.status, 200);
    world.control(&format!("new_key={key}&secret={secret}&passphrase={phrase}")).await;
    told += &world.post(&ann, &format!("{path}/validate"), &json!({})).await.text;
    told += &world.get(&ann, &format!("{path}/balance")).await.text;
    told += &world.put(&ann, &path, &json!({"api_key": other, "api_secret": other_secret})).await.text;
    for end in ["", "/uses"] {
        told += &world.get(&ann, &format!("{path}{end}")).await.text;
    }
    told += &world.get(&ann, "/exchange-bindings").await.text;
    is(&world.get(&ann, &format!("{path}/balance")).await, 502, "TRADING_ERROR");
    let logged = String::from_utf8_lossy(&lines.0.lock()).into_owned();
    assert!(logged.contains("an exchange refuses"), "refusals are logged");
    let metrics = telemetry.render();
    let places = [
        ("answers", told),
        ("logs", logged),
        ("metrics", metrics),
        ("tables", kept(&world).await),
        ("files", files(&world).await),
    ];
    for (place, text) in &places {
        for planted in PLANTED {
            assert!(!text.contains(planted), "{planted} stands in the {place}");
        }
    }
    world
}

/// The files of an embedded database, byte for byte, as a dump or a thief would have them.
async fn files(world: &World) -> String {
    let store::Location::Sqlite(path) = &world.place.config().location else { return String::new() };
    let folder = path.parent().expect("a file lies in a folder");
    let mut text = String::new();
    for entry in std::fs::read_dir(folder).expect("the folder is there") {
        let bytes = std::fs::read(entry.expect("an entry").path()).unwrap_or_default();
        text += &String::from_utf8_lossy(&bytes);
    }
    assert!(text.contains("exchange_bindings"), "the database was read");
    text
}
