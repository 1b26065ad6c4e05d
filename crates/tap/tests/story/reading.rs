//! Reading: lists and their pages, the ledger, prices, evidence, proofs, the document.

use crate::harness::checks::count;
use crate::harness::{Answer, Player, Story, TABLES};
use crate::settlement::row;
use serde_json::{Value, json};
use sha2::{Digest as _, Sha256};
use std::collections::BTreeSet;
use store::Store;

testkit::on_both_backends! {
    a_list_of_bets_is_filtered_and_turned_without_loss with *TABLES;
    a_list_stays_whole_while_bets_are_made with *TABLES;
    a_bet_of_another_is_not_there with *TABLES;
    a_ledgers_entries_sum_to_the_balance_and_chain with *TABLES;
    prices_are_read_within_bounds with *TABLES;
    evidence_is_there_when_a_column_is_decided with *TABLES;
    a_proof_is_there_when_its_minute_is_sealed with *TABLES;
    every_route_is_documented_and_every_refusal_a_problem with *TABLES;
}

/// Every page of a list, following its cursors.
async fn pages(story: &Story, player: &Player, path: &str, what: &str) -> Vec<Value> {
    let (mut all, mut cursor) = (Vec::new(), None::<String>);
    loop {
        let next = cursor.map(|cursor| format!("&cursor={cursor}")).unwrap_or_default();
        let answer = story.get(&format!("{path}{next}"), player).await;
        assert_eq!(answer.status, 200, "{}", answer.text);
        all.extend(answer.json[what].as_array().unwrap().iter().cloned());
        match answer.json["next_cursor"].as_str() {
            Some(next) => cursor = Some(next.to_owned()),
            None => return all,
        }
    }
}

fn ids(bets: &[Value]) -> Vec<String> {
    bets.iter().map(|bet| bet["bet_id"].as_str().unwrap().to_owned()).collect()
}

async fn a_list_of_bets_is_filtered_and_turned_without_loss(store: Store) {
    let mut story = Story::open(store).await;
    let (player, other) = (story.player(100_000).await, story.player(100_000).await);
    let mut made = Vec::new();
    let noon = story.now();
    for (at, offer) in story.offers().iter().take(25).enumerate() {
        if at == 12 {
            story.wait_ms(300);
        }
        made.push(story.bet(&player, offer, 100).await["bet_id"].as_str().unwrap().to_owned());
        story.bet(&other, offer, 100).await;
    }
    made.reverse();
    for limit in [1, 7, 24, 25, 26, 100] {
        let all = pages(&story, &player, &format!("/tap/api/bets?limit={limit}"), "bets").await;
        assert_eq!(ids(&all), made, "{limit}");
    }
    let later = kernel::Timestamp::from_micros(noon.as_micros() + 300_000).rfc3339();
    let from = pages(&story, &player, &format!("/tap/api/bets?from={later}&limit=5"), "bets").await;
    let to = pages(&story, &player, &format!("/tap/api/bets?to={later}&limit=5"), "bets").await;
    assert_eq!((ids(&from), ids(&to)), (made[..13].to_vec(), made[13..].to_vec()));
    assert_eq!(pages(&story, &player, "/tap/api/bets?status=won", "bets").await.len(), 0);
    story.run(130_000).await;
    while story.settle().await > 0 {}
    let mut split = 0;
    for status in ["won", "lost"] {
        let some = pages(&story, &player, &format!("/tap/api/bets?status={status}&limit=3"), "bets").await;
        assert!(some.iter().all(|bet| bet["status"] == status));
        split += some.len();
    }
    assert_eq!(split, 25);
    for bad in [
        "status=open",
        "limit=0",
        "limit=101",
        "limit=x",
        "cursor=x",
        "from=yesterday",
        "to=1",
        "nothing=1&limit=-1",
    ] {
        let answer = story.get(&format!("/tap/api/bets?{bad}"), &player).await;
        assert_eq!(answer.says(), (400, "bad_request"), "{bad}");
    }
}

async fn a_list_stays_whole_while_bets_are_made(store: Store) {
    let story = Story::open(store).await;
    let player = story.player(100_000).await;
    let offers = story.offers();
    let mut before = BTreeSet::new();
    for offer in &offers[..20] {
        before.insert(story.bet(&player, offer, 100).await["bet_id"].as_str().unwrap().to_owned());
    }
    let inserting = async {
        for offer in &offers[20..60] {
            story.bet(&player, offer, 100).await;
        }
    };
    let (seen, ()) = tokio::join!(pages(&story, &player, "/tap/api/bets?limit=3", "bets"), inserting);
    let listed = ids(&seen);
    let once: BTreeSet<_> = listed.iter().cloned().collect();
    assert_eq!(once.len(), listed.len(), "no bet twice");
    assert!(once.is_superset(&before), "none missing");
}

