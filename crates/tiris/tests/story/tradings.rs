//! Tradings and sub-accounts: their life, their names, who sees them.

use crate::harness::Bench;
use serde_json::json;

testkit::on_both_backends! {
    through crate::harness:
    a_trading_lives_and_its_name_is_free_again;
    the_probes_answer_under_the_stalls_own_root;
}

async fn a_trading_lives_and_its_name_is_free_again(bench: Bench) {
    let ann = bench.person("ann").await;
    let id = bench.trading(&ann, "Grid", "paper").await;
    let one = bench.get(&ann, &format!("/v1/tradings/{id}")).await;
    assert_eq!((&one.json["data"]["type"], &one.json["data"]["status"]), (&json!("paper"), &json!("active")));
    assert_eq!(one.json["data"]["exchange_binding"]["name"], "Virtual");
    let binding = one.json["data"]["exchange_binding_id"].clone();
    let body = json!({ "name": "Grid", "type": "real", "exchange_binding_id": binding });
    assert_eq!(bench.post(&ann, "/v1/tradings", &body).await.code(), "TRADING_NAME_EXISTS");
    let odd = json!({ "name": "Odd", "type": "imaginary", "exchange_binding_id": binding });
    assert_eq!(bench.post(&ann, "/v1/tradings", &odd).await.status, 400);
    assert_eq!(bench.delete(&ann, &format!("/v1/tradings/{id}")).await.status, 200);
    assert_eq!(bench.get(&ann, &format!("/v1/tradings/{id}")).await.code(), "TRADING_NOT_FOUND");
    assert_eq!(bench.post(&ann, "/v1/tradings", &body).await.status, 201);
}

async fn the_probes_answer_under_the_stalls_own_root(bench: Bench) {
    for (path, status) in [("/health/live", "alive"), ("/health/ready", "ready"), ("/health", "healthy")] {
        let answer = bench.guest(path).await;
        assert_eq!((answer.status, &answer.json["data"]["status"]), (200, &json!(status)), "{path}");
    }
    let refused = bench.guest("/v1/tradings").await;
    assert_eq!((refused.status, refused.code()), (401, "AUTH_REQUIRED"));
    assert!(refused.json["metadata"]["trace_id"].is_string());
}
