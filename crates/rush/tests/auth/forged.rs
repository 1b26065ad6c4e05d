//! Forged tokens at the real door: each gets its code and nothing else. Their anatomy is told in `identity`'s own tests.

use crate::harness::{House, KEY};
use axum::http::Method;
use identity::{Claims, Keyring, SigningKey};
use kernel::UserId;
use std::borrow::Cow;

testkit::on_both_backends! {
    through crate::harness:
    a_forged_token_is_refused_and_never_a_fault;
}

fn mint(kid: &str, key: &[u8], user: &str, role: &str, audience: &str, iat: i64) -> String {
    let ring = Keyring::new(SigningKey::new(kid, key).unwrap(), Vec::new()).unwrap();
    ring.mint(&Claims {
        iss: "fairground",
        aud: audience,
        sub: user,
        user_id: user,
        email: Cow::Borrowed("ann@example.com"),
        role,
        tenant_id: None,
        iat,
        exp: iat + 900,
        nbf: None,
        sid: None,
        jti: None,
        ep: 0,
    })
}

async fn a_forged_token_is_refused_and_never_a_fault(house: House) {
    let good = house.register("ann@example.com").await.access();
    let now = house.app.clock.now().as_secs();
    let user = house.public(UserId(1));
    let unsigned = "eyJhbGciOiJub25lIn0.eyJzdWIiOiIxIn0.";
    for forged in [
        mint("house", b"another key of thirty-two bytes.", &user, "admin", "rush", now),
        mint("other", KEY, &user, "admin", "rush", now),
        mint("house", KEY, &user, "admin", "tap", now),
        mint("house", KEY, &user, "emperor", "rush", now),
        mint("house", KEY, "1", "admin", "rush", now),
        mint("house", KEY, "00000000-0000-8000-8000-000000000001", "admin", "rush", now),
        mint("dev", &identity::dev_keys().signing_key, &user, "admin", "rush", now),
        unsigned.to_owned(),
        good.replace('.', ""),
        good[..good.len() - 1].to_owned(),
        format!("{good}."),
        format!("{good}{}", "A".repeat(4000)),
        "x".to_owned(),
    ] {
        let answer = house.me(&forged).await;
        assert_eq!(answer.says(), (401, "INVALID_TOKEN"), "{forged:.60}");
        assert!(
            !answer.text.contains("signature") && !answer.text.contains("kid"),
            "no reason is given away"
        );
    }
    let late = mint("house", KEY, &user, "admin", "rush", now - 900);
    assert_eq!(house.me(&late).await.says(), (401, "TOKEN_EXPIRED"));
    for header in ["", "Bearer", "Bearer ", "Basic YTpi", &good, "bearer  x"] {
        let answer = house.request(Method::GET, "/auth/me").header("authorization", header).send().await;
        assert_eq!(answer.status, 401, "{header:.30}");
    }
    assert_eq!(house.me(&good).await.status, 200);
}
