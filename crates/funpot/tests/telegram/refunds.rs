//! What goes back: by an administrator, by Telegram itself, with the inviter's bonus, and as debt where it was spent.

use crate::harness::{Person, Story, says};
use axum::http::Method;
use mock::telegram::Fault;
use serde_json::json;

testkit::on_both_backends! {
    through crate::harness:
    an_administrator_refunds_once_and_already_refunded_counts;
    telegrams_own_refund_is_taken_back;
    what_was_spent_becomes_debt_and_is_paid_first;
    nobody_else_refunds;
}

async fn refund(story: &Story, by: &Person, invoice: &str) -> testkit::Answer {
    let path = format!("/funpot/api/admin/payments/{invoice}/refund");
    story.send(Method::POST, &path, by, &json!({})).await
}

/// Spends credit of somebody: a withdrawal that was paid out, as the shortest way.
async fn spend(story: &Story, person: &Person, amount: i64) -> Person {
    story.advance(22 * 86_400);
    let (boss, person) = (story.boss().await, story.again(person).await);
    let call = story.stall.front.call(Method::POST, "/funpot/api/wallet/withdraw").token(&person.token);
    let asked = call.key("spend").json(&json!({ "amountINT": amount })).send().await;
    assert_eq!(asked.status, 200, "{}", asked.text);
    let id = asked.json["withdrawalId"].as_str().unwrap_or_default();
    for (act, body) in [("approve", json!({})), ("complete", json!({ "externalRef": "r" }))] {
        let path = format!("/funpot/api/admin/withdrawals/{id}/{act}");
        assert_eq!(story.send(Method::POST, &path, &boss, &body).await.status, 200);
    }
    person
}

async fn an_administrator_refunds_once_and_already_refunded_counts(story: Story) {
    let (boss, inviter) = (story.boss().await, story.person(0).await);
    let code = story.get("/funpot/api/me", &inviter).await.json["referral"]["code"].clone();
    let invitee = story.invited(1, Some(&format!("ref_{}", code.as_str().unwrap_or_default()))).await;
    let (charge, invoice) = story.buy(&invitee, 1_000).await;
    assert_eq!(story.balance(&inviter).await, 50);
    story.telegram.set_fault(Fault::Refuse);
    assert_eq!(says(&refund(&story, &boss, &invoice).await), (502, "telegram_unavailable"));
    assert_eq!(story.balance(&invitee).await, 1_000, "nothing changed");
    story.telegram.set_fault(Fault::RefundTwice);
    let done = refund(&story, &boss, &invoice).await;
    assert_eq!((done.status, &done.json["status"]), (200, &json!("refunded")), "{}", done.text);
    assert!(story.telegram.is_refunded(&charge));
    assert_eq!((story.balance(&invitee).await, story.balance(&inviter).await), (0, 0), "and the bonus");
    assert_eq!(refund(&story, &boss, &invoice).await.status, 200, "again changes nothing");
    let reversed = "SELECT COUNT(*) FROM referral_payouts WHERE reversed_at IS NOT NULL";
    assert_eq!(story.count(reversed).await, 1);
    let acts = "SELECT COUNT(*) FROM audit WHERE action = 'payment.refund'";
    assert_eq!(story.count(acts).await, 1);
    let (_, open) = story.invoice(&invitee, 10).await;
    assert_eq!(says(&refund(&story, &boss, &open).await), (409, "nothing_was_paid"));
    let summary = story.get("/funpot/api/referrals/summary", &inviter).await;
    assert_eq!(summary.json["earningsINT"], json!(0));
}

async fn telegrams_own_refund_is_taken_back(story: Story) {
    let person = story.person(0).await;
    let (charge, invoice) = story.buy(&person, 100).await;
    story.telegram.set_fault(Fault::Twice);
    story.telegram.refund(&charge).unwrap_or_else(|error| panic!("{error}"));
    story.eventually("it is gone", async || story.balance(&person).await == 0).await;
    let path = format!("/funpot/api/payments/{invoice}");
    assert_eq!(story.get(&path, &person).await.json["status"], json!("refunded"));
    let reasons = story.get("/funpot/api/wallet", &person).await;
    assert_eq!(reasons.json["history"][0]["reason"], json!("stars_refund"));
    let stars = "SELECT debits_posted - credits_posted FROM accounts WHERE id = 1";
    assert_eq!(story.count(stars).await, 0);
}

async fn what_was_spent_becomes_debt_and_is_paid_first(story: Story) {
    let person = story.person(0).await;
    let (charge, _) = story.buy(&person, 1_000).await;
    let person = spend(&story, &person, 700).await;
    story.telegram.refund(&charge).unwrap_or_else(|error| panic!("{error}"));
    story.eventually("all of it is gone", async || story.balance(&person).await == 0).await;
    let wallet = story.get("/funpot/api/wallet", &person).await;
    assert_eq!(wallet.json["debt"], json!(700), "never below zero");
    let (link, _) = story.invoice(&person, 500).await;
    story.telegram.pay(person.tg_user_id, &link).await;
    let debt = async || story.get("/funpot/api/wallet", &person).await.json["debt"].clone();
    story.eventually("it pays the debt", async || debt().await == json!(200)).await;
    assert_eq!(story.balance(&person).await, 0);
    story.buy(&person, 300).await;
    assert_eq!((story.balance(&person).await, debt().await), (100, json!(0)));
}

async fn nobody_else_refunds(story: Story) {
    let person = story.person(0).await;
    let (_, invoice) = story.buy(&person, 100).await;
    assert_eq!(says(&refund(&story, &person, &invoice).await), (403, "forbidden"));
    assert_eq!(story.balance(&person).await, 100);
}
