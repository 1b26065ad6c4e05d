//! Real Chromium walks the main paths through the demo, as a visitor would: with the mouse, on a phone, and with the
//! keyboard alone; Rush's here, Tap's in `tap`, FunPot's in `funpot`. What a single page shows in each state is tested beside the pages,
//! without a browser.

mod funpot;
mod funpot_steps;
mod page;
mod steps;
mod tap;
mod tap_steps;

use page::Page;
use testkit::browser::Browser;
use testkit::server::Server;
use testkit::window::key;

const BINARY: &str = env!("CARGO_BIN_EXE_fairground");
/// A usual window, and the narrowest phone the pages promise to fit.
const DESKTOP: (u32, u32) = (1280, 900);
const PHONE: (u32, u32) = (360, 740);

#[test]
#[ignore = "needs Chromium; run with --include-ignored"]
fn browser_buys_a_ticket_after_a_declined_card() {
    walk(DESKTOP, |page: &Page| {
        steps::register(page, "/rush");
        steps::log_out(page);
        steps::log_in(page);
        let title = steps::find_an_event_on_sale(page);
        steps::hold_two_seats(page);
        steps::pay_with(page, "eclined");
        page.wait_for_text(".note-bad", "declined");
        steps::pay_with(page, "pproved");
        let code = steps::ticket_with_qr_and_calendar(page);
        steps::my_tickets_show(page, &title, &code);
        page.demand_a_silent_console();
    });
}

#[test]
#[ignore = "needs Chromium; run with --include-ignored"]
fn browser_lets_held_seats_go_again() {
    walk(DESKTOP, |page: &Page| {
        steps::register(page, "/rush/events");
        steps::find_an_event_on_sale(page);
        steps::hold_two_seats(page);
        page.click("details.let-go summary");
        page.click("form[action$='/cancel'] button");
        page.wait_for_no("form[action$='/pay']");
        page.goto("/rush/my-bookings");
        page.wait_for("main h1");
        assert!(!page.has(".hold"), "nothing is held any more");
    });
}

#[test]
#[ignore = "needs Chromium; run with --include-ignored"]
fn browser_shows_every_page_on_a_phone_without_sideways_scrolling() {
    walk(PHONE, |page: &Page| {
        for path in
            ["/rush", "/rush/events", "/rush/login", "/rush/register", "/rush/forgot-password", "/rush/faq"]
        {
            page.goto(path);
            page.demand_no_sideways_scroll();
        }
        steps::register(page, "/rush");
        steps::find_an_event_on_sale(page);
        page.demand_no_sideways_scroll();
        steps::hold_two_seats(page);
        page.demand_no_sideways_scroll();
        steps::pay_with(page, "pproved");
        steps::ticket_with_qr_and_calendar(page);
        page.demand_no_sideways_scroll();
        for path in ["/rush/my-bookings", "/rush/profile"] {
            page.goto(path);
            page.demand_no_sideways_scroll();
        }
    });
}

#[test]
#[ignore = "needs Chromium; run with --include-ignored"]
fn browser_buys_with_the_keyboard_alone_and_always_shows_where_it_is() {
    walk(DESKTOP, |page: &Page| {
        steps::register(page, "/rush");
        steps::find_an_event_on_sale(page);
        page.tab_to("input[name=zone]");
        page.press(key::SPACE);
        page.tab_to("[data-buy]");
        page.press(key::ENTER);
        page.wait_for("form[action$='/pay']");
        page.tab_to("form[action$='/pay'] button");
        page.press(key::ENTER);
        steps::ticket_with_qr_and_calendar(page);
    });
}

/// Starts a demo and a browser of its own for one walk, or says that it was skipped.
fn walk(window: (u32, u32), story: impl FnOnce(&Page)) {
    walk_with(window, &[], story);
}

/// The same, with settings in the demo's environment.
fn walk_with(window: (u32, u32), settings: &[(&str, &str)], story: impl FnOnce(&Page)) {
    let Some(browser) = Browser::start() else { return };
    // A folder of our own: the demo removes its own one only when it ends politely.
    let folder = tempfile::tempdir().expect("the machine has a folder for temporary files");
    let data = folder.path().join("data").display().to_string();
    let mut server = Server::start_with(BINARY, &["demo", "--data", &data], settings);
    server.wait_until_ready();
    // The doors open before the last poster hangs.
    server.wait_until_it_says("Ctrl-C ends it");
    story(&Page::open(&browser, window, server.url()));
    assert!(!server.log().contains("panicked"), "the server panicked:\n{}", server.log());
}
