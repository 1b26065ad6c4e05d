//! Money that comes and goes: once for a key, never more than there is, to the own wallet alone, by an operator's decision.

use crate::harness::checks::{assert_sound, count, footprint, published};
use crate::harness::{Answer, Front, Player, RequestOptions, Story, TABLES, Tap};
use axum::http::Method;
use futures_util::future::join_all;
use serde_json::{Value, json};
use store::Store;

testkit::on_both_backends! {
    what_is_asked_for_is_held_at_once_and_leaves_when_it_is_approved with *TABLES;
    what_is_rejected_is_the_players_again with *TABLES;
    whatever_is_asked_again_happens_once with *TABLES;
    many_at_once_never_hold_more_than_there_is with *TABLES;
    of_two_operators_at_once_one_decides with *TABLES;
    money_goes_to_the_own_wallet_and_in_sums_that_exist with *TABLES;
    money_leaves_while_bets_rest with *TABLES;
    what_waits_is_waiting_after_a_restart with *TABLES;
    five_an_hour_is_enough with *TABLES;
    nobody_but_an_operator_pays_in_or_decides with *TABLES;
}

const OPERATOR: &str = "operator-token";

/// Asks for money under a key.
async fn asks(story: &Story, player: &Player, key: &str, body: &Value) -> Answer {
    request_at(&story.front, player, key, body).await
}

async fn request_at(front: &Front, player: &Player, key: &str, body: &Value) -> Answer {
    let headers = [("idempotency-key", key)];
    let body = Some(body.to_string().into_bytes());
    let ask =
        RequestOptions { token: Some(&player.session), headers: &headers, body, ..RequestOptions::default() };
    front.request(&Method::POST, "/tap/api/withdrawals", ask).await
}

fn terms(player: &Player, amount: i64) -> Value {
    json!({ "amount": amount, "address": player.wallet })
}

/// A withdrawal that must be taken: its id.
async fn withdrawal(story: &Story, player: &Player, key: &str, amount: i64) -> String {
    let answer = asks(story, player, key, &terms(player, amount)).await;
    assert_eq!((answer.status, &answer.json["status"]), (201, &json!("pending")), "{}", answer.text);
    answer.json["withdrawal_id"].as_str().unwrap().to_owned()
}

async fn operates(story: &Story, method: Method, path: &str, key: &str, body: &Value) -> Answer {
    let headers = [("idempotency-key", key)];
    let ask = RequestOptions {
        token: Some(OPERATOR),
        headers: if key.is_empty() { &[] } else { &headers },
        body: Some(body.to_string().into_bytes()),
        ..RequestOptions::default()
    };
    story.front.request(&method, &format!("/tap/admin/{path}"), ask).await
}

async fn decides(story: &Story, id: &str, what: &str) -> Answer {
    let body = json!({ "operator": "ada", "reason": format!("{what} by hand") });
    operates(story, Method::POST, &format!("withdrawals/{id}/{what}"), "", &body).await
}

async fn pays_in(story: &Story, player: &Player, key: &str, amount: i64) -> Answer {
    let body = json!({ "wallet": player.wallet, "amount": amount, "reference": "wire 7", "operator": "ada" });
    operates(story, Method::POST, "deposits", key, &body).await
}

async fn waiting(story: &Story) -> Vec<Value> {
    let answer = operates(story, Method::GET, "withdrawals", "", &Value::Null).await;
    answer.json["withdrawals"].as_array().unwrap().clone()
}

/// What can be staked, and what is held.
async fn has(story: &Story, player: &Player) -> (i64, i64) {
    let answer = story.get("/tap/api/balance", player).await;
    (answer.json["balance"].as_i64().unwrap(), answer.json["held"].as_i64().unwrap())
}

/// The player's entries, newest first: (kind, amount, balance after it).
async fn entries(story: &Story, player: &Player) -> Vec<(String, i64, i64)> {
    let answer = story.get("/tap/api/ledger?limit=100", player).await;
    let read = |row: &Value| {
        let number = |name: &str| row[name].as_i64().unwrap();
        (row["ref_type"].as_str().unwrap().to_owned(), number("amount"), number("balance_after"))
    };
    answer.json["entries"].as_array().unwrap().iter().map(read).collect()
}

/// Entries follow from one another and end with what the player has.
async fn assert_entries_add_up(story: &Story, player: &Player) {
    let entries = entries(story, player).await;
    let mut sum = 0;
    for (kind, amount, after) in entries.iter().rev() {
        sum += amount;
        assert_eq!(sum, *after, "{kind} in {entries:?}");
    }
    let (balance, held) = has(story, player).await;
    assert_eq!(sum, balance + held, "{entries:?}");
}

