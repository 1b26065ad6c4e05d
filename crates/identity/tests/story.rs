//! The story of identity's tables, told to SQLite and to PostgreSQL: who exists, what each secret is good for, and when
//! it is over.
#![expect(clippy::unwrap_used, reason = "in a test a panic is the report")]

use identity::proofs::password::lockout::{self, LockoutRules};
use identity::proofs::password::reset_tokens::{self, ResetLink};
use identity::sessions::refresh::{self, Exchange, Exchanged};
use identity::{
    Client, Email, Floor, MIGRATIONS, NewPageSession, NewSession, NewUser, PasswordHash, Secret, SessionId,
    SessionKind, User, page_session_end, page_session_find, page_session_renew, page_session_start, sessions,
    users,
};
use kernel::{Role, TenantId, Timestamp, UserId};
use store::{Store, StoreError, Tx};

testkit::on_both_backends! {
    an_address_is_unique_within_its_tenant_and_among_those_without_one with [MIGRATIONS];
    a_global_account_is_found_on_every_site_after_its_own_users with [MIGRATIONS];
    texts_that_are_no_address_are_nobody_and_no_error with [MIGRATIONS];
    a_refresh_token_is_good_once_and_its_reuse_ends_the_family with [MIGRATIONS];
    two_that_exchange_the_same_token_at_once_never_both_get_on with [MIGRATIONS];
    a_refresh_token_is_over_after_seven_days with [MIGRATIONS];
    a_switched_off_user_renews_nothing with [MIGRATIONS];
    logging_out_ends_the_own_family_alone with [MIGRATIONS];
    a_page_session_slides_and_ends with [MIGRATIONS];
    a_secret_is_good_at_its_own_door_alone with [MIGRATIONS];
    a_reset_link_is_good_once_and_for_thirty_minutes with [MIGRATIONS];
    a_flood_of_reset_requests_sends_five_mails_while_their_links_are_good with [MIGRATIONS];
    guesses_sent_at_once_are_counted_one_by_one with [MIGRATIONS];
    floors_name_the_switched_off_and_the_recently_ended with [MIGRATIONS];
    what_is_over_is_swept_and_nothing_else with [MIGRATIONS];
    only_a_users_newest_sessions_are_kept with [MIGRATIONS];
    a_role_of_any_stall_is_kept with [MIGRATIONS];
}

const START: Timestamp = Timestamp::from_secs(1_893_456_000);
const TENANT: TenantId = TenantId(7);

fn at(seconds: i64) -> Timestamp {
    START.plus_secs(seconds)
}

fn secret(number: u8) -> Secret {
    Secret::draw(&move |room: &mut [u8]| room.fill(number))
}

fn new_user(id: i64, tenant: Option<TenantId>, email: &str) -> NewUser {
    NewUser {
        id: UserId(id),
        tenant,
        email: Email::parse(email).unwrap(),
        password_hash: PasswordHash::from_stored("$2b$04$x".into()),
        name: "Ann".into(),
        role: Role::new("member").unwrap(),
    }
}

fn session(id: i64, user: i64, kind: SessionKind) -> NewSession {
    let number = u8::try_from(id).unwrap();
    NewSession {
        id: SessionId(id),
        user: UserId(user),
        kind,
        secret: secret(number),
        client: Client::default(),
    }
}

fn exchange(shown: u8, next: u8) -> Exchange {
    let next_id = SessionId(i64::from(next));
    Exchange { shown: secret(shown).text(), next: secret(next), next_id, client: Client::default() }
}

/// Runs `work` in a transaction of its own.
async fn write<T: Send + 'static>(
    store: &Store,
    work: impl FnMut(&mut Tx<'_>) -> Result<T, StoreError> + Send + 'static,
) -> T {
    store.write(work).await.unwrap()
}

/// Ann, user 1, and her first session, whose secret is number 1.
async fn ann(store: &Store) {
    write(store, |tx| {
        users::insert(tx, START, &new_user(1, None, "ann@example.com"))?;
        sessions::start(tx, START, &session(1, 1, SessionKind::Api))
    })
    .await;
}

async fn renew(store: &Store, now: Timestamp, shown: u8, next: u8) -> Exchanged {
    write(store, move |tx| refresh::exchange(tx, now, &exchange(shown, next))).await
}

async fn an_address_is_unique_within_its_tenant_and_among_those_without_one(store: Store) {
    let added = write(&store, |tx| {
        let mut added = Vec::new();
        for (id, tenant, email) in [
            (1, None, "ann@example.com"),
            (2, None, "ANN@Example.com"),
            (3, Some(TENANT), "ann@example.com"),
            (4, Some(TENANT), "Ann@example.com"),
            (5, Some(TenantId(8)), "ann@example.com"),
        ] {
            added.push(users::insert(tx, START, &new_user(id, tenant, email))?);
        }
        Ok(added)
    });
    assert_eq!(added.await, [true, false, true, false, true]);
}

