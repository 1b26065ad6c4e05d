//! `GET /rush/my-bookings`: live holds first, then bookings by tab.

use super::page_error::PageError;
use super::present::{hold, order, state as state_of};
use super::state::PagesState;
use super::view::{BookingRow, BookingsPage, Pager, PassedTicket, PendingHold, Tab};
use super::visitor::Visitor;
use crate::domain::booking::{Booking, BookingStatus};
use crate::usecase::{booking_view, ticket};
use axum::extract::{RawQuery, State};
use axum::http::StatusCode;
use axum::response::Response;
use kernel::{PageMeta, PageRequest};
use web::shell::Shell;

/// Where it is.
pub(super) const PATH: &str = "/rush/my-bookings";
/// Bookings of one page; a screen and a half on a phone.
const PER_PAGE: u32 = 10;
/// The tabs: the word in the address, what people read, which bookings.
const TABS: [(&str, &str, Option<BookingStatus>); 4] = [
    ("tickets", "Tickets", Some(BookingStatus::Confirmed)),
    ("expired", "Expired", Some(BookingStatus::Expired)),
    ("cancelled", "Cancelled", Some(BookingStatus::Cancelled)),
    ("all", "All", None),
];

/// Shows the page.
pub async fn show(
    State(state): State<PagesState>,
    visitor: Visitor,
    RawQuery(query): RawQuery,
) -> Result<Response, PageError> {
    let actor = visitor.require(PATH)?;
    let (tab, page) = read(query.as_deref().unwrap_or_default());
    let page_of = |page| {
        let request = PageRequest::from_page(page, Some(PER_PAGE));
        booking_view::list(&state.app, actor, TABS[tab].2, request)
    };
    let mut found = page_of(page).await?;
    if found.items.is_empty() && found.meta.total > 0 {
        found = page_of(u32::try_from(found.meta.total_pages).ok()).await?;
    }
    let passed = ticket::passed_on_to(&state.app, actor).await?;
    let page = BookingsPage {
        passed: passed.iter().map(|view| passed_on(&state, &visitor, view)).collect(),
        shell: Shell { held: None, ..visitor.shell("My tickets").at(PATH) },
        pending: visitor.holds.iter().map(|booking| live(&state, &visitor, booking)).collect(),
        tabs: tabs(tab),
        bookings: found.items.iter().map(|booking| row(&state, &visitor, booking)).collect(),
        pager: pager(tab, found.meta),
    };
    Ok(visitor.answer(StatusCode::OK, &page))
}

fn read(query: &str) -> (usize, Option<u32>) {
    let value = |key: &str| {
        form_urlencoded::parse(query.as_bytes())
            .find(|(name, _)| name == key)
            .map(|(_, value)| value.into_owned())
    };
    let tab = value("tab").and_then(|word| TABS.iter().position(|(known, ..)| *known == word));
    (tab.unwrap_or(0), value("page").and_then(|page| page.parse().ok()))
}

fn tabs(open: usize) -> Vec<Tab> {
    let tab = |(at, (word, label, _)): (usize, &(&str, &'static str, Option<BookingStatus>))| Tab {
        href: format!("{PATH}?tab={word}"),
        label,
        open: at == open,
    };
    TABS.iter().enumerate().map(tab).collect()
}

fn live(state: &PagesState, visitor: &Visitor, booking: &Booking) -> PendingHold {
    let hold = hold(booking, visitor.now);
    PendingHold {
        order: order(&state.app.public, &visitor.catalogue, booking),
        href: format!("/rush/checkout/{}", state.app.public.encode(booking.id)),
        until_ms: hold.until_ms,
        left: hold.left,
    }
}

fn passed_on(state: &PagesState, visitor: &Visitor, view: &ticket::TicketView) -> PassedTicket {
    PassedTicket {
        order: order(&state.app.public, &visitor.catalogue, &view.booking),
        href: format!("/rush/tickets/{}/{}", state.app.public.encode(view.booking.id), view.ticket.seat),
    }
}

fn row(state: &PagesState, visitor: &Visitor, booking: &Booking) -> BookingRow {
    BookingRow {
        order: order(&state.app.public, &visitor.catalogue, booking),
        state: state_of(booking, visitor.now),
        href: format!("{PATH}/{}", state.app.public.encode(booking.id)),
        code: booking.confirmation_code.clone(),
    }
}

fn pager(tab: usize, meta: PageMeta) -> Pager {
    let link = |page: u64| format!("{PATH}?tab={}&page={page}", TABS[tab].0);
    Pager {
        page: meta.page,
        pages: meta.total_pages,
        previous: (meta.page > 1).then(|| link((meta.page - 1).min(meta.total_pages.max(1)))),
        next: meta.has_more.then(|| link(meta.page + 1)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn unknown_tabs_and_pages_fall_back_to_the_first() {
        assert_eq!(read(""), (0, None));
        assert_eq!(read("tab=all&page=2"), (3, Some(2)));
        assert_eq!(read("tab=nonsense&page=-1"), (0, None));
    }
}
