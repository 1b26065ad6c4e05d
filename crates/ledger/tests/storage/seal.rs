//! Sealing: every transfer in one block, and a chain that shows whatever was changed behind it.

use kernel::{AssetCode, Timestamp};
use ledger::book::MIGRATIONS;
use ledger::seal::hash::GENESIS;
use ledger::seal::{self, SealFault, merkle};
use ledger::{Account, Book, Transfer};
use std::collections::BTreeSet;
use store::{Store, StoreError, params};

testkit::on_both_backends! {
    every_transfer_is_sealed_once_however_many_seal with [MIGRATIONS];
    every_sealed_transfer_has_a_path_to_its_blocks_root with [MIGRATIONS];
    a_transfer_that_was_changed_removed_or_exchanged_is_found with [MIGRATIONS];
    a_block_that_was_changed_or_removed_is_found with [MIGRATIONS];
    a_database_that_is_older_than_its_blocks_is_sealed_from_its_beginning with [MIGRATIONS];
    an_empty_ledger_has_no_block with [MIGRATIONS];
}

const VERIFIED: &str = include_str!("../../../verify/src/ledger/sound.json");
const NOW: Timestamp = Timestamp::from_micros(1_000_000);

/// One commit with transfers of these ids between two accounts.
async fn commit(store: &Store, ids: &'static [i64]) {
    let work = store.write(move |tx| {
        let mut book = Book::load(tx, &[1, 2])?;
        let points = AssetCode::new("POINTS").expect("a code of letters");
        book.open(Account::new(1, points, 1, 0, 0));
        book.open(Account::new(2, points, 2, 0, 0));
        for id in ids {
            book.transfer(&Transfer::single(*id, 1, 2, *id, 7), NOW).expect("both accounts are there");
        }
        book.save(tx)
    });
    work.await.map_err(|error: StoreError| error.to_string()).unwrap();
}

async fn faults(store: &Store) -> Vec<SealFault> {
    store
        .read(|tx| seal::verify(tx, 1, i64::MAX, 1_000))
        .await
        .map_err(|e: StoreError| e.to_string())
        .unwrap()
}

async fn corrupt(store: &Store, sql: &'static str) {
    let changed = store.write(move |tx| tx.execute(sql, &[])).await.map_err(|e: StoreError| e.to_string());
    assert_eq!(changed, Ok(1), "{sql}");
}

/// Three blocks: transfers 10, 11, 12; 20; 15, 30.
async fn three_blocks(store: &Store) {
    for ids in [&[12, 10, 11][..], &[20], &[30, 15]] {
        commit(store, ids).await;
        assert_eq!(seal::seal(store, NOW).await.unwrap(), ids.len());
    }
}

async fn every_transfer_is_sealed_once_however_many_seal(store: Store) {
    const COMMITS: [&[i64]; 6] = [&[5, 9], &[7], &[8, 6, 100], &[50], &[40, 41, 42], &[60]];
    for ids in COMMITS {
        commit(&store, ids).await;
        let sealers = (0..4).map(|_| {
            let store = store.clone();
            tokio::spawn(async move { seal::seal(&store, NOW).await })
        });
        let mut sealed = 0;
        for sealer in sealers.collect::<Vec<_>>() {
            sealed += sealer.await.unwrap().unwrap();
        }
        assert_eq!(sealed, ids.len());
    }
    assert_eq!(seal::seal(&store, NOW).await.unwrap(), 0);
    let blocks = blocks(&store).await;
    let sealed: Vec<i64> = blocks.iter().flat_map(|block| block.ids.clone()).collect();
    let committed: BTreeSet<i64> = COMMITS.concat().into_iter().collect();
    assert_eq!(sealed.len(), committed.len());
    assert_eq!(sealed.iter().copied().collect::<BTreeSet<_>>(), committed);
    assert!(blocks.iter().all(|block| block.ids.is_sorted()));
    assert_eq!(faults(&store).await, []);
}

async fn blocks(store: &Store) -> Vec<seal::Block> {
    store.read(|tx| seal::blocks(tx, 1, 1_000)).await.map_err(|e: StoreError| e.to_string()).unwrap()
}

