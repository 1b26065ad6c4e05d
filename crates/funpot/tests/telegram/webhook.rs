//! The door for Telegram's updates: who is let in, what is answered, what comes again.

use crate::harness::{Story, WEBHOOK_SECRET, says};
use mock::telegram::FIRST_USER;
use serde_json::json;

testkit::on_both_backends! {
    through crate::harness:
    without_the_secret_nothing_happens;
    any_update_is_taken_and_commands_get_their_reply_once;
    over_the_limit_telegram_is_asked_to_come_again;
    an_update_that_cannot_be_committed_comes_again;
}

async fn without_the_secret_nothing_happens(story: Story) {
    let person = story.person(0).await;
    let (link, _) = story.invoice(&person, 100).await;
    assert!(!link.is_empty());
    let update = json!({ "update_id": 5, "message": { "chat": { "id": 9 }, "text": "/start" } });
    for secret in [None, Some(""), Some("wrong"), Some("webhook-secret-2")] {
        assert_eq!(says(&story.update(secret, &update).await), (401, "unauthenticated"), "{secret:?}");
    }
    assert_eq!(story.count("SELECT COUNT(*) FROM telegram_updates").await, 0);
    assert_eq!(story.count("SELECT COUNT(*) FROM bot_calls").await, 0);
}

async fn any_update_is_taken_and_commands_get_their_reply_once(story: Story) {
    let secret = Some(WEBHOOK_SECRET);
    for (number, update) in [
        json!({ "update_id": 1 }),
        json!({ "update_id": 2, "poll": { "id": "1" } }),
        json!({ "update_id": 3, "message": { "text": "hello", "chat": { "id": 1 } } }),
        json!({ "update_id": 4, "message": { "successful_payment": { "currency": 1 } } }),
        json!({ "update_id": 5, "edited_message": [] }),
    ]
    .iter()
    .enumerate()
    {
        let answer = story.update(secret, update).await;
        assert_eq!((answer.status, answer.json.clone()), (200, json!({ "ok": true })), "{number}");
    }
    assert_eq!(story.update(secret, &json!({})).await.status, 400);
    for (number, command, word) in [
        (10, "/start", "Open the app"),
        (11, "/paysupport", "payment"),
        (12, "/terms@fair_bot", "Credit is bought"),
        (13, "/privacy", "We keep"),
    ] {
        let update =
            json!({ "update_id": number, "message": { "chat": { "id": FIRST_USER }, "text": command } });
        for _ in 0..2 {
            assert_eq!(story.update(secret, &update).await.status, 200);
        }
        story.stall.run_job("bot_calls_send").await;
        let replies = story.telegram.messages(FIRST_USER);
        assert!(replies.last().is_some_and(|text| text.contains(word)), "{command}: {replies:?}");
    }
    assert_eq!(story.telegram.messages(FIRST_USER).len(), 4, "each once");
}

async fn over_the_limit_telegram_is_asked_to_come_again(story: Story) {
    for number in 0..100 {
        assert_eq!(story.update(Some(WEBHOOK_SECRET), &json!({ "update_id": number })).await.status, 200);
    }
    let refused = story.update(Some(WEBHOOK_SECRET), &json!({ "update_id": 101 })).await;
    assert_eq!(says(&refused), (503, "unavailable"));
    story.advance(60);
    assert_eq!(story.update(Some(WEBHOOK_SECRET), &json!({ "update_id": 101 })).await.status, 200);
}

async fn an_update_that_cannot_be_committed_comes_again(story: Story) {
    let person = story.person(0).await;
    let (link, _) = story.invoice(&person, 100).await;
    let break_it = story.stall.store.write(|tx| tx.execute("ALTER TABLE star_charges RENAME TO away", &[]));
    let broken: Result<u64, store::StoreError> = break_it.await;
    broken.expect("the table is away");
    assert!(story.telegram.charge(person.tg_user_id, &link).is_some());
    tokio::time::sleep(std::time::Duration::from_millis(100)).await;
    assert_eq!(story.balance(&person).await, 0, "nothing of it happened");
    let mend = story.stall.store.write(|tx| tx.execute("ALTER TABLE away RENAME TO star_charges", &[]));
    let mended: Result<u64, store::StoreError> = mend.await;
    mended.expect("the table is back");
    story.eventually("Telegram came again", async || story.balance(&person).await == 100).await;
}
