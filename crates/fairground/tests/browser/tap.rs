//! Real Chromium plays Tap against the real server: signs in, taps, is paid, and checks the proof; and sees what happens
//! when answers are lost and prices stop.

use crate::page::Page;
use crate::tap_steps as steps;
use crate::{BINARY, DESKTOP, PHONE, walk_with};
use std::path::Path;
use std::time::Duration;
use testkit::browser::Browser;
use testkit::http::Client;
use testkit::server::Server;

/// Tap alone, with short columns and a short wait for the first rates.
const QUICK: &[(&str, &str)] = &[
    ("FAIRGROUND_STALLS", "tap"),
    ("FAIRGROUND_TAP_WIDTH_MS", "2000"),
    ("FAIRGROUND_TAP_WARM_UP_S", "2"),
    ("FAIRGROUND_TAP_RECOVERY_S", "1"),
];
/// A proof is sealed at the end of its minute, and its page may have to wait for nearly a whole one.
const A_MINUTE: Duration = Duration::from_secs(90);
/// Prices are stale after ten seconds of silence.
const STALE: Duration = Duration::from_secs(40);

#[test]
#[ignore = "needs Chromium; run with --include-ignored"]
fn browser_taps_and_proves_the_outcome() {
    walk_with(DESKTOP, QUICK, |page: &Page| {
        steps::open_grid(page);
        steps::sign_in(page);
        steps::watch_slips(page);
        let first = steps::tap_by_keyboard(page);
        let second = steps::tap_by_click(page);
        for cell in [&first, &second] {
            let states = steps::seen(page, cell);
            assert!(states.starts_with(&["pending".into(), "confirmed".into()]), "{cell} was {states:?}");
        }
        page.demand_no_failing_script();
        let settled = format!(".slip[data-cell='{first}'] .proof-link");
        page.wait_for(&settled);
        let link = page.attribute(&settled, "href").expect("a link has an address");
        page.click(&settled);
        page.wait_for_address(&link);
        page.wait_patiently_for("#proof[data-state=yes]", A_MINUTE);
        assert_eq!(page.count(".check[data-verdict=yes]"), 6);
        let proof = page.fetch(&format!("/tap/api{}", link.trim_start_matches("/tap")));
        let saved = page.attribute("#download", "href").expect("the proof can be saved");
        assert!(
            saved.starts_with("blob:"),
            "what is saved is what was checked, not what is fetched again: {saved}"
        );
        demand_that_the_program_agrees(&proof);
    });
}

/// `fairground verify` accepts the proof, and refuses it with any digit of its payout changed.
fn demand_that_the_program_agrees(proof: &str) {
    let folder = tempfile::tempdir().expect("the machine has a folder for temporary files");
    let file = folder.path().join("proof.json");
    let (holds, said) = verify(&file, proof);
    assert!(holds, "the program refuses what the page accepts:\n{said}\n{proof}");
    let amount = proof.find("\"amount\":").expect("a bet has an amount") + "\"amount\":".len();
    let mut changed = proof.to_owned();
    changed.replace_range(amount..=amount, if proof[amount..].starts_with('9') { "8" } else { "9" });
    let (holds, said) = verify(&file, &changed);
    assert!(!holds, "a changed byte is not noticed:\n{said}");
}

fn verify(file: &Path, text: &str) -> (bool, String) {
    std::fs::write(file, text).expect("a fresh folder can be written");
    let run = testkit::server::command(BINARY).arg("verify").arg(file).output().expect("the binary starts");
    (run.status.success(), String::from_utf8_lossy(&run.stdout).into_owned())
}

#[test]
#[ignore = "needs Chromium; run with --include-ignored"]
fn browser_finds_out_what_became_of_a_tap_whose_answer_was_lost() {
    walk_with(DESKTOP, QUICK, |page: &Page| {
        steps::open_grid(page);
        steps::sign_in(page);
        steps::watch_slips(page);
        steps::lose_answers(page, true);
        let cell = steps::tap_by_click(page);
        let states = steps::seen(page, &cell);
        assert!(states.starts_with(&["pending".into(), "unknown".into(), "confirmed".into()]), "{states:?}");
        steps::lose_answers(page, false);
        let due = "const { refresh, session } = await import(document.querySelector('link[href$=\"/session.js\"]').href);
            const before = session().session_id;
            const plain = window.fetch;
            window.fetch = async (path, ask) => {
                const answer = await plain(path, ask);
                if (!String(path).endsWith('/auth/session')) return answer;
                return Response.json({ ...await answer.json(), rotation_due: true });
            };
            await refresh();
            window.fetch = plain;
            return session().session_id !== before;";
        let script = format!(
            "(async () => {{ {due} }})().then(arguments[0], (error) => arguments[0](String(error)));"
        );
        assert_eq!(page.run_async(&script, &[]), true, "a session that is due gets a new id");
        let next = steps::tap_by_click(page);
        steps::open_grid(page);
        page.wait_for("#account[data-signed=yes]");
        page.wait_for(&format!(".slip[data-cell='{next}']"));
    });
}