async fn a_global_account_is_found_on_every_site_after_its_own_users(store: Store) {
    let found = write(&store, |tx| {
        users::insert(tx, START, &new_user(1, None, "ann@example.com"))?;
        users::insert(tx, START, &new_user(2, Some(TENANT), "ann@example.com"))?;
        let mut found = Vec::new();
        for site in [None, Some(TENANT), Some(TenantId(8))] {
            found.push(users::by_email(tx, site, "ann@example.com")?.map(|user| user.id.0));
        }
        found.push(users::by_email(tx, Some(TENANT), "ben@example.com")?.map(|user| user.id.0));
        Ok(found)
    });
    assert_eq!(found.await, [Some(1), Some(2), Some(1), None]);
}

async fn texts_that_are_no_address_are_nobody_and_no_error(store: Store) {
    for text in ["", "\0", "ann\0@example.com", "' OR 1=1 --", &"x".repeat(100_000)] {
        let text = text.to_owned();
        let found = write(&store, move |tx| users::by_email(tx, Some(TENANT), &text)).await;
        assert_eq!(found, None);
    }
}

async fn a_refresh_token_is_good_once_and_its_reuse_ends_the_family(store: Store) {
    ann(&store).await;
    assert!(matches!(renew(&store, at(1), 1, 2).await, Exchanged::Next(next) if next.user.id == UserId(1)));
    assert!(matches!(renew(&store, at(2), 2, 3).await, Exchanged::Next(..)));
    assert_eq!(renew(&store, at(3), 1, 4).await, Exchanged::TokenWasReused(SessionId(1)));
    let ended = store.read(|tx| sessions::families::ended(tx, START)).await.unwrap();
    assert_eq!(ended, [(SessionId(1), at(3))], "every node learns of it");
    for token in [1, 2, 3] {
        assert_eq!(renew(&store, at(4), token, 5).await, Exchanged::TokenIsUnknown, "token {token}");
    }
}

async fn two_that_exchange_the_same_token_at_once_never_both_get_on(store: Store) {
    ann(&store).await;
    let (first, second) = tokio::join!(renew(&store, at(1), 1, 2), renew(&store, at(1), 1, 3));
    let mut outcomes = [first, second];
    outcomes.sort_by_key(|outcome| !matches!(outcome, Exchanged::Next(..)));
    assert!(matches!(outcomes[0], Exchanged::Next(..)));
    assert_eq!(outcomes[1], Exchanged::TokenWasReused(SessionId(1)));
    for token in [2, 3] {
        assert_eq!(renew(&store, at(2), token, 9).await, Exchanged::TokenIsUnknown);
    }
}

async fn a_refresh_token_is_over_after_seven_days(store: Store) {
    ann(&store).await;
    let week = 7 * 24 * 3600;
    assert_eq!(renew(&store, at(week), 1, 2).await, Exchanged::TokenIsExpired);
    let Exchanged::Next(next) = renew(&store, at(week - 1), 1, 2).await else {
        panic!("a token is good until its last second");
    };
    assert_eq!(next.expires_at, at(2 * week - 1));
}

async fn a_switched_off_user_renews_nothing(store: Store) {
    ann(&store).await;
    write(&store, |tx| users::set_active(tx, START, UserId(1), false)).await;
    assert_eq!(renew(&store, at(1), 1, 2).await, Exchanged::UserIsInactive(SessionId(1)));
    write(&store, |tx| users::set_active(tx, START, UserId(1), true)).await;
    assert_eq!(renew(&store, at(1), 1, 2).await, Exchanged::TokenIsUnknown, "the family was ended");
}

async fn logging_out_ends_the_own_family_alone(store: Store) {
    ann(&store).await;
    write(&store, |tx| sessions::start(tx, START, &session(2, 1, SessionKind::Api))).await;
    write(&store, |tx| refresh::end(tx, at(1), UserId(99), &secret(1).text())).await;
    assert!(matches!(renew(&store, at(1), 1, 3).await, Exchanged::Next(..)), "a stranger ends nothing");
    for shown in [secret(3).text(), secret(3).text(), "\0".to_owned(), String::new()] {
        write(&store, move |tx| refresh::end(tx, at(1), UserId(1), &shown)).await;
    }
    assert_eq!(renew(&store, at(2), 3, 4).await, Exchanged::TokenIsUnknown);
    assert!(matches!(renew(&store, at(2), 2, 5).await, Exchanged::Next(..)), "the other log-in goes on");
    assert_eq!(write(&store, |tx| sessions::end_all(tx, UserId(1))).await, 2);
}

