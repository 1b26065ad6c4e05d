//! What a viewer does, step by step, in the words of the Mini App.

use crate::page::Page;
use serde_json::json;
use std::net::SocketAddr;
use testkit::http::Client;

/// The first invented person of the simulated Telegram.
const PERSON: i64 = 7_100_000_001;
/// Opened at the start of the demo, and free.
const FREE: &str = "harbour";

/// Opens the Mini App as Telegram does: signed init data behind the `#`. Where the simulated Telegram listens.
pub fn sign_in(page: &Page) -> SocketAddr {
    page.goto("/funpot");
    let client = page.attribute("html", "data-client").expect("the demo has a simulated Telegram");
    let address: SocketAddr = client.trim_start_matches("http://").parse().expect("an address on loopback");
    let path = format!("/client/init_data?user={PERSON}");
    let given = Client::new(address).send("GET", &path, &[], b"").expect("the simulated Telegram answers");
    let data = given.json["init_data"].as_str().expect("signed init data");
    let encoded = page.run(
        "return new URLSearchParams({ tgWebAppData: arguments[0], tgWebAppVersion: '8.0' }).toString();",
        &[data],
    );
    page.goto(&format!("/funpot/app#{}", encoded.as_str().expect("text")));
    page.wait_for(".bar-tabs");
    page.wait_for("#balance[data-balance='0']");
    page.wait_for(".events[data-state=ready] .event");
    let hash = page.run("return location.hash;", &[]);
    assert_eq!(hash, "", "init data does not stay in the address");
    address
}

/// Buys credit: the invoice opens, the person pays it at Telegram, and the page waits for the server.
pub fn buy(page: &Page, telegram: &SocketAddr) {
    page.run("window.open = (address) => { window.invoice = address; };", &[]);
    page.click("[data-act=buy]");
    let script =
        "const look = () => window.invoice ? arguments[0](window.invoice) : setTimeout(look, 50); look();";
    let invoice = page.run_async(script, &[]);
    let body = json!({ "user": PERSON, "link": invoice }).to_string();
    let headers = [("content-type", "application/json")];
    let paid =
        Client::new(*telegram).send("POST", "/client/pay", &headers, body.as_bytes()).expect("answered");
    assert_eq!(paid.json["status"], "paid", "{}", paid.json);
}

/// Votes on some event that costs something; what it costs.
pub fn vote_for_credit(page: &Page) -> i64 {
    let find = "const done = arguments[0];
        const look = () => {
            const card = [...document.querySelectorAll('.event[data-phase=live][data-voted=\"\"][data-urgent=false]')]
                .find((card) => card.textContent.includes('Pot '));
            card ? done(card.dataset.event) : setTimeout(look, 100);
        };
        look();";
    let event = page.run_async(find, &[]).as_str().expect("an id").to_owned();
    let card = format!(".event[data-event='{event}']");
    page.click(&format!("{card} .option"));
    page.wait_for(&format!("{card} [data-act=vote]"));
    let words = page.wait_for_words(&format!("{card} [data-act=vote]"));
    let cost = words.split_whitespace().filter_map(|word| word.parse().ok()).next_back();
    page.click(&format!("{card} [data-act=vote]"));
    page.wait_for(&format!("{card}:not([data-voted=''])"));
    cost.unwrap_or_else(|| panic!("no price in `{words}`"))
}

/// Votes on the event that costs nothing; its id.
pub fn vote_for_free(page: &Page) -> String {
    let find = "return [...document.querySelectorAll('.event')].find((card) => card.textContent.includes(arguments[0]))?.dataset.event ?? null;";
    let event = page.run(find, &[FREE]).as_str().expect("the free event is open").to_owned();
    let card = format!(".event[data-event='{event}']");
    page.click(&format!("{card} .option"));
    page.click(&format!("{card} [data-act=vote]"));
    page.wait_for(&format!("{card}[data-voted=yes]"));
    page.wait_for_text(&format!("{card} .line"), "Your vote");
    event
}

/// How many votes a card shows.
pub fn votes(page: &Page, card: &str) -> i64 {
    page.attribute(card, "data-votes").and_then(|votes| votes.parse().ok()).expect("a card counts votes")
}

/// Waits until others have voted.
pub fn wait_for_more_votes(page: &Page, card: &str, before: i64) {
    let script = "const [card, before, done] = arguments;
        const look = () => Number(document.querySelector(card)?.dataset.votes) > Number(before) ? done(true) : setTimeout(look, 100);
        look();";
    assert_eq!(page.run_async(script, &[card, &before.to_string()]), true);
}

/// Opens a view as a touch on its link does.
pub fn open_view(page: &Page, path: &str) {
    let script =
        "const link = Object.assign(document.createElement('a'), { href: arguments[0], textContent: 'go' });
        document.body.append(link); link.click(); link.remove();";
    page.run(script, &[path]);
    page.wait_for_address(path);
}

/// The checks that fail, in order, when a vote's payout is changed by one.
pub fn check_altered(page: &Page, event: &str) -> Vec<String> {
    let script = "const [event, done] = arguments;
        (async () => {
            const address = document.querySelector('script[src$=\"/app.js\"]').src.replace('app.js', 'receipt.js');
            const { check } = await import(address);
            const receipt = await (await fetch(`/funpot/api/events/${event}/receipt`)).json();
            receipt.body.votes[0].payout += 1;
            const { checks } = await check(receipt);
            return checks.filter(({ verdict }) => verdict === 'no').map(({ name }) => name);
        })().then(done, (error) => done([String(error)]));";
    let failing = page.run_async(script, &[event]);
    failing.as_array().into_iter().flatten().filter_map(|name| name.as_str()).map(str::to_owned).collect()
}
