//! The ledger is written once: the database itself refuses to change or forget a transfer.

use crate::harness::checks::{assert_sound, count};
use crate::harness::{Story, TABLES};
use store::{Store, StoreError, locator};
use tap::domain::money::locator_kind;

testkit::on_both_backends! {
    a_transfer_is_never_changed_and_never_forgotten with *TABLES;
    a_reference_exists_once with *TABLES;
}

async fn refused(story: &Story, sql: &'static str) -> bool {
    let tried: Result<u64, StoreError> = story.app.store.write(move |tx| tx.execute(sql, &[])).await;
    tried.is_err()
}

async fn a_transfer_is_never_changed_and_never_forgotten(store: Store) {
    let story = Story::open(store).await;
    let player = story.player(1_000).await;
    story.bet(&player, &story.offers()[0], 500).await;
    let before = count(&story, "SELECT COUNT(*) FROM transfers").await;
    assert!(before >= 3);
    for sql in [
        "UPDATE transfers SET amount = amount + 1",
        "UPDATE transfers SET credit = 2 WHERE code = 3",
        "UPDATE transfers SET at = at",
        "DELETE FROM transfers",
        "DELETE FROM transfers WHERE code = 3",
    ] {
        assert!(refused(&story, sql).await, "{sql}");
    }
    assert_eq!(count(&story, "SELECT COUNT(*) FROM transfers").await, before);
    assert_sound(&story).await;
}

async fn a_reference_exists_once(store: Store) {
    let story = Story::open(store).await;
    let player = story.player(1_000).await;
    story.bet(&player, &story.offers()[0], 500).await;
    let owner = player.user.0;
    let again = story.app.store.write(move |tx| {
        let nonces = locator::entries(tx, owner, locator_kind::NONCE, i64::MIN..=i64::MAX)?;
        nonces.iter().try_for_each(|(key, id)| locator::insert(tx, owner, locator_kind::NONCE, *key, *id))
    });
    assert!(again.await.is_err_and(|error| error.is_unique_violation()), "a nonce names one bet for ever");
    let copies = "INSERT INTO transfers SELECT * FROM transfers WHERE code = 3";
    assert!(refused(&story, copies).await, "a bet has one stake");
    assert!(refused(&story, "INSERT INTO bets SELECT * FROM bets").await);
    assert_sound(&story).await;
}
