//! The event page and the checkout.

use super::super::{
    BuyForm, CheckoutPage, Decline, EventHead, EventPage, Notice, PayForm, PayStage, Preview, ShowLink,
    Stage, TestCard, ZoneRow, ZoneSeats,
};
use super::parts::{bangkok, hold, order, shell, shell_of_mali};
use super::{Drawn, drawn};
use web::shell::{Held, Tone, poster_url};

pub fn all() -> Vec<Drawn> {
    let mut pages = events();
    pages.extend(checkouts());
    pages
}

fn events() -> Vec<Drawn> {
    let quiet = |stage| EventPage { shell: shell("Neon Tide"), live: None, ..event(stage) };
    vec![
        drawn("event-open", &event(Stage::Open(form(true)))),
        drawn(
            "event-open-anonymous",
            &EventPage { shell: shell("Neon Tide"), ..event(Stage::Open(form(false))) },
        ),
        drawn("event-gone", &EventPage { notice: Some(gone()), ..event(Stage::Open(form(true))) }),
        drawn("event-soon", &quiet(Stage::Soon(bangkok(2, 4)))),
        drawn("event-full", &event(Stage::Full { owned: 4, cap: 4 })),
        drawn("event-queue", &event(Stage::Queue { href: "/rush/queue/neon-tide".into(), waits: false })),
        drawn("event-soldout", &event(Stage::SoldOut)),
        drawn("event-held", &EventPage { held: Some(held()), ..event(Stage::SoldOut) }),
        drawn("event-ended", &quiet(Stage::Ended(Some(bangkok(-1, 0))))),
        drawn("event-past", &quiet(Stage::Past)),
        drawn("event-cancelled", &quiet(Stage::Cancelled)),
        drawn("event-unscheduled", &EventPage { shows: vec![], zones: vec![], ..quiet(Stage::Unscheduled) }),
    ]
}

fn held() -> Held {
    Held {
        text: "You hold 2 until".into(),
        until: "2026-11-21T09:37:00Z".into(),
        hour: "16:37".into(),
        href: "/rush/checkout/0198c2e4".into(),
    }
}

fn gone() -> Notice {
    let text = "Somebody took the last seats in Standing A while you were choosing. Nothing was charged. Other zones are below.";
    Notice::new(Tone::Bad, "Those seats just went", text)
}

fn event(stage: Stage) -> EventPage {
    EventPage {
        shell: shell_of_mali("Neon Tide").at("/rush/events"),
        event: EventHead {
            title: "Neon Tide: The Last Summer Tour".into(),
            summary: "One night, one stage, and the sea projected on every wall.".into(),
            description: "Neon Tide close their summer at Impact Arena with the whole of \"Salt and Static\" and a second set of requests.\n\nThe stage stands in the middle of the hall, so there is no back row.".into(),
            poster: poster_url("neon-tide"),
            when: Some(bangkok(28, 3)),
            doors: Some(bangkok(28, 1)),
            venue: "Impact Arena".into(),
            address: "Popular 3 Road, Nonthaburi".into(),
            category: Some("Concerts".into()),
            price: Some("from ฿1,200.00".into()),
        },
        shows: vec![show(28, "On sale", true), show(29, "Sold out", false), show(30, "On sale", false)],
        zones: zones(),
        stage,
        live: Some(("/rush/events/neon-tide/live".into(), "/rush/events/neon-tide/seats".into())),
        held: None,
        preview: Preview::default(),
        notice: None,
    }
}

fn show(days: i64, note: &str, chosen: bool) -> ShowLink {
    ShowLink { href: format!("?show={days}"), when: bangkok(days, 3), note: note.into(), chosen }
}

fn zones() -> Vec<ZoneRow> {
    let zone = |name: &str, price_minor, (total, sold, held): (i64, i64, i64), colour: &str| ZoneRow {
        seats: ZoneSeats {
            id: format!("zone-{name}").replace(' ', "-"),
            total,
            sold,
            held,
            available: total - sold - held,
        },
        name: name.into(),
        colour: Some(colour.into()),
        description: Some("Free standing, closest to the stage.".into()),
        price_minor,
        price: kernel::Currency::ALL[0].write(price_minor),
        min: 1,
        max: 4,
        open: true,
        chosen: name == "Standing A",
    };
    vec![
        zone("Standing A", 240_000, (1200, 640, 118), "#ee6352"),
        zone("Standing B", 180_000, (1800, 1660, 60), "#f7b267"),
        zone("Seated", 120_000, (2400, 900, 41), "#5c8dff"),
        zone("Balcony", 320_000, (240, 240, 0), "#9a4dff"),
    ]
}

fn form(signed_in: bool) -> BuyForm {
    BuyForm {
        attempt: "sample-attempt".into(),
        event: "e".into(),
        show: "s".into(),
        remaining: if signed_in { 2 } else { 4 },
        cap: 4,
        owned: if signed_in { 2 } else { 0 },
        quantity: 2,
        sign: "฿",
        scale: 2,
        total: "฿4,800.00".into(),
        closes: Some(bangkok(27, 0)),
        hold_minutes: 10,
        signed_in,
    }
}

fn checkouts() -> Vec<Drawn> {
    let page = |stage| CheckoutPage { shell: shell_of_mali("Checkout"), order: order(), stage, notice: None };
    vec![
        drawn("checkout-ready", &page(ready(None))),
        drawn(
            "checkout-declined",
            &page(ready(Some(Decline {
                title: "The card was declined",
                reason: "There is not enough money on this card.".into(),
                tries_left: 2,
            }))),
        ),
        drawn("checkout-processing", &page(PayStage::Processing(Some(hold())))),
        drawn("checkout-checking", &page(PayStage::Checking(Some(hold())))),
        drawn("checkout-checking-late", &page(PayStage::Checking(None))),
        drawn("checkout-expired", &page(PayStage::Expired)),
        drawn("checkout-exhausted", &page(PayStage::Exhausted)),
        drawn("checkout-cancelled", &page(PayStage::Cancelled)),
        drawn("checkout-refunded", &page(PayStage::Refunded)),
        drawn("checkout-paid", &page(PayStage::Paid)),
    ]
}

fn ready(declined: Option<Decline>) -> PayStage {
    let card = |number: &str, effect: &str| TestCard {
        value: number.replace(' ', ""),
        number: number.into(),
        effect: effect.into(),
    };
    let cards = vec![
        card("4242 4242 4242 4242", "Approved"),
        card("4000 0000 0000 0002", "Declined"),
        card("4000 0000 0000 0119", "The bank does not answer in time"),
    ];
    PayStage::Ready { hold: hold(), form: PayForm { attempt: "sample-attempt".into(), cards }, declined }
}
