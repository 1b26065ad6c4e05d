//! The main job: a bot's events through JetStream, counted once, whichever way they also come.

use crate::harness::Bench;
use crate::http::{event, fill};
use bus::inbound::Intake;
use bus::nats::{Broker, consume};
use kernel::SystemClock;
use serde_json::json;
use std::sync::Arc;
use std::time::{Duration, Instant};
use testkit::nats::NatsServer;

/// Reached only by a failure.
const LIMIT: Duration = Duration::from_secs(30);

#[test]
fn events_through_jetstream_count_once_also_when_they_come_over_http() {
    let Some(server) = NatsServer::start() else { return };
    let settings = tiris::streams::settings(server.url(), "test".to_owned(), "");
    crate::harness::on_sqlite(async move |bench: Bench| {
        let ann = bench.person("ann").await;
        let pots = bench.pots(&ann, "bot", "virtual").await;
        assert_eq!(bench.log(&ann, &pots.cash("deposit", "10000")).await.status, 201);
        let broker = Broker::connect(settings).await.expect("an address");
        broker.declare().await.expect("declared");
        let names: Vec<_> =
            broker.status().await.expect("status").into_iter().map(|known| known.name).collect();
        for name in [
            "order-processor",
            "balance-processor",
            "error-processor",
            "signal-processor",
            "heartbeat-processor",
        ] {
            assert!(names.iter().any(|known| known == name), "{name} among {names:?}");
        }
        let intake: Intake = bench.stall.inbound().expect("the stall takes events").intake.clone();
        let consumers: Vec<_> = broker
            .settings()
            .consumers
            .iter()
            .cloned()
            .map(|spec| {
                let never = std::future::pending();
                tokio::spawn(consume(broker.clone(), spec, intake.clone(), Arc::new(SystemClock), never))
            })
            .collect();
        let filled = fill(&ann, &pots, "f1");
        let body = json!({"events": [{"subject": "trading.orders.filled", "event": filled}]});
        for id in ["f1", "another id"] {
            broker.publish("trading.orders.filled", filled.to_string(), id).await.expect("published");
        }
        assert_eq!(bench.post(&ann, "/v1/events", &body).await.status, 201);
        let signal =
            event(&ann, &pots, "s1", &json!({"signal_type": "buy", "symbol": "ETH", "confidence": 0.7}));
        broker.publish("trading.signals.rsi", signal.to_string(), "s1").await.expect("published");
        let limit = Instant::now() + LIMIT;
        loop {
            let status = broker.status().await.expect("status");
            let logs = bench.get(&ann, "/v1/trading-logs").await.json["data"]["trading_logs"]
                .as_array()
                .map_or(0, Vec::len);
            if status.iter().all(|known| known.pending + known.unacknowledged == 0) && logs == 3 {
                break;
            }
            assert!(Instant::now() < limit, "{logs} logs, {status:?}");
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
        let both = bench.both(&ann, &pots).await;
        assert_eq!(both, ("2.00000000".to_owned(), "3988.00000000".to_owned()), "the fill counts once");
        consumers.iter().for_each(tokio::task::JoinHandle::abort);
    });
}
