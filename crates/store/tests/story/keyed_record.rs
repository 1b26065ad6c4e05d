//! Facts about the record of ordinary writes, on both backends.

use kernel::{Actor, Meaning, Refusal, Role, TenantId, Timestamp, UserId};
use store::keyed::{Answer, Attempt, Begin, MIGRATIONS, Scope, Ticket, answer, begin, finish, purge};
use store::{Store, StoreError, Tx};

const NOW: Timestamp = Timestamp::from_secs(1_893_456_000);

testkit::on_both_backends! {
    the_same_request_is_answered_once_and_replayed_byte_for_byte with [MIGRATIONS];
    another_body_under_the_same_key_is_refused with [MIGRATIONS];
    keys_are_scoped_by_tenant_and_user with [MIGRATIONS];
    a_running_attempt_holds_its_key_for_sixty_seconds with [MIGRATIONS];
    an_attempt_that_was_given_up_for_crashed_cannot_finish with [MIGRATIONS];
    a_refused_effect_leaves_no_trace with [MIGRATIONS];
    answers_of_5xx_and_429_are_not_kept with [MIGRATIONS];
    answers_live_a_day_and_are_purged with [MIGRATIONS];
    parallel_attempts_do_it_once with [MIGRATIONS];
}

fn attempt_by(tenant: Option<i64>, user: i64, key: &str, body: &str) -> Attempt {
    let actor = Actor { user: UserId(user), tenant: tenant.map(TenantId), role: Role::new("user").unwrap() };
    let mut hash = [0; 32];
    hash[..body.len()].copy_from_slice(body.as_bytes());
    Attempt { scope: Scope::new(&actor, key), hash }
}

fn attempt(body: &str) -> Attempt {
    attempt_by(Some(1), 2, "key", body)
}

async fn try_once(
    store: &Store,
    attempt: Attempt,
    now: Timestamp,
    status: u16,
    body: &str,
) -> Result<Answer, Refusal> {
    let body = body.as_bytes().to_vec();
    store.write(move |tx| answer(tx, &attempt, now, |_| Ok::<_, Refusal>((status, body.clone())))).await
}

async fn try_begin(store: &Store, attempt: Attempt, now: Timestamp) -> Begin {
    store.write(move |tx| begin(tx, &attempt, now)).await.expect("the store works")
}

fn ticket(begun: &Begin) -> Ticket {
    match begun {
        Begin::New(ticket) => *ticket,
        other => panic!("expected a fresh attempt, got {other:?}"),
    }
}

async fn the_same_request_is_answered_once_and_replayed_byte_for_byte(store: Store) {
    let first = try_once(&store, attempt("a"), NOW, 201, r#"{"n": 1}"#).await.expect("fresh");
    let second = try_once(&store, attempt("a"), NOW.plus_secs(9), 200, "other").await.expect("replayed");
    assert_eq!((first.replayed, second.replayed), (false, true));
    assert_eq!((second.status, second.body.as_slice()), (201, br#"{"n": 1}"#.as_slice()));
}

async fn another_body_under_the_same_key_is_refused(store: Store) {
    try_once(&store, attempt("a"), NOW, 201, "1").await.expect("fresh");
    let refusal = try_once(&store, attempt("b"), NOW, 201, "2").await.expect_err("reused");
    assert_eq!(refusal.code, "IDEMPOTENCY_KEY_REUSED");
    assert_eq!(refusal.meaning, Meaning::Unprocessable);
}

async fn keys_are_scoped_by_tenant_and_user(store: Store) {
    for (tenant, user) in [(Some(1), 2), (Some(1), 3), (Some(2), 2), (None, 2)] {
        let mine = attempt_by(tenant, user, "key", "a");
        let answer = try_once(&store, mine, NOW, 200, "1").await.expect("fresh");
        assert!(!answer.replayed, "{tenant:?} {user}");
    }
}

async fn a_running_attempt_holds_its_key_for_sixty_seconds(store: Store) {
    let first = ticket(&try_begin(&store, attempt("a"), NOW).await);
    assert_eq!(try_begin(&store, attempt("a"), NOW.plus_secs(59)).await, Begin::Running);
    assert_eq!(try_begin(&store, attempt("b"), NOW.plus_secs(59)).await, Begin::Changed);
    let refusal = try_once(&store, attempt("a"), NOW.plus_secs(59), 200, "1").await.expect_err("running");
    assert_eq!((refusal.code, refusal.meaning), ("REQUEST_IN_PROGRESS", Meaning::Conflict));
    // The process that began it is gone: the key is free, and the retry does it once.
    let second = ticket(&try_begin(&store, attempt("a"), NOW.plus_secs(60)).await);
    assert_ne!(first, second);
}

async fn an_attempt_that_was_given_up_for_crashed_cannot_finish(store: Store) {
    let first = ticket(&try_begin(&store, attempt("a"), NOW).await);
    let second = ticket(&try_begin(&store, attempt("a"), NOW.plus_secs(61)).await);
    let end = async |ticket: Ticket| {
        let answer = Answer { status: 200, body: b"1".to_vec(), replayed: false };
        let finish = move |tx: &mut Tx<'_>| finish(tx, &attempt("a"), ticket, &answer, NOW.plus_secs(62));
        store.write(finish).await
    };
    assert!(matches!(end(first).await, Err(StoreError::Corrupt(_))));
    end(second).await.expect("the second attempt holds the key");
    assert!(matches!(try_begin(&store, attempt("a"), NOW.plus_secs(63)).await, Begin::Same(_)));
}

async fn a_refused_effect_leaves_no_trace(store: Store) {
    let refuse = |tx: &mut Tx<'_>| answer(tx, &attempt("a"), NOW, |_| Err(Refusal::forbidden()));
    assert_eq!(store.write(refuse).await.expect_err("refused").code, "FORBIDDEN");
    ticket(&try_begin(&store, attempt("b"), NOW).await);
}

async fn answers_of_5xx_and_429_are_not_kept(store: Store) {
    for status in [503, 429] {
        try_once(&store, attempt("a"), NOW, status, "no").await.expect("answered");
    }
    let answer = try_once(&store, attempt("a"), NOW, 404, "kept").await.expect("fresh");
    assert!(!answer.replayed);
    assert!(try_once(&store, attempt("a"), NOW, 200, "1").await.expect("replayed").replayed);
}

async fn answers_live_a_day_and_are_purged(store: Store) {
    let day = 24 * 3600;
    try_once(&store, attempt("a"), NOW, 200, "1").await.expect("fresh");
    let purge_at = async |now| store.write(move |tx| purge(tx, now)).await.expect("the store works");
    assert_eq!(purge_at(NOW.plus_secs(day - 1)).await, 0);
    assert!(try_once(&store, attempt("a"), NOW.plus_secs(day - 1), 200, "2").await.expect("kept").replayed);
    let later = try_once(&store, attempt("b"), NOW.plus_secs(day), 200, "3").await.expect("free again");
    assert!(!later.replayed);
    assert_eq!(purge_at(NOW.plus_secs(2 * day)).await, 1);
}

async fn parallel_attempts_do_it_once(store: Store) {
    let tries = (0..16).map(|n| {
        let store = store.clone();
        tokio::spawn(async move { try_once(&store, attempt("a"), NOW, 200, &n.to_string()).await })
    });
    let mut fresh = 0;
    for tried in tries.collect::<Vec<_>>() {
        let answer = tried.await.expect("no panic").expect("an answer");
        fresh += usize::from(!answer.replayed);
    }
    assert_eq!(fresh, 1);
}
