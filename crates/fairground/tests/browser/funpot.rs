//! Real Chromium plays FunPot in the Mini App: signs in as an invented person of the simulated Telegram, votes, sees totals
//! move, the verdict and the pot shared, and lets the page recompute the receipt.

use crate::funpot_steps as steps;
use crate::page::Page;
use crate::{PHONE, walk_with};
use std::time::Duration;

/// FunPot alone, with a window in which a verdict can be contradicted of two seconds.
const QUICK: &[(&str, &str)] =
    &[("FAIRGROUND_STALLS", "funpot"), ("FAIRGROUND_FUNPOT_SETTLE_DISPUTE_WINDOW_SEC", "2")];
/// The narrowest phone that is promised.
const NARROW: (u32, u32) = (320, 640);
/// An event of the demo is open for a minute, then comes its verdict, then the window.
const AN_EVENT: Duration = Duration::from_secs(120);

#[test]
#[ignore = "needs Chromium; run with --include-ignored"]
fn browser_votes_and_recomputes_the_receipt() {
    walk_with(PHONE, QUICK, |page: &Page| {
        steps::sign_in(page);
        let event = steps::vote_for_free(page);
        let card = format!(".event[data-event='{event}']");
        let before = steps::votes(page, &card);
        steps::wait_for_more_votes(page, &card, before);
        page.demand_no_sideways_scroll();
        steps::open_view(page, &format!("/funpot/events/{event}"));
        page.wait_for(".track [aria-current=step]");
        page.wait_patiently_for(".event:is([data-phase=settled], [data-phase=voided])", AN_EVENT);
        page.demand_no_sideways_scroll();
        page.click(&format!("a[href='/funpot/receipts/{event}']"));
        page.wait_for("#view[data-state=yes]");
        for check in ["hash", "signature", "key", "totals", "payouts", "sums", "own"] {
            page.wait_for(&format!(".check[data-check={check}][data-verdict=yes]"));
        }
        page.demand_no_sideways_scroll();
        page.demand_no_failing_script();
        assert_eq!(
            steps::check_altered(page, &event),
            ["hash", "payouts", "sums"],
            "a changed payout is noticed"
        );
    });
}

#[test]
#[ignore = "needs Chromium; run with --include-ignored"]
fn browser_buys_credit_with_stars_and_pays_for_a_vote() {
    walk_with(PHONE, QUICK, |page: &Page| {
        let telegram = steps::sign_in(page);
        steps::open_view(page, "/funpot/wallet");
        page.wait_for("#view[data-state=ready] [data-act=buy]");
        steps::buy(page, &telegram);
        page.wait_for("#balance[data-balance='500']");
        page.wait_for("[data-reason=stars_topup]");
        page.demand_no_sideways_scroll();
        page.click(".fold summary");
        page.fill("#withdraw-amount", "100");
        page.click(".fold form .btn");
        page.wait_for(".note[data-code=not_eligible]");
        page.wait_for("#balance[data-balance='500']");
        steps::open_view(page, "/funpot");
        let cost = steps::vote_for_credit(page);
        page.wait_for(&format!("#balance[data-balance='{}']", 500 - cost));
        page.demand_no_failing_script();
    });
}

#[test]
#[ignore = "needs Chromium; run with --include-ignored"]
fn browser_shows_every_view_of_the_mini_app_on_the_narrowest_phone() {
    walk_with(NARROW, QUICK, |page: &Page| {
        page.goto("/funpot");
        page.wait_for("iframe.host");
        page.demand_no_sideways_scroll();
        steps::sign_in(page);
        page.demand_no_sideways_scroll();
        for view in ["/funpot/votes", "/funpot/streamers", "/funpot/settings", "/funpot"] {
            steps::open_view(page, view);
            page.wait_for("#view[data-state=ready], .events[data-state=ready]");
            page.demand_no_sideways_scroll();
        }
        page.demand_no_failing_script();
        page.goto("/funpot/nowhere");
        page.wait_for("main h1");
        page.demand_no_sideways_scroll();
    });
}
