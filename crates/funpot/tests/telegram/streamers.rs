//! Streamers and what Twitch says of them.

use crate::harness::{Story, says};
use axum::http::Method;
use mock::twitch::Fault;
use serde_json::json;
use testkit::Answer;

testkit::on_both_backends! {
    through crate::harness:
    a_submitted_streamer_is_eligible_strictly_above_the_bar;
    twitch_out_of_order_rejects_nobody;
    one_absent_look_is_not_offline;
    twitch_is_asked_about_a_hundred_channels_at_once;
}

async fn submit(story: &Story, number: i64, name: &str) -> Answer {
    let person = story.person(number).await;
    story.send(Method::POST, "/funpot/api/streamers", &person, &json!({ "twitchUsername": name })).await
}

async fn a_submitted_streamer_is_eligible_strictly_above_the_bar(story: Story) {
    for (number, name, status, reason) in [
        (0, "PixelFox", "ok", None),
        (1, "exactly_hundred", "pending", Some("not_enough_viewers")),
        (2, "asleep_today", "pending", Some("offline")),
        (3, "nobody_at_all", "rejected", Some("not_found")),
    ] {
        let answer = submit(&story, number, name).await;
        assert_eq!((answer.status, &answer.json["status"]), (200, &json!(status)), "{name}: {}", answer.text);
        assert_eq!(answer.json["reason"].as_str(), reason, "{name}");
    }
    story.twitch.set_viewers("exactly_hundred", Some(101));
    assert_eq!(story.stall.run_job("poll_streamers").await, 0, "nobody is due yet");
    story.advance(300);
    assert_eq!(story.stall.run_job("poll_streamers").await, 3);
    let ok = "SELECT COUNT(*) FROM streamers WHERE status = 'ok'";
    assert_eq!(story.count(ok).await, 2, "looked at again after five minutes");
    story.advance(86_400);
    story.stall.run_job("poll_streamers").await;
    let late = "SELECT COUNT(*) FROM streamers WHERE status = 'rejected' AND reason = 'offline'";
    assert_eq!(story.count(late).await, 1, "a day is over");
}

async fn twitch_out_of_order_rejects_nobody(story: Story) {
    story.twitch.set_fault(Fault::Down);
    let answer = submit(&story, 0, "pixelfox").await;
    assert_eq!(says(&answer), (503, "unavailable"));
    let pending = "SELECT COUNT(*) FROM streamers WHERE status = 'pending'";
    assert_eq!(story.count(pending).await, 1, "it is kept");
    for fault in [Fault::Down, Fault::Limited, Fault::TokensExpire] {
        story.twitch.set_fault(fault);
        story.advance(301);
        assert_eq!(story.stall.run_job("poll_streamers").await, 0, "{fault:?}");
    }
    assert_eq!(story.count(pending).await, 1);
    story.twitch.set_fault(Fault::None);
    story.twitch.expire_token();
    story.advance(301);
    assert_eq!(story.stall.run_job("poll_streamers").await, 1, "with a new token");
    assert_eq!(story.count("SELECT COUNT(*) FROM streamers WHERE status = 'ok'").await, 1);
}

async fn one_absent_look_is_not_offline(story: Story) {
    assert_eq!(submit(&story, 0, "pixelfox").await.json["status"], json!("ok"));
    story.twitch.set_fault(Fault::Offline);
    let online = "SELECT COUNT(*) FROM streamers WHERE online AND status = 'ok'";
    story.advance(61);
    story.stall.run_job("poll_streamers").await;
    assert_eq!(story.count(online).await, 1);
    story.advance(61);
    story.stall.run_job("poll_streamers").await;
    assert_eq!(story.count(online).await, 0);
    assert_eq!(story.count("SELECT COUNT(*) FROM streamers WHERE status = 'ok'").await, 1);
}

/// The simulated one refuses more than a hundred in one request, as Twitch does.
async fn twitch_is_asked_about_a_hundred_channels_at_once(story: Story) {
    let inserted: Result<(), store::StoreError> = story
        .stall
        .store
        .write(|tx| {
            let sql = "INSERT INTO streamers (id, platform, username, display_name, online, viewers, status, absent_polls,
                         added_by, created_at, updated_at)
                       VALUES ($1, 'twitch', $2, $2, FALSE, 0, 'pending', 0, 1, $3, $3)";
            for at in 1..=130_i64 {
                let now = kernel::Timestamp::from_micros(1_893_456_000_000_000);
                tx.execute(sql, store::params![at, format!("channel_{at}"), now])?;
            }
            Ok(())
        })
        .await;
    inserted.expect("rows");
    (1..=130).for_each(|at| story.twitch.set_viewers(&format!("channel_{at}"), Some(500)));
    assert_eq!(story.stall.run_job("poll_streamers").await, 130);
    let ok = "SELECT COUNT(*) FROM streamers WHERE status = 'ok' AND viewers = 500";
    assert_eq!(story.count(ok).await, 130);
    assert_eq!(story.twitch.tokens(), 1, "one token for all");
}
