//! Buying credit: invoices, the question before a purchase, and each charge credited once whatever Telegram does.

use crate::harness::{Story, says};
use axum::http::Method;
use mock::telegram::{Fault, Payment};
use serde_json::{Value, json};

testkit::on_both_backends! {
    through crate::harness:
    stars_become_credit_and_the_history_says_so;
    the_same_request_finds_the_same_invoice;
    an_invoice_is_whole_stars_and_three_in_five_minutes;
    telegram_out_of_order_makes_no_invoice;
    a_purchase_that_must_not_be_is_refused_before_it_is_charged;
    updates_that_come_twice_late_or_reversed_credit_once;
    a_second_payment_of_an_invoice_is_credited_as_its_own;
    what_nobody_asked_for_goes_back_by_itself;
    a_purchase_that_was_never_reported_is_found;
    an_invoice_ends_after_an_hour_and_a_late_charge_still_counts;
    a_bonus_comes_with_the_top_up_within_its_cap;
}

const CREATE: &str = "/funpot/api/payments/stars/createInvoice";

async fn stars_become_credit_and_the_history_says_so(story: Story) {
    let person = story.person(0).await;
    let (link, invoice) = story.invoice(&person, 100).await;
    let path = format!("/funpot/api/payments/{invoice}");
    let before = story.get(&path, &person).await;
    assert_eq!((&before.json["status"], &before.json["stars"]), (&json!("pending"), &json!(100)));
    assert!(matches!(story.telegram.pay(person.tg_user_id, &link).await, Payment::Paid(_)));
    story.eventually("it is paid", async || story.get(&path, &person).await.json["status"] == "paid").await;
    let wallet = story.get("/funpot/api/wallet", &person).await;
    assert_eq!((&wallet.json["balance"], &wallet.json["held"]), (&json!(100), &json!(0)));
    let entry = &wallet.json["history"][0];
    assert_eq!((&entry["type"], &entry["amount"]), (&json!("credit"), &json!(100)));
    assert_eq!((&entry["reason"], &entry["currency"]), (&json!("stars_topup"), &json!("INT")));
    let other = story.person(1).await;
    assert_eq!(says(&story.get(&path, &other).await), (404, "not_found"), "another's invoice");
    story.buy(&person, 30).await;
    let first = story.get("/funpot/api/wallet?limit=1", &person).await;
    let cursor = first.json["nextCursor"].as_str().unwrap_or_default().to_owned();
    let second = story.get(&format!("/funpot/api/wallet?limit=1&cursor={cursor}"), &person).await;
    let amounts = [&first, &second].map(|page| page.json["history"][0]["amount"].clone());
    assert_eq!(amounts, [json!(30), json!(100)], "newest first, page by page");
    let stars = "SELECT debits_posted - credits_posted FROM accounts WHERE id = 1";
    assert_eq!(story.count(stars).await, 130);
}

async fn the_same_request_finds_the_same_invoice(story: Story) {
    let person = story.person(0).await;
    let (first, second) = (story.invoice(&person, 100).await, story.invoice(&person, 100).await);
    assert_eq!(first, second, "no key: the open one of the same amount");
    let with_key = async |amount: i64| {
        let call = story.stall.front.call(Method::POST, CREATE).token(&person.token).key("key-1");
        call.json(&json!({ "amountINT": amount })).send().await
    };
    let (one, other) = (with_key(100).await, with_key(100).await);
    assert_eq!(one.json, other.json);
    assert_ne!(one.json["invoiceId"], json!(first.1));
    assert_eq!(says(&with_key(200).await), (422, "idempotency_key_reused"));
    story.advance(3_600);
    let person = story.again(&person).await;
    assert_ne!(story.invoice(&person, 100).await.1, first.1, "an hour later it is another");
}

async fn an_invoice_is_whole_stars_and_three_in_five_minutes(story: Story) {
    let (boss, person) = (story.boss().await, story.person(0).await);
    let rate = "/funpot/api/admin/config/client.starsRate";
    let set = story.send(Method::PUT, rate, &boss, &json!({ "value": 10 })).await;
    assert_eq!(set.status, 200, "{}", set.text);
    for bad in [json!(0), json!(-10), json!(15), json!(1_000_000_000_i64), json!("10"), json!(1.5)] {
        let answer = story.send(Method::POST, CREATE, &person, &json!({ "amountINT": bad })).await;
        assert_eq!(says(&answer), (400, "bad_request"), "{bad}");
    }
    for amount in [10, 20, 30, 10] {
        story.invoice(&person, amount).await;
    }
    let refused = story.send(Method::POST, CREATE, &person, &json!({ "amountINT": 40 })).await;
    assert_eq!(says(&refused), (429, "rate_limited"), "the repeated one cost nothing");
    assert_eq!(refused.json["error"]["details"], json!({ "limit": 3, "windowSec": 300 }));
    let (_, invoice) = story.invoice(&person, 20).await;
    let seen = story.get(&format!("/funpot/api/payments/{invoice}"), &person).await;
    assert_eq!((&seen.json["stars"], &seen.json["rate"]), (&json!(2), &json!(10)));
    let off = "/funpot/api/admin/flags/paymentsEnabled";
    story.send(Method::PUT, off, &boss, &json!({ "enabled": false })).await;
    let answer = story.send(Method::POST, CREATE, &person, &json!({ "amountINT": 20 })).await;
    assert_eq!(says(&answer), (503, "feature_disabled"));
}

