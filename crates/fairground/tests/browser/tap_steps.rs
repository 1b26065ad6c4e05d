//! What a player does, step by step, in the words of the grid.

use crate::page::Page;
use std::time::{Duration, Instant};
use testkit::window::key;

/// Places on the canvas that are cells of different columns and rows ahead of the lock, as shares of its size: a tap may be
/// refused by name (too late, not offered, moved), and then the next is tried.
const PLACES: [(f64, f64); 8] = [
    (0.58, 0.45),
    (0.64, 0.52),
    (0.60, 0.40),
    (0.66, 0.47),
    (0.62, 0.56),
    (0.68, 0.42),
    (0.57, 0.50),
    (0.70, 0.54),
];
/// How long a tap may take to be answered before the next is tried.
const TAP_SHOWS: Duration = Duration::from_millis(1_500);
/// How long a hand keeps trying: now and then most taps meet a price that just moved.
const A_BET_COMES: Duration = Duration::from_secs(45);

/// Opens the grid and waits until it is live and takes bets.
pub fn open_grid(page: &Page) {
    page.goto("/tap");
    page.wait_for("#conn[data-conn=live]");
    page.wait_for("#price[data-seq]:not([data-seq=''])");
    page.wait_for("#desk[data-state=ready][data-betting=open]");
}

/// Signs in with a wallet that the page makes; the demo's play money comes by itself.
pub fn sign_in(page: &Page) {
    page.click("#account");
    page.click("#with-demo");
    page.wait_for("#account[data-signed=yes]");
    page.wait_for("#balance[data-cents='100000']");
    page.wait_for_no("#sign-in[open]");
}

/// The next withdrawal reaches the server, and its answer is lost on the way back.
pub fn lose_the_answer_of_a_withdrawal(page: &Page) {
    let script = "const plain = window.fetch;
        window.fetch = async (path, ask) => {
            const answer = await plain(path, ask);
            if (ask?.method !== 'POST' || !String(path).endsWith('/withdrawals')) return answer;
            window.fetch = plain;
            return Response.json({ error: 'timeout', message: 'Somebody in between gave up.' }, { status: 504 });
        };";
    page.run(script, &[]);
}

/// From here on the page notes each state in which it shows a bet.
pub fn watch_slips(page: &Page) {
    let script = "window.seen = [];
        const note = () => document.querySelectorAll('.slip').forEach(({ dataset }) => {
            const state = `${dataset.cell} ${dataset.state}`;
            if (!window.seen.includes(state)) window.seen.push(state);
        });
        const whole = { subtree: true, childList: true, attributes: true };
        new MutationObserver(note).observe(document.querySelector('#slips'), whole);";
    page.run(script, &[]);
}

/// The states in which a cell's bet was shown, in order.
pub fn seen(page: &Page, cell: &str) -> Vec<String> {
    let all = page.run("return window.seen;", &[]);
    let states = all.as_array().into_iter().flatten().filter_map(|state| state.as_str()?.strip_prefix(cell));
    states.map(|state| state.trim().to_owned()).collect()
}

/// Walks to a cell with the arrows and bets with Enter until a bet is on the server's disk; its cell.
pub fn tap_by_keyboard(page: &Page) -> String {
    page.focus("#grid");
    tap(page, |page, at| {
        page.press("1");
        // Back to the price each time: from a cell to a cell the walk would end where nothing is offered.
        page.press(key::HOME);
        (0..=at % 4).for_each(|_| page.press(key::RIGHT));
        if at % 2 == 0 {
            page.press(key::UP);
        }
        page.press(key::ENTER);
    })
}

/// Bets by clicking into the grid until a bet is on the server's disk; its cell.
pub fn tap_by_click(page: &Page) -> String {
    tap(page, |page, at| page.click_into("#grid", PLACES[at % PLACES.len()]))
}

/// Tries until one more bet is on the server's disk; its cell.
fn tap(page: &Page, attempt: impl Fn(&Page, usize)) -> String {
    let before = on_disk(page);
    let given_up = Instant::now() + A_BET_COMES;
    for at in (0..).take_while(|_| Instant::now() < given_up) {
        attempt(page, at);
        let until = Instant::now() + TAP_SHOWS;
        while Instant::now() < until {
            if let Some(cell) = on_disk(page).into_iter().find(|cell| !before.contains(cell)) {
                return cell;
            }
            std::thread::sleep(Duration::from_millis(30));
        }
    }
    panic!("no tap became a bet; the page says: {:?}", page.text_of("#toast"));
}

/// The cells whose bets the server has on disk, as far as the page knows.
fn on_disk(page: &Page) -> Vec<String> {
    let script = "const slips = [...document.querySelectorAll('.slip')];
        const taken = slips.filter(({ dataset }) => ['confirmed', 'won', 'lost', 'void'].includes(dataset.state));
        return taken.map(({ dataset }) => dataset.cell);";
    let cells = page.run(script, &[]);
    cells.as_array().into_iter().flatten().filter_map(|cell| cell.as_str().map(str::to_owned)).collect()
}

/// Makes the page lose the answers to its taps: they arrive and are answered, and the page never hears of it.
pub fn lose_answers(page: &Page, lose: bool) {
    let script = "window.plainFetch ??= window.fetch;
        const losing = (path, ask) => {
            if (ask?.method !== 'POST' || !String(path).endsWith('/bets')) return window.plainFetch(path, ask);
            window.plainFetch(path, { ...ask, signal: undefined });
            return Promise.reject(new TypeError('the line broke'));
        };
        window.fetch = arguments[0] === 'yes' ? losing : window.plainFetch;";
    page.run(script, &[if lose { "yes" } else { "no" }]);
}

/// Has the page's own module sign a bet on a cell, sends it past the page's own checks; status, code, Retry-After.
pub fn send_past_the_page(page: &Page, cell: &str) -> (u64, String, String) {
    let script = "const [cell_id, done] = arguments;
        (async () => {
            const { signedBet } = await import(document.querySelector('link[href$=\"/session.js\"]').href);
            const bet = { cell_id, amount: 100, rate: 200, quote_seq: 1, nonce: crypto.randomUUID(), timestamp: Date.now() };
            const { session_id } = JSON.parse(localStorage.getItem('tap.session'));
            const headers = { 'content-type': 'application/json', authorization: `Bearer ${session_id}` };
            const answer = await fetch('/tap/api/bets', { method: 'POST', headers, body: JSON.stringify(await signedBet(bet)) });
            return [answer.status, (await answer.json()).error, answer.headers.get('retry-after') ?? ''];
        })().then(done, (error) => done([0, String(error), '']));";
    let answer = page.run_async(script, &[cell]);
    let text = |at: usize| answer[at].as_str().unwrap_or_default().to_owned();
    (answer[0].as_u64().unwrap_or_default(), text(1), text(2))
}
