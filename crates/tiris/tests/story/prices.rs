//! Prices and what is made of them: candles with their warm-up, equity curves, gains.

use crate::harness::{self, Bench, Pots};
use serde_json::{Value, json};
use std::io::{Read as _, Write as _};
use std::net::TcpListener;
use std::time::Duration;

testkit::on_both_backends! {
    through crate::prices::exchange:
    candles_are_fetched_once_and_kept;
    a_curve_is_what_a_hand_calculates_and_warms_up;
}

testkit::on_both_backends! {
    through crate::harness:
    the_worked_chain_has_the_documented_gains;
}

/// Runs stories with an exchange of their own: prices rise by 100 an hour from 3,000 at the start of 2030.
mod exchange {
    use super::{Bench, harness, serve};
    use std::future::Future;

    pub fn on_sqlite<F: Future<Output = ()>>(story: impl FnOnce(Bench) -> F) {
        harness::on_sqlite_with(&[("tiris.exchange_url", &serve())], story);
    }

    pub fn on_postgres<F: Future<Output = ()>>(story: impl FnOnce(Bench) -> F) {
        harness::on_postgres_with(&[("tiris.exchange_url", &serve())], story);
    }
}

const START_MS: i64 = 1_893_456_000_000;
const HOUR_MS: i64 = 3_600_000;

/// An exchange on loopback that speaks the shapes of Binance, for as long as the process runs.
fn serve() -> String {
    let listener = TcpListener::bind("127.0.0.1:0").expect("a port");
    let address = listener.local_addr().expect("an address");
    std::thread::spawn(move || {
        for stream in listener.incoming() {
            let Ok(mut stream) = stream else { continue };
            let mut request = [0; 4_096];
            let read = stream.read(&mut request).unwrap_or_default();
            let body = klines(&String::from_utf8_lossy(&request[..read])).to_string();
            let head =
                format!("HTTP/1.1 200 OK\r\ncontent-length: {}\r\nconnection: close\r\n\r\n", body.len());
            let _ = stream.write_all(format!("{head}{body}").as_bytes());
        }
    });
    format!("http://{address}")
}

fn klines(request: &str) -> Value {
    let number = |name: &str| {
        let (_, after) = request.split_once(name).unwrap_or_default();
        after.chars().take_while(char::is_ascii_digit).collect::<String>().parse::<i64>().unwrap_or_default()
    };
    let (start, end) = (number("startTime="), number("endTime="));
    let hours = (start..=end).step_by(usize::try_from(HOUR_MS).expect("fits"));
    let candle = |ms: i64| {
        let close = 3_000 + 100 * (ms - START_MS) / HOUR_MS;
        json!([
            ms,
            close.to_string(),
            close.to_string(),
            close.to_string(),
            format!("{close}.00"),
            "7.5",
            ms + HOUR_MS - 1
        ])
    };
    hours.take(1_000).map(candle).collect()
}

/// Asks until the answer is no longer that prices are being fetched.
async fn warmed(bench: &Bench, person: &harness::Person, path: &str) -> Value {
    for _ in 0..200 {
        let answer = bench.get(person, path).await;
        if answer.status == 200 {
            return answer.json["data"].clone();
        }
        assert_eq!(answer.status, 202, "{}", answer.text);
        tokio::time::sleep(Duration::from_millis(10)).await;
    }
    panic!("the exchange answers within two seconds");
}

async fn candles_are_fetched_once_and_kept(bench: Bench) {
    let ann = bench.person("ann").await;
    bench.stall.clock.advance_secs(3 * 3_600 + 60);
    let path = |more: &str| {
        format!(
            "/v1/ohlcv?ex=binance&market=ETH/USDT&tf=1h&start={START_MS}&end={}{more}",
            START_MS + 4 * HOUR_MS
        )
    };
    let none = bench.get(&ann, &path("&on_miss=none")).await;
    assert_eq!((none.status, &none.json["data"]), (200, &json!([])));
    let first = bench.get(&ann, &path("")).await;
    assert_eq!(
        (first.status, &first.json["status"], &first.json["gaps"]),
        (202, &json!("warming"), &json!(3))
    );
    assert_eq!((&first.json["retry_after"], &first.headers["retry-after"]), (&json!(2), "2"));
    assert!(first.json["data"].is_array() && first.json["metadata"]["trace_id"].is_string());
    let candles = warmed(&bench, &ann, &path("")).await;
    let closes: Vec<_> =
        candles.as_array().expect("candles").iter().map(|candle| candle["c"].as_f64()).collect();
    assert_eq!(closes, [Some(3_000.0), Some(3_100.0), Some(3_200.0)]);
    let one = &candles[2];
    assert_eq!(
        (&one["ex"], &one["market"], &one["ts"]),
        (&json!("binance"), &json!("ETH/USDT"), &json!("2030-01-01T02:00:00Z"))
    );
    assert_eq!((&one["final"], &one["schema_ver"], one["v"].as_f64()), (&json!(true), &json!(1), Some(7.5)));
    let kept = bench.get(&ann, &path("&on_miss=none")).await;
    assert_eq!(kept.json["data"], candles, "they are in the store");
    for bad in [
        "?market=ETH/USDT",
        "?market=ETH&start=1&end=2",
        "?market=ETH/USDT&start=2&end=1",
        "?market=ETH/USDT&tf=7m&start=1&end=2",
    ] {
        assert_eq!(bench.get(&ann, &format!("/v1/ohlcv{bad}")).await.code(), "INVALID_QUERY_PARAMS", "{bad}");
    }
}

