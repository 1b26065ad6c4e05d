//! List the shows of an event, by start.

use super::event_get;
use super::visitor::Visitor;
use crate::app::App;
use crate::domain::catalogue_view::ShowView;
use crate::domain::ids::EventId;
use kernel::{PageRequest, Paged, Refusal};

/// One page of the shows of the event with this id.
pub fn by_event(
    app: &App,
    visitor: Visitor,
    event: EventId,
    page: PageRequest,
) -> Result<Paged<ShowView>, Refusal> {
    Ok(paged(event_get::by_id(app, visitor, event)?.shows, page))
}

/// One page of the shows of the event with this slug.
pub fn by_event_slug(
    app: &App,
    visitor: Visitor,
    slug: &str,
    page: PageRequest,
) -> Result<Paged<ShowView>, Refusal> {
    Ok(paged(event_get::by_slug(app, visitor, slug)?.shows, page))
}

fn paged(shows: Vec<ShowView>, page: PageRequest) -> Paged<ShowView> {
    let meta = page.meta(shows.len() as u64);
    let skip = usize::try_from(page.offset).unwrap_or(usize::MAX);
    Paged { items: shows.into_iter().skip(skip).take(page.limit as usize).collect(), meta }
}
