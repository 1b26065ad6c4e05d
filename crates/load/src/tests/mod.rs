//! Runs of the generator against servers made for the purpose.

mod fake_server;
mod fake_tap;
mod tap;

use super::SigningKeys;
use super::error::LoadError;
use super::report::{self, Report};
use super::results::{Findings, PhaseResult};
use super::run::{LoadModel, Worker, run, run_phase};
use super::rush::{Buyers, Fixture, Mix, RushArgs, RushControl, RushKind, RushRun, Seeds, SetupRequest};
use super::stall::Workload;
use clap::Parser as _;
use fake_server::{Defects, keys, start};
use std::net::SocketAddr;
use std::sync::Arc;
use std::time::{Duration, Instant};

#[derive(clap::Parser)]
struct TestCli {
    #[command(flatten)]
    args: RushArgs,
}

fn args(address: SocketAddr, more: &[&str]) -> RushArgs {
    let url = format!("http://{address}");
    let first = ["rush", "--url", &url, "--duration", "1", "--connections", "4"];
    TestCli::try_parse_from(first.iter().chain(more)).unwrap().args
}

/// A whole run, and its report.
async fn report(defects: Defects, more: &[&str]) -> Report {
    Report::new(&found(&args(start(defects), more), &keys()).await.unwrap())
}

async fn found(args: &RushArgs, keys: &SigningKeys) -> Result<Findings<RushKind>, LoadError> {
    let mut stall = RushRun::prepare(args, keys).await?;
    run(&mut stall, Some(100.0)).await
}

fn failure_with(report: &Report, words: &str) -> bool {
    report.failures.iter().any(|failure| failure.contains(words))
}

#[tokio::test]
async fn a_sound_server_passes_and_every_kind_of_request_was_made() {
    let more =
        ["--ceiling", "--fill", "1000", "--mix", "reserve=60,replay=10,sold_out=10,confirm=10,cancel=10"];
    let report = report(Defects::default(), &more).await;
    assert_eq!(report.failures, Vec::<String>::new());
    for class in ["reserve", "replay", "sold_out", "pay", "confirm", "cancel"] {
        assert!(report.classes[class].count > 0, "{class}");
    }
    assert!(
        report.counts.refused["INSUFFICIENT_SEATS"] > 0 && report.counts.accepted > 0 && report.rps > 0.0
    );
    assert_eq!(
        (report.counts.errors["total"], report.trust.lost_acknowledged, report.trust.check.as_str()),
        (0, 0, "ok")
    );
    assert_eq!(report.trust.verified, report.trust.acknowledged);
    assert!(
        report.ceiling.ratio.is_some_and(|ratio| ratio > 0.0)
            && report.stall["bookings_before"].as_u64() >= Some(1000)
    );
}

#[tokio::test]
async fn the_json_report_has_the_documented_keys() {
    let report = report(Defects::default(), &["--rate", "200", "--ceiling"]).await;
    let json: serde_json::Value = serde_json::from_str(&report.to_json()).unwrap();
    let numbers = "rps p50_ms p95_ms p99_ms p999_ms max_ms accepted ceiling_rps ratio cpu_us_per_request \
         pages_per_write duration_s connections offered_rate dropped late sold_out_p95_ms server_rss_mb seed buyers \
         bookings_before bookings_after replay_mismatches lost_acknowledged acknowledged verified";
    for key in numbers.split_whitespace() {
        assert!(json[key].is_number(), "{key}: {}", json[key]);
    }
    assert!(
        json["refused"].is_object() && json["errors"]["total"] == 0 && json["classes"]["reserve"].is_object()
    );
    assert_eq!((&json["mode"], &json["check"]), (&"open_loop".into(), &"ok".into()));
    assert!(
        json["check_lines"][0]["name"].is_string() && json["failures"].as_array().is_some_and(Vec::is_empty)
    );
    let table = report::render(&report);
    assert!(table.contains("open loop, 200/s offered") && table.contains("check: ok"), "{table}");
}

#[tokio::test]
async fn a_forgotten_acknowledged_booking_fails_the_run() {
    let report = report(Defects { forgets: true, ..Defects::default() }, &["--mix", "reserve=1"]).await;
    assert!(
        report.trust.lost_acknowledged > 0 && failure_with(&report, "not as acknowledged"),
        "{:?}",
        report.failures
    );
}

#[tokio::test]
async fn a_replay_that_books_again_fails_the_run() {
    let report = report(Defects { forgets_keys: true, ..Defects::default() }, &[]).await;
    assert!(
        report.trust.replay_mismatches > 0 && failure_with(&report, "first answer"),
        "{:?}",
        report.failures
    );
}