async fn what_is_asked_for_is_held_at_once_and_leaves_when_it_is_approved(store: Store) {
    let story = Story::open(store).await;
    let player = story.player(0).await;
    let paid = pays_in(&story, &player, "in-1", 10_000).await;
    assert_eq!((paid.status, &paid.json["amount"]), (201, &json!(10_000)), "{}", paid.text);
    let id = withdrawal(&story, &player, "out-1", 9_950).await;
    assert_eq!(has(&story, &player).await, (50, 9_950));
    let poor = story.tap(&player, &Tap::on(&story, &story.offers()[0], 100)).await;
    assert_eq!(poor.says(), (400, "insufficient_funds"), "what is held cannot be staked");
    assert_eq!(waiting(&story).await[0]["withdrawal"]["withdrawal_id"], json!(id));

    let done = decides(&story, &id, "approve").await;
    assert_eq!((done.status, &done.json["withdrawal"]["status"]), (200, &json!("approved")), "{}", done.text);
    assert_eq!((has(&story, &player).await, waiting(&story).await.len()), ((50, 0), 0));
    let told = published(&story, player.user).await;
    let updates: Vec<_> = told.iter().filter(|(kind, _)| kind == "balance.update").collect();
    assert_eq!(updates.len(), 3, "{told:?}");
    assert_eq!(updates[1].1["balance"], 50, "{told:?}");
    let shown = story.get("/tap/api/withdrawals", &player).await;
    let row = &shown.json["withdrawals"][0];
    assert_eq!((&row["status"], &row["reason"]), (&json!("approved"), &json!("approve by hand")));
    let wanted = [("WITHDRAWAL".to_owned(), -9_950, 50), ("DEPOSIT".to_owned(), 10_000, 10_000)];
    assert_eq!(entries(&story, &player).await, wanted);
    assert_sound(&story).await;
}

async fn what_is_rejected_is_the_players_again(store: Store) {
    let story = Story::open(store).await;
    let player = story.player(1_000).await;
    let id = withdrawal(&story, &player, "out", 1_000).await;
    assert_eq!(has(&story, &player).await, (0, 1_000));
    assert_eq!(decides(&story, &id, "reject").await.json["withdrawal"]["status"], "rejected");
    assert_eq!(has(&story, &player).await, (1_000, 0));
    assert_eq!(entries(&story, &player).await, [("DEPOSIT".to_owned(), 1_000, 1_000)], "nothing moved");
    story.bet(&player, &story.offers()[0], 1_000).await;
    assert_sound(&story).await;
}

async fn whatever_is_asked_again_happens_once(store: Store) {
    let story = Story::open(store).await;
    let (player, other) = (story.player(0).await, story.player(0).await);
    let first = pays_in(&story, &player, "same", 5_000).await;
    let again = pays_in(&story, &player, "same", 5_000).await;
    assert_eq!((again.status, &again.text), (201, &first.text));
    assert!(
        again.headers.contains_key("idempotent-replayed")
            && !first.headers.contains_key("idempotent-replayed")
    );
    for (whom, amount) in [(&player, 5_001), (&other, 5_000)] {
        assert_eq!(pays_in(&story, whom, "same", amount).await.says(), (422, "idempotency_key_reused"));
    }
    let id = withdrawal(&story, &player, "same", 2_000).await;
    let before = footprint(&story).await;
    for _ in 0..3 {
        let again = asks(&story, &player, "same", &terms(&player, 2_000)).await;
        assert_eq!((again.status, &again.json["withdrawal_id"]), (201, &json!(id)));
        assert!(again.headers.contains_key("idempotent-replayed"));
    }
    assert_eq!(
        asks(&story, &player, "same", &terms(&player, 1)).await.says(),
        (422, "idempotency_key_reused")
    );
    assert_eq!(footprint(&story).await, before);
    // A key is the player's own; another's is another.
    pays_in(&story, &other, "others", 2_000).await;
    assert_ne!(withdrawal(&story, &other, "same", 2_000).await, id);
    // A decision again is the same, its opposite is refused, and the key still finds what was decided.
    let decided = decides(&story, &id, "approve").await;
    story.wait_ms(5);
    let before = footprint(&story).await;
    assert_eq!(decides(&story, &id, "approve").await.text, decided.text);
    let turned = decides(&story, &id, "reject").await;
    assert_eq!(turned.says(), (409, "already_decided"));
    assert_eq!(turned.json["details"]["status"], "approved");
    assert_eq!(asks(&story, &player, "same", &terms(&player, 2_000)).await.json["status"], "approved");
    assert_eq!(footprint(&story).await, before);
    assert_eq!(has(&story, &player).await, (3_000, 0));
    assert_sound(&story).await;
}

