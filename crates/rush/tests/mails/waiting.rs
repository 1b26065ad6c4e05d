//! Those who wait for seats are told in the order in which they asked.

use crate::house::House;
use axum::http::Method;
use serde_json::json;

testkit::on_both_backends! {
    through crate::house:
    seats_that_come_back_are_announced_in_order_and_once;
}

async fn seats_that_come_back_are_announced_in_order_and_once(house: House) {
    let seller = house.customer("Seller").await;
    let held = house.shop.hold(seller, &house.sale, 4, "all").await;
    let at = format!("/zones/{}/waitlist", house.sale.zone);
    let mut people = Vec::new();
    for (name, quantity) in [("Ann", 3), ("Ben", 2), ("Cid", 1), ("Dan", 1)] {
        let who = house.customer(name).await;
        for _ in 0..2 {
            let joined = house.send(who, Method::POST, &at, &json!({ "quantity": quantity })).await;
            assert_eq!(joined.data().as_array().map(Vec::len), Some(1), "asking again keeps the place");
        }
        people.push(who);
    }
    assert_eq!(house.send(people[0], Method::POST, &at, &json!({ "quantity": 11 })).await.status, 400);
    house.settle().await;
    assert!(house.smtp.mails().is_empty(), "nothing is free");
    assert_eq!(house.shop.release(seller, &held).await.status, 200);
    // Somebody was quicker with one of the four.
    let quick = house.customer("Quick").await;
    house.shop.hold(quick, &house.sale, 1, "quick").await;
    house.settle().await;
    let told = |name: &str| house.mails(name, "Seats are free: Night").len();
    assert_eq!(
        [told("ann"), told("ben"), told("cid"), told("dan")],
        [1, 0, 0, 0],
        "three seats are three seats"
    );
    let mail = house.mail("ann", "Seats are free: Night");
    assert!(mail.text().contains("3 × Floor") && !mail.header("List-Unsubscribe").is_empty());
    assert_eq!(house.send(people[2], Method::DELETE, &at, &json!({})).await.status, 200);
    house.shop.stall.clock.advance_secs(16 * 60);
    house.shop.expire().await;
    house.settle().await;
    house.settle().await;
    assert_eq!(
        [told("ann"), told("ben"), told("cid"), told("dan")],
        [1, 1, 0, 1],
        "the next, without who left"
    );
    let places = house.shop.get(people[0], "/waitlist").await;
    assert!(places.data()[0]["notified_at"].is_string(), "{}", places.text);
}
