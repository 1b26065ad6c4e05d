//! Going on where one was: after a session has ended, with what one holds, and with questions before something is given away.

use crate::visitor::Shop;
use axum::http::StatusCode;
use rush::domain::ticket_code::TicketCode;
use rush::open::migrations;
use rush::usecase::{payment_follow, ticket_keys};
use store::Store;

testkit::on_both_backends! {
    whoever_was_logged_out_during_checkout_logs_in_and_goes_on with migrations();
    what_one_holds_is_seen_everywhere_until_it_is_paid with migrations();
    the_last_seats_are_not_sold_out_to_who_holds_them with migrations();
    seats_are_let_go_after_a_question with migrations();
    a_bank_that_never_answers_is_said_and_another_card_may_be_tried with migrations();
    one_seat_is_spoken_of_as_one with migrations();
    a_page_beyond_the_end_shows_the_last with migrations();
    an_event_is_described_to_engines_and_previews with migrations();
    a_qr_code_is_signed_for_the_door with migrations();
}

async fn whoever_was_logged_out_during_checkout_logs_in_and_goes_on(store: Store) {
    let shop = Shop::selling(store, "Neon Tide", 10).await;
    let mut mali = shop.buyer("mali").await;
    let checkout = mali.hold("2").await.location().to_owned();
    let page = mali.get(&checkout).await;
    let (token, attempt) = (page.hidden("csrf"), page.hidden("attempt"));
    let event = mali.get(&shop.event_path()).await;
    let choice = shop.choice(&event, "1");
    mali.cookies.remove("fg_session");
    // Each form that needs a session leads to the log-in, and from there back to its page.
    let booking = checkout.replace("checkout", "my-bookings");
    let sent = [("csrf", token.as_str()), ("attempt", &attempt), ("card", "tok_approve")];
    for (form, back) in [
        (format!("{checkout}/pay"), checkout.as_str()),
        (format!("{booking}/cancel"), &booking),
        ("/rush/profile".into(), "/rush/profile"),
        ("/rush/profile/password".into(), "/rush/profile"),
    ] {
        let answer = mali.post(&form, &sent).await;
        assert_eq!(answer.status, StatusCode::SEE_OTHER, "{form}: {}", answer.text);
        let next = format!("/rush/login?next={}", back.replace('/', "%2F"));
        assert_eq!(answer.location(), next, "{form}");
    }
    let choice: Vec<_> = choice.iter().map(|(name, value)| (*name, value.as_str())).collect();
    let reserve = mali.post("/rush/reserve", &choice).await;
    assert!(reserve.location().starts_with("/rush/login?next=%2Frush%2Fevents%2F"), "{}", reserve.location());
    let login = mali.get(&format!("/rush/login?next={checkout}")).await;
    assert!(login.says("Seats you hold stay held"), "{}", login.text);
    let fields =
        [("email", "mali@example.test"), ("password", crate::visitor::PASSWORD), ("next", checkout.as_str())];
    let login = mali.send(&format!("/rush/login?next={checkout}"), "/rush/login", &fields).await;
    assert_eq!(login.location(), checkout);
    assert!(mali.get(&checkout).await.says("Pay for 2 seats"));
    mali.pay(&checkout, "tok_approve").await;
    assert!(mali.get("/rush/my-bookings").await.says("Confirmed"));
}

async fn what_one_holds_is_seen_everywhere_until_it_is_paid(store: Store) {
    let shop = Shop::selling(store, "Neon Tide", 10).await;
    let (mut mali, mut other) = (shop.buyer("mali").await, shop.buyer("other").await);
    let checkout = mali.hold("2").await.location().to_owned();
    for path in ["/rush", "/rush/events", &shop.event_path(), "/rush/profile", "/rush/faq"] {
        let page = mali.get(path).await;
        assert!(
            page.says("You hold 2 until") && page.says(&format!("<a href=\"{checkout}\">continue</a>")),
            "{path}"
        );
        assert!(!other.get(path).await.says("You hold 2"), "{path}");
    }
    let tickets = mali.get("/rush/my-bookings").await;
    assert!(tickets.says("2 seats in Standing") || tickets.says("2 seats in "), "{}", tickets.text);
    mali.pay(&checkout, "tok_approve").await;
    assert!(!mali.get("/rush").await.says("You hold"));
}

async fn the_last_seats_are_not_sold_out_to_who_holds_them(store: Store) {
    let shop = Shop::selling(store, "Neon Tide", 2).await;
    let mut mali = shop.buyer("mali").await;
    mali.hold("2").await;
    let page = mali.get(&shop.event_path()).await;
    assert!(page.says("The other seats are gone") && page.says(">Continue</a>"), "{}", page.text);
    assert!(!page.says("<h2>Sold out</h2>"));
    assert!(shop.visitor().get(&shop.event_path()).await.says("<h2>Sold out</h2>"));
}

