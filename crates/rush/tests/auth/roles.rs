//! Services ask what a token says; nobody else may.

use crate::harness::{House, TENANT};
use axum::http::Method;
use kernel::Role;
use serde_json::json;

testkit::on_both_backends! {
    through crate::harness:
    only_a_service_is_told_what_a_token_says;
}

async fn only_a_service_is_told_what_a_token_says(house: House) {
    let (ann, anns) = house.user("ann@example.com", Role::Organizer, Some(TENANT)).await;
    let (_, service) = house.user("service@example.com", Role::Service, None).await;
    let validate = |token: &str, about: &str| {
        house.ask(Method::POST, "/auth/validate").token(token).json(&json!({ "token": about })).send()
    };
    for (role, tenant) in [
        (Role::Customer, None),
        (Role::Organizer, Some(TENANT)),
        (Role::Admin, Some(TENANT)),
        (Role::SuperAdmin, None),
    ] {
        let (_, token) = house.user(&format!("{}@example.com", role.as_str()), role, tenant).await;
        assert_eq!(validate(&token, &anns).await.says(), (403, "FORBIDDEN"), "{}", role.as_str());
    }
    let told = validate(&service, &anns).await;
    assert_eq!(told.data()["user_id"], house.public(ann));
    assert_eq!(told.data()["tenant_id"], house.app.public.encode(TENANT));
    assert_eq!(
        (&told.data()["role"], &told.data()["email"]),
        (&json!("organizer"), &json!("ann@example.com"))
    );
    assert_eq!(validate(&service, "forged").await.says(), (401, "INVALID_TOKEN"));
    house.clock.advance_secs(600);
    let (_, fresh) = house.user("second@example.com", Role::Service, None).await;
    house.clock.advance_secs(300);
    assert_eq!(validate(&fresh, &anns).await.says(), (401, "TOKEN_EXPIRED"));
}
