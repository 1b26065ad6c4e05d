//! Services ask what a token says; nobody else may.

use crate::harness::{House, TENANT};
use axum::http::Method;
use identity::{Email, NewUser, PasswordHash, users};
use kernel::{Role, UserId};
use rush::domain::role;
use serde_json::json;
use store::params;

testkit::on_both_backends! {
    through crate::harness:
    only_a_service_is_told_what_a_token_says;
    the_table_takes_no_role_of_another_stall_and_no_staff_without_a_tenant;
}

async fn only_a_service_is_told_what_a_token_says(house: House) {
    let (ann, anns) = house.user("ann@example.com", role::ORGANIZER, Some(TENANT)).await;
    let (_, service) = house.user("service@example.com", role::SERVICE, None).await;
    let validate = |token: &str, about: &str| {
        house.request(Method::POST, "/auth/validate").token(token).json(&json!({ "token": about })).send()
    };
    for (role, tenant) in [
        (role::CUSTOMER, None),
        (role::ORGANIZER, Some(TENANT)),
        (role::ADMIN, Some(TENANT)),
        (role::SUPER_ADMIN, None),
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
    let (_, fresh) = house.user("second@example.com", role::SERVICE, None).await;
    house.clock.advance_secs(300);
    assert_eq!(validate(&fresh, &anns).await.says(), (401, "TOKEN_EXPIRED"));
}

async fn the_table_takes_no_role_of_another_stall_and_no_staff_without_a_tenant(house: House) {
    let (ann, _) = house.user("ann@example.com", role::CUSTOMER, None).await;
    for (name, tenant, is_taken) in [
        ("emperor", Some(TENANT), false),
        ("user", None, false),
        ("organizer", None, false),
        ("admin", None, false),
        ("admin", Some(TENANT), true),
        ("service", None, true),
        ("customer", None, true),
    ] {
        let changed = house.app.store.write(move |tx| {
            let sql = "UPDATE users SET role = $2, tenant_id = $3 WHERE id = $1";
            tx.execute(sql, params![ann.0, name, tenant.map(|tenant| tenant.0)])
        });
        assert_eq!(changed.await.is_ok(), is_taken, "{name} {tenant:?}");
        let user = NewUser {
            id: UserId(house.app.ids.next(house.app.clock.now())),
            tenant,
            email: Email::parse(&format!("{name}@{}.example", tenant.is_some())).unwrap(),
            password_hash: PasswordHash::from_stored("$2b$04$x".into()),
            name: "Bea".into(),
            role: Role::new(name).unwrap(),
        };
        let now = house.app.clock.now();
        let inserted = house.app.store.write(move |tx| users::insert(tx, now, &user)).await;
        assert_eq!(inserted.is_ok(), is_taken, "{name} {tenant:?}");
    }
}
