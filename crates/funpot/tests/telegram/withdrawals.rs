//! Money that leaves: held at once, decided once, by hand or by refunding purchases.

use crate::harness::{Person, Story, says};
use axum::http::Method;
use mock::telegram::Fault;
use serde_json::{Value, json};
use testkit::Answer;

testkit::on_both_backends! {
    through crate::harness:
    a_request_holds_the_money_and_its_key_is_good_once;
    a_decision_moves_the_hold_exactly_once;
    who_may_not_withdraw_is_told_why;
    a_request_is_paid_by_refunding_purchases;
    two_requests_an_hour_and_no_more;
}

async fn ask(story: &Story, person: &Person, key: &str, amount: i64) -> Answer {
    let call = story.stall.front.call(Method::POST, "/funpot/api/wallet/withdraw").token(&person.token);
    call.key(key).json(&json!({ "amountINT": amount })).send().await
}

async fn decide(story: &Story, act: &str, id: &str, body: Value) -> Answer {
    let path = format!("/funpot/api/admin/withdrawals/{id}/{act}");
    story.send(Method::POST, &path, &story.boss().await, &body).await
}

fn id_of(answer: &Answer) -> String {
    answer.json["withdrawalId"].as_str().unwrap_or_default().to_owned()
}

/// Somebody whose credit is old enough to leave.
async fn settled(story: &Story, number: i64, purchases: &[i64]) -> Person {
    let person = story.person(number).await;
    for amount in purchases {
        story.buy(&person, *amount).await;
    }
    story.advance(22 * 86_400);
    story.again(&person).await
}

async fn a_request_holds_the_money_and_its_key_is_good_once(story: Story) {
    let person = settled(&story, 0, &[500]).await;
    let first = ask(&story, &person, "k-1", 200).await;
    assert_eq!((first.status, &first.json["status"]), (200, &json!("pending")), "{}", first.text);
    let again = ask(&story, &person, "k-1", 200).await;
    assert_eq!((id_of(&again), again.headers.get("idempotent-replayed")), (id_of(&first), Some("true")));
    assert_eq!(says(&ask(&story, &person, "k-1", 201).await), (422, "idempotency_key_reused"));
    let all = futures_util::future::join_all((0..6).map(|_| ask(&story, &person, "k-2", 100))).await;
    assert!(all.iter().all(|one| one.status == 200 && id_of(one) == id_of(&all[0])));
    let wallet = story.get("/funpot/api/wallet", &person).await;
    assert_eq!((&wallet.json["balance"], &wallet.json["held"]), (&json!(200), &json!(300)));
    assert_eq!(wallet.json["history"][0]["reason"], json!("withdraw"));
    let mine = story.get("/funpot/api/wallet/withdrawals", &person).await;
    assert_eq!(mine.json["withdrawals"].as_array().map(Vec::len), Some(2));
    let no_key =
        story.send(Method::POST, "/funpot/api/wallet/withdraw", &person, &json!({ "amountINT": 1 })).await;
    assert_eq!(says(&no_key), (400, "bad_request"));
}

async fn a_decision_moves_the_hold_exactly_once(story: Story) {
    let person = settled(&story, 0, &[500]).await;
    let rejected = id_of(&ask(&story, &person, "k-1", 200).await);
    assert_eq!(says(&decide(&story, "complete", &rejected, json!({ "externalRef": "r" })).await).0, 409);
    for _ in 0..2 {
        let answer = decide(&story, "reject", &rejected, json!({ "reason": "not now" })).await;
        assert_eq!((answer.status, &answer.json["status"]), (200, &json!("rejected")), "{}", answer.text);
        assert_eq!(story.balance(&person).await, 500);
    }
    assert_eq!(says(&decide(&story, "approve", &rejected, json!({})).await), (409, "already_decided"));
    let paid = id_of(&ask(&story, &person, "k-2", 300).await);
    for _ in 0..2 {
        assert_eq!(decide(&story, "approve", &paid, json!({})).await.json["status"], json!("processing"));
    }
    for _ in 0..2 {
        let answer = decide(&story, "complete", &paid, json!({ "externalRef": "bank-7" })).await;
        assert_eq!((&answer.json["status"], &answer.json["externalRef"]), (&json!("done"), &json!("bank-7")));
    }
    assert_eq!(says(&decide(&story, "reject", &paid, json!({ "reason": "late" })).await).0, 409);
    let wallet = story.get("/funpot/api/wallet", &person).await;
    assert_eq!((&wallet.json["balance"], &wallet.json["held"]), (&json!(200), &json!(0)));
    let mine = story.get("/funpot/api/wallet/withdrawals", &person).await;
    let status = |at: usize| mine.json["withdrawals"][at]["status"].clone();
    assert_eq!((status(0), status(1)), (json!("done"), json!("rejected")));
    assert_eq!(mine.json["withdrawals"][1]["reason"], json!("not now"));
    let out = "SELECT credits_posted - debits_posted FROM accounts WHERE id = 2";
    assert_eq!(story.count(out).await, 300);
    let acts = "SELECT COUNT(*) FROM audit WHERE action LIKE 'withdrawal.%'";
    assert_eq!(story.count(acts).await, 3);
    let path = format!("/funpot/api/admin/withdrawals/{paid}/approve");
    assert_eq!(says(&story.send(Method::POST, &path, &person, &json!({})).await), (403, "forbidden"));
    let listed = story.get("/funpot/api/admin/withdrawals?status=done", &story.boss().await).await;
    assert_eq!(listed.json["withdrawals"][0]["userId"], json!(person.user_id));
}