async fn every_sealed_transfer_has_a_path_to_its_blocks_root(store: Store) {
    three_blocks(&store).await;
    commit(&store, &[31]).await;
    for id in [10, 11, 12, 15, 20, 30] {
        let found = store.read(move |tx| seal::inclusion(tx, id)).await;
        let found = found.map_err(|e: StoreError| e.to_string()).unwrap().expect("it is sealed");
        assert_eq!((found.transfer.transfer.id, found.block.ids[found.index]), (id, id));
        let leaf = seal::hash::leaf(&found.transfer, &found.asset);
        assert_eq!(merkle::follow(leaf, &found.path), found.block.root);
        if id == 11 {
            // The verifier's tests forge this very proof.
            let known: serde_json::Value = serde_json::from_str(VERIFIED).unwrap();
            assert_eq!(seal::json::inclusion(&found), known);
        }
    }
    for id in [31, 13, 9, 1_000] {
        let found = store.read(move |tx| seal::inclusion(tx, id)).await;
        assert_eq!(found.map_err(|e: StoreError| e.to_string()).unwrap(), None, "{id}");
    }
}

async fn a_transfer_that_was_changed_removed_or_exchanged_is_found(store: Store) {
    three_blocks(&store).await;
    assert_eq!(faults(&store).await, []);
    let second = vec![SealFault::TransfersDiffer { height: 2 }];
    for (there, back) in [
        ("UPDATE transfers SET amount = 21 WHERE id = 20", "UPDATE transfers SET amount = 20 WHERE id = 20"),
        ("UPDATE transfers SET at = 1 WHERE id = 20", "UPDATE transfers SET at = 1000000 WHERE id = 20"),
        ("UPDATE transfers SET code = 8 WHERE id = 20", "UPDATE transfers SET code = 7 WHERE id = 20"),
        ("UPDATE transfers SET id = 21 WHERE id = 20", "UPDATE transfers SET id = 20 WHERE id = 21"),
        (
            "UPDATE transfers SET credit_posted_after = 0 WHERE id = 20",
            "UPDATE transfers SET credit_posted_after = 53 WHERE id = 20",
        ),
    ] {
        corrupt(&store, there).await;
        assert_eq!(faults(&store).await, second, "{there}");
        corrupt(&store, back).await;
        assert_eq!(faults(&store).await, [], "{back}");
    }
    corrupt(&store, "UPDATE accounts SET asset = 'COINS' WHERE id = 1").await;
    assert_eq!(faults(&store).await.len(), 3);
}

async fn a_block_that_was_changed_or_removed_is_found(store: Store) {
    three_blocks(&store).await;
    let first = blocks(&store).await.swap_remove(0);
    assert_eq!((first.height, first.previous), (1, GENESIS));
    corrupt(&store, "UPDATE sealed_blocks SET at = at + 1 WHERE height = 2").await;
    assert_eq!(faults(&store).await, [SealFault::TransfersDiffer { height: 2 }]);
    corrupt(&store, "DELETE FROM sealed_blocks WHERE height = 2").await;
    let missing = [SealFault::BlockIsMissing { height: 2 }, SealFault::ChainIsBroken { height: 3 }];
    assert_eq!(faults(&store).await, missing);
}

async fn a_database_that_is_older_than_its_blocks_is_sealed_from_its_beginning(store: Store) {
    static MANY: [i64; 5_000] = {
        let mut ids = [0; 5_000];
        let mut at = 0;
        while at < 5_000 {
            ids[at] = 10 + at as i64;
            at += 1;
        }
        ids
    };
    commit(&store, &MANY).await;
    // As the migration leaves it.
    let range = store.write(|tx| {
        tx.execute("DELETE FROM seal_queue", &[])?;
        tx.execute("INSERT INTO seal_queue (first_id, last_id) VALUES ($1, $2)", params![10, 5_009])
    });
    range.await.map_err(|e: StoreError| e.to_string()).unwrap();
    commit(&store, &[6_000]).await;
    let mut sealed = Vec::new();
    for _ in 0..5 {
        sealed.push(seal::seal(&store, NOW).await.unwrap());
    }
    assert_eq!(sealed, [4_096, 904, 1, 0, 0]);
    assert_eq!(faults(&store).await, []);
}

async fn an_empty_ledger_has_no_block(store: Store) {
    assert_eq!(seal::seal(&store, NOW).await.unwrap(), 0);
    assert_eq!(store.read(seal::head).await.map_err(|e: StoreError| e.to_string()).unwrap(), None);
    assert_eq!(faults(&store).await, []);
}
