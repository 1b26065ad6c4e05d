//! Values the samples are put together from.

use super::super::{CardSale, EventCard, Hold, Order, RUSH, When};
use kernel::Timestamp;
use web::shell::{Person, Shell, poster_url};

/// The moment every sample is drawn at.
pub fn now() -> Timestamp {
    Timestamp::parse_rfc3339("2026-11-21T09:30:00Z").expect("a moment")
}

/// A moment some days and hours from it, in Bangkok.
pub fn bangkok(days: i64, hours: i64) -> When {
    When::new(now().plus_secs(days * 86_400 + hours * 3600), "Asia/Bangkok")
}

/// The shell of a visitor nobody knows.
pub fn shell(title: &str) -> Shell {
    let mut shell = Shell::new(&RUSH, title, now());
    shell.csrf = "sample-token".into();
    shell.request_id = "01jd7q2m5v8x".into();
    shell
}

/// The shell of somebody logged in.
pub fn shell_of_mali(title: &str) -> Shell {
    let mut shell = shell(title);
    shell.person = Some(Person { name: "Mali Srisai".into(), href: "/rush/profile" });
    shell
}

/// A card.
pub fn card(slug: &str, title: &str, place: &str, when: When, sale: CardSale) -> EventCard {
    EventCard {
        href: format!("/rush/events/{slug}"),
        title: title.into(),
        poster: poster_url(slug),
        when: Some(when),
        place: place.into(),
        price: Some("from ฿1,200.00".into()),
        sale,
    }
}

/// Cards of a believable season.
pub fn season() -> Vec<EventCard> {
    let at = |days| bangkok(days, 3);
    vec![
        card(
            "neon-tide",
            "Neon Tide: The Last Summer Tour",
            "Impact Arena, Bangkok",
            at(28),
            CardSale::OnSale,
        ),
        card("paper-lanterns", "Paper Lanterns", "Tha Phae Gate, Chiang Mai", at(12), CardSale::Low(38)),
        card(
            "low-frequency",
            "Low Frequency All Night Long",
            "Warehouse 30, Bangkok",
            at(7),
            CardSale::OnSale,
        ),
        card(
            "the-glass-orchestra",
            "The Glass Orchestra plays Satie",
            "Thailand Cultural Centre, Bangkok",
            at(41),
            CardSale::OnSale,
        ),
        card(
            "moonrise-cinema",
            "Moonrise Open-Air Cinema",
            "Benjakitti Park, Bangkok",
            at(3),
            CardSale::SoldOut,
        ),
        card("half-past-comedy", "Half Past Comedy", "The Comedy Club, Bangkok", at(9), CardSale::Ended),
        card(
            "saffron-derby",
            "Saffron Derby",
            "Rajamangala Stadium, Bangkok",
            at(60),
            CardSale::Soon(bangkok(2, 3)),
        ),
        card(
            "tiny-desk-bangkok",
            "Tiny Rooms",
            "Speedy Grandma, Bangkok",
            at(33),
            CardSale::Soon(bangkok(5, 1)),
        ),
        card("monsoon-jazz", "Monsoon Jazz Weekend", "Phuket Old Town, Phuket", at(-12), CardSale::Past),
    ]
}

/// An order of two floor tickets.
pub fn order() -> Order {
    Order {
        booking: "0f9a1c00-0000-8000-8000-000000000001".into(),
        title: "Neon Tide: The Last Summer Tour".into(),
        event_href: "/rush/events/neon-tide".into(),
        poster: poster_url("neon-tide"),
        when: bangkok(28, 3),
        venue: "Impact Arena, Bangkok".into(),
        zone: "Standing A".into(),
        quantity: 2,
        unit: "฿2,400.00".into(),
        total: "฿4,800.00".into(),
    }
}

/// A hold with 9:42 left of ten minutes.
pub fn hold() -> Hold {
    Hold {
        until_ms: now().plus_secs(582).as_micros() / 1000,
        left: "9:42".into(),
        whole_ms: 600_000,
        share: "97.0%".into(),
        urgent: false,
    }
}