async fn page(store: &Store, now: Timestamp, cookie: String) -> Option<identity::PageSession> {
    store.read(move |tx| page_session_find(tx, now, &cookie)).await.unwrap()
}

async fn a_page_session_slides_and_ends(store: Store) {
    let new = NewPageSession {
        id: SessionId(1),
        user: UserId(1),
        secret: secret(1),
        client: Client { ip: "::1".into(), user_agent: "nul \0 and \n".repeat(100) },
    };
    write(&store, move |tx| {
        users::insert(tx, START, &new_user(1, Some(TENANT), "ann@example.com"))?;
        page_session_start(tx, START, &new)
    })
    .await;
    let cookie = secret(1).text();
    let fresh = page(&store, at(3600), cookie.clone()).await.unwrap();
    assert_eq!((fresh.actor.user, fresh.actor.tenant, fresh.renewal_due), (UserId(1), Some(TENANT), false));
    assert!(
        identity::sessions::csrf::holds(&secret(1), &fresh.csrf)
            && !identity::sessions::csrf::holds(&secret(2), &fresh.csrf)
    );
    let later = page(&store, at(3601), cookie.clone()).await.unwrap();
    assert!(later.renewal_due);
    write(&store, |tx| page_session_renew(tx, at(3601), SessionId(1))).await;
    let week = 7 * 24 * 3600;
    assert!(page(&store, at(week + 3600), cookie.clone()).await.is_some());
    assert!(page(&store, at(week + 3601), cookie.clone()).await.is_none());
    write(&store, |tx| users::set_active(tx, START, UserId(1), false)).await;
    assert!(page(&store, at(3602), cookie.clone()).await.is_none(), "switched off at once");
    write(&store, |tx| users::set_active(tx, START, UserId(1), true)).await;
    let ended = cookie.clone();
    write(&store, move |tx| page_session_end(tx, &ended)).await;
    assert!(page(&store, at(3602), cookie).await.is_none());
    assert!(page(&store, at(0), "\0 nothing".into()).await.is_none());
}

async fn a_secret_is_good_at_its_own_door_alone(store: Store) {
    ann(&store).await;
    write(&store, |tx| sessions::start(tx, START, &session(2, 1, SessionKind::Page))).await;
    assert!(page(&store, at(1), secret(1).text()).await.is_none(), "a refresh token is no cookie");
    assert_eq!(renew(&store, at(1), 2, 3).await, Exchanged::TokenIsUnknown, "a cookie is no refresh token");
}

async fn spend(store: &Store, now: Timestamp, number: u8) -> ResetLink {
    write(store, move |tx| reset_tokens::spend(tx, now, &secret(number).text())).await
}

async fn a_reset_link_is_good_once_and_for_thirty_minutes(store: Store) {
    write(&store, |tx| {
        for number in 1..=3 {
            assert!(reset_tokens::issue(tx, START, Some(UserId(1)), &secret(number))?);
        }
        assert!(!reset_tokens::issue(tx, START, None, &secret(4))?, "nobody is sent nothing");
        reset_tokens::issue(tx, START, Some(UserId(2)), &secret(5))
    })
    .await;
    assert_eq!(spend(&store, at(1800), 1).await, ResetLink::Expired);
    let found = store.read(|tx| reset_tokens::find(tx, at(1799), &secret(1).text())).await;
    assert_eq!(found.unwrap(), ResetLink::Good(UserId(1)));
    assert_eq!(spend(&store, at(1799), 1).await, ResetLink::Good(UserId(1)));
    for number in [1, 2, 3, 4, 99] {
        assert_eq!(spend(&store, at(1799), number).await, ResetLink::Unknown, "link {number}");
    }
    assert_eq!(spend(&store, at(1799), 5).await, ResetLink::Good(UserId(2)), "another's link stays good");
}

async fn a_flood_of_reset_requests_sends_five_mails_while_their_links_are_good(store: Store) {
    let sent = write(&store, |tx| {
        let mut sent = 0;
        for number in 0..20 {
            let wanted = reset_tokens::issue(tx, at(i64::from(number)), Some(UserId(1)), &secret(number))?;
            sent += i32::from(wanted);
        }
        Ok(sent)
    });
    assert_eq!(sent.await, 5);
    assert_eq!(spend(&store, at(20), 19).await, ResetLink::Unknown, "a link that was not sent is no link");
    assert!(write(&store, |tx| reset_tokens::issue(tx, at(1805), Some(UserId(1)), &secret(50))).await);
}

