//! Landing, list, error pages and words.

use super::super::{
    AboutPage, CardSale, Choice, FaqPage, Filters, LandingPage, ListPage, Pager, RefusalPage, Topic,
};
use super::parts::{season, shell, shell_of_mali};
use super::{Drawn, drawn};
use web::shell::{Brand, Flash, Tone};

pub fn all() -> Vec<Drawn> {
    let mut pages = vec![
        drawn("landing", &landing()),
        drawn("landing-empty", &empty_landing()),
        drawn("landing-brand", &branded()),
        drawn("list", &list("")),
        drawn("list-empty", &empty_list()),
        drawn("faq", &FaqPage { shell: shell("Questions"), hold_minutes: 10 }),
        drawn("about", &AboutPage { shell: shell("About") }),
    ];
    pages.extend(refusals());
    pages
}

pub fn hostile_search() -> String {
    drawn("hostile", &list("\"><script>alert(1)</script>")).1
}

fn landing() -> LandingPage {
    let cards = season();
    let of =
        |matches: fn(&CardSale) -> bool| cards.iter().filter(|card| matches(&card.sale)).cloned().collect();
    LandingPage {
        shell: shell_of_mali("Tickets").at("/rush"),
        featured: cards
            .first()
            .cloned()
            .map(|card| (card, "One night, one stage, and the sea projected on every wall.".into())),
        on_sale: of(|sale| matches!(sale, CardSale::OnSale | CardSale::Low(_) | CardSale::SoldOut)),
        soon: of(|sale| matches!(sale, CardSale::Soon(_))),
        ended: of(|sale| matches!(sale, CardSale::Ended)),
        past: of(|sale| matches!(sale, CardSale::Past)),
        topics: ["Concerts", "Club nights", "Classical", "Comedy", "Film", "Sport"]
            .map(|label| Topic { href: format!("/rush/events?category={label}"), label: label.into() })
            .into(),
    }
}

fn empty_landing() -> LandingPage {
    LandingPage {
        shell: shell("Tickets"),
        featured: None,
        on_sale: vec![],
        soon: vec![],
        ended: vec![],
        past: vec![],
        topics: vec![],
    }
}

fn branded() -> LandingPage {
    let mut page = landing();
    page.shell.brand = Some(Brand {
        name: "Riverside Hall".into(),
        logo: None,
        stylesheet: Some("/rush/brand/riverside.css".into()),
    });
    page.shell.flash =
        Some(Flash { tone: Tone::Good, text: "You are logged out. Seats you hold stay held.".into() });
    page
}

fn list(search: &str) -> ListPage {
    let choice =
        |value: &str, label: &str, selected| Choice { value: value.into(), label: label.into(), selected };
    ListPage {
        shell: shell("Events").at("/rush/events"),
        filters: Filters {
            search: search.into(),
            categories: vec![choice("", "Any category", true), choice("concerts", "Concerts", false)],
            cities: vec![choice("", "Any city", true), choice("Bangkok", "Bangkok", false)],
            sorts: vec![choice("date", "Soonest first", true), choice("price", "Lowest price first", false)],
            active: !search.is_empty(),
            unfolded: true,
            ..Filters::default()
        },
        cards: season(),
        total: 23,
        problem: None,
        pager: Pager { page: 2, pages: 3, previous: Some("?page=1".into()), next: Some("?page=3".into()) },
    }
}

fn empty_list() -> ListPage {
    let mut page = list("nothing at all");
    page.filters.unfolded = false;
    (page.cards, page.total, page.pager) = (vec![], 0, Pager::default());
    page.problem = Some("\"soon\" is not a date we can read, so dates were left out.".into());
    page
}

fn refusals() -> Vec<Drawn> {
    let page = |status, title: &str, text: &str, retry_after_s| RefusalPage {
        shell: shell(title),
        status,
        title: title.into(),
        text: text.into(),
        retry_after_s,
        way: ("/rush/events".into(), "See all events".into()),
    };
    vec![
        drawn(
            "refusal-404",
            &page(
                404,
                "This lamp is out",
                "There is no such page. It may have moved, or the link was cut short.",
                None,
            ),
        ),
        drawn(
            "refusal-429",
            &page(
                429,
                "One at a time",
                "You asked more often than we answer. Nothing was changed, and what you hold stays held.",
                Some(12),
            ),
        ),
        drawn(
            "refusal-500",
            &page(500, "Something broke on our side", "Nothing was changed by this request.", None),
        ),
        drawn(
            "refusal-503",
            &page(503, "Back in a moment", "We cannot take this right now. Nothing was changed.", Some(1)),
        ),
        drawn(
            "refusal-403",
            &page(
                403,
                "This form is out of date",
                "It was open for too long. Nothing was changed. Open the page again and repeat it.",
                None,
            ),
        ),
    ]
}
