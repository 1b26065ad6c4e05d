//! What buyers are written: one mail of each kind about a booking, in their language, with the ticket.

use crate::house::{BAD_CARD, House};
use axum::http::Method;
use serde_json::json;

testkit::on_both_backends! {
    through crate::house:
    a_booking_is_told_from_its_confirmation_to_its_reminder_in_the_buyers_language;
    what_does_not_come_to_a_ticket_is_told_too;
    a_link_for_a_new_password_comes_and_is_shown_to_nobody_else;
    everybody_with_tickets_hears_that_a_show_or_an_event_is_off;
}

async fn a_booking_is_told_from_its_confirmation_to_its_reminder_in_the_buyers_language(house: House) {
    let (mali, ben) = (house.customer("Mali").await, house.customer("Ben").await);
    house.speaks_thai(mali).await;
    let booking = house.buy(mali, 2).await;
    house.buy(ben, 1).await;
    house.settle().await;
    house.settle().await;
    let ticket = house.mail("mali", "ตั๋วของคุณ: Night");
    let text = ticket.text();
    assert!(text.contains("ศุกร์ 1 กุมภาพันธ์ 2573 20:00 น.") && text.contains("฿3,000.00"), "{text}");
    assert!(text.contains(&format!("http://localhost/rush/my-bookings/{booking}/ticket")), "{text}");
    assert!(ticket.raw.contains("filename=\"ticket-BK-") && text.contains("<svg"), "the ticket is attached");
    assert!(text.contains("The demo hall"), "the shop's name is at the head");
    assert_eq!(house.mails("mali", "ใบเสร็จ: ฿3,000.00").len(), 1);
    let english = house.mail("ben", "Your tickets: Night");
    assert!(english.text().contains("Fri 1 Feb 2030, 20:00"), "{}", english.text());
    assert!(english.header("List-Unsubscribe").is_empty(), "a ticket must arrive");
    assert_eq!(house.mails("ben", "Receipt: ฿1,500.00").len(), 1);
    assert_eq!(house.smtp.mails().len(), 4, "one of each kind");
    // 2030-01-31 20:00 in Bangkok is a day before; it is 2030-01-01T00:00Z now.
    let until_a_day_before = 30 * 24 * 3600 + 13 * 3600;
    house.shop.stall.clock.advance_secs(until_a_day_before - 60);
    house.settle().await;
    assert_eq!(house.smtp.mails().len(), 4, "nobody is reminded early");
    house.shop.stall.clock.advance_secs(60);
    house.settle().await;
    house.settle().await;
    let reminder = house.mail("ben", "Soon: Night");
    house.mail("mali", "ใกล้ถึงแล้ว: Night");
    assert_eq!(house.smtp.mails().len(), 6);
    // One click in a mail program, without a session.
    let link = reminder.header("List-Unsubscribe");
    let link = link.trim_matches(['<', '>']).strip_prefix("http://localhost").expect("our link").to_owned();
    let front = &house.shop.stall.front;
    assert_eq!(front.get(&link).send().await.status, 200);
    let left = front.call(Method::POST, &link).send().await;
    assert!(left.status == 200 && left.text.contains("ben@example.com gets no more"), "{}", left.text);
    let forged = front.call(Method::POST, &link.replace("token=", "token=x")).send().await;
    assert_eq!(forged.status, 404);
}

async fn what_does_not_come_to_a_ticket_is_told_too(house: House) {
    let (ann, ben, cid) =
        (house.customer("Ann").await, house.customer("Ben").await, house.customer("Cid").await);
    let held = house.shop.reserve(ann, &house.sale, 1, "a").await;
    house.shop.pay(ann, &held, BAD_CARD, "p").await;
    let held = house.shop.hold(ben, &house.sale, 1, "b").await;
    assert_eq!(house.shop.release(ben, &held).await.status, 200);
    house.shop.hold(cid, &house.sale, 1, "c").await;
    house.settle().await;
    let failed = house.mail("ann", "Payment did not go through: Night");
    assert!(failed.text().contains("the card was declined"), "{}", failed.text());
    house.mail("ben", "Cancelled: Night");
    house.shop.stall.clock.advance_secs(601);
    house.shop.expire().await;
    house.settle().await;
    house.mail("cid", "Your seats were released: Night");
    house.mail("ann", "Your seats were released: Night");
    assert_eq!(house.smtp.mails().len(), 4);
}

async fn a_link_for_a_new_password_comes_and_is_shown_to_nobody_else(house: House) {
    let ann = house.customer("Ann").await;
    let asked =
        house.send(ann, Method::POST, "/auth/forgot-password", &json!({ "email": "ann@example.com" })).await;
    assert_eq!(asked.status, 202, "{}", asked.text);
    house.settle().await;
    let mail = house.mail("ann", "Choose a new password");
    assert!(mail.text().contains("/rush/reset-password?token="), "{}", mail.text());
    let all = house.shop.get(house.admin(), "/notifications?scope=all").await;
    let id = all.data()[0]["id"].as_str().expect("an id").to_owned();
    let shown = house.shop.get(house.admin(), &format!("/notifications/{id}")).await;
    assert_eq!((&shown.data()["kind"], shown.data()["text"].is_null()), (&json!("password_reset"), true));
    assert!(!shown.text.contains("token="), "{}", shown.text);
}

async fn everybody_with_tickets_hears_that_a_show_or_an_event_is_off(house: House) {
    let (ann, ben) = (house.customer("Ann").await, house.customer("Ben").await);
    house.buy(ann, 1).await;
    house.shop.hold(ben, &house.sale, 1, "held").await;
    house.settle().await;
    let organizer = crate::buying::actor(10, house.shop.tenant, rush::domain::role::ORGANIZER);
    let cancelled = house
        .send(organizer, Method::POST, &format!("/events/{}/cancel", house.sale.event), &json!({}))
        .await;
    assert_eq!(cancelled.status, 200, "{}", cancelled.text);
    house.settle().await;
    house.settle().await;
    let mail = house.mail("ann", "Cancelled: Night");
    assert!(mail.text().contains("does not take place"), "{}", mail.text());
    assert!(house.mails("ben", "Cancelled").is_empty(), "who has no ticket is not written to");
}
