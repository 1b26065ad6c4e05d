//! Operators: the token, the record, and what no hand can do.

use crate::harness::{Answer, RequestOptions, Story, TABLES, Tap, settings};
use axum::http::Method;
use serde_json::{Value, json};
use store::{Store, StoreError};
use tap::settings::Settings;

testkit::on_both_backends! {
    an_operator_stops_bets_and_lets_them_go_on_and_all_of_it_is_recorded with *TABLES;
    no_hand_blesses_a_stale_price_and_the_attempt_is_recorded with *TABLES;
    what_cannot_be_recorded_is_not_done with *TABLES;
    without_the_token_there_is_no_hand with *TABLES;
    where_no_token_is_configured_there_are_no_doors with *TABLES;
    a_dispute_shows_what_is_on_record_of_a_player_a_bet_and_a_time with *TABLES;
}

async fn asks(story: &Story, token: Option<&str>, body: &Value) -> Answer {
    let ask =
        RequestOptions { token, body: Some(body.to_string().into_bytes()), ..RequestOptions::default() };
    story.front.request(&Method::POST, "/tap/admin/breaker", ask).await
}

/// An order with the right token, obeyed by the market's engine.
async fn order(story: &mut Story, body: Value) -> Answer {
    let mono_ms = story.market.mono_ms();
    let ask = RequestOptions {
        token: Some("operator-token"),
        body: Some(body.to_string().into_bytes()),
        ..RequestOptions::default()
    };
    let (front, engine) = (&story.front, &mut story.market.engine);
    let obeys = async {
        let command = front.breaker_commands.lock().await.recv().await.unwrap();
        command.reply.send(engine.override_breaker(command.requested, mono_ms)).unwrap();
    };
    let (answer, ()) = tokio::join!(front.request(&Method::POST, "/tap/admin/breaker", ask), obeys);
    story.market.show(&story.app);
    answer
}

async fn incidents(story: &Story) -> Vec<Value> {
    let ask = RequestOptions { token: Some("operator-token"), ..RequestOptions::default() };
    let answer = story.front.request(&Method::GET, "/tap/admin/incidents", ask).await;
    answer.json["incidents"]
        .as_array()
        .unwrap()
        .iter()
        .filter(|row| row["actor"] != "engine")
        .cloned()
        .collect()
}

fn act(mode: &str) -> Value {
    json!({ "mode": mode, "operator": "ada", "reason": "a drill" })
}

async fn an_operator_stops_bets_and_lets_them_go_on_and_all_of_it_is_recorded(store: Store) {
    let mut story = Story::open(store).await;
    let player = story.player(10_000).await;
    assert_eq!(order(&mut story, act("open")).await.status, 200);
    let answer = story.tap(&player, &Tap::on(&story, &story.offers()[0], 100)).await;
    assert_eq!(answer.says(), (503, "PRICE_FEED_STALE"));
    story.run(5_000).await;
    assert_eq!(
        story.tap(&player, &Tap::on(&story, &story.offers()[0], 100)).await.status,
        503,
        "until further notice"
    );
    assert_eq!(order(&mut story, act("auto")).await.status, 200);
    story.bet(&player, &story.offers()[0], 100).await;
    let rows = incidents(&story).await;
    let told: Vec<_> = rows
        .iter()
        .map(|row| {
            (row["to"].as_str().unwrap(), row["actor"].as_str().unwrap(), row["reason"].as_str().unwrap())
        })
        .collect();
    assert_eq!(told, [("override:auto", "ada", "a drill"), ("override:open", "ada", "a drill")]);
    let engine = RequestOptions { token: Some("operator-token"), ..RequestOptions::default() };
    let all = story.front.request(&Method::GET, "/tap/admin/incidents", engine).await.text;
    assert!(all.contains("\"to\":\"healthy\""), "the engine's own transitions are rows, too: {all}");
}

