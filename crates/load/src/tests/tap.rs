//! Runs against Tap in miniature.

use super::fake_tap::{TapDefects, start_tap};
use crate::report::Report;
use crate::run::run;
use crate::tap::{TapArgs, TapRun};
use clap::Parser as _;

#[derive(clap::Parser)]
struct TestCli {
    #[command(flatten)]
    args: TapArgs,
}

async fn report(defects: TapDefects, more: &[&str]) -> Report {
    let url = format!("http://{}", start_tap(defects));
    let first = ["tap", "--url", &url, "--duration", "1", "--connections", "4", "--players", "200"];
    let args = TestCli::try_parse_from(first.iter().chain(more)).unwrap().args;
    let mut stall = TapRun::prepare(&args).await.unwrap();
    Report::new(&run(&mut stall, Some(100.0)).await.unwrap())
}

fn failure_with(report: &Report, words: &str) -> bool {
    report.failures.iter().any(|failure| failure.contains(words))
}

const EVERYTHING: &str =
    "bet=20,replay=10,duplicate=10,bad_stake=10,balance=10,list=10,one=10,price=10,grid=10";

#[tokio::test]
async fn every_kind_of_request_is_made_in_every_scheme() {
    for scheme in ["hmac", "ed25519", "secp256k1"] {
        let more = ["--scheme", scheme, "--rate", "300", "--ceiling", "--mix", EVERYTHING];
        let report = report(TapDefects::default(), &more).await;
        assert_eq!(report.failures, Vec::<String>::new(), "{scheme}");
        assert!(report.classes.values().all(|class| class.count > 0), "{:?}", report.classes);
        assert!(report.counts.refused["duplicate_cell"] > 0 && report.counts.refused["bad_amount"] > 0);
        assert_eq!((report.trust.verified, report.trust.lost_acknowledged), (report.trust.acknowledged, 0));
        assert!(report.trust.acknowledged > 0 && report.ceiling.ratio.is_some());
    }
}

#[tokio::test]
async fn the_json_report_has_rushs_keys_and_those_of_bets() {
    let report = report(TapDefects::default(), &["--rate", "200"]).await;
    let json: serde_json::Value = serde_json::from_str(&report.to_json()).unwrap();
    let numbers = "rps p50_ms p95_ms p99_ms p999_ms max_ms accepted cpu_us_per_request duration_s connections \
         offered_rate dropped late server_rss_mb seed players bets_before bets_after replay_mismatches \
         lost_acknowledged acknowledged verified refused_total";
    for key in numbers.split_whitespace() {
        assert!(json[key].is_number(), "{key}: {}", json[key]);
    }
    for key in ["rps", "accepted", "refused", "p50_ms", "p95_ms", "p99_ms", "p999_ms"] {
        assert!(json["bets"][key].is_number(), "{key}");
    }
    assert_eq!(
        (&json["scheme"], &json["mix"], &json["check"]),
        (&"hmac-sha256".into(), &"bets".into(), &"ok".into())
    );
}

#[tokio::test]
async fn a_forgotten_bet_and_an_altered_cent_fail_the_run() {
    for defects in [
        TapDefects { forgets: true, ..TapDefects::default() },
        TapDefects { alters: true, ..TapDefects::default() },
    ] {
        let report = report(defects, &["--rate", "300"]).await;
        assert!(report.trust.lost_acknowledged > 0, "{defects:?}");
        assert!(failure_with(&report, "acknowledged bets"), "{:?}", report.failures);
    }
}

#[tokio::test]
async fn a_nonce_that_bets_again_and_a_bad_bet_that_is_taken_fail_the_run() {
    let again = TapDefects { forgets_nonces: true, takes_all: true, ..TapDefects::default() };
    let report = report(again, &["--rate", "300", "--mix", EVERYTHING]).await;
    assert!(report.trust.replay_mismatches > 0 && failure_with(&report, "first answer"));
    assert!(failure_with(&report, "bad_bet_accepted"), "{:?}", report.failures);
}