async fn who_may_not_withdraw_is_told_why(story: Story) {
    let person = story.person(0).await;
    let reason =
        |answer: &Answer| answer.json["error"]["details"]["reason"].as_str().unwrap_or_default().to_owned();
    let young = ask(&story, &person, "k-1", 100).await;
    assert_eq!((says(&young), reason(&young).as_str()), ((403, "not_eligible"), "account_too_young"));
    story.advance(8 * 86_400);
    let person = story.again(&person).await;
    let small = ask(&story, &person, "k-2", 99).await;
    assert_eq!((says(&small), reason(&small).as_str()), ((403, "not_eligible"), "below_minimum"));
    story.advance(3_600);
    let person = story.again(&person).await;
    assert_eq!(says(&ask(&story, &person, "k-3", 100).await), (402, "insufficient_funds"));
    story.buy(&person, 500).await;
    let fresh = ask(&story, &person, "k-4", 100).await;
    assert_eq!((says(&fresh), reason(&fresh).as_str()), ((403, "not_eligible"), "credit_too_fresh"));
    assert_eq!(story.count("SELECT COUNT(*) FROM withdrawals").await, 0);
    story.advance(21 * 86_400);
    let person = story.again(&person).await;
    assert_eq!(ask(&story, &person, "k-5", 500).await.status, 200, "three weeks later");
    let (boss, off) = (story.boss().await, "/funpot/api/admin/flags/withdrawals");
    story.send(Method::PUT, off, &boss, &json!({ "enabled": false })).await;
    assert_eq!(says(&ask(&story, &person, "k-6", 100).await), (503, "feature_disabled"));
}

async fn a_request_is_paid_by_refunding_purchases(story: Story) {
    let person = settled(&story, 0, &[100, 250, 400]).await;
    let odd = id_of(&ask(&story, &person, "k-1", 120).await);
    let refused = decide(&story, "approve", &odd, json!({ "rail": "stars_refund" })).await;
    assert_eq!(says(&refused), (409, "no_charges_match"));
    assert_eq!(decide(&story, "reject", &odd, json!({ "reason": "try 350" })).await.status, 200);
    let wanted = id_of(&ask(&story, &person, "k-2", 350).await);
    story.telegram.set_fault(Fault::Refuse);
    let approved = decide(&story, "approve", &wanted, json!({ "rail": "stars_refund" })).await;
    assert_eq!(
        (&approved.json["status"], &approved.json["rail"]),
        (&json!("processing"), &json!("stars_refund"))
    );
    story.stall.run_job("bot_calls_send").await;
    let status = async || {
        let mine = story.get("/funpot/api/wallet/withdrawals", &person).await;
        mine.json["withdrawals"][0]["status"].clone()
    };
    assert_eq!(status().await, json!("processing"), "Telegram does not answer");
    let closed = decide(&story, "complete", &wanted, json!({ "externalRef": "x" })).await;
    assert_eq!(says(&closed), (409, "completes_itself"));
    story.telegram.set_fault(Fault::None);
    story.advance(2);
    story.stall.run_job("bot_calls_send").await;
    assert_eq!(status().await, json!("done"));
    tokio::time::sleep(std::time::Duration::from_millis(100)).await;
    let wallet = story.get("/funpot/api/wallet", &person).await;
    assert_eq!((&wallet.json["balance"], &wallet.json["held"]), (&json!(400), &json!(0)));
    assert_eq!(wallet.json["debt"], json!(0), "Telegram's report of it changes nothing more");
    let refunded = "SELECT COUNT(*) FROM star_charges WHERE refunded_at IS NOT NULL";
    assert_eq!(story.count(refunded).await, 2);
    let stars = "SELECT debits_posted - credits_posted FROM accounts WHERE id = 1";
    assert_eq!(story.count(stars).await, 400, "what is left of what was charged");
}

async fn two_requests_an_hour_and_no_more(story: Story) {
    let person = settled(&story, 0, &[500]).await;
    for key in ["k-1", "k-2"] {
        assert_eq!(ask(&story, &person, key, 100).await.status, 200);
    }
    assert_eq!(ask(&story, &person, "k-1", 100).await.status, 200, "a repeated one costs nothing");
    assert_eq!(says(&ask(&story, &person, "k-3", 100).await), (429, "rate_limited"));
}
