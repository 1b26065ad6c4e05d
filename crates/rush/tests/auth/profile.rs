//! The own profile: read and changed by its owner, field by field.

use crate::harness::House;
use axum::http::Method;
use serde_json::{Value, json};

testkit::on_both_backends! {
    through crate::harness:
    a_profile_is_read_and_changed_field_by_field;
    what_is_no_name_phone_or_picture_changes_nothing;
}

async fn put(house: &House, token: &str, body: &Value) -> crate::harness::Answer {
    house.request(Method::PUT, "/auth/me").token(token).json(body).send().await
}

async fn a_profile_is_read_and_changed_field_by_field(house: House) {
    let token = house.register("ann@example.com").await.access();
    let changed = put(&house, &token, &json!({ "name": "  Ann B. ", "phone": "+66 2 123" })).await;
    assert_eq!((&changed.data()["name"], &changed.data()["phone"]), (&json!("Ann B."), &json!("+66 2 123")));
    let picture = "https://pictures.example/ann.png";
    put(&house, &token, &json!({ "avatar": picture })).await.data();
    let me = house.me(&token).await;
    assert_eq!(me.data()["avatar_url"], picture);
    assert_eq!(me.data()["name"], "Ann B.", "what was not sent stays");
    let cleared = put(&house, &token, &json!({ "phone": "", "avatar_url": "" })).await;
    assert_eq!((&cleared.data()["phone"], &cleared.data()["avatar_url"]), (&json!(null), &json!(null)));
}

async fn what_is_no_name_phone_or_picture_changes_nothing(house: House) {
    let token = house.register("ann@example.com").await.access();
    for body in [
        json!({}),
        json!({ "role": "admin", "email": "root@example.com", "tenant_id": "x", "is_active": true }),
        json!({ "name": "A" }),
        json!({ "name": "x".repeat(101) }),
        json!({ "name": "Ann", "phone": "call me" }),
        json!({ "avatar_url": "javascript:alert(1)" }),
        json!({ "name": 5 }),
        json!([]),
        json!(null),
    ] {
        assert_eq!(put(&house, &token, &body).await.says(), (400, "VALIDATION_ERROR"), "{body}");
    }
    let me = house.me(&token).await;
    assert_eq!((&me.data()["name"], &me.data()["role"]), (&json!("Ann Example"), &json!("customer")));
}
