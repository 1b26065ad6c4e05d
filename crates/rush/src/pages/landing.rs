//! `GET /rush`: what is on sale, what comes, what was.

use super::present::card;
use super::state::PagesState;
use super::view::{EventCard, LandingPage, Topic};
use super::visible_events::public_views;
use super::visitor::Visitor;
use crate::domain::catalogue_search::{EventQuery, search};
use crate::domain::catalogue_view::EventView;
use crate::domain::sale_status::SaleStatus;
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::Response;
use kernel::PageRequest;

/// Cards of one section; more are a click away in the list.
const SECTION_MAX: usize = 6;

/// Shows the page.
pub async fn show(State(state): State<PagesState>, visitor: Visitor) -> Response {
    let now = visitor.now;
    let views = public_views(&state.app, &visitor.catalogue, visitor.tenant.id, now);
    let all = search(views, &EventQuery::default(), PageRequest::from_page(None, Some(100)), now).items;
    let featured = featured(&all);
    let cards = |sales: &[SaleStatus]| -> Vec<EventCard> {
        let large = featured.map(|view| view.event.id);
        let others = all.iter().filter(|view| Some(view.event.id) != large);
        let in_order = sales.iter().flat_map(|sale| others.clone().filter(move |view| view.sale == *sale));
        in_order.take(SECTION_MAX).map(|view| card(view, now)).collect()
    };
    let mut shell = visitor.shell("Tickets").at("/rush");
    shell.description =
        Some("Tickets for nights that sell out in minutes. Hold your seats, then pay in peace.".into());
    let page = LandingPage {
        shell,
        on_sale: cards(&[SaleStatus::OnSale, SaleStatus::SoldOut]),
        soon: cards(&[SaleStatus::Scheduled]),
        // Its sale has ended, and it is still to come.
        ended: cards(&[SaleStatus::Ended]),
        past: cards(&[SaleStatus::Completed]),
        featured: featured
            .map(|view| (card(view, now), view.event.fields.short_description.clone().unwrap_or_default())),
        topics: topics(&visitor),
    };
    visitor.answer(StatusCode::OK, &page)
}

/// The first featured event that can be bought, or else the first one that can.
fn featured(all: &[EventView]) -> Option<&EventView> {
    let on_sale = || all.iter().filter(|view| view.sale == SaleStatus::OnSale);
    let soon = || all.iter().filter(|view| view.sale == SaleStatus::Scheduled);
    on_sale()
        .find(|view| view.event.fields.is_featured)
        .or_else(|| on_sale().next())
        .or_else(|| soon().next())
}

fn topics(visitor: &Visitor) -> Vec<Topic> {
    let active =
        visitor.catalogue.categories(visitor.tenant.id).iter().filter(|category| category.fields.is_active);
    let topic = |slug: &str, name: &str| Topic {
        href: format!("/rush/events?category={slug}"),
        label: name.to_owned(),
    };
    active.map(|category| topic(&category.fields.slug, &category.fields.name)).collect()
}
