//! The story of an organizer, through the API and on both databases: what an event lacks, copying it, how it sells, files that add up with the
//! ledger, and the proof of a sale that is over.

#[path = "harness/buying.rs"]
mod buying;

use axum::http::Method;
use buying::{Sale, Shop, actor, buyer};
use kernel::{Actor, TypedId as _};
use rush::domain::role;
use serde_json::json;
use testkit::open_stall::OpenStall;

testkit::on_both_backends! {
    through crate::buying:
    an_event_says_what_it_lacks_and_its_copy_is_a_draft_at_the_same_hours;
    figures_and_files_add_up_with_the_ledger;
    a_sale_that_is_over_is_proven_to_strangers_without_a_name;
}

async fn selling(stall: OpenStall) -> (Shop, Sale, Actor) {
    let (shop, sale) = Shop::selling(stall, 10).await;
    let organizer = actor(10, shop.tenant, role::ORGANIZER);
    (shop, sale, organizer)
}

async fn bought(shop: &Shop, who: Actor, sale: &Sale, quantity: i64) -> String {
    let reserved = shop.reserve(who, sale, quantity, "k").await;
    let paid = shop.pay(who, &reserved, "4242424242424242", "p").await;
    assert_eq!(paid.status, 201, "{}", paid.text);
    buying::booking_of(&reserved)
}

async fn an_event_says_what_it_lacks_and_its_copy_is_a_draft_at_the_same_hours(stall: OpenStall) {
    let (shop, sale, organizer) = selling(stall).await;
    let draft = shop.post(organizer, "/events", "d", &json!({ "name": "Bare" })).await;
    let draft = draft.data()["id"].as_str().expect("the answer has it").to_owned();
    let missing = shop.get(organizer, &format!("/events/{draft}/missing")).await;
    let rows = missing.data().as_array().expect("the answer has it").clone();
    let needed: Vec<_> = rows
        .iter()
        .filter(|row| row["is_needed"] == true)
        .map(|row| row["what"].as_str().expect("the answer has it"))
        .collect();
    assert_eq!(needed, ["show_to_come", "active_zone"]);
    assert_eq!(shop.post(organizer, &format!("/events/{draft}/publish"), "x", &json!({})).await.status, 409);
    bought(&shop, buyer(5), &sale, 2).await;
    let path = format!("/events/{}/copy", sale.event);
    let copies = [
        shop.post(organizer, &path, "c", &json!({ "days_later": 7 })).await,
        shop.post(organizer, &path, "c", &json!({ "days_later": 7 })).await,
    ];
    let copy = copies[0].data();
    assert_eq!(copies[1].data()["id"], copy["id"], "the same attempt is one copy");
    assert_eq!(
        (&copy["status"], &copy["available_seats"], &copy["total_seats"]),
        (&json!("draft"), &json!(10), &json!(10))
    );
    assert_eq!(copy["next_show_at"], "2030-02-08T20:00:00+07:00");
    assert_ne!(copy["slug"], "night");
    let missing = shop
        .get(organizer, &format!("/events/{}/missing", copy["id"].as_str().expect("the answer has it")))
        .await;
    assert!(
        missing.data().as_array().expect("the answer has it").iter().all(|row| row["is_needed"] == false)
    );
    assert_eq!(
        shop.post(organizer, &path, "c2", &json!({ "days_later": 9999 })).await.says(),
        (400, "VALIDATION_ERROR")
    );
}

