//! What a visitor does, step by step, in the words of the pages.

use crate::page::Page;

const EMAIL: &str = "visitor@example.org";
const PASSWORD: &str = "Fair-ground-2026";

/// Creates an account and arrives logged in. `from` is a page whose header leads to the log-in.
pub fn register(page: &Page, from: &str) {
    page.goto(from);
    page.click("a[href='/rush/login']");
    page.click("a[href^='/rush/register']");
    page.fill("#name", "Vera Visitor");
    page.fill("#email", EMAIL);
    page.fill("#password", PASSWORD);
    page.click("form[action='/rush/register'] button[type=submit]");
    page.wait_for("header .face");
}

/// Logs out by the profile page.
pub fn log_out(page: &Page) {
    page.goto("/rush/profile");
    page.click("form[action='/rush/logout'] button");
    page.wait_for("header a[href='/rush/login']");
}

/// Logs in with the account that `register` made.
pub fn log_in(page: &Page) {
    page.goto("/rush/login");
    page.fill("#email", EMAIL);
    page.fill("#password", PASSWORD);
    page.click("form[action='/rush/login'] button[type=submit]");
    page.wait_for("header .face");
}

/// Searches for the first event that is on sale and opens it; its title.
pub fn find_an_event_on_sale(page: &Page) -> String {
    page.goto("/rush/events");
    let title = page.wait_for_words(".card:has(.tag-live) h3");
    page.fill("#search", &title);
    page.click("form[role=search] .search button");
    page.wait_for_address("search=");
    page.click_text(".card h3 a", &title);
    page.wait_for_text("h1", &title);
    title
}

/// Chooses the first free zone and holds two seats.
pub fn hold_two_seats(page: &Page) {
    page.click("label.zone:has(input[name=zone]:not([disabled]))");
    page.click("[data-more]");
    page.click("[data-buy]");
    page.wait_for("form[action$='/pay']");
    page.wait_for("[data-countdown]");
}

/// Pays with the test card whose note holds `effect`.
pub fn pay_with(page: &Page, effect: &str) {
    page.click_text(".paycard", effect);
    page.click("form[action$='/pay'] button");
}

/// Arrives at the ticket: a QR code, a code of the decided form, a calendar file; the code.
pub fn ticket_with_qr_and_calendar(page: &Page) -> String {
    page.wait_for(".ticket .qr svg");
    let code = page.text_of(".ticket .code").expect("the ticket shows its code");
    let parts: Vec<&str> = code.split('-').collect();
    assert!(matches!(parts[..], ["BK", date, random] if date.len() == 8 && random.len() == 6), "{code}");
    let href = page.attribute("a[href$='calendar.ics']", "href");
    let calendar = page.fetch(&href.expect("the ticket links to a calendar file"));
    assert!(calendar.starts_with("BEGIN:VCALENDAR"), "{calendar}");
    code
}

/// The list of bookings names the event and its code.
pub fn my_tickets_show(page: &Page, title: &str, code: &str) {
    page.click("header a[href='/rush/my-bookings']");
    page.wait_for_text("main", title);
    page.wait_for_text("main", code);
}