async fn no_hand_blesses_a_stale_price_and_the_attempt_is_recorded(store: Store) {
    let mut story = Story::open(store).await;
    let player = story.player(10_000).await;
    let close = json!({ "mode": "closed", "seconds": 60, "operator": "ada", "reason": "they wait" });
    story.market.voices = 0;
    story.run(11_000).await;
    assert_eq!(order(&mut story, close.clone()).await.says(), (409, "override_refused"));
    assert_eq!(story.tap(&player, &Tap::on(&story, &story.offers()[0], 100)).await.status, 503);
    let rows = incidents(&story).await;
    assert_eq!(rows.len(), 2, "that it was tried, and that it was refused");
    for row in &rows {
        assert_eq!((&row["to"], &row["actor"]), (&json!("override:closed"), &json!("ada")));
    }
    let reason = rows[0]["reason"].as_str().unwrap();
    assert!(reason.starts_with("they wait: refused, "), "{reason}");
    assert_eq!(rows[1]["reason"], "they wait");
    for seconds in [301, 0, -1, i64::MAX] {
        story.market.voices = 2;
        story.run(300).await;
        let long = json!({ "mode": "closed", "seconds": seconds, "operator": "ada", "reason": "too long" });
        assert_eq!(order(&mut story, long).await.says(), (409, "override_refused"), "{seconds}");
    }
    // Fresh again, not yet stable: a hand may shorten the wait.
    story.market.voices = 0;
    story.run(11_000).await;
    story.market.voices = 2;
    story.run(200).await;
    assert_eq!(order(&mut story, close).await.status, 200);
    story.bet(&player, &story.offers()[0], 100).await;
    // And the price that becomes stale ends it.
    story.market.voices = 0;
    story.run(11_000).await;
    assert_eq!(
        story.tap(&player, &Tap::on(&story, &story.offers()[0], 100)).await.says(),
        (503, "PRICE_FEED_STALE")
    );
}

async fn what_cannot_be_recorded_is_not_done(store: Store) {
    let mut story = Story::open(store).await;
    let player = story.player(10_000).await;
    let table: Result<(), StoreError> =
        story.app.store.write(|tx| tx.execute("ALTER TABLE incidents RENAME TO away", &[]).map(drop)).await;
    table.unwrap();
    assert_eq!(asks(&story, Some("operator-token"), &act("open")).await.status, 500);
    assert!(story.front.breaker_commands.lock().await.try_recv().is_err(), "the engine was asked nothing");
    story.run(300).await;
    story.bet(&player, &story.offers()[0], 100).await;
}

async fn without_the_token_there_is_no_hand(store: Store) {
    let story = Story::open(store).await;
    let player = story.player(0).await;
    for token in
        [None, Some(""), Some("operator-toke"), Some("operator-token0"), Some(player.session.as_str())]
    {
        assert_eq!(asks(&story, token, &act("open")).await.says(), (403, "forbidden"), "{token:?}");
        let ask = RequestOptions { token, ..RequestOptions::default() };
        assert_eq!(story.front.request(&Method::GET, "/tap/admin/incidents", ask).await.says().0, 403);
    }
    for body in [
        json!({}),
        json!({ "mode": "open" }),
        json!({ "mode": "ajar", "operator": "ada", "reason": "x" }),
        json!({ "mode": "open", "seconds": 5, "operator": "ada", "reason": "x" }),
        json!({ "mode": "closed", "operator": "ada", "reason": "x" }),
        json!({ "mode": "open", "operator": " ", "reason": "x" }),
        json!({ "mode": "open", "operator": "ada", "reason": "" }),
        json!({ "mode": "open", "operator": "ada", "reason": "x", "force": true }),
    ] {
        assert_eq!(asks(&story, Some("operator-token"), &body).await.says(), (400, "bad_request"), "{body}");
    }
    assert_eq!(incidents(&story).await.len(), 0);
}

async fn where_no_token_is_configured_there_are_no_doors(store: Store) {
    let story = Story::with(store, Settings { admin_token: String::new(), ..settings() }).await;
    for token in [None, Some(""), Some("operator-token")] {
        assert_eq!(asks(&story, token, &act("open")).await.says(), (404, "not_found"), "{token:?}");
    }
}