async fn seats_are_let_go_after_a_question(store: Store) {
    let shop = Shop::selling(store, "Neon Tide", 10).await;
    let mut mali = shop.buyer("mali").await;
    let checkout = mali.hold("2").await.location().to_owned();
    for path in [checkout.clone(), checkout.replace("checkout", "my-bookings")] {
        let page = mali.get(&path).await;
        let (before, form) = page.text.split_once("/cancel\"").expect("the form is there");
        assert!(
            before.rfind("<details").expect("folded") > before.rfind("</details>").unwrap_or(0),
            "{path}"
        );
        assert!(form.contains("go?") && form.contains("Yes, let them go"), "{path}");
    }
}

async fn a_bank_that_never_answers_is_said_and_another_card_may_be_tried(store: Store) {
    let shop = Shop::selling(store, "Neon Tide", 10).await;
    let mut mali = shop.buyer("mali").await;
    let checkout = mali.hold("1").await.location().to_owned();
    mali.pay(&checkout, "tok_timeout_silent").await;
    for seconds in [2, 3, 5, 9] {
        shop.stall.clock.advance_secs(seconds);
        while payment_follow::run(&shop.stall.app).await.expect("followed") > 0 {}
    }
    let page = mali.get(&checkout).await;
    assert!(page.says("The bank never answered") && page.says("2 tries left"), "{}", page.text);
    assert!(page.says("your seat is still held") && !page.says("time was up"), "{}", page.text);
    mali.pay(&checkout, "tok_approve").await;
    assert!(mali.get(&checkout).await.location().contains("/ticket"));
}

async fn one_seat_is_spoken_of_as_one(store: Store) {
    let shop = Shop::selling(store, "Neon Tide", 10).await;
    let mut mali = shop.buyer("mali").await;
    let checkout = mali.hold("1").await.location().to_owned();
    assert!(mali.get(&checkout).await.says("Let this seat go"));
    mali.pay(&checkout, "tok_approve").await;
    let ticket = mali.get(&checkout).await.location().to_owned();
    let page = mali.get(&ticket).await;
    assert!(page.says("1 seat is yours") && !page.says("seat are"), "{}", page.text);
}

async fn a_page_beyond_the_end_shows_the_last(store: Store) {
    let shop = Shop::selling(store, "Neon Tide", 10).await;
    let mut mali = shop.buyer("mali").await;
    for page in ["999", "4000000000"] {
        let events = mali.get(&format!("/rush/events?page={page}")).await;
        assert!(
            events.says("1 event<") && events.says("Neon Tide") && !events.says("Nothing matches"),
            "{}",
            events.text
        );
    }
    let checkout = mali.hold("1").await.location().to_owned();
    mali.pay(&checkout, "tok_approve").await;
    assert!(mali.get("/rush/my-bookings?tab=all&page=999").await.says("Confirmed"));
}

async fn an_event_is_described_to_engines_and_previews(store: Store) {
    let shop = Shop::selling(store, "Neon Tide </script>", 10).await;
    let page = shop.visitor().get(&shop.event_path()).await;
    for part in [
        "<meta name=\"description\"",
        "property=\"og:title\"",
        "property=\"og:image\" content=\"http://localhost/",
    ] {
        assert!(page.says(part), "{part} in {}", page.text);
    }
    let (_, json) = page.text.split_once("<script type=\"application/ld+json\">").expect("there");
    let (json, _) = json.split_once("</script>").expect("it ends");
    let event: serde_json::Value = serde_json::from_str(json).expect("JSON");
    assert_eq!((&event["@type"], &event["name"]), (&"Event".into(), &"Neon Tide </script>".into()));
    assert_eq!(event["startDate"], "2030-02-01T13:00:00Z");
    assert_eq!(
        (&event["offers"][0]["price"], &event["offers"][0]["priceCurrency"]),
        (&"1500.00".into(), &"THB".into())
    );
    let map = shop.visitor().get("/rush/sitemap.xml").await;
    assert!(map.says(&format!("<loc>http://localhost{}</loc>", shop.event_path())), "{}", map.text);
}

async fn a_qr_code_is_signed_for_the_door(store: Store) {
    let shop = Shop::selling(store, "Neon Tide", 10).await;
    let app = &shop.stall.app;
    let ticket = TicketCode { booking: "b".into(), code: "BK-20300101-ABCDEF".into(), admits: 2 };
    let text = ticket_keys::signer(app).sign(&ticket);
    assert_eq!(TicketCode::read(&text, &ticket_keys::public(app)), Some(ticket));
}
