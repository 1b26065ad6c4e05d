//! The story of wallet sessions, told to SQLite and to PostgreSQL, and the facts about what is kept of them in memory.
#![expect(clippy::unwrap_used, reason = "in a test a panic is the report")]

use identity::Secret;
use identity::proofs::wallet::sessions::{
    self, ROTATION_AFTER_S, SESSIONS_PER_WALLET_MAX, WALLET_SESSION_LIFETIME_S as DAY_S,
};
use identity::proofs::wallet::{
    Found, KeyDeriver, MIGRATIONS, NamedKey, NewWalletSession, Opened, SessionHash, StoredSession,
    TICKET_LIFETIME_S, Tickets, WalletSessions, address_of_key, parse_address, users,
};
use k256::ecdsa::SigningKey;
use kernel::{SignatureScheme, Timestamp, UserId, WalletAddress};
use std::sync::Arc;
use store::{Store, StoreError, Tx};

testkit::on_both_backends! {
    a_wallet_is_one_user_however_it_is_written with [MIGRATIONS];
    a_session_is_found_by_its_hash_for_a_day with [MIGRATIONS];
    keys_of_every_scheme_come_back_from_the_table with [MIGRATIONS];
    a_sixth_session_ends_the_oldest_of_its_wallet_alone with [MIGRATIONS];
    two_log_ins_at_once_never_leave_a_sixth_session with [MIGRATIONS];
    a_rotated_session_keeps_its_end_and_its_key with [MIGRATIONS];
    logging_out_ends_one_session_whatever_its_id_is_by_now with [MIGRATIONS];
    what_is_over_is_swept_and_what_lives_is_loaded with [MIGRATIONS];
    a_session_needs_a_user with [MIGRATIONS];
    the_id_itself_is_nowhere_in_the_table with [MIGRATIONS];
}

const START: Timestamp = Timestamp::from_secs(1_893_456_000);

fn at(seconds: i64) -> Timestamp {
    START.plus_secs(seconds)
}

fn id(number: u8) -> Secret {
    Secret::draw(&move |room: &mut [u8]| room.fill(number))
}

fn hash(number: u8) -> SessionHash {
    SessionHash::of(&id(number))
}

fn wallet(number: u8) -> WalletAddress {
    address_of_key(SigningKey::from_slice(&[number; 32]).unwrap().verifying_key())
}

fn deriver() -> KeyDeriver {
    KeyDeriver::new(b"the server's secret", "session key")
}

/// Session `number` of user and wallet `owner`.
fn session(number: u8, owner: u8) -> NewWalletSession {
    NewWalletSession {
        hash: hash(number),
        user: UserId(i64::from(owner)),
        wallet: wallet(owner),
        key: NamedKey::HmacSha256,
    }
}

async fn write<T: Send + 'static>(
    store: &Store,
    work: impl FnMut(&mut Tx<'_>) -> Result<T, StoreError> + Send + 'static,
) -> T {
    store.write(work).await.unwrap()
}

/// Enters user `owner` and opens session `number` of theirs at `seconds`.
async fn open(store: &Store, number: u8, owner: u8, seconds: i64) -> Opened {
    write(store, move |tx| {
        users::enter(tx, at(seconds), UserId(i64::from(owner)), wallet(owner))?;
        sessions::open(tx, at(seconds), &session(number, owner))
    })
    .await
}

async fn find(store: &Store, number: u8, seconds: i64) -> Option<StoredSession> {
    write(store, move |tx| sessions::find(tx, at(seconds), &hash(number))).await
}

async fn a_wallet_is_one_user_however_it_is_written(store: Store) {
    let (first, again, other) = write(&store, |tx| {
        let lower = parse_address(&wallet(1).lower()).unwrap();
        Ok((
            users::enter(tx, START, UserId(10), wallet(1))?,
            users::enter(tx, at(5), UserId(11), lower)?,
            users::enter(tx, at(5), UserId(12), wallet(2))?,
        ))
    })
    .await;
    assert_eq!((first.id, first.created_at), (UserId(10), START));
    assert_eq!(again, first);
    assert_eq!(other.id, UserId(12));
    let (by_id, by_wallet, nobody) = write(&store, |tx| {
        let nobody = (users::find(tx, UserId(11))?, users::find_by_wallet(tx, wallet(3))?);
        Ok((users::find(tx, UserId(10))?, users::find_by_wallet(tx, wallet(1))?, nobody))
    })
    .await;
    assert_eq!((by_id, by_wallet, nobody), (Some(first), Some(first), (None, None)));
}

