//! Registering: who is taken, and what a body cannot say.

use crate::harness::{House, PASSWORD, TENANT, page_context};
use axum::http::Method;
use rush::domain::role;
use rush::usecase::auth_register::{self, Registration};
use serde_json::json;

testkit::on_both_backends! {
    through crate::harness:
    a_registered_customer_is_logged_in_with_a_refresh_token_that_works;
    a_role_tenant_or_id_in_the_body_or_a_header_is_not_believed;
    a_taken_address_is_refused_in_every_spelling;
    bad_addresses_passwords_and_names_are_refused_by_code;
    an_account_belongs_to_the_site_it_was_made_on;
    where_there_is_no_site_nobody_registers;
}

async fn a_registered_customer_is_logged_in_with_a_refresh_token_that_works(house: House) {
    let answer = house.register("Ann@Example.com").await;
    assert_eq!(answer.status, 201);
    assert_eq!(answer.data()["expires_in"], 900);
    assert_eq!(answer.data()["user"]["email"], "Ann@Example.com");
    assert_eq!(answer.headers["cache-control"], "no-store");
    assert_eq!(house.me(&answer.access()).await.status, 200);
    assert_eq!(house.refresh(&answer.refresh()).await.status, 200);
    assert!(!answer.text.contains(PASSWORD) && !answer.text.contains("$2b$"));
}

async fn a_role_tenant_or_id_in_the_body_or_a_header_is_not_believed(house: House) {
    let (tenant, foreign) = (house.app.public.encode(TENANT), house.app.public.encode(kernel::TenantId(8)));
    let body = json!({ "email": "ann@example.com", "password": PASSWORD, "name": "Ann", "role": "super_admin",
        "tenant_id": foreign, "id": foreign, "is_active": false, "email_verified": true });
    let ask = house.request(Method::POST, "/auth/register").json(&body);
    let answer = ask
        .header("x-user-role", "admin")
        .header("x-tenant-id", &foreign)
        .header("x-user-id", "1")
        .send()
        .await;
    let user = &answer.data()["user"];
    assert_eq!((&user["role"], &user["tenant_id"]), (&json!("customer"), &json!(tenant)));
    assert_eq!((&user["is_active"], &user["email_verified"]), (&json!(true), &json!(false)));
}

async fn a_taken_address_is_refused_in_every_spelling(house: House) {
    assert_eq!(house.register("ann@example.com").await.status, 201);
    for spelling in ["ann@example.com", "ANN@EXAMPLE.COM", "  Ann@example.com "] {
        assert_eq!(house.register(spelling).await.says(), (409, "USER_EXISTS"), "{spelling}");
    }
    let (first, second) = tokio::join!(house.register("ben@example.com"), house.register("Ben@example.com"));
    let mut both = [first.status.as_u16(), second.status.as_u16()];
    both.sort_unstable();
    assert_eq!(both, [201, 409], "two at once");
    assert_eq!(house.users_count().await, 2);
}

async fn bad_addresses_passwords_and_names_are_refused_by_code(house: House) {
    let cases = [
        ("nobody", PASSWORD, "Ann", "INVALID_EMAIL"),
        ("a b@example.com", PASSWORD, "Ann", "INVALID_EMAIL"),
        ("ann@example.com", "short1!", "Ann", "WEAK_PASSWORD"),
        ("ann@example.com", "nouppercase1!", "Ann", "WEAK_PASSWORD"),
        ("ann@example.com", "NOLOWERCASE1!", "Ann", "WEAK_PASSWORD"),
        ("ann@example.com", "NoDigits!!", "Ann", "WEAK_PASSWORD"),
        ("ann@example.com", "NoSpecial11", "Ann", "WEAK_PASSWORD"),
        ("ann@example.com", &format!("Aa1!{}", "x".repeat(69)), "Ann", "WEAK_PASSWORD"),
        ("ann@example.com", PASSWORD, "A", "VALIDATION_ERROR"),
        ("ann@example.com", PASSWORD, "Win at https://evil.example", "VALIDATION_ERROR"),
        ("ann@example.com", PASSWORD, "\u{3164}\u{3164}", "VALIDATION_ERROR"),
        ("ann@example.com", PASSWORD, "Ann\u{202e}txt", "VALIDATION_ERROR"),
    ];
    for (email, password, name, code) in cases {
        let body = json!({ "email": email, "password": password, "name": name });
        let answer = house.post("/auth/register", body).await;
        assert_eq!(answer.says(), (400, code), "{email} {name}");
        assert!(!answer.text.contains(password), "a password is not repeated");
    }
    assert_eq!(house.users_count().await, 0);
}

async fn an_account_belongs_to_the_site_it_was_made_on(house: House) {
    let on = |site, email: &str| Registration {
        site,
        email: email.into(),
        password: PASSWORD.into(),
        name: "Ann".into(),
    };
    let ann =
        auth_register::run(&house.app, on(Some(TENANT), "ann@example.com"), page_context()).await.unwrap();
    assert_eq!((ann.user.tenant, ann.user.role), (Some(TENANT), role::CUSTOMER));
    // Another site may have a namesake; the address of the platform's own people is taken everywhere.
    let other = Some(kernel::TenantId(8));
    assert!(auth_register::run(&house.app, on(other, "ann@example.com"), page_context()).await.is_ok());
    house.user("root@example.com", role::SUPER_ADMIN, None).await;
    let taken = auth_register::run(&house.app, on(Some(TENANT), "root@example.com"), page_context()).await;
    assert_eq!(taken.unwrap_err().code, "USER_EXISTS");
}

async fn where_there_is_no_site_nobody_registers(house: House) {
    let registration = Registration {
        site: None,
        email: "ann@example.com".into(),
        password: PASSWORD.into(),
        name: "Ann".into(),
    };
    let refused = auth_register::run(&house.app, registration, page_context()).await;
    assert_eq!(refused.unwrap_err().code, "NOT_FOUND");
    assert_eq!(house.users_count().await, 0);
}
