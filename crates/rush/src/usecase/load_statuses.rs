//! For load runs: what became of many bookings, to compare with what their buyers were told.

use crate::app::App;
use crate::domain::ids::BookingId;
use crate::store::bookings;
use kernel::Refusal;
use std::collections::HashMap;

/// The status of each, in the order asked; `missing` for an id that names no booking.
pub async fn run(app: &App, ids: &[String]) -> Result<Vec<&'static str>, Refusal> {
    let ids: Vec<_> = ids.iter().map(|text| app.public.decode::<BookingId>(text).ok()).collect();
    let known: Vec<_> = ids.iter().flatten().map(|id| id.0).collect();
    let found = app.store.read(move |tx| bookings::by_ids(tx, &known)).await?;
    let status: HashMap<_, _> =
        found.into_iter().map(|booking| (booking.id, booking.status.as_str())).collect();
    let of = |id: Option<BookingId>| id.and_then(|id| status.get(&id).copied()).unwrap_or("missing");
    Ok(ids.into_iter().map(of).collect())
}