async fn a_session_is_found_by_its_hash_for_a_day(store: Store) {
    let opened = open(&store, 1, 1, 0).await;
    assert_eq!(opened.ended, []);
    assert_eq!(opened.session.expires_at, at(DAY_S));
    assert_eq!(find(&store, 1, DAY_S - 1).await, Some(opened.session));
    assert_eq!(find(&store, 1, DAY_S).await, None);
    assert_eq!(find(&store, 2, 0).await, None);
}

async fn keys_of_every_scheme_come_back_from_the_table(store: Store) {
    let curve = SigningKey::from_slice(&[7; 32]).unwrap().verifying_key().to_sec1_point(true);
    let edwards = ed25519_dalek::SigningKey::from_bytes(&[5; 32]).verifying_key().to_bytes();
    let keys = [
        NamedKey::Secp256k1(curve.as_bytes().try_into().unwrap()),
        NamedKey::Ed25519(edwards),
        NamedKey::HmacSha256,
    ];
    open(&store, 99, 1, 0).await;
    for (number, key) in (1_u8..).zip(keys) {
        let new = NewWalletSession { key, ..session(number, 1) };
        write(&store, move |tx| sessions::open(tx, START, &new)).await;
        let stored = find(&store, number, 1).await.unwrap();
        let restored = stored.key(&deriver()).unwrap();
        assert_eq!((stored.scheme, restored.scheme()), (key.scheme(), key.scheme()));
        let public: &[u8] = match key.scheme() {
            SignatureScheme::Secp256k1 => curve.as_bytes(),
            SignatureScheme::Ed25519 => &edwards,
            SignatureScheme::HmacSha256 => &[],
        };
        assert_eq!(restored.public(), public);
        let told = stored.issued_key(&deriver());
        assert_eq!(told, (key == NamedKey::HmacSha256).then(|| deriver().of_session(&hash(number))));
    }
}

async fn a_sixth_session_ends_the_oldest_of_its_wallet_alone(store: Store) {
    open(&store, 100, 2, 0).await;
    for number in 1..=5 {
        assert_eq!(open(&store, number, 1, i64::from(number)).await.ended, []);
    }
    assert_eq!(open(&store, 6, 1, 6).await.ended, [hash(1)]);
    assert_eq!(find(&store, 1, 7).await, None);
    for kept in [2, 3, 4, 5, 6, 100] {
        assert!(find(&store, kept, 7).await.is_some(), "{kept}");
    }
}

async fn two_log_ins_at_once_never_leave_a_sixth_session(store: Store) {
    open(&store, 200, 1, 0).await;
    let both = (1..=12_u8).map(|number| {
        let store = store.clone();
        tokio::spawn(async move { open(&store, number, 1, 1).await })
    });
    for one in both.collect::<Vec<_>>() {
        one.await.unwrap();
    }
    let live = write(&store, |tx| sessions::live(tx, at(2))).await;
    assert_eq!(i64::try_from(live.len()), Ok(SESSIONS_PER_WALLET_MAX));
}

async fn a_rotated_session_keeps_its_end_and_its_key(store: Store) {
    let opened = open(&store, 1, 1, 0).await.session;
    let rotate = |old, new, seconds| {
        write(&store, move |tx| sessions::rotate(tx, at(seconds), &hash(old), &hash(new)))
    };
    let rotated = rotate(1, 2, ROTATION_AFTER_S).await.unwrap();
    assert_eq!((rotated.hash, rotated.id_since), (hash(2), at(ROTATION_AFTER_S)));
    assert_eq!((rotated.expires_at, rotated.opened_at), (opened.expires_at, opened.opened_at));
    assert_eq!(rotated.issued_key(&deriver()), opened.issued_key(&deriver()));
    assert_eq!(find(&store, 1, ROTATION_AFTER_S).await, None);
    assert_eq!(rotate(1, 3, ROTATION_AFTER_S).await, None, "the old id is no longer a session's");
    assert_eq!(rotate(2, 3, DAY_S).await, None, "what is over is not made younger");
}