async fn telegram_out_of_order_makes_no_invoice(story: Story) {
    let person = story.person(0).await;
    story.telegram.set_fault(Fault::Refuse);
    let answer = story.send(Method::POST, CREATE, &person, &json!({ "amountINT": 100 })).await;
    assert_eq!(says(&answer), (502, "telegram_unavailable"));
    story.telegram.set_fault(Fault::None);
    let (link, _) = story.invoice(&person, 100).await;
    assert!(link.starts_with("https://t.me/$"), "the same row gets its link: {link}");
    assert_eq!(story.count("SELECT COUNT(*) FROM payments").await, 1);
}

async fn a_purchase_that_must_not_be_is_refused_before_it_is_charged(story: Story) {
    let (boss, person, other) = (story.boss().await, story.person(0).await, story.person(1).await);
    let (link, _) = story.invoice(&person, 100).await;
    let reason = async |user: i64, link: &str| match story.telegram.pay(user, link).await {
        Payment::Failed(reason) => reason,
        Payment::Paid(charge) => panic!("it was charged: {charge}"),
    };
    assert!(reason(other.tg_user_id, &link).await.contains("somebody else"));
    let flag = "/funpot/api/admin/flags/paymentsEnabled";
    story.send(Method::PUT, flag, &boss, &json!({ "enabled": false })).await;
    assert!(reason(person.tg_user_id, &link).await.contains("switched off"));
    story.send(Method::PUT, flag, &boss, &json!({ "enabled": true })).await;
    let started = std::time::Instant::now();
    assert!(matches!(story.telegram.pay(person.tg_user_id, &link).await, Payment::Paid(_)));
    assert!(started.elapsed().as_secs() < 2, "a person waits for the answer");
    story.eventually("it is there", async || story.balance(&person).await == 100).await;
    assert!(reason(person.tg_user_id, &link).await.contains("paid already"));
    let (link, _) = story.invoice(&person, 50).await;
    story.advance(3_601);
    assert!(reason(person.tg_user_id, &link).await.contains("older than an hour"));
    assert_eq!(story.count("SELECT COUNT(*) FROM star_charges").await, 1);
}

async fn updates_that_come_twice_late_or_reversed_credit_once(story: Story) {
    let person = story.person(0).await;
    let pay = async |amount: i64| {
        let (link, _) = story.invoice(&person, amount).await;
        assert!(matches!(story.telegram.pay(person.tg_user_id, &link).await, Payment::Paid(_)));
    };
    story.telegram.set_fault(Fault::Twice);
    pay(100).await;
    story.eventually("twice is once", async || story.balance(&person).await == 100).await;
    story.telegram.set_fault(Fault::Late);
    pay(20).await;
    pay(3).await;
    assert_eq!(story.balance(&person).await, 100);
    assert_eq!(story.telegram.release(), 2);
    story.eventually("late and reversed", async || story.balance(&person).await == 123).await;
    let updates = story.update(Some(crate::harness::WEBHOOK_SECRET), &json!({ "update_id": 1 })).await;
    assert_eq!(updates.status, 200);
    assert_eq!(story.balance(&person).await, 123);
    assert_eq!(story.count("SELECT COUNT(*) FROM star_charges").await, 3);
}

async fn a_second_payment_of_an_invoice_is_credited_as_its_own(story: Story) {
    let person = story.person(0).await;
    let (link, _) = story.invoice(&person, 100).await;
    let charges = [(); 2].map(|()| story.telegram.charge(person.tg_user_id, &link));
    assert!(charges.iter().all(Option::is_some) && charges[0] != charges[1]);
    story.eventually("both are credited", async || story.balance(&person).await == 200).await;
    assert_eq!(story.count("SELECT COUNT(*) FROM payments WHERE status = 'paid'").await, 2);
    story.stall.run_job("bot_calls_send").await;
    let told = story.telegram.messages(person.tg_user_id);
    assert!(told.len() == 1 && told[0].contains("second time"), "{told:?}");
}

fn paid(update: i64, user: i64, charge: &str, payload: &str) -> Value {
    json!({ "update_id": update, "message": { "date": 1_893_456_000_i64, "from": { "id": user }, "successful_payment": {
        "currency": "XTR", "total_amount": 100, "invoice_payload": payload,
        "telegram_payment_charge_id": charge, "provider_payment_charge_id": "" } } })
}