async fn disputes(story: &Story, query: &str) -> Answer {
    let ask = RequestOptions { token: Some("operator-token"), ..RequestOptions::default() };
    story.front.request(&Method::GET, &format!("/tap/admin/disputes?{query}"), ask).await
}

async fn a_dispute_shows_what_is_on_record_of_a_player_a_bet_and_a_time(store: Store) {
    let mut story = Story::open(store).await;
    let (player, other) = (story.player(10_000).await, story.player(10_000).await);
    order(&mut story, act("open")).await;
    order(&mut story, act("auto")).await;
    let first = story.bet(&player, &story.offers()[0], 100).await;
    story.bet(&other, &story.offers()[1], 100).await;
    story.run(2_000).await;
    let noon = story.now().rfc3339();
    let second = story.bet(&player, &story.offers()[2], 500).await;
    story.run(130_000).await;
    while story.settle().await > 0 {}

    let wallet = format!("wallet={}", player.wallet);
    let all = disputes(&story, &wallet).await;
    let bets: Vec<_> =
        all.json["bets"].as_array().unwrap().iter().map(|row| row["bet"]["bet_id"].clone()).collect();
    assert_eq!(bets, [second["bet_id"].clone(), first["bet_id"].clone()], "theirs alone, newest first");
    for row in all.json["bets"].as_array().unwrap() {
        assert!(row["quote"]["price"].as_i64().unwrap() > 0 && row["nonce"].is_string(), "{row}");
        assert_eq!((&row["verdict"], &row["void_reason"]), (&json!("valid"), &Value::Null));
    }
    let kinds: Vec<_> =
        all.json["entries"].as_array().unwrap().iter().map(|row| row["ref_type"].clone()).collect();
    assert_eq!(kinds.iter().filter(|kind| *kind == "BET").count(), 2);

    for (query, wanted) in
        [(format!("{wallet}&from={noon}"), &second), (format!("{wallet}&to={noon}"), &first)]
    {
        let some = disputes(&story, &query).await;
        assert_eq!(some.json["bets"].as_array().unwrap().len(), 1, "{query}");
        let entries = some.json["entries"].as_array().unwrap();
        let bets: Vec<_> =
            entries.iter().filter(|row| row["ref_type"] == "BET").map(|row| &row["ref_id"]).collect();
        assert_eq!(bets, [&wanted["bet_id"]], "{query}");
        assert_eq!(some.json["bets"][0]["bet"]["bet_id"], wanted["bet_id"], "{query}");
    }
    let acts = async |query: String| {
        let rows = disputes(&story, &query).await.json["incidents"].as_array().unwrap().clone();
        rows.iter().filter(|row| row["actor"] == "ada").count()
    };
    assert_eq!(acts(format!("{wallet}&to={noon}")).await, 2, "before noon an operator acted twice");
    assert_eq!(acts(format!("{wallet}&from={noon}")).await, 0, "and never since");
    let one = disputes(&story, &format!("bet={}", first["bet_id"].as_str().unwrap())).await;
    assert_eq!(one.json["bets"].as_array().unwrap().len(), 1);
    assert_eq!(
        (&one.json["bets"][0]["bet"]["bet_id"], &one.json["user"]),
        (&first["bet_id"], &all.json["user"])
    );

    for query in
        ["", "wallet=x", "bet=x", "bet=%00", &format!("{wallet}&bet=x"), &format!("{wallet}&from=noon")]
    {
        assert_eq!(disputes(&story, query).await.says(), (400, "bad_request"), "{query}");
    }
    let nobody = disputes(&story, "wallet=0x0000000000000000000000000000000000000001").await;
    assert_eq!(nobody.says(), (404, "not_found"));
    let ask = RequestOptions { token: Some(player.session.as_str()), ..RequestOptions::default() };
    assert_eq!(
        story.front.request(&Method::GET, &format!("/tap/admin/disputes?{wallet}"), ask).await.says(),
        (403, "forbidden")
    );
}