async fn many_at_once_never_hold_more_than_there_is(store: Store) {
    let story = Story::open(store).await;
    let player = story.player(1_000).await;
    let offers = story.offers();
    let keys: Vec<_> = (0..20).map(|number| format!("key-{number}")).collect();
    let wanted = terms(&player, 200);
    let taken = async {
        let answers = join_all(keys.iter().map(|key| asks(&story, &player, key, &wanted))).await;
        for answer in answers.iter().filter(|answer| answer.status != 201) {
            assert_eq!(answer.says(), (400, "insufficient_funds"));
        }
        i64::try_from(answers.iter().filter(|answer| answer.status == 201).count()).unwrap()
    };
    let staked = async {
        let taps: Vec<_> = offers.iter().take(20).map(|offer| Tap::on(&story, offer, 100)).collect();
        let answers = join_all(taps.iter().map(|tap| story.tap(&player, tap))).await;
        i64::try_from(answers.iter().filter(|answer| answer.status == 201).count()).unwrap()
    };
    let (taken, staked) = tokio::join!(taken, staked);
    let (balance, held) = has(&story, &player).await;
    assert_eq!((held, balance), (taken * 200, 1_000 - taken * 200 - staked * 100));
    assert!((0..100).contains(&balance) || (balance < 200 && staked == 20), "{taken} {staked} {balance}");
    // And one key many times at once is one withdrawal.
    let rich = story.player(1_000).await;
    let same = terms(&rich, 100);
    let answers = join_all((0..10).map(|_| asks(&story, &rich, "one", &same))).await;
    assert!(answers.iter().all(|answer| answer.json["withdrawal_id"] == answers[0].json["withdrawal_id"]));
    assert_eq!(has(&story, &rich).await, (900, 100));
    let paid = join_all((0..10).map(|_| pays_in(&story, &rich, "one", 5))).await;
    assert!(paid.iter().all(|answer| answer.status == 201 && answer.text == paid[0].text));
    assert_eq!(has(&story, &rich).await, (905, 100));
    assert_sound(&story).await;
}

async fn of_two_operators_at_once_one_decides(store: Store) {
    let story = Story::open(store).await;
    let player = story.player(10_000).await;
    for round in 0..10 {
        let id = withdrawal(&story, &player, &format!("round {round}").replace(' ', "-"), 100).await;
        let (yes, no) = tokio::join!(decides(&story, &id, "approve"), decides(&story, &id, "reject"));
        let won = [&yes, &no].into_iter().filter(|answer| answer.status == 200).count();
        assert_eq!(won, 1, "{} {}", yes.text, no.text);
        let lost = if yes.status == 200 { no } else { yes };
        assert_eq!(lost.says(), (409, "already_decided"));
    }
    let left = count(&story, "SELECT COUNT(*) FROM withdrawals WHERE state = 'approved'").await;
    assert_eq!(has(&story, &player).await, (10_000 - left * 100, 0));
    assert_entries_add_up(&story, &player).await;
    assert_sound(&story).await;
}

async fn money_goes_to_the_own_wallet_and_in_sums_that_exist(store: Store) {
    let story = Story::open(store).await;
    let (player, other) = (story.player(10_000).await, story.player(0).await);
    let before = footprint(&story).await;
    for address in [other.wallet.as_str(), "", "0x", "me", "0x00000000000000000000000000000000000000zz"] {
        let body = json!({ "amount": 100, "address": address });
        assert_eq!(asks(&story, &player, "k", &body).await.says(), (400, "bad_address"), "{address}");
    }
    for amount in [i64::MIN, -1, 0, 1_000_000_001, i64::MAX] {
        assert_eq!(asks(&story, &player, "k", &terms(&player, amount)).await.says(), (400, "bad_amount"));
        assert_eq!(pays_in(&story, &player, "k", amount).await.says(), (400, "bad_amount"));
    }
    assert_eq!(asks(&story, &player, "k", &terms(&player, 10_001)).await.says(), (400, "insufficient_funds"));
    let wallet = &player.wallet;
    for body in [
        json!({}),
        json!({ "amount": 1.5, "address": wallet }),
        json!({ "amount": "100", "address": wallet }),
        json!({ "amount": 100, "address": wallet, "to": wallet }),
        json!({ "amount": 100, "address": "\0" }),
        json!([]),
    ] {
        let answer = asks(&story, &player, "k", &body).await;
        assert_eq!(answer.says(), (400, "bad_request"), "{body}");
    }
    for key in ["", "a b", &"x".repeat(129)] {
        assert_eq!(asks(&story, &player, key, &terms(&player, 100)).await.status, 400, "{key:?}");
    }
    for (field, text) in
        [("reference", "a\nb"), ("reference", " "), ("operator", ""), ("operator", &"x".repeat(201))]
    {
        let mut body = json!({ "wallet": wallet, "amount": 1, "reference": "r", "operator": "ada" });
        body[field] = json!(text);
        let answer = operates(&story, Method::POST, "deposits", "k", &body).await;
        assert_eq!(answer.says(), (400, "bad_request"), "{field} {text:?}");
    }
    let nobody =
        json!({ "wallet": format!("0x{:040x}", 7), "amount": 1, "reference": "r", "operator": "ada" });
    assert_eq!(operates(&story, Method::POST, "deposits", "k", &nobody).await.says(), (404, "not_found"));
    assert_eq!(decides(&story, "x", "approve").await.says(), (404, "not_found"));
    assert_eq!(footprint(&story).await, before);
    // With or without its checksum an address is the same one.
    let plain = json!({ "amount": 100, "address": wallet.to_lowercase() });
    assert_eq!(asks(&story, &player, "plain", &plain).await.status, 201);
    assert_eq!(asks(&story, &player, "plain", &terms(&player, 100)).await.status, 201);
    assert_sound(&story).await;
}