async fn guesses_sent_at_once_are_counted_one_by_one(store: Store) {
    let account = LockoutRules::default().account("ann@example.com");
    let guesses: Vec<_> = (0..40)
        .map(|_| {
            let (store, account) = (store.clone(), account.clone());
            tokio::spawn(async move { write(&store, move |tx| lockout::record(tx, START, &account)).await })
        })
        .collect();
    let mut let_through = 0;
    for guess in guesses {
        let_through += usize::from(guess.await.unwrap().is_none());
    }
    assert_eq!(let_through, 10);
    let scope = account.clone();
    let closed = write(&store, move |tx| lockout::closed_for(tx, at(60), &scope)).await;
    assert_eq!(closed, Some(840));
    write(&store, move |tx| {
        lockout::clear(tx, &account)?;
        assert_eq!(lockout::closed_for(tx, at(60), &account)?, None);
        Ok(())
    })
    .await;
}

async fn floors_name_the_switched_off_and_the_recently_ended(store: Store) {
    let floors = write(&store, |tx| {
        for id in 1..=4 {
            users::insert(tx, START, &new_user(id, None, &format!("user{id}@example.com")))?;
        }
        users::set_active(tx, START, UserId(1), false)?;
        users::raise_epoch(tx, at(10), UserId(2))?;
        users::raise_epoch(tx, at(20), UserId(3))?;
        users::raise_epoch(tx, at(21), UserId(3))?;
        let mut floors = users::floors(tx, at(15))?;
        floors.sort_by_key(|(user, _)| user.0);
        Ok(floors)
    });
    assert_eq!(floors.await, [(UserId(1), Floor::Inactive), (UserId(3), Floor::Epoch(2))]);
}

async fn what_is_over_is_swept_and_nothing_else(store: Store) {
    ann(&store).await;
    let week = 7 * 24 * 3600;
    let swept = write(&store, move |tx| {
        sessions::start(tx, at(5), &session(2, 1, SessionKind::Page))?;
        reset_tokens::issue(tx, START, Some(UserId(1)), &secret(3))?;
        lockout::record(tx, START, &LockoutRules::default().address("1.2.3.4"))?;
        let early = sessions::purge(tx, at(week - 1), 100)?;
        let sessions = sessions::purge(tx, at(week), 100)?;
        let links = reset_tokens::purge(tx, at(week), 100)?;
        let failures = lockout::purge(tx, at(24 * 3600), 100)? + lockout::purge(tx, at(24 * 3600 + 1), 100)?;
        Ok([early, sessions, links, failures])
    });
    assert_eq!(swept.await, [0, 1, 1, 1]);
}

async fn only_a_users_newest_sessions_are_kept(store: Store) {
    ann(&store).await;
    let left = write(&store, |tx| {
        for id in 2..=120 {
            sessions::start(tx, START, &session(id, 1, SessionKind::Api))?;
        }
        sessions::end_all(tx, UserId(1))
    });
    assert_eq!(left.await, 100);
}

/// Keeps the row's form in the story: what was entered is what is read.
async fn a_role_of_any_stall_is_kept(store: Store) {
    for (id, role) in [(1, "admin"), (2, "trader"), (3, "super_admin")] {
        let user =
            NewUser { role: Role::new(role).unwrap(), ..new_user(id, None, &format!("{role}@example.com")) };
        write(&store, move |tx| users::insert(tx, START, &user)).await;
        let kept = store.read(move |tx| users::by_id(tx, UserId(id))).await.unwrap().unwrap();
        assert_eq!((kept.role.as_str(), kept.tenant), (role, None));
    }
}

#[tokio::test]
async fn a_user_is_read_as_it_was_written() {
    let temporary = testkit::TempStore::sqlite(&[MIGRATIONS]).await;
    let store = temporary.store();
    let user: User = write(&store, |tx| {
        users::insert(tx, START, &new_user(1, Some(TENANT), "Ann@Example.com"))?;
        let mut user = users::by_id_locked(tx, UserId(1))?.unwrap();
        user.name = "Ann B.".into();
        user.phone = Some("+66 2".into());
        users::set_profile(tx, START, &user)?;
        users::record_login(tx, at(9), user.id, None)?;
        Ok(users::by_id(tx, UserId(1))?.unwrap())
    })
    .await;
    assert_eq!((user.email.as_str(), user.name.as_str()), ("Ann@Example.com", "Ann B."));
    assert_eq!(
        (user.phone.as_deref(), user.avatar_url, user.last_login_at),
        (Some("+66 2"), None, Some(at(9)))
    );
    assert_eq!(user.password_hash.as_str(), "$2b$04$x", "noting a log-in keeps the hash");
    store.close().await;
}
