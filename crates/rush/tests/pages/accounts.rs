//! Registering, logging in and out, passwords, profile: what the pages say and what the cookies do.

use crate::visitor::{PASSWORD, Shop};
use axum::http::StatusCode;
use rush::open::migrations;
use store::Store;

testkit::on_both_backends! {
    problems_stand_beside_their_fields_and_passwords_are_never_sent_back with migrations();
    logging_out_ends_the_session_and_not_only_the_cookie with migrations();
    a_wrong_password_says_nothing_about_the_address with migrations();
    a_forgotten_password_is_chosen_anew_by_the_link_once with migrations();
    the_profile_changes_name_and_password with migrations();
    a_log_in_leads_to_our_own_pages_alone with migrations();
    a_session_in_use_goes_on_and_the_client_is_told with migrations();
}

async fn problems_stand_beside_their_fields_and_passwords_are_never_sent_back(store: Store) {
    let shop = Shop::selling(store, "Neon Tide", 5).await;
    shop.buyer("mali").await;
    for (email, password, problem) in [
        ("mali@example.test", PASSWORD, "id=\"email-error\">There is an account"),
        ("not an address", PASSWORD, "id=\"email-error\">"),
        ("new@example.test", "short-secret", "id=\"password-error\">"),
    ] {
        let fields = [("name", "Mali"), ("email", email), ("password", password)];
        let page = shop.visitor().send("/rush/register", "/rush/register", &fields).await;
        assert!(
            page.status.is_client_error() && page.says(problem),
            "{email}: {} {}",
            page.status,
            page.text
        );
        assert!(!page.says(password) && page.says("aria-invalid=\"true\""), "{email}");
    }
}

async fn logging_out_ends_the_session_and_not_only_the_cookie(store: Store) {
    let shop = Shop::selling(store, "Neon Tide", 5).await;
    let mut mali = shop.buyer("mali").await;
    let stolen = mali.cookies.clone();
    let out = mali.send("/rush/profile", "/rush/logout", &[]).await;
    assert_eq!(out.location(), "/rush");
    let landing = mali.get("/rush").await;
    assert!(landing.says("You are logged out") && landing.says(">Log in<"));
    assert!(!mali.get("/rush").await.says("You are logged out"), "a message is shown once");
    let mut thief = shop.visitor();
    thief.cookies = stolen;
    assert!(thief.get("/rush/profile").await.location().starts_with("/rush/login"));
}

async fn a_wrong_password_says_nothing_about_the_address(store: Store) {
    let shop = Shop::selling(store, "Neon Tide", 5).await;
    shop.buyer("mali").await;
    let mut said = Vec::new();
    for email in ["mali@example.test", "nobody@example.test"] {
        let fields = [("email", email), ("password", "Wrong-one-1")];
        let page = shop.visitor().send("/rush/login", "/rush/login", &fields).await;
        assert_eq!(page.status, StatusCode::UNAUTHORIZED);
        said.push(page.text.split("role=\"alert\"").nth(1).map(|rest| rest[..300].to_owned()));
    }
    assert!(said[0].is_some() && said[0] == said[1]);
}

async fn a_forgotten_password_is_chosen_anew_by_the_link_once(store: Store) {
    let shop = Shop::selling(store, "Neon Tide", 5).await;
    let mut mali = shop.buyer("mali").await;
    let mut lost = shop.visitor();
    for email in ["mali@example.test", "nobody@example.test"] {
        let page = lost.send("/rush/forgot-password", "/rush/forgot-password", &[("email", email)]).await;
        assert_eq!(page.status, StatusCode::ACCEPTED);
        assert!(page.says("Look in your mail"));
    }
    let outbox = lost.get("/rush/outbox").await;
    assert_eq!(outbox.text.matches("Follow the link").count(), 1, "{}", outbox.text);
    let link = outbox
        .text
        .split("class=\"btn\" href=\"")
        .nth(1)
        .and_then(|rest| rest.split('"').next())
        .expect("a link");
    let link = link.replace("&#38;", "&").replace("&amp;", "&");
    let token = link.split("token=").nth(1).expect("a token");
    let new = [("token", token), ("password", "New-lamp-9"), ("again", "New-lamp-9")];
    let done = lost.send(&link, "/rush/reset-password", &new).await;
    assert_eq!(done.location(), "/rush/login", "{}", done.text);
    assert!(mali.get("/rush/profile").await.location().starts_with("/rush/login"), "every session ended");
    let spent = lost.get(&link).await;
    assert!(spent.status.is_client_error() && spent.says("This link is spent"));
    let fields = [("email", "mali@example.test"), ("password", "New-lamp-9")];
    assert_eq!(lost.send("/rush/login", "/rush/login", &fields).await.status, StatusCode::SEE_OTHER);
}

async fn the_profile_changes_name_and_password(store: Store) {
    let shop = Shop::selling(store, "Neon Tide", 5).await;
    let mut mali = shop.buyer("mali").await;
    let saved = mali.send("/rush/profile", "/rush/profile", &[("name", "Mali S <b>"), ("phone", "")]).await;
    assert_eq!(saved.location(), "/rush/profile");
    let page = mali.get("/rush/profile").await;
    assert!(page.says("Mali S &#60;b&#62;") && page.says("Saved."), "{}", page.text);
    let bad = mali.send("/rush/profile", "/rush/profile", &[("name", "x"), ("phone", "")]).await;
    assert!(bad.status == StatusCode::BAD_REQUEST && bad.says("id=\"name-error\">"), "{}", bad.text);
    let wrong = [("current", "Wrong-one-1"), ("password", "New-lamp-9")];
    let refused = mali.send("/rush/profile", "/rush/profile/password", &wrong).await;
    assert!(refused.says("not your present password") && refused.status.is_client_error());
    let right = [("current", PASSWORD), ("password", "New-lamp-9")];
    assert_eq!(
        mali.send("/rush/profile", "/rush/profile/password", &right).await.location(),
        "/rush/profile"
    );
    assert_eq!(mali.get("/rush/profile").await.status, StatusCode::OK, "this browser stays logged in");
}

async fn a_log_in_leads_to_our_own_pages_alone(store: Store) {
    let shop = Shop::selling(store, "Neon Tide", 5).await;
    shop.buyer("mali").await;
    for (next, goes) in [
        ("https://evil.example/", "/rush"),
        ("//evil.example", "/rush"),
        ("/rush/events?city=Bangkok", "/rush/events?city=Bangkok"),
    ] {
        let fields = [("email", "mali@example.test"), ("password", PASSWORD), ("next", next)];
        assert_eq!(shop.visitor().send("/rush/login", "/rush/login", &fields).await.location(), goes);
    }
}

async fn a_session_in_use_goes_on_and_the_client_is_told(store: Store) {
    let shop = Shop::selling(store, "Neon Tide", 5).await;
    let mut mali = shop.buyer("mali").await;
    for day in 0..20 {
        let page = mali.get("/rush/profile").await;
        assert_eq!(page.status, StatusCode::OK, "day {day}");
        let told = page
            .headers
            .get_all("set-cookie")
            .iter()
            .any(|cookie| cookie.as_bytes().starts_with(b"fg_session="));
        assert_eq!(told, day > 0, "day {day}");
        shop.stall.clock.advance_secs(24 * 3600);
    }
    shop.stall.clock.advance_secs(8 * 24 * 3600);
    assert!(mali.get("/rush/profile").await.location().starts_with("/rush/login"));
}
