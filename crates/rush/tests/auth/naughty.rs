//! Bodies that nobody should send: each gets a 4xx with a code, and changes nothing.

use crate::harness::{House, PASSWORD};
use axum::http::Method;

testkit::on_both_backends! {
    through crate::harness:
    no_body_makes_a_fault_of_ours;
}

fn naughty_bodies() -> Vec<Vec<u8>> {
    let texts = [
        "",
        "{",
        "null",
        "[]",
        "1",
        "\"x\"",
        "{}",
        r#"{"email":null,"password":null,"name":null,"refresh_token":null,"token":null}"#,
        r#"{"email":1,"password":2,"name":3,"refresh_token":4,"token":5,"new_password":6}"#,
        r#"{"email":["a@b.co"],"password":{},"name":true,"refresh_token":[],"token":{}}"#,
        r#"{"email":"a\u0000@b.co","password":"Aa1!aaaa","name":"An\u0000n","refresh_token":"\u0000","token":"\u0000","new_password":"Aa1!aaaa"}"#,
        r#"{"email":"\ud800@b.co","password":"\ud800","name":"\udfff","refresh_token":"\ud800","token":"\ud800"}"#,
        r#"{"email":"a@b.co","email":"c@d.co","password":"x","name":"y"}"#,
    ];
    let mut bodies: Vec<Vec<u8>> = texts.iter().map(|text| text.as_bytes().to_vec()).collect();
    bodies.push(vec![0xff, 0xfe, 0x00]);
    bodies.push("[".repeat(60_000).into_bytes());
    bodies.push(vec![b'x'; 70_000]);
    bodies
}

async fn no_body_makes_a_fault_of_ours(house: House) {
    let token = house.register("ann@example.com").await.access();
    for path in ["register", "login", "refresh", "logout", "forgot-password", "reset-password", "validate"] {
        for body in naughty_bodies() {
            let shown = String::from_utf8_lossy(&body[..body.len().min(40)]).into_owned();
            let answer =
                house.request(Method::POST, &format!("/auth/{path}")).token(&token).raw(body).send().await;
            assert!(answer.status.is_client_error(), "{path} {shown}: {} {}", answer.status, answer.text);
            assert!(!answer.code().is_empty(), "{path} {shown}");
        }
    }
    for body in naughty_bodies() {
        let answer = house.request(Method::PUT, "/auth/password").token(&token).raw(body).send().await;
        assert!(answer.status.is_client_error());
    }
    assert_eq!(house.users_count().await, 1);
    assert_eq!(house.login("ann@example.com", PASSWORD).await.status, 200);
}
