//! The simulated Twitch as a client of Helix sees it.
#![expect(clippy::unwrap_used, reason = "in a test a panic is the report")]

use kernel::SystemClock;
use mock::twitch::{CLIENT_ID, CLIENT_SECRET, Fault, SimulatedTwitch, start};
use outbound::{Answer, HttpClient, Request};
use serde_json::{Value, json};
use std::sync::Arc;

async fn twitch() -> (SimulatedTwitch, web::Shutdown) {
    let (shutdown, closing) = web::shutdown();
    let listen = "127.0.0.1:0".parse().unwrap();
    (start(listen, Arc::new(SystemClock), closing).await.unwrap(), shutdown)
}

async fn token(twitch: &SimulatedTwitch) -> String {
    let form = format!("client_id={CLIENT_ID}&client_secret={CLIENT_SECRET}&grant_type=client_credentials");
    let request = Request::post_form(format!("{}/oauth2/token", twitch.url()), form);
    let answer = HttpClient::default().send(request).await.unwrap();
    let body: Value = serde_json::from_slice(&answer.body).unwrap();
    body["access_token"].as_str().unwrap().to_owned()
}

async fn get(twitch: &SimulatedTwitch, token: &str, path: &str) -> (Answer, Value) {
    let request = Request::get(format!("{}{path}", twitch.url()));
    let request = request.header("client-id", CLIENT_ID).header("authorization", format!("Bearer {token}"));
    let answer = HttpClient::default().send(request).await.unwrap();
    let body = serde_json::from_slice(&answer.body).unwrap();
    (answer, body)
}

#[tokio::test]
async fn live_channels_are_listed_offline_and_unknown_ones_are_missing() {
    let (twitch, _shutdown) = twitch().await;
    let token = token(&twitch).await;
    let (answer, body) =
        get(&twitch, &token, "/helix/streams?user_login=PixelFox&user_login=asleep_today&user_login=nobody")
            .await;
    assert_eq!(body["data"].as_array().unwrap().len(), 1);
    assert_eq!(body["data"][0]["viewer_count"], json!(4_210));
    assert_eq!(answer.header("ratelimit-limit"), Some("800"));
    let (_, body) = get(&twitch, &token, "/helix/users?login=asleep_today&login=nobody").await;
    assert_eq!(body["data"].as_array().unwrap().len(), 1);
    let many: String = (0..101).map(|at| format!("&login=a{at}")).collect();
    assert_eq!(get(&twitch, &token, &format!("/helix/users?{many}")).await.0.status, 400);
}

#[tokio::test]
async fn faults_look_as_twitchs_do() {
    let (twitch, _shutdown) = twitch().await;
    let first = token(&twitch).await;
    let path = "/helix/streams?user_login=pixelfox&user_login=ecoround";
    let status = async |fault| {
        twitch.set_fault(fault);
        let (answer, body) = get(&twitch, &first, path).await;
        (answer.status, body["data"].as_array().map(Vec::len))
    };
    assert_eq!(status(Fault::None).await, (200, Some(2)));
    assert_eq!(status(Fault::Offline).await, (200, Some(0)));
    assert_eq!(status(Fault::Missing).await, (200, Some(1)));
    assert_eq!(status(Fault::Limited).await, (429, None));
    assert_eq!(status(Fault::Down).await, (503, None));
    twitch.set_fault(Fault::None);
    twitch.expire_token();
    assert_eq!(get(&twitch, &first, path).await.0.status, 401);
    let second = token(&twitch).await;
    assert_eq!(get(&twitch, &second, path).await.0.status, 200);
    assert_eq!(twitch.tokens(), 2);
}