async fn figures_and_files_add_up_with_the_ledger(stall: OpenStall) {
    let (shop, sale, organizer) = selling(stall).await;
    let first = bought(&shop, buyer(5), &sale, 2).await;
    bought(&shop, buyer(6), &sale, 1).await;
    shop.hold(buyer(7), &sale, 3, "held").await;
    let sales = shop.get(organizer, &format!("/events/{}/sales", sale.event)).await;
    let data = sales.data();
    let seats = (
        data["free"].as_i64().expect("the answer has it"),
        data["held"].as_i64().expect("the answer has it"),
        data["sold"].as_i64().expect("the answer has it"),
    );
    assert_eq!(seats, shop.seats(&sale).await, "what the account says");
    assert_eq!((&data["money"], &data["currency"]), (&json!(450_000), &json!("THB")));
    assert_eq!(
        data["minutes"]
            .as_array()
            .expect("the answer has it")
            .iter()
            .map(|seats| seats.as_i64().expect("the answer has it"))
            .sum::<i64>(),
        3
    );
    let file = async |name: &str| shop.get(organizer, &format!("/events/{}/{name}", sale.event)).await;
    let money = file("money.csv").await;
    assert_eq!(money.text.lines().last(), Some("all,,,2,3,3,450000,0"), "{}", money.text);
    let orders = file("orders.csv").await;
    assert_eq!(orders.text.lines().count(), 3, "{}", orders.text);
    assert!(orders.text.contains(&format!("{first},BK-")), "{}", orders.text);
    assert_eq!(file("attendees.csv").await.text.lines().count(), 4, "a line a ticket");
    let code = shop.booking(buyer(5), &first).await.data()["confirmation_code"]
        .as_str()
        .expect("the answer has it")
        .to_owned();
    let found = shop.get(organizer, &format!("/events/{}/attendees?search={code}", sale.event)).await;
    assert_eq!(found.data()["attendees"].as_array().map(Vec::len), Some(2));
    // Another tenant's administrator, and a colleague who does not run it.
    let next_door = shop.open_tenant("next-door").await;
    for (who, status) in
        [(actor(12, next_door, role::ADMIN), 404), (actor(13, shop.tenant, role::ORGANIZER), 403)]
    {
        for path in ["sales", "attendees", "orders.csv", "attendees.csv", "money.csv"] {
            let answer = shop.get(who, &format!("/events/{}/{path}", sale.event)).await;
            assert_eq!(answer.status, status, "{path}: {}", answer.text);
        }
    }
}

async fn a_sale_that_is_over_is_proven_to_strangers_without_a_name(stall: OpenStall) {
    let (shop, sale, organizer) = selling(stall).await;
    bought(&shop, buyer(5), &sale, 2).await;
    bought(&shop, buyer(6), &sale, 1).await;
    shop.hold(buyer(7), &sale, 3, "held").await;
    let path = format!("/rush/api/v1/events/{}/sale.json", sale.event);
    let proof = async || shop.stall.front.get(&path).send().await;
    assert_eq!(proof().await.says(), (409, "SALE_NOT_OVER"));
    shop.stall.clock.advance_secs(601);
    shop.expire().await;
    let cancelled =
        shop.call(organizer, &Method::POST, &format!("/events/{}/cancel", sale.event)).send().await;
    assert_eq!(cancelled.status, 200, "{}", cancelled.text);
    assert_eq!(proof().await.status, 503, "nothing is sealed yet");
    while ledger::seal::seal(&shop.stall.store, shop.now()).await.expect("it can be sealed") > 0 {}
    let file = proof().await;
    assert_eq!(file.status, 200, "{}", file.text);
    let claims = verify::verify(&file.text, None);
    let broken: Vec<_> = claims.iter().filter(|claim| claim.failed()).map(ToString::to_string).collect();
    assert!(broken.is_empty() && claims.len() == 9, "{broken:?} {}", file.text);
    let read: serde_json::Value = serde_json::from_str(&file.text).expect("JSON");
    assert_eq!(read["bookings"].as_array().map(Vec::len), Some(2));
    assert_eq!(read["buyers"].as_array().map(Vec::len), Some(3), "also who let go");
    for user in [5, 6, 7] {
        let user = shop.public(buyer(user).user);
        assert!(!file.text.contains(&user), "no name, no id of a person");
    }
    let _ = organizer.user.as_i64();
}
