//! What administrators do with mails: look, send again, write other texts.

use crate::house::House;
use axum::http::Method;
use mock::smtp::Fault;
use serde_json::json;

testkit::on_both_backends! {
    through crate::house:
    a_shop_writes_its_own_text_and_goes_back_to_ours;
    a_text_that_reads_what_it_should_not_is_refused_with_a_sentence;
    an_administrator_sees_what_became_of_a_mail_and_sends_it_again;
}

async fn a_shop_writes_its_own_text_and_goes_back_to_ours(house: House) {
    let (admin, ann, ben) = (house.admin(), house.customer("Ann").await, house.customer("Ben").await);
    let text = json!({ "subject": "Yours: {{ event_name }}", "body": "See you, {{ name }}.\n\nIn: {{ ticket_url }}" });
    let at = "/mail-templates/booking_confirmation";
    let preview = house.send(admin, Method::POST, &format!("{at}/preview?language=en"), &text).await;
    assert_eq!(preview.data()["subject"], "Yours: Fairground at Dusk");
    let saved = house.send(admin, Method::POST, &format!("{at}?language=en"), &text).await;
    assert_eq!((saved.status, &saved.data()["version"]), (201, &json!(1)));
    let versions = house.shop.get(admin, at).await;
    let states = |versions: &testkit::Answer| {
        let rows = versions.data().as_array().expect("a list").clone();
        rows.iter().map(|row| format!("{} {}", row["version"], row["state"])).collect::<Vec<_>>()
    };
    assert_eq!(states(&versions), ["1 \"draft\"", "0 \"active\""]);
    let used = house.send(admin, Method::POST, &format!("{at}/activate"), &json!({ "version": 1 })).await;
    assert_eq!(used.status, 200, "{}", used.text);
    house.buy(ann, 1).await;
    house.settle().await;
    let mail = house.mail("ann", "Yours: Night");
    assert!(
        mail.text().contains("See you, Ann Example.") && mail.text().contains(">In</a>"),
        "{}",
        mail.text()
    );
    assert_eq!(states(&house.shop.get(admin, at).await), ["1 \"active\"", "0 \"retired\""]);
    let back = house.send(admin, Method::POST, &format!("{at}/activate"), &json!({ "version": 0 })).await;
    assert_eq!(back.status, 200, "{}", back.text);
    house.buy(ben, 1).await;
    house.settle().await;
    house.mail("ben", "Your tickets: Night");
}

async fn a_text_that_reads_what_it_should_not_is_refused_with_a_sentence(house: House) {
    let admin = house.admin();
    for (body, says) in [
        ("{{ password_hash }}", "cannot say 'password_hash'"),
        ("{% include 'x' %}", "is not part of the language"),
        ("{{ name.__class__ }}", "cannot say"),
    ] {
        for at in ["/mail-templates/payment_receipt", "/mail-templates/payment_receipt/preview"] {
            let refused = house.send(admin, Method::POST, at, &json!({ "subject": "s", "body": body })).await;
            assert_eq!(refused.status, 400, "{}", refused.text);
            assert!(refused.text.contains(says), "{}", refused.text);
        }
    }
    let unknown = house.shop.get(admin, "/mail-templates/nothing").await;
    assert_eq!(unknown.status, 404);
    assert_eq!(house.shop.count("SELECT COUNT(*) FROM mail_templates").await, 0);
}

async fn an_administrator_sees_what_became_of_a_mail_and_sends_it_again(house: House) {
    let (admin, ann) = (house.admin(), house.customer("Ann").await);
    house.smtp.set_fault(Fault::NoMailbox);
    house.buy(ann, 1).await;
    house.settle().await;
    let bounced =
        house.shop.get(admin, "/notifications?scope=all&state=bounced&kind=booking_confirmation").await;
    let row = &bounced.data()[0];
    assert!(row["answer"].as_str().is_some_and(|answer| answer.contains("550")), "{}", bounced.text);
    let at = format!("/notifications/{}", row["id"].as_str().expect("an id"));
    house.smtp.set_fault(Fault::None);
    let again = house.send(admin, Method::POST, &format!("{at}/resend"), &json!({})).await;
    assert_eq!((again.status, &again.data()["state"]), (200, &json!("queued")));
    let twice = house.send(admin, Method::POST, &format!("{at}/resend"), &json!({})).await;
    assert_eq!(twice.status, 409, "{}", twice.text);
    house.settle().await;
    house.mail("ann", "Your tickets: Night");
    let seen = house.shop.get(ann, &at).await;
    let tries = seen.data()["tries"].as_array().expect("its tries").clone();
    let outcomes: Vec<_> = tries.iter().map(|one| one["outcome"].clone()).collect();
    assert_eq!(outcomes, ["bounced", "accepted"]);
    assert!(seen.data()["text"].as_str().is_some_and(|text| text.contains("Hello Ann Example")));
    let own = house.shop.get(ann, "/notifications").await;
    assert_eq!(own.data().as_array().map(Vec::len), Some(2));
    assert_eq!(house.shop.get(house.customer("Ben").await, &at).await.status, 404);
}
