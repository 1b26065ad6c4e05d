//! From the event to the ticket, and every way it can go otherwise.

use crate::visitor::Shop;
use axum::http::StatusCode;
use rush::open::migrations;
use store::Store;

testkit::on_both_backends! {
    a_stranger_logs_in_on_the_way_and_the_choice_is_kept with migrations();
    a_buyer_holds_pays_and_has_a_ticket with migrations();
    the_same_attempt_sent_twice_holds_seats_once with migrations();
    seats_that_went_meanwhile_are_told_on_the_events_page with migrations();
    more_than_one_person_may_have_is_refused_and_then_not_offered with migrations();
    three_declines_give_the_seats_back with migrations();
    a_hold_whose_time_is_over_says_so_and_offers_the_way_back with migrations();
    a_silent_bank_is_waited_for with migrations();
    nobody_sees_anothers_booking_ticket_or_checkout with migrations();
    a_ticket_is_given_back_by_page_and_the_shop_agrees_by_page with migrations();
}

async fn a_stranger_logs_in_on_the_way_and_the_choice_is_kept(store: Store) {
    let shop = Shop::selling(store, "Neon Tide", 10).await;
    let mut stranger = shop.visitor();
    let asked = stranger.hold("3").await;
    assert_eq!(asked.status, StatusCode::SEE_OTHER);
    let next = asked.location().strip_prefix("/rush/login?next=").expect("to the log-in").to_owned();
    let next = next.replace("%2F", "/").replace("%3F", "?").replace("%3D", "=").replace("%26", "&");
    let mali =
        [("name", "Mali"), ("email", "mali@example.test"), ("password", "Lamp-lit-7"), ("next", &next)];
    let registered = stranger.send("/rush/register", "/rush/register", &mali).await;
    assert_eq!(registered.location(), next);
    let page = stranger.get(&next).await;
    assert!(page.says("name=\"quantity\" value=\"3\"") && page.says(" checked"), "{}", page.text);
}

async fn a_buyer_holds_pays_and_has_a_ticket(store: Store) {
    let shop = Shop::selling(store, "Neon Tide", 10).await;
    let mut mali = shop.buyer("mali").await;
    let checkout = mali.hold("2").await.location().to_owned();
    let page = mali.get(&checkout).await;
    assert!(page.says("Pay for 2 seats") && page.says("10:00") && page.says("฿3,000.00"), "{}", page.text);
    assert!(mali.get("/rush/my-bookings").await.says("Pay ฿3,000.00"));
    assert_eq!(mali.pay(&checkout, "tok_approve").await.location(), checkout);

    let ticket = mali.get(&checkout).await.location().to_owned();
    let page = mali.get(&ticket).await;
    assert!(page.says("2 seats are yours") && page.says("aria-label=\"QR code") && page.says("BK-2030"));
    let file = mali.get(&ticket.replace("/ticket?fresh", "/calendar.ics")).await;
    assert!(file.says("SUMMARY:Neon Tide") && file.says("DTSTART:20300201T130000Z"), "{}", file.text);
    assert!(mali.get("/rush/my-bookings").await.says("Confirmed"));
    assert!(mali.get(&shop.event_path()).await.says("You have 2 of 4"));
}

async fn the_same_attempt_sent_twice_holds_seats_once(store: Store) {
    let shop = Shop::selling(store, "Neon Tide", 10).await;
    let mut mali = shop.buyer("mali").await;
    let page = mali.get(&shop.event_path()).await;
    let fields = shop.choice(&page, "2");
    let fields: Vec<_> = fields.iter().map(|(name, value)| (*name, value.as_str())).collect();
    let first = mali.post("/rush/reserve", &fields).await.location().to_owned();
    let second = mali.post("/rush/reserve", &fields).await.location().to_owned();
    assert!(first.starts_with("/rush/checkout/") && first == second, "{first} {second}");
    assert!(mali.get(&shop.event_path()).await.says("You have 2 of 4"));
}

async fn seats_that_went_meanwhile_are_told_on_the_events_page(store: Store) {
    let shop = Shop::selling(store, "Neon Tide", 4).await;
    let mut mali = shop.buyer("mali").await;
    let page = mali.get(&shop.event_path()).await;
    let fields = shop.choice(&page, "2");
    let fields: Vec<_> = fields.iter().map(|(name, value)| (*name, value.as_str())).collect();
    shop.others_hold(3).await;
    let refused = mali.post("/rush/reserve", &fields).await;
    assert_eq!(refused.status, StatusCode::CONFLICT);
    assert!(refused.says("Those seats just went") && refused.says("Only 1 seat is left"), "{}", refused.text);
    assert!(refused.says("nothing was charged") && refused.hidden("attempt") != fields[1].1);
}

async fn more_than_one_person_may_have_is_refused_and_then_not_offered(store: Store) {
    let shop = Shop::selling(store, "Neon Tide", 50).await;
    let mut mali = shop.buyer("mali").await;
    mali.hold("3").await;
    let refused = mali.hold("2").await;
    assert_eq!(refused.status, StatusCode::CONFLICT);
    assert!(refused.says("more than one person may have"), "{}", refused.text);
    mali.hold("1").await;
    let full = mali.get(&shop.event_path()).await;
    assert!(full.says("You have all your seats") && !full.says("action=\"/rush/reserve\""), "{}", full.text);
}