async fn a_curve_is_what_a_hand_calculates_and_warms_up(bench: Bench) {
    let ann = bench.person("ann").await;
    let pots = bench.pots(&ann, "Grid", "paper").await;
    let at = |pots: &Pots, kind: &str, time: &str| {
        let mut body = match kind {
            "deposit" => pots.cash("deposit", "10000"),
            kind => pots.trade(kind, "3100", "2", "12"),
        };
        body["event_time"] = json!(time);
        body
    };
    bench.log(&ann, &at(&pots, "deposit", "2029-12-31T23:00:00Z")).await;
    bench.log(&ann, &at(&pots, "long", "2030-01-01T01:30:00Z")).await;
    bench.stall.clock.advance_secs(3 * 3_600);
    let range = format!("start_time={START_MS}&end_time={}", START_MS + 3 * HOUR_MS);
    let path = format!(
        "/v1/tradings/{}/equity-curve?timeframe=1h&{range}&stock_symbol=ETH&quote_symbol=USDT&exchange=binance",
        pots.trading
    );
    let first = bench.get(&ann, &path).await;
    assert_eq!((first.status, &first.json["gaps"]), (202, &json!(3)), "{}", first.text);
    assert_eq!(first.json["data"]["data_points"].as_array().map(Vec::len), Some(3), "what is known is there");
    assert_eq!(first.json["data"]["data_points"][0]["quote_balance"], json!(10000.0));
    let curve = warmed(&bench, &ann, &path).await;
    let points = curve["data_points"].as_array().expect("points");
    let told: Vec<_> =
        points.iter().map(|point| (point["equity"].as_f64(), point["benchmark_return"].as_f64())).collect();
    assert_eq!(
        told,
        [
            (Some(10_000.0), Some(0.0)),
            (Some(3_788.0 + 2.0 * 3_100.0), Some(0.033_333_33)),
            (Some(3_788.0 + 2.0 * 3_200.0), Some(0.066_666_67)),
        ]
    );
    assert_eq!(
        (curve["initial_funds"].as_f64(), curve["baseline_price"].as_f64()),
        (Some(10_000.0), Some(3_000.0))
    );
    assert_eq!(points[1]["events"][0]["type"], "long");
    assert_eq!((&points[1]["ohlcv"]["close"], &points[1]["stock_balance"]), (&json!(3100.0), &json!(2.0)));
    let recent = format!("/v1/tradings/{}/equity-curve?timeframe=1h&recent_timeframes=4", pots.trading);
    let recent = warmed(&bench, &ann, &recent).await;
    assert_eq!(recent["data_points"].as_array().map(Vec::len), Some(4));
    assert_eq!(recent["data_points"][1]["equity"], points[1]["equity"]);
    let portfolio = json!({ "name": "All", "trading_ids": [pots.trading] });
    let id = bench.made(&ann, "/v1/portfolios", &portfolio).await;
    let sum = warmed(&bench, &ann, &format!("/v1/portfolios/{id}/equity-curve?timeframe=1h&{range}")).await;
    assert_eq!(sum["data_points"][2]["equity"], points[2]["equity"]);
    let public = json!({ "info": { "is_public": true } });
    bench.put(&ann, &format!("/v1/tradings/{}", pots.trading), &public).await;
    assert_eq!(bench.guest(&path).await.status, 200, "a guest reads the curve of a public one");
}

async fn the_worked_chain_has_the_documented_gains(bench: Bench) {
    let ann = bench.person("ann").await;
    let pots = bench.pots(&ann, "Grid", "virtual").await;
    let mut logs = Vec::new();
    for body in [
        pots.cash("deposit", "10000"),
        pots.trade("long", "3000", "2", "12"),
        pots.trade("short", "3000", "1.5", "9"),
        pots.trade("stop_loss", "2500", "0.5", "2.5"),
    ] {
        logs.push(bench.log(&ann, &body).await.json["data"]["id"].clone());
    }
    let path = format!("/v1/tradings/{}/gains", pots.trading);
    let gains = bench.get(&ann, &path).await.json["data"].clone();
    assert_eq!((&gains["realised"], &gains["unrealised"]), (&json!("-273.50000000"), &json!("0.00000000")));
    let sale = &gains["sales"][0];
    assert_eq!((&sale["log_id"], &sale["gain"]), (&logs[2], &json!("-18.00000000")));
    assert_eq!(
        (&sale["lots"][0]["log_id"], &sale["lots"][0]["unit_cost"]),
        (&logs[1], &json!("3006.00000000"))
    );
    assert_eq!(gains["sales"][1]["gain"], "-255.50000000");
    let wrong = bench.log(&ann, &pots.trade("long", "100", "1", "0")).await;
    let undo = format!("/v1/trading-logs/{}/reverse", wrong.json["data"]["id"].as_str().expect("an id"));
    bench.post(&ann, &undo, &Value::Null).await;
    assert_eq!(
        bench.get(&ann, &path).await.json["data"]["realised"],
        "-273.50000000",
        "what was undone counts for nothing"
    );
    bench.log(&ann, &pots.trade("long", "100", "1", "1")).await;
    bench.log(&ann, &pots.trade("long", "120", "1", "0")).await;
    let gains = bench.get(&ann, &path).await.json["data"].clone();
    assert_eq!(
        (&gains["unrealised"], &gains["open"][0]["price"]),
        (&json!("19.00000000"), &json!("120.00000000"))
    );
}