async fn a_bet_of_another_is_not_there(store: Store) {
    let story = Story::open(store).await;
    let (one, two) = (story.player(1_000).await, story.player(1_000).await);
    let bet = story.bet(&one, &story.offers()[0], 100).await;
    let path = format!("/tap/api/bets/{}", bet["bet_id"].as_str().unwrap());
    assert_eq!(story.get(&path, &one).await.status, 200);
    assert_eq!(story.get(&path, &two).await.says(), (404, "not_found"));
    assert_eq!(story.look(&path).await.says(), (401, "invalid_session"));
    for id in ["x", "0", "00000000-0000-0000-0000-000000000000", "%00"] {
        let (status, _) = story.get(&format!("/tap/api/bets/{id}"), &one).await.says();
        assert!([400, 404].contains(&status), "{id} {status}");
    }
    assert_eq!(story.get("/tap/api/bets", &two).await.json["bets"], json!([]));
}

async fn a_ledgers_entries_sum_to_the_balance_and_chain(store: Store) {
    let mut story = Story::open(store).await;
    let player = story.player(5_000).await;
    let mut refs = Vec::new();
    for offer in &story.offers()[..12] {
        refs.push(story.bet(&player, offer, 100).await["bet_id"].clone());
    }
    story.front.post("/tap/api/demo/faucet", &player, &json!({})).await;
    story.run(130_000).await;
    while story.settle().await > 0 {}
    for limit in [1, 5, 100] {
        let entries = pages(&story, &player, &format!("/tap/api/ledger?limit={limit}"), "entries").await;
        let mut balance = 0;
        for entry in entries.iter().rev() {
            balance += entry["amount"].as_i64().unwrap();
            assert_eq!(entry["balance_after"], balance, "{entry}");
        }
        assert_eq!(balance, story.balance(&player).await);
        let bets: Vec<_> = entries
            .iter()
            .rev()
            .filter(|entry| entry["ref_type"] == "BET")
            .map(|entry| entry["ref_id"].clone())
            .collect();
        assert_eq!(bets, refs);
        let won = entries.iter().filter(|entry| entry["ref_type"] == "PAYOUT").count();
        assert_eq!(
            i64::try_from(won).unwrap(),
            count(&story, "SELECT COUNT(*) FROM bets WHERE status = 'won'").await
        );
    }
    for bad in ["limit=0", "limit=101", "cursor=x"] {
        assert_eq!(
            story.get(&format!("/tap/api/ledger?{bad}"), &player).await.says(),
            (400, "bad_request"),
            "{bad}"
        );
    }
}

async fn prices_are_read_within_bounds(store: Store) {
    let mut story = Story::open(store).await;
    story.run(10_000).await;
    let latest = story.look("/tap/api/prices/latest").await.json;
    let last = story.market.last();
    assert_eq!(
        latest,
        json!({ "seq": last.seq, "ts_ms": last.ts_ms, "price": last.price, "n": 2, "flags": 0 })
    );
    let ask = |query: String| {
        let story = &story;
        async move { story.look(&format!("/tap/api/prices/history?{query}")).await }
    };
    let (from, to) = (last.ts_ms - 5_000, last.ts_ms);
    let rows = |answer: &Answer| answer.json["ticks"].as_array().unwrap().clone();
    let all = rows(&ask(format!("from={from}&to={to}")).await);
    assert_eq!(
        (all.len(), &all[0][1], &all[49][1]),
        (50, &json!(from), &json!(to - 100)),
        "from is in, to is not"
    );
    assert_eq!(rows(&ask(format!("from={from}&to={to}&step=1000")).await).len(), 5);
    assert_eq!(rows(&ask(format!("from={from}&to={from}")).await).len(), 0);
    assert_eq!(rows(&ask("from=0&to=3600000".into()).await).len(), 0);
    for bad in [
        "",
        "from=1",
        "from=-1&to=5",
        "from=5&to=4",
        "from=0&to=3600001",
        "from=0&to=9223372036854775807",
        "from=0&to=1&step=0",
        "from=0&to=1&step=-1",
        "from=0&to=1&step=3600001",
        "from=x&to=y",
    ] {
        assert_eq!(ask(bad.into()).await.says(), (400, "bad_request"), "{bad}");
    }
    assert_eq!(story.look("/tap/api/chain/head").await.says(), (404, "not_found"));
    story.run(60_000).await;
    let head = story.look("/tap/api/chain/head").await.json;
    assert_eq!(head["hash"].as_str().unwrap().len(), 64);
}

