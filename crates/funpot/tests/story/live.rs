//! Sockets: who may watch what, and that what is committed reaches those who watch, with its last value.

use crate::harness::Story;
use crate::socket::{connect, serve, user_channel};
use serde_json::json;
use tokio_tungstenite::tungstenite;

testkit::on_both_backends! {
    through crate::harness:
    watchers_are_sent_an_event_from_its_opening_to_its_settlement;
    nobody_watches_without_a_token_or_another_user;
}

async fn watchers_are_sent_an_event_from_its_opening_to_its_settlement(story: Story) {
    let (admin, viewer) = (story.person(&["admin"]).await, story.viewer(1_000).await);
    let streamer = story.streamer(&admin).await;
    let (address, _shutdown) = serve(&story).await;
    let path = format!("/funpot/realtime?streamerId={streamer}");
    let mut client = connect(&address, &path, Some(&story.token(&viewer))).await.expect("let in");
    assert_eq!(client.next("SUBSCRIBED").await["payload"]["channel"], format!("streamer:{streamer}"));
    client.send(&json!({ "action": "subscribe", "channels": [user_channel(&viewer)] })).await;
    client.next("SUBSCRIBED").await;
    let event = story.event(&admin, &streamer, 100).await;
    let created = client.next("EVENT_CREATED").await;
    assert_eq!(
        (&created["payload"]["event"]["id"], &created["payload"]["event"]["costPerVote"]),
        (&json!(event), &json!(100))
    );
    assert!(created["seq"].is_u64() && created["ts"].is_string(), "{created}");
    story.voted(&viewer, &event, "b").await;
    let other = story.viewer(100).await;
    story.voted(&other, &event, "a").await;
    assert_eq!(client.next("BALANCE_UPDATED").await["payload"], json!({ "balance": 900 }));
    let last = json!({ "a": 1, "b": 1 });
    while client.next("EVENT_UPDATED").await["payload"]["totals"] != last {}
    story.pass(60).await;
    let closed = client.next("EVENT_CLOSED").await;
    assert_eq!(closed["payload"]["result"], json!({ "optionId": null, "totals": last }));
    story.resolve(&admin, &event, "b").await;
    story.pass(0).await;
    assert_eq!(client.next("EVENT_SETTLED").await["payload"]["payout"], 195, "the own payout first");
    assert_eq!(client.next("BALANCE_UPDATED").await["payload"], json!({ "balance": 1_095 }));
    let settled = client.next("EVENT_SETTLED").await;
    assert_eq!((&settled["payload"]["rake"], &settled["payload"]["pool"]), (&json!(5), &json!(200)));
    let receipt = story.stall.front.get(&format!("/funpot/api/events/{event}/receipt")).send().await;
    assert_eq!(settled["payload"]["receiptHash"], receipt.json["hash"]);
}

async fn nobody_watches_without_a_token_or_another_user(story: Story) {
    let (viewer, other) = (story.viewer(0).await, story.viewer(0).await);
    let (address, _shutdown) = serve(&story).await;
    let refused = connect(&address, "/funpot/realtime", Some("nonsense")).await.err();
    assert!(matches!(refused, Some(tungstenite::Error::Http(answer)) if answer.status() == 401));
    let mut late = connect(&address, "/funpot/ws", None).await.expect("a first frame may sign in");
    late.send(&json!({ "action": "auth", "token": "nonsense" })).await;
    assert_eq!(late.next("CLOSED").await["code"], 4401);
    let mut client = connect(&address, "/funpot/realtime", None).await.expect("a first frame may sign in");
    client.send(&json!({ "action": "auth", "token": story.token(&viewer) })).await;
    client.send(&json!({ "action": "subscribe", "channels": [user_channel(&other)] })).await;
    let error = client.next("ERROR").await;
    assert_eq!(
        (&error["payload"]["code"], &error["payload"]["channel"]),
        (&json!(4403), &json!(user_channel(&other)))
    );
    client.send(&json!({ "action": "subscribe", "channels": [user_channel(&viewer)] })).await;
    client.next("SUBSCRIBED").await;
}
