//! Logs beside their money: informational ones, filters, pages, deletion.

use crate::harness::Bench;
use serde_json::json;

testkit::on_both_backends! {
    through crate::harness:
    informational_logs_keep_any_info_and_move_nothing;
}

async fn informational_logs_keep_any_info_and_move_nothing(bench: Bench) {
    let ann = bench.person("ann").await;
    let pots = bench.pots(&ann, "Grid", "paper").await;
    let body = json!({ "trading_id": pots.trading, "type": "prediction", "source": "api", "message": "up",
                       "info": { "confidence": 0.75, "transaction_ids": ["mine"] } });
    let answer = bench.log(&ann, &body).await;
    assert_eq!(answer.status, 201, "{}", answer.text);
    let info = &answer.json["data"]["info"];
    assert_eq!((&info["confidence"], &info["created_by"]), (&json!(0.75), &json!("api")));
    assert_eq!((&info["api_version"], &info["trading_type"]), (&json!("v1"), &json!("paper")));
    assert_eq!(answer.json["data"]["source"], "manual");
    assert_eq!(answer.json["data"]["event_time"], json!(null));
    assert_eq!(bench.get(&ann, "/v1/transactions").await.json["data"]["total"], 0);
    assert!(answer.json["metadata"]["trace_id"].is_string());
}
