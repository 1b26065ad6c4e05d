//! The client against servers that misbehave: redirects, silence, bodies without an end.

use outbound::{HttpClient, OutboundFault, Request};
use std::time::Duration;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpListener;

/// Answers the first connection with `text`, then closes it; its URL. An empty text is never answered.
async fn server(text: &'static str) -> String {
    let listener = TcpListener::bind("127.0.0.1:0").await.expect("a free port");
    let address = listener.local_addr().expect("it is bound");
    tokio::spawn(async move {
        let (mut socket, _) = listener.accept().await.expect("a caller");
        let mut room = [0; 4096];
        let _read = socket.read(&mut room).await;
        if text.is_empty() {
            tokio::time::sleep(Duration::from_secs(60)).await;
        }
        let _gone = socket.write_all(text.as_bytes()).await;
    });
    format!("http://{address}/path?secret=s3cr3t")
}

#[tokio::test]
async fn a_redirect_is_handed_back_and_not_followed() {
    let url =
        server("HTTP/1.1 302 Found\r\nlocation: http://127.0.0.1:1/\r\ncontent-length: 0\r\n\r\n").await;
    let answer = HttpClient::default().send(Request::get(url)).await.unwrap();
    assert_eq!((answer.status, answer.header("location")), (302, Some("http://127.0.0.1:1/")));
}

#[tokio::test]
async fn silence_ends_in_time_and_no_error_tells_the_url() {
    let url = server("").await;
    let fault = HttpClient::new(Duration::from_millis(50)).send(Request::get(url)).await.unwrap_err();
    assert!(matches!(fault, OutboundFault::TooSlow));
    let nobody = Request::get("http://127.0.0.1:1/?secret=s3cr3t".to_owned());
    assert!(!format!("{nobody:?}").contains("s3cr3t"));
    let fault = HttpClient::default().send(nobody).await.unwrap_err();
    assert!(!format!("{fault} {fault:?}").contains("s3cr3t"), "{fault:?}");
}

#[tokio::test]
async fn what_is_no_answer_is_a_fault_and_not_a_panic() {
    for text in ["nonsense", "HTTP/1.1 200 OK\r\ncontent-length: 9\r\n\r\nshort", "HTTP/1.1 "] {
        let url = server(text).await;
        assert!(HttpClient::default().send(Request::get(url)).await.is_err(), "{text}");
    }
    let refused = HttpClient::default().send(Request::get("ftp://a".to_owned())).await;
    assert!(matches!(refused, Err(OutboundFault::BadAddress)));
}