async fn what_nobody_asked_for_goes_back_by_itself(story: Story) {
    let (person, other) = (story.person(0).await, story.person(1).await);
    let secret = Some(crate::harness::WEBHOOK_SECRET);
    assert_eq!(story.update(secret, &paid(1, person.tg_user_id, "c-1", "nobody's")).await.status, 200);
    let (link, _) = story.invoice(&person, 100).await;
    let stranger = story.telegram.charge(other.tg_user_id, &link).unwrap_or_default();
    let known = "SELECT COUNT(*) FROM star_charges WHERE user_id IS NULL AND amount_int = 0";
    story.eventually("both are on record", async || story.count(known).await == 2).await;
    story.stall.run_job("bot_calls_send").await;
    assert!(story.telegram.is_refunded(&stranger), "another's payment went back");
    let refunded = "SELECT COUNT(*) FROM star_charges WHERE refunded_at IS NOT NULL";
    story.eventually("and is known to be", async || story.count(refunded).await == 1).await;
    assert_eq!((story.balance(&person).await, story.balance(&other).await), (0, 0));
    let given_up = "SELECT COUNT(*) FROM bot_calls WHERE error IS NOT NULL";
    assert_eq!(story.count(given_up).await, 1, "a charge that Telegram does not know is given up");
}

async fn a_purchase_that_was_never_reported_is_found(story: Story) {
    let person = story.person(0).await;
    story.stall.run_job("payments_reconcile").await;
    story.telegram.set_fault(Fault::Lost);
    let (link, _) = story.invoice(&person, 100).await;
    let Payment::Paid(charge) = story.telegram.pay(person.tg_user_id, &link).await else { panic!("paid") };
    assert_eq!(story.stall.run_job("payments_reconcile").await, 0, "it is not due yet");
    story.advance(600);
    assert_eq!(story.stall.run_job("payments_reconcile").await, 1);
    let person = story.again(&person).await;
    assert_eq!(story.balance(&person).await, 100);
    story.telegram.refund(&charge).unwrap_or_else(|error| panic!("{error}"));
    story.advance(600);
    assert_eq!(story.stall.run_job("payments_reconcile").await, 1, "and a refund that was not reported");
    let person = story.again(&person).await;
    assert_eq!(story.balance(&person).await, 0);
    story.advance(600);
    assert_eq!(story.stall.run_job("payments_reconcile").await, 0);
    story.telegram.set_fault(Fault::Refuse);
    story.advance(600);
    assert_eq!(story.stall.run_job("payments_reconcile").await, 0, "no answer is no finding");
}

async fn an_invoice_ends_after_an_hour_and_a_late_charge_still_counts(story: Story) {
    let person = story.person(0).await;
    let (link, invoice) = story.invoice(&person, 100).await;
    assert_eq!(story.stall.run_job("payments_expire").await, 0);
    story.advance(3_600);
    assert_eq!(story.stall.run_job("payments_expire").await, 1);
    let person = story.again(&person).await;
    let path = format!("/funpot/api/payments/{invoice}");
    assert_eq!(story.get(&path, &person).await.json["status"], json!("expired"));
    assert!(story.telegram.charge(person.tg_user_id, &link).is_some());
    story.eventually("charged is credited", async || story.balance(&person).await == 100).await;
    assert_eq!(story.get(&path, &person).await.json["status"], json!("paid"));
}

async fn a_bonus_comes_with_the_top_up_within_its_cap(story: Story) {
    let (boss, inviter) = (story.boss().await, story.person(0).await);
    let code = story.get("/funpot/api/me", &inviter).await.json["referral"]["code"].clone();
    let param = format!("ref_{}", code.as_str().unwrap_or_default());
    let invitee = story.invited(1, Some(&param)).await;
    story.buy(&invitee, 1_019).await;
    assert_eq!(story.balance(&inviter).await, 50, "five percent, rounded down");
    let cap = "/funpot/api/admin/config/referral.cap";
    story.send(Method::PUT, cap, &boss, &json!({ "value": 60 })).await;
    story.buy(&invitee, 1_000).await;
    assert_eq!(story.balance(&inviter).await, 60, "as far as the cap");
    let summary = story.get("/funpot/api/referrals/summary", &inviter).await;
    assert_eq!((&summary.json["earningsINT"], &summary.json["invitedCount"]), (&json!(60), &json!(1)));
    assert_eq!((&summary.json["tier"], &summary.json["percent"]), (&json!("single"), &json!(5.0)));
    assert_eq!(summary.json["invited"][0]["earningsINT"], json!(60));
    let payouts = story.get("/funpot/api/referrals/payouts", &inviter).await;
    let amounts: Vec<_> =
        payouts.json.as_array().into_iter().flatten().map(|one| one["amountINT"].clone()).collect();
    assert_eq!(amounts, [json!(10), json!(50)]);
    story.advance(181 * 86_400);
    let (invitee, inviter) = (story.again(&invitee).await, story.again(&inviter).await);
    story.send(Method::PUT, cap, &story.boss().await, &json!({ "value": 100_000 })).await;
    story.buy(&invitee, 400).await;
    assert_eq!(story.balance(&inviter).await, 60, "half a year is over");
    let off = "/funpot/api/admin/flags/referralsEnabled";
    story.send(Method::PUT, off, &story.boss().await, &json!({ "enabled": false })).await;
    assert_eq!(says(&story.get("/funpot/api/referrals/summary", &inviter).await), (503, "feature_disabled"));
}