async fn three_declines_give_the_seats_back(store: Store) {
    let shop = Shop::selling(store, "Neon Tide", 10).await;
    let mut mali = shop.buyer("mali").await;
    let checkout = mali.hold("2").await.location().to_owned();
    mali.pay(&checkout, "tok_insufficient_funds").await;
    let page = mali.get(&checkout).await;
    assert!(page.says("not enough money") && page.says("2 tries left"), "{}", page.text);
    mali.pay(&checkout, "tok_decline").await;
    assert!(mali.get(&checkout).await.says("One try left"));
    mali.pay(&checkout, "tok_decline").await;
    let over = mali.get(&checkout).await;
    assert!(over.says("Your seats went back on sale") && over.says("Nothing was charged"), "{}", over.text);
    assert!(mali.get(&shop.event_path()).await.says("10 left"));
}

async fn a_hold_whose_time_is_over_says_so_and_offers_the_way_back(store: Store) {
    let shop = Shop::selling(store, "Neon Tide", 10).await;
    let mut mali = shop.buyer("mali").await;
    let checkout = mali.hold("2").await.location().to_owned();
    let page = mali.get(&checkout).await;
    let (token, attempt) = (page.hidden("csrf"), page.hidden("attempt"));
    shop.stall.clock.advance_secs(601);
    let late = [("csrf", token.as_str()), ("attempt", &attempt), ("card", "tok_approve")];
    assert_eq!(mali.post(&format!("{checkout}/pay"), &late).await.location(), checkout);
    let over = mali.get(&checkout).await;
    assert!(over.says("Your time ran out") && over.says("Choose seats again"), "{}", over.text);
    let let_go = mali
        .send("/rush/profile", &format!("{}/cancel", checkout.replace("checkout", "my-bookings")), &[])
        .await;
    assert_eq!(let_go.status, StatusCode::SEE_OTHER);
    assert!(mali.get(let_go.location()).await.says("not held any more"));
}

async fn a_silent_bank_is_waited_for(store: Store) {
    let shop = Shop::selling(store, "Neon Tide", 10).await;
    let mut mali = shop.buyer("mali").await;
    let checkout = mali.hold("1").await.location().to_owned();
    mali.pay(&checkout, "tok_timeout_silent").await;
    let page = mali.get(&checkout).await;
    assert!(page.says("Checking with the bank") && page.says("http-equiv=\"refresh\""), "{}", page.text);
    assert!(mali.get(&format!("{checkout}/state")).await.says("{\"state\":\"checking\"}"));
}

async fn nobody_sees_anothers_booking_ticket_or_checkout(store: Store) {
    let shop = Shop::selling(store, "Neon Tide", 10).await;
    let mut mali = shop.buyer("mali").await;
    let checkout = mali.hold("2").await.location().to_owned();
    mali.pay(&checkout, "tok_approve").await;
    let booking = checkout.replace("checkout", "my-bookings");
    let (mut other, mut stranger) = (shop.buyer("other").await, shop.visitor());
    for path in
        [checkout.clone(), booking.clone(), format!("{booking}/ticket"), format!("{booking}/calendar.ics")]
    {
        let seen = other.get(&path).await;
        assert_eq!(seen.status, StatusCode::NOT_FOUND, "{path}");
        assert!(!seen.says("BK-2030") && seen.says("This lamp is out"), "{path}");
        assert!(stranger.get(&path).await.location().starts_with("/rush/login?next="), "{path}");
    }
    let cancel = other.send("/rush/profile", &format!("{booking}/cancel"), &[]).await;
    assert_eq!(cancel.status, StatusCode::NOT_FOUND);
    assert!(mali.get(&booking).await.says("Confirmed"));
}

async fn a_ticket_is_given_back_by_page_and_the_shop_agrees_by_page(store: Store) {
    let shop = Shop::selling(store, "Neon Tide", 10).await;
    let mut mali = shop.buyer("mali").await;
    let checkout = mali.hold("2").await.location().to_owned();
    mali.pay(&checkout, "tok_approve").await;
    let booking = mali.get(&checkout).await.location().replace("/ticket?fresh", "");
    let path = format!("{booking}/refund");
    let page = mali.get(&path).await;
    assert!(page.says("100 %") && page.says("2 seats: ฿3,000.00 back"), "{}", page.text);
    let attempt = page.hidden("attempt");
    let fields = [("quantity", "1"), ("reason", "ill"), ("attempt", &attempt)];
    assert_eq!(mali.send(&path, &path, &fields).await.location(), booking);
    assert!(mali.get(&booking).await.says("1 seat, ฿1,500.00"));
    assert_eq!(mali.get("/rush/refunds").await.status, StatusCode::FORBIDDEN);
    let mut boss = shop.administrator("boss").await;
    let list = boss.get("/rush/refunds").await;
    assert!(list.says("Neon Tide") && list.says("“ill”") && list.says("Give it back"), "{}", list.text);
    let action = list.text.split("action=\"/rush/refunds/").nth(1).and_then(|rest| rest.split('"').next());
    let action = format!("/rush/refunds/{}", action.expect("a form"));
    let decided = boss.send("/rush/refunds", &action, &[("decision", "approve"), ("note", "Get well")]).await;
    assert_eq!(decided.location(), "/rush/refunds");
    let page = mali.get(&booking).await;
    assert!(page.says("Money on its way") && page.says("Get well"), "{}", page.text);
    let tickets = mali.get(&format!("{booking}/ticket")).await.text;
    assert_eq!(tickets.matches("This seat was refunded. It admits nobody.").count(), 1, "of two");
}