async fn money_leaves_while_bets_rest(store: Store) {
    let mut story = Story::open(store).await;
    let player = story.player(1_000).await;
    story.market.voices = 0;
    story.run(11_000).await;
    let bet = story.tap(&player, &Tap::on(&story, &story.offers()[0], 100)).await;
    assert_eq!(bet.says(), (503, "PRICE_FEED_STALE"));
    let id = withdrawal(&story, &player, "out", 1_000).await;
    assert_eq!(decides(&story, &id, "approve").await.status, 200);
    assert_eq!(pays_in(&story, &player, "in", 7).await.status, 201);
    assert_eq!(has(&story, &player).await, (7, 0));
    assert_sound(&story).await;
}

async fn what_waits_is_waiting_after_a_restart(store: Store) {
    let mut story = Story::open(store).await;
    let player = story.player(1_000).await;
    let (first, second) =
        (withdrawal(&story, &player, "a", 300).await, withdrawal(&story, &player, "b", 200).await);
    story = story.reopened().await;
    story.wait_ms(400 * 86_400_000);
    let rows: Vec<_> =
        waiting(&story).await.iter().map(|row| row["withdrawal"]["withdrawal_id"].clone()).collect();
    assert_eq!(rows, [json!(first), json!(second)], "oldest first, however long they wait");
    assert_eq!(decides(&story, &first, "approve").await.status, 200);
    assert_eq!(decides(&story, &second, "reject").await.status, 200);
    let entries = count(&story, "SELECT COUNT(*) FROM holds").await;
    assert_eq!(entries, 0);
    assert_sound(&story).await;
}

async fn five_an_hour_is_enough(store: Store) {
    let story = Story::open(store).await;
    let player = story.player(1_000).await;
    let front = Front::of(&story.app, story.clock.clone(), web::Limits::Times(1));
    for number in 0..5 {
        let answer = request_at(&front, &player, &format!("key-{number}"), &terms(&player, 10)).await;
        assert_eq!(answer.status, 201, "{}", answer.text);
    }
    let sixth = request_at(&front, &player, "key-6", &terms(&player, 10)).await;
    assert_eq!(sixth.says(), (429, "rate_limited"));
    assert_eq!(sixth.headers["retry-after"], "720");
    story.wait_ms(720_000);
    assert_eq!(request_at(&front, &player, "key-6", &terms(&player, 10)).await.status, 201);
}

async fn nobody_but_an_operator_pays_in_or_decides(store: Store) {
    let story = Story::open(store).await;
    let player = story.player(1_000).await;
    let id = withdrawal(&story, &player, "out", 300).await;
    let doors = [
        (Method::POST, "/tap/admin/deposits".to_owned()),
        (Method::GET, "/tap/admin/withdrawals".to_owned()),
        (Method::POST, format!("/tap/admin/withdrawals/{id}/approve")),
        (Method::POST, format!("/tap/admin/withdrawals/{id}/reject")),
    ];
    for token in [None, Some("operator-toke"), Some(player.session.as_str())] {
        for (method, path) in &doors {
            let answer = story
                .front
                .request(method, path, RequestOptions { token, ..RequestOptions::default() })
                .await;
            assert_eq!(answer.says(), (403, "forbidden"), "{path} {token:?}");
        }
    }
    let nobody = story.front.request(&Method::POST, "/tap/api/withdrawals", RequestOptions::default()).await;
    assert_eq!(nobody.says(), (401, "invalid_session"));
    let other = story.player(0).await;
    assert_eq!(story.get("/tap/api/withdrawals", &other).await.json["withdrawals"], json!([]));
    assert_eq!(has(&story, &player).await, (700, 300));
}