#[test]
#[ignore = "needs Chromium; run with --include-ignored"]
fn browser_withdraws_to_the_own_wallet_and_sees_it_held() {
    walk_with(PHONE, QUICK, |page: &Page| {
        steps::open_grid(page);
        steps::sign_in(page);
        page.click("#account");
        page.wait_for("#account-sheet[open]");
        page.fill("#withdraw-amount", "12,5");
        page.click("#withdraw-send");
        page.wait_for_text("#withdraw-error", "Write an amount");
        page.fill("#withdraw-amount", "2000");
        page.click("#withdraw-send");
        page.wait_for_text("#withdraw-error", "You have less than that");
        page.fill("#withdraw-amount", "250.50");
        steps::lose_the_answer_of_a_withdrawal(page);
        page.click("#withdraw-send");
        page.wait_for_text("#withdraw-error", "Ask again: it is taken once");
        page.click("#withdraw-send");
        page.wait_for("#withdrawals li[data-status=pending]");
        page.wait_for_text("#withdrawals", "$250.50");
        page.wait_for("#balance[data-cents='74950']");
        page.wait_for("#withdraw-error[hidden]");
        assert_eq!(page.count("#withdrawals li"), 1);
        page.demand_no_sideways_scroll();
        page.demand_no_failing_script();
    });
}

#[test]
#[ignore = "needs Chromium; run with --include-ignored"]
fn browser_sees_betting_pause_while_prices_are_silent() {
    let Some(browser) = Browser::start() else { return };
    let venues = Server::start_with(BINARY, &["mock", "venues"], &[]);
    venues.wait_until_it_says("Faults:");
    let folder = tempfile::tempdir().expect("the machine has a folder for temporary files");
    let data = folder.path().join("data").display().to_string();
    let addresses = ["binance", "coinbase", "kraken"].map(|name| addresses(&venues, name)).concat();
    let settings: Vec<(&str, &str)> = addresses
        .iter()
        .map(|(key, value)| (key.as_str(), value.as_str()))
        .chain(QUICK.iter().copied())
        .collect();
    let mut server = Server::start_with(BINARY, &["serve", "--data", &data], &settings);
    server.wait_until_ready();
    let page = Page::open(&browser, DESKTOP, server.url());
    steps::open_grid(&page);
    steps::sign_in(&page);
    let cell = steps::tap_by_click(&page);
    set_fault(&venues, "silence");
    page.wait_patiently_for("#banner[data-kind=bad]:not([hidden])", STALE);
    page.wait_for_text("#banner", "Betting paused");
    page.wait_for("#desk[data-betting=closed]");
    let (status, code, again) = steps::send_past_the_page(&page, &cell);
    assert_eq!((status, code.as_str()), (503, "PRICE_FEED_STALE"));
    assert!(again.parse::<u32>().is_ok_and(|seconds| seconds > 0), "Retry-After is {again:?}");
    set_fault(&venues, "none");
    page.wait_for("#desk[data-betting=open]");
    page.wait_for("#banner[hidden]");
    steps::tap_by_click(&page);
    assert!(!server.log().contains("panicked"), "the server panicked:\n{}", server.log());
}

fn addresses(venues: &Server, name: &str) -> Vec<(String, String)> {
    let (at, upper) = (venues.address(), name.to_uppercase());
    vec![
        (format!("FAIRGROUND_TAP_{upper}_URLS"), format!("ws://{at}/{name}")),
        (format!("FAIRGROUND_TAP_{upper}_HISTORY_URL"), format!("http://{at}/{name}")),
    ]
}

fn set_fault(venues: &Server, fault: &str) {
    for name in ["binance", "coinbase", "kraken"] {
        let path = format!("/control?venue={name}&fault={fault}");
        let answer =
            Client::new(venues.address()).send("POST", &path, &[], b"").expect("the simulator answers");
        assert_eq!(answer.status, 200, "{path}");
    }
}

#[test]
#[ignore = "needs Chromium; run with --include-ignored"]
fn browser_plays_on_a_phone_without_sideways_scrolling() {
    walk_with(PHONE, QUICK, |page: &Page| {
        for path in ["/tap/help", "/tap/nowhere", "/tap/bets/none/proof"] {
            page.goto(path);
            page.wait_for("main h1");
            page.demand_no_sideways_scroll();
        }
        steps::open_grid(page);
        page.demand_no_sideways_scroll();
        steps::sign_in(page);
        let cell = steps::tap_by_click(page);
        page.demand_no_sideways_scroll();
        page.wait_for(&format!(".slip[data-cell='{cell}'] .proof-link"));
        page.demand_no_sideways_scroll();
        demand_the_same_rates(page);
    });
}

/// The page's pricing module, run where players run it, gives the published rates to the last digit.
fn demand_the_same_rates(page: &Page) {
    let script = "const [text, done] = arguments;
        (async () => {
            const address = document.querySelector('link[href$=\"/session.js\"]').href.replace('session.js', 'pricing.js');
            const { priceCell } = await import(address);
            const rows = JSON.parse(text);
            const same = ({ p_ppb, rate, ...inputs }) => { const made = priceCell(inputs); return made.p_ppb === p_ppb && made.rate === rate; };
            return { rows: rows.length, wrong: rows.filter((row) => !same(row)) };
        })().then(done, (error) => done(String(error)));";
    let vectors = include_str!("../../../tap/vectors/rates.json");
    let found = page.run_async(script, &[vectors]);
    assert!(found["rows"].as_u64().is_some_and(|rows| rows > 100), "{found}");
    assert_eq!(found["wrong"], serde_json::json!([]));
}