#[tokio::test]
async fn a_server_error_and_a_failed_check_fail_the_run() {
    let report = report(Defects { breaks: true, check_fails: true, ..Defects::default() }, &[]).await;
    assert!(failure_with(&report, "http_503_SERVICE_UNAVAILABLE"), "{:?}", report.failures);
    assert!(failure_with(&report, "one zone differs") && report.trust.check.starts_with("failed"));
    assert_eq!(report.counts.errors["total"], report.counts.errors["http_503_SERVICE_UNAVAILABLE"]);
}

#[tokio::test]
async fn a_server_without_the_load_profile_is_named_as_such() {
    let args = args(start(Defects { production: true, ..Defects::default() }), &[]);
    let error = found(&args, &keys()).await.unwrap_err();
    assert!(error.to_string().contains("--profile load"), "{error}");
}

#[tokio::test]
async fn a_server_with_other_keys_is_not_measured() {
    let args = args(start(Defects::default()), &[]);
    let others = SigningKeys::new(b"another key of thirty-two bytes..", [9; 16]).unwrap();
    let error = found(&args, &others).await.unwrap_err();
    assert!(error.to_string().contains("http_401_INVALID_TOKEN"), "{error}");
}

#[tokio::test]
async fn a_fill_that_stops_early_is_told() {
    let defects = Defects { fills_half: true, ..Defects::default() };
    let error = found(&args(start(defects), &["--fill", "100"]), &keys()).await.unwrap_err();
    assert_eq!(error.to_string(), "the server stopped filling at 50 of 100 bookings; its log says why");
}

fn reserves_alone(stage: Fixture, address: SocketAddr) -> Worker<Buyers> {
    let (mix, seeds) = (Mix::parse("reserve=1").unwrap(), Seeds { choices: 1, keys: 2 });
    Worker::new(Buyers::new(0, Arc::new(stage), mix, seeds), address, "h", Instant::now())
}

/// Reserves alone on one connection, against a server that stalls once for half a second.
async fn against_a_stall(tempo: LoadModel) -> PhaseResult<RushKind> {
    let stall = Some((20, Duration::from_millis(500)));
    let address = start(Defects { stall, ..Defects::default() });
    let mut control = RushControl::new(address, "h", 1);
    let request = SetupRequest { zones: 2, events: 1, seats_per_zone: 10 };
    let stage = Fixture::new(&control.setup(request).await.unwrap(), &keys(), 1_800_000_000, None).unwrap();
    let mut workers = vec![reserves_alone(stage, address)];
    run_phase(&mut workers, Workload::Mix, tempo, Duration::from_secs(1)).await
}

#[tokio::test]
async fn a_stalled_server_slows_every_request_meant_for_that_time() {
    let open = against_a_stall(LoadModel::Open(200)).await;
    let latency = &open.tally.of(RushKind::Reserve).latency;
    assert_eq!((latency.len(), open.dropped), (200, 0));
    // 100 of 200 starts fall into the stall and wait between 500 ms and nothing; 60 of them longer than 200 ms.
    assert!(latency.value_at_quantile(0.75) > 150_000, "{}", latency.value_at_quantile(0.75));
    assert!(open.tally.late > 50, "{}", open.tally.late);

    let closed = against_a_stall(LoadModel::Closed).await;
    let latency = &closed.tally.of(RushKind::Reserve).latency;
    assert!(
        latency.max() > 450_000 && latency.value_at_quantile(0.75) < 150_000,
        "one request alone was slow"
    );
}

#[tokio::test]
async fn starts_that_never_leave_are_counted_as_dropped() {
    let address = start(Defects { stall: Some((1, Duration::from_millis(2600))), ..Defects::default() });
    let mut control = RushControl::new(address, "h", 1);
    let request = SetupRequest { zones: 2, events: 1, seats_per_zone: 10 };
    let stage = Fixture::new(&control.setup(request).await.unwrap(), &keys(), 1_800_000_000, None).unwrap();
    let mut workers = vec![reserves_alone(stage, address)];
    let done = run_phase(&mut workers, Workload::Mix, LoadModel::Open(100), Duration::from_secs(1)).await;
    assert_eq!((done.tally.answered(), done.dropped), (1, 99));
}

#[tokio::test]
async fn a_spike_is_told_and_what_came_of_it() {
    let report = report(Defects::default(), &["--rate", "100", "--spike", "400,1"]).await;
    assert_eq!(report.failures, Vec::<String>::new());
    assert_eq!((report.spike.spike_rate, report.spike.spike_answered), (Some(400), Some(200)));
    assert_eq!((report.spike.spike_back_s, report.spike.spike_dropped), (Some(0), Some(0)));
    let table = report::render(&report);
    assert!(table.contains("spike to, /s") && table.contains("as before after, s"), "{table}");
    assert!(!table.contains("memory after one minute"), "one second is no soak");
}

#[test]
fn a_spike_needs_a_rate_to_fall_back_to() {
    let words = ["rush", "--url", "http://127.0.0.1:1", "--spike", "400,1"];
    assert!(TestCli::try_parse_from(words).is_err());
}
