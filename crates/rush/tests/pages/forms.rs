//! Forms that did not come from our pages, and forms filled with anything.

use crate::visitor::Shop;
use axum::http::StatusCode;
use rush::open::migrations;
use store::Store;

testkit::on_both_backends! {
    a_form_without_the_visitors_own_token_changes_nothing with migrations();
    no_field_can_break_a_page with migrations();
    a_price_or_a_user_in_a_form_is_not_believed with migrations();
}

/// Every address that takes a form.
const FORMS: [&str; 9] = [
    "/rush/reserve",
    "/rush/register",
    "/rush/login",
    "/rush/logout",
    "/rush/logout-everywhere",
    "/rush/forgot-password",
    "/rush/reset-password",
    "/rush/profile",
    "/rush/profile/password",
];

async fn a_form_without_the_visitors_own_token_changes_nothing(store: Store) {
    let shop = Shop::selling(store, "Neon Tide", 10).await;
    let mut mali = shop.buyer("mali").await;
    let foreign = shop.buyer("other").await.get("/rush/profile").await.hidden("csrf");
    let checkout = mali.hold("1").await.location().to_owned();
    let own = [format!("{checkout}/pay"), format!("{}/cancel", checkout.replace("checkout", "my-bookings"))];
    for path in FORMS.iter().map(|path| (*path).to_owned()).chain(own) {
        for token in ["", "x", foreign.as_str()] {
            let answer =
                mali.post(&path, &[("csrf", token), ("name", "Changed"), ("card", "tok_approve")]).await;
            assert_eq!(answer.status, StatusCode::FORBIDDEN, "{path} {token}");
            assert!(answer.says("This form is out of date"), "{path}");
        }
    }
    assert!(mali.get("/rush/profile").await.says("value=\"mali\""));
    assert!(mali.get(&checkout).await.says("Pay for 1 seat"));
}

async fn no_field_can_break_a_page(store: Store) {
    let shop = Shop::selling(store, "Neon Tide", 10).await;
    let mut mali = shop.buyer("mali").await;
    let long = "x".repeat(20_000);
    let odd =
        ["", "\0", "-1", "1e9", "9223372036854775808", "0.5", "<b>", "\u{202e}", "' OR 1=1 --", "𝔘𝔫𝔦", &long];
    let names = [
        "name", "email", "password", "again", "token", "current", "phone", "event", "show", "zone",
        "quantity", "attempt", "next", "card",
    ];
    for path in FORMS {
        if path.contains("logout") {
            continue;
        }
        for value in odd {
            let token = mali.get("/rush/profile").await.hidden("csrf");
            let mut fields = vec![("csrf", token.as_str())];
            fields.extend(names.map(|name| (name, value)));
            let answer = mali.post(path, &fields).await;
            assert!(answer.status.as_u16() < 500, "{path} with {:.20} gave {}", value, answer.status);
        }
        let broken = mali.post_raw(path, vec![0xff, 0x3d, 0xfe, 0x26, 0x25]).await;
        assert!(broken.status.is_client_error(), "{path} {}", broken.status);
    }
}

async fn a_price_or_a_user_in_a_form_is_not_believed(store: Store) {
    let shop = Shop::selling(store, "Neon Tide", 10).await;
    let mut mali = shop.buyer("mali").await;
    let page = mali.get(&shop.event_path()).await;
    let fields = shop.choice(&page, "2");
    let mut fields: Vec<_> = fields.iter().map(|(name, value)| (*name, value.as_str())).collect();
    fields.extend([
        ("price", "1"),
        ("unit_price", "1"),
        ("total", "1"),
        ("user", "1"),
        ("tenant_id", "1"),
        ("role", "admin"),
    ]);
    let checkout = mali.post("/rush/reserve", &fields).await.location().to_owned();
    assert!(mali.get(&checkout).await.says("฿3,000.00"));
}