async fn evidence_is_there_when_a_column_is_decided(store: Store) {
    let mut story = Story::open(store).await;
    let player = story.player(1_000).await;
    let offer = row(&story, 2, 6_000_000);
    story.bet(&player, &offer, 500).await;
    let (column, path) = (offer.cell.column(), format!("/tap/api/columns/{}/evidence", offer.cell.column()));
    assert_eq!(story.look(&path).await.says(), (404, "not_found"));
    story.run_to(column * 5_000 + 5_000).await;
    story.settle().await;
    let evidence = story.look(&path).await.json;
    let first = story.market.last().seq - 50;
    let expected = json!({ "epoch": offer.cell.epoch(), "c": column, "t0_ms": column * 5_000, "t1_ms": column * 5_000 + 5_000,
        "first_seq": first, "last_seq": first + 49, "n_ticks": 50, "min": 6_000_500, "max": 6_000_500,
        "carry_in_price": 6_000_500, "max_gap_ms": 100, "verdict": "valid", "rule_version": 9,
        "prices": [[6_000_500, 50]], "block_minutes": [], "block_hashes": [] });
    assert_eq!(evidence, expected);
    story.run(60_000).await;
    let head = story.look("/tap/api/chain/head").await.json;
    let sealed = story.look(&path).await.json;
    assert_eq!(
        (&sealed["block_minutes"], &sealed["block_hashes"]),
        (&json!([head["minute"]]), &json!([head["hash"]])),
        "hashes come with the seal"
    );
    for bad in ["x", "-1", "99999999999999999999", "1e3"] {
        assert_eq!(
            story.look(&format!("/tap/api/columns/{bad}/evidence")).await.says(),
            (400, "bad_request"),
            "{bad}"
        );
    }
    // Ticks go after a week; evidence stays.
    story.wait_ms(8 * 86_400_000);
    tap::usecase::ticks_purge::run(&story.app).await.unwrap();
    let left =
        count(&story, "SELECT COUNT(*) FROM ticks t WHERE t.seq <= (SELECT MAX(last_seq) FROM blocks)").await;
    assert_eq!(left, 0, "what is sealed and old is gone");
    assert_eq!(story.look(&path).await.json, sealed);
}

async fn a_proof_is_there_when_its_minute_is_sealed(store: Store) {
    let mut story = Story::open(store).await;
    let player = story.player(1_000).await;
    let offer = row(&story, 2, 6_000_000);
    let bet = story.bet(&player, &offer, 500).await;
    let path = format!("/tap/api/bets/{}/proof", bet["bet_id"].as_str().unwrap());
    assert_eq!(story.look(&path).await.says(), (409, "proof_pending"));
    story.run_to(offer.cell.column() * 5_000 + 5_000).await;
    story.settle().await;
    let pending = story.look(&path).await;
    assert_eq!(pending.says(), (409, "proof_pending"));
    assert!(pending.headers.contains_key("retry-after"));
    story.run(60_000).await;
    let proof = story.look(&path).await;
    assert_eq!(proof.status, 200, "{}", proof.text);
    let (facts, head) = (&proof.json, story.look("/tap/api/chain/head").await.json);
    assert_eq!((&facts["format"], &facts["outcome"]), (&json!("fairground-tap-proof-1"), &json!("won")));
    assert_eq!((&facts["bet"]["wallet"], &facts["bet"]["bet_id"]), (&json!(player.wallet), &bet["bet_id"]));
    assert_eq!(facts["chain_head"], json!({ "minute": head["minute"], "hash": head["hash"] }));
    assert_eq!(facts["quote"]["rate"], offer.rate);
    assert_eq!(facts["blocks"].as_array().unwrap().len(), 1);
    let (body, seal) = proof.text.rsplit_once(",\"seal\":").unwrap();
    let hash = crate::harness::player::hex(&Sha256::digest(format!("{body}}}").as_bytes()));
    assert_eq!(seal, format!("\"{hash}\"}}"));
    assert_eq!(story.look("/tap/api/bets/x/proof").await.says(), (404, "not_found"));
    let absent = story.app.public.encode(kernel::UserId(77));
    assert!([400, 404].contains(&story.look(&format!("/tap/api/bets/{absent}/proof")).await.status));
    story.wait_ms(8 * 86_400_000);
    tap::usecase::ticks_purge::run(&story.app).await.unwrap();
    let later = story.look(&path).await;
    assert_eq!(
        (later.status, &later.json["outcome"], &later.json["blocks"]),
        (200, &json!("won"), &json!([]))
    );
}

async fn every_route_is_documented_and_every_refusal_a_problem(store: Store) {
    let story = Story::open(store).await;
    let exempt = ["/tap/admin", "/tap/api/demo", "/tap/ws", "/tap/_load"];
    let missing = web::openapi::undocumented(&story.front.bare, &story.front.document, &exempt);
    assert_eq!(missing, Vec::<String>::new());
    let player = story.player(0).await;
    for path in ["/tap/api/nothing", "/tap/api", "/tap/api/bets/1/2/3"] {
        assert_eq!(story.get(path, &player).await.says().0, 404, "{path}");
    }
    let wrong = story.front.post("/tap/api/grid", &player, &json!({})).await;
    assert_eq!(wrong.says(), (405, "method_not_allowed"));
    let asked =
        crate::harness::RequestOptions { headers: &[("x-request-id", "mine-17")], ..Default::default() };
    let answer = story.front.request(&axum::http::Method::GET, "/tap/api/balance", asked).await;
    assert_eq!(answer.says(), (401, "invalid_session"));
    assert_eq!(answer.headers["x-request-id"].to_str().unwrap(), answer.json["request_id"].as_str().unwrap());
}