async fn logging_out_ends_one_session_whatever_its_id_is_by_now(store: Store) {
    for (number, owner, seconds) in [(1, 1, 0), (2, 1, 1), (3, 2, 0)] {
        open(&store, number, owner, seconds).await;
    }
    let end = |seconds| write(&store, move |tx| sessions::end(tx, wallet(1), at(seconds)));
    assert!(write(&store, |tx| sessions::rotate(tx, at(2), &hash(1), &hash(4))).await.is_some());
    assert_eq!((end(0).await, end(0).await), (1, 0));
    assert_eq!((find(&store, 1, 3).await, find(&store, 4, 3).await), (None, None));
    assert!(find(&store, 2, 3).await.is_some() && find(&store, 3, 3).await.is_some());
}

async fn what_is_over_is_swept_and_what_lives_is_loaded(store: Store) {
    for (number, seconds) in [(1, 0), (2, 10), (3, 20)] {
        open(&store, number, number, seconds).await;
    }
    let live = write(&store, |tx| sessions::live(tx, at(DAY_S + 10))).await;
    assert_eq!(live.iter().map(|session| session.hash).collect::<Vec<_>>(), [hash(3)]);
    let purge = |limit| write(&store, move |tx| sessions::purge(tx, at(DAY_S + 10), limit));
    assert_eq!((purge(1).await, purge(9).await, purge(9).await), (1, 1, 0));
    assert!(find(&store, 3, DAY_S + 10).await.is_some());
}

async fn a_session_needs_a_user(store: Store) {
    let opened = store.write(|tx| sessions::open(tx, START, &session(1, 1))).await;
    assert!(matches!(opened, Err(StoreError::Corrupt(_))), "{opened:?}");
}

async fn the_id_itself_is_nowhere_in_the_table(store: Store) {
    open(&store, 0xA7, 1, 0).await;
    let bytes = write(&store, |tx| {
        tx.query_one("SELECT id_hash, key_bytes FROM wallet_sessions", &[], |row| {
            Ok([row.blob(0)?, row.blob(1)?])
        })
    })
    .await;
    for column in bytes {
        assert!(!column.windows(8).any(|part| part == [0xA7; 8]));
        assert_ne!(column, deriver().of_session(&hash(0xA7)).bytes());
    }
}

// What is kept in memory.

/// The row of session `number`.
fn stored(number: u8, owner: u8, seconds: i64) -> StoredSession {
    StoredSession::opened(at(seconds), &session(number, owner))
}

fn same(found: Option<Found>, session: &Arc<identity::proofs::wallet::WalletSession>) -> bool {
    found.is_some_and(|found| Arc::ptr_eq(&found.session, session))
}

#[test]
fn a_noted_session_is_found_without_the_table_until_it_is_over() {
    let sessions = WalletSessions::new(deriver());
    let session = sessions.insert(&stored(1, 1, 0)).unwrap();
    assert_eq!((session.user, session.wallet), (UserId(1), wallet(1)));
    assert!(same(sessions.get(&id(1).text(), START), &session));
    assert!(sessions.get(&id(1).text(), at(DAY_S)).is_none());
    for stranger in ["", "x", &id(2).text(), &id(1).text()[1..], "\0"] {
        assert!(sessions.get(stranger, START).is_none(), "{stranger:?}");
    }
    assert_eq!((sessions.sweep(at(DAY_S)), sessions.is_empty()), (1, true));
}

#[test]
fn a_session_that_made_room_or_was_left_is_forgotten() {
    let sessions = WalletSessions::new(deriver());
    for number in [11, 12, 13] {
        sessions.insert(&stored(number, 1, 0)).unwrap();
    }
    let opened = Opened { session: stored(14, 1, 1), ended: vec![hash(11)] };
    sessions.insert_opened(&opened).unwrap();
    assert!(sessions.get_by_hash(&hash(11), START).is_none());
    sessions.forget(&hash(12));
    assert!(sessions.get_by_hash(&hash(12), START).is_none());
    assert_eq!(sessions.len(), 2);
}

#[test]
fn a_session_that_ended_while_it_was_read_is_not_remembered() {
    let sessions = WalletSessions::new(deriver());
    let reading = sessions.begin_load();
    sessions.forget(&hash(31));
    assert!(sessions.insert_loaded(reading, &stored(31, 1, 0)).is_ok());
    assert!(sessions.get_by_hash(&hash(31), START).is_none());
    let session = sessions.insert_loaded(sessions.begin_load(), &stored(32, 1, 0)).unwrap();
    assert!(same(sessions.get_by_hash(&hash(32), START), &session));
}

