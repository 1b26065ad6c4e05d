//! Facts about live topics and their event streams.

use futures_util::{FutureExt, StreamExt};
use http_body_util::BodyExt;
use std::sync::Arc;
use web::live::{Hub, Message, Subscription, Update, event_stream};
use web::shutdown;

fn total(zone: i64, left: i64) -> Update {
    Update::total("seats", zone, format!(r#"{{"zone":{zone},"left":{left}}}"#))
}

/// What waits in a mailbox right now.
fn drain(subscription: &mut Subscription) -> Vec<Arc<Message>> {
    std::iter::from_fn(|| subscription.next().now_or_never().flatten()).collect()
}

fn bodies(messages: &[Arc<Message>]) -> Vec<&str> {
    messages.iter().map(|message| std::str::from_utf8(&message.body).expect("UTF-8")).collect()
}

#[test]
fn totals_merge_to_the_newest_and_facts_all_arrive_in_order() {
    let hub = Hub::with_clock(testkit::standing_clock());
    let mut watcher = hub.subscribe("e", None).unwrap();
    for left in (0..1_000).rev() {
        hub.publish("e", total(1, left));
        hub.publish("e", total(2, left * 2));
    }
    hub.publish("e", Update::fact("sold_out", r#"{"zone":1}"#));
    hub.publish("e", Update::fact("sold_out", r#"{"zone":2}"#));
    let got = drain(&mut watcher);
    let expected = [r#"{"zone":1,"left":0}"#, r#"{"zone":2,"left":0}"#, r#"{"zone":1}"#, r#"{"zone":2}"#];
    assert_eq!(bodies(&got), expected);
    assert!(got.windows(2).all(|pair| pair[0].at.sequence < pair[1].at.sequence));
}

#[test]
fn the_bytes_of_an_update_are_shared_by_all_subscribers() {
    let hub = Hub::with_clock(testkit::standing_clock());
    let mut watchers: Vec<_> = (0..3).map(|_| hub.subscribe("e", None).unwrap()).collect();
    hub.publish("e", total(1, 5));
    let got: Vec<_> = watchers.iter_mut().flat_map(drain).collect();
    assert_eq!(got.len(), 3);
    assert!(got.iter().all(|message| Arc::ptr_eq(message, &got[0])));
}

#[test]
fn each_wire_form_is_made_once() {
    let hub = Hub::with_clock(testkit::standing_clock());
    let mut watcher = hub.subscribe("e", None).unwrap();
    hub.publish("e", total(1, 5));
    let message = drain(&mut watcher).remove(0);
    assert!(message.frame().starts_with(r#"{"type":"seats","seq":1,"ts":"#));
    assert!(message.frame().ends_with(r#","data":{"zone":1,"left":5}}"#));
    assert_eq!(message.frame().as_ptr(), message.frame().as_ptr());
    assert_eq!(message.event().as_ptr(), message.event().as_ptr());
}

#[test]
fn a_reader_that_comes_back_gets_what_it_missed() {
    let hub = Hub::with_clock(testkit::standing_clock());
    let mut first = hub.subscribe("e", None).unwrap();
    assert!(first.needs_snapshot());
    hub.publish("e", total(1, 9));
    let seen = drain(&mut first)[0].at;
    drop(first);
    hub.publish("e", total(1, 8));
    hub.publish("e", total(1, 7));
    hub.publish("e", Update::fact("ended", "{}"));
    let mut back = hub.subscribe("e", Some(seen)).unwrap();
    assert!(!back.needs_snapshot());
    assert_eq!(bodies(&drain(&mut back)), [r#"{"zone":1,"left":7}"#, "{}"]);
}

#[test]
fn a_place_that_is_forgotten_or_foreign_asks_for_a_snapshot() {
    let hub = Hub::with_clock(testkit::standing_clock());
    let mut watcher = hub.subscribe("e", None).unwrap();
    hub.publish("e", Update::fact("n", "0"));
    let seen = drain(&mut watcher)[0].at;
    for n in 0..300 {
        hub.publish("e", Update::fact("n", n.to_string()));
    }
    assert!(hub.subscribe("e", Some(seen)).unwrap().needs_snapshot());
    let ahead = web::live::ResumePoint { sequence: 10_000, ..seen };
    assert!(hub.subscribe("e", Some(ahead)).unwrap().needs_snapshot());
    assert!(Hub::with_clock(testkit::standing_clock()).subscribe("e", Some(seen)).unwrap().needs_snapshot());
    assert_eq!(seen.to_string().parse(), Ok(seen));
    for bad in ["", "x", "1-", "-1", "zz-1", "1-99999999999999999999999"] {
        assert!(bad.parse::<web::live::ResumePoint>().is_err(), "{bad}");
    }
}

#[test]
fn a_reader_too_slow_for_its_mailbox_is_ended_and_nobody_else_is() {
    let hub = Hub::with_clock(testkit::standing_clock());
    let (mut slow, mut quick) = (hub.subscribe("e", None).unwrap(), hub.subscribe("e", None).unwrap());
    let mut received = 0;
    for n in 0..1_000 {
        hub.publish("e", Update::fact("n", n.to_string()));
        received += drain(&mut quick).len();
    }
    assert_eq!(received, 1_000);
    assert!(slow.next().now_or_never().expect("ended at once").is_none());
}

#[tokio::test]
async fn a_waiting_reader_is_woken() {
    let hub = Hub::with_clock(testkit::standing_clock());
    let mut watcher = hub.subscribe("e", None).unwrap();
    let reading = tokio::spawn(async move { watcher.next().await });
    tokio::task::yield_now().await;
    hub.publish("e", total(1, 3));
    let got = reading.await.unwrap().unwrap();
    assert_eq!(bodies(&[got]), [r#"{"zone":1,"left":3}"#]);
}

#[tokio::test]
async fn an_event_stream_opens_with_the_snapshot_and_ends_with_the_process() {
    let (shutdown, closing) = shutdown();
    let hub = Hub::with_clock(testkit::standing_clock());
    let subscription = hub.subscribe("e", None).unwrap();
    hub.publish("e", total(1, 3));
    let response = event_stream(subscription, vec![total(0, 9)], closing);
    assert_eq!(response.headers()["content-type"], "text/event-stream");
    let mut body = response.into_body();
    let mut text = String::new();
    for _ in 0..3 {
        let frame = body.frame().await.expect("the stream goes on").expect("nothing fails");
        text.push_str(std::str::from_utf8(&frame.into_data().expect("data")).expect("UTF-8"));
    }
    let lines: Vec<&str> = text.lines().filter(|line| !line.starts_with("id: ")).collect();
    let snapshot = ["event: seats", r#"data: {"zone":0,"left":9}"#, ""];
    let update = ["event: seats", r#"data: {"zone":1,"left":3}"#, ""];
    assert_eq!(lines, [&["retry: 2000", ""][..], &snapshot, &update].concat());
    shutdown.begin();
    assert!(body.frame().await.is_none());
}

#[tokio::test(start_paused = true)]
async fn a_quiet_stream_says_that_it_is_still_there() {
    let (_shutdown, closing) = shutdown();
    let subscription = Hub::with_clock(testkit::standing_clock()).subscribe("e", None).unwrap();
    let mut body = event_stream(subscription, Vec::new(), closing).into_body();
    body.frame().await.expect("the opening").expect("nothing fails");
    let started = tokio::time::Instant::now();
    let frame = body.frame().await.expect("a comment").expect("nothing fails");
    assert!(frame.into_data().expect("data").starts_with(b":"));
    assert_eq!(started.elapsed().as_secs(), 15);
}
