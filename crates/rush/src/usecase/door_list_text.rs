//! The list that a gate takes along as text: a JSON object a line, page by page, so that its length never lies in memory.

use super::check_in_list::{self, Listed};
use super::door::DoorAccess;
use crate::app::App;
use crate::domain::ids::BookingId;
use bytes::Bytes;
use futures_util::stream::{self, Stream};
use std::fmt::Write as _;
use std::sync::Arc;

/// Where a list is being read: after which booking.
type Place = Option<(Arc<App>, DoorAccess, Option<BookingId>)>;

/// The whole list. A failure ends it with a broken connection, never silently.
pub fn stream(app: Arc<App>, access: DoorAccess) -> impl Stream<Item = Result<Bytes, std::io::Error>> {
    stream::unfold(Some((app, access, None)), next_page)
}

/// The next page as text, and where the one after it begins.
async fn next_page(place: Place) -> Option<(Result<Bytes, std::io::Error>, Place)> {
    let (app, access, after) = place?;
    match check_in_list::page(&app, &access, after).await {
        Ok(page) => {
            let text: String = page.tickets.iter().map(|ticket| line(&app, ticket)).collect();
            let next = page.next.map(|next| (app, access, Some(next)));
            Some((Ok(text.into()), next))
        }
        Err(refusal) => Some((Err(std::io::Error::other(refusal.message.to_string())), None)),
    }
}

fn line(app: &App, Listed { booking, ticket }: &Listed) -> String {
    let snapshot = app.catalogue.current();
    let row = serde_json::json!({
        "ticket": format!("{}:{}", app.public.encode(booking.id), ticket.seat),
        "generation": ticket.generation,
        "zone": snapshot.zone(booking.zone).map(|zone| zone.fields.name.as_str()),
        "show": app.public.encode(booking.show),
        "name": ticket.name,
        "entered_at": ticket.check_in.as_ref().map(|check_in| check_in.scanned_at.rfc3339()),
    });
    let mut text = String::with_capacity(200);
    // Writing into a `String` cannot fail.
    let _ = writeln!(text, "{row}");
    text
}