#[test]
fn an_old_id_is_good_for_thirty_seconds_after_it_was_exchanged() {
    let sessions = WalletSessions::new(deriver());
    let old = stored(21, 1, 0);
    let session = sessions.insert(&old).unwrap();
    let due =
        |number, seconds| sessions.get_by_hash(&hash(number), at(seconds)).map(|found| found.rotation_due);
    assert_eq!((due(21, ROTATION_AFTER_S - 1), due(21, ROTATION_AFTER_S)), (Some(false), Some(true)));

    let mut new = old;
    (new.hash, new.id_since) = (hash(22), at(ROTATION_AFTER_S));
    sessions.apply_rotation(&hash(21), &new, at(ROTATION_AFTER_S));
    assert!(same(sessions.get_by_hash(&hash(22), at(ROTATION_AFTER_S)), &session));
    assert_eq!(due(22, DAY_S - 1), Some(false));
    assert_eq!(due(21, ROTATION_AFTER_S + 29), Some(false), "it has been exchanged already");
    assert_eq!(due(21, ROTATION_AFTER_S + 30), None);
    sessions.forget(&hash(22));
    assert_eq!(due(21, ROTATION_AFTER_S + 1), None, "logging out ends the session under both ids");
}

#[test]
fn a_ticket_is_good_once_and_for_thirty_seconds() {
    let tickets = Tickets::new();
    let issue = |byte: u8, seconds| {
        tickets.issue(&move |room: &mut [u8]| room.fill(byte), hash(byte), at(seconds)).unwrap()
    };
    let (first, second) = (issue(1, 0), issue(2, 0));
    assert_eq!(first.len(), 22);
    assert_eq!((tickets.take(&first, at(29)), tickets.take(&first, at(29))), (Some(hash(1)), None));
    assert_eq!(tickets.take(&second, at(TICKET_LIFETIME_S)), None);
    for junk in ["", "x", &first[1..], &format!("{first}A"), &id(1).text(), "é", "\0"] {
        assert_eq!(tickets.take(junk, START), None, "{junk:?}");
    }
}

#[test]
fn a_ticket_is_told_to_one_of_many_who_show_it() {
    let tickets = Tickets::new();
    let ticket = tickets.issue(&|room: &mut [u8]| room.fill(3), hash(3), START).unwrap();
    let told: usize = std::thread::scope(|scope| {
        let show = || usize::from(tickets.take(&ticket, START).is_some());
        let threads: Vec<_> = (0..8).map(|_| scope.spawn(show)).collect();
        threads.into_iter().map(|thread| thread.join().unwrap()).sum()
    });
    assert_eq!(told, 1);
}

#[test]
fn a_flood_of_tickets_is_refused_until_they_end() {
    let tickets = Tickets::new();
    let counter = std::sync::atomic::AtomicU32::new(0);
    let chance = |room: &mut [u8]| {
        let number = counter.fetch_add(1, std::sync::atomic::Ordering::Relaxed).to_le_bytes();
        room[..4].copy_from_slice(&number);
    };
    let made = (0..100_001).filter(|_| tickets.issue(&chance, hash(1), START).is_ok()).count();
    assert_eq!(made, 100_000);
    assert!(tickets.issue(&chance, hash(1), at(TICKET_LIFETIME_S)).is_ok());
}

#[test]
fn nothing_secret_is_in_a_debug_text() {
    let sessions = WalletSessions::new(deriver());
    let row = stored(0x61, 1, 0);
    let session = sessions.insert(&row).unwrap();
    let tickets = Tickets::new();
    let ticket = tickets.issue(&|room: &mut [u8]| room.fill(0x62), row.hash, START).unwrap();
    let opened = Opened { session: row.clone(), ended: vec![hash(1)] };
    let found = sessions.get_by_hash(&row.hash, START);
    let new = self::session(0x61, 1);
    let shown = format!("{sessions:?} {session:?} {tickets:?} {opened:?} {found:?} {new:?} {:?}", id(0x61));
    let told = row.issued_key(&deriver()).unwrap();
    let [first, second, ..] = *row.hash.bytes();
    let listed = format!("{first}, {second}");
    for secret in [ticket.as_str(), &id(0x61).text(), &told.hex(), &listed, "97, 97", "secret"] {
        assert!(!shown.contains(secret), "{secret} in {shown}");
    }
    assert!(shown.contains(&wallet(1).lower()));
}
