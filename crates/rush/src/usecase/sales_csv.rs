//! Orders, attendees and money of an event as files for spreadsheets, made page by page: their length never lies in memory.

use super::sales_rows::{self, SalesRow};
use crate::app::App;
use crate::domain::csv;
use crate::domain::ids::{BookingId, EventId};
use bytes::Bytes;
use futures_util::stream::{self, Stream};
use kernel::{Actor, Refusal, Timestamp};
use ledger::Book;
use std::collections::BTreeMap;
use std::sync::Arc;

/// Which file.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Sheet {
    /// A line a booking.
    Orders,
    /// A line a ticket that is good.
    Attendees,
}

impl Sheet {
    const fn head(self) -> &'static [&'static str] {
        match self {
            Self::Orders => &[
                "booking",
                "code",
                "status",
                "reserved_at",
                "confirmed_at",
                "buyer",
                "email",
                "show",
                "zone",
                "quantity",
                "unit_price_minor",
                "total_minor",
                "currency",
                "returned_quantity",
                "given_back_minor",
            ],
            Self::Attendees => &[
                "booking",
                "code",
                "ticket",
                "name",
                "holder",
                "email",
                "show",
                "zone",
                "passed_on",
                "entered_at",
                "gate",
            ],
        }
    }
}

/// Where a file is being read.
enum Place {
    Head(Arc<App>),
    After(Arc<App>, Option<BookingId>),
    End,
}

/// The whole file. A failure ends it with a broken connection, never silently. Errors: the actor does not run the event.
pub fn stream(
    app: Arc<App>,
    actor: Actor,
    event: EventId,
    sheet: Sheet,
) -> Result<impl Stream<Item = Result<Bytes, std::io::Error>>, Refusal> {
    sales_rows::may(&app, actor, event)?;
    Ok(stream::unfold(Place::Head(app), move |place| next(place, event, sheet)))
}

async fn next(place: Place, event: EventId, sheet: Sheet) -> Option<(Result<Bytes, std::io::Error>, Place)> {
    let (app, after) = match place {
        Place::Head(app) => return Some((Ok(csv::line(sheet.head()).into()), Place::After(app, None))),
        Place::After(app, after) => (app, after),
        Place::End => return None,
    };
    match sales_rows::page(&app, event, after).await {
        Ok(page) => {
            let text: String = page.rows.iter().map(|row| lines(&app, row, sheet)).collect();
            let next = page.next.map_or(Place::End, |next| Place::After(app, Some(next)));
            Some((Ok(text.into()), next))
        }
        Err(refusal) => Some((Err(std::io::Error::other(refusal.message.to_string())), Place::End)),
    }
}

fn lines(app: &App, row: &SalesRow, sheet: Sheet) -> String {
    match sheet {
        Sheet::Orders => order(app, row),
        Sheet::Attendees if row.is_good() => attendees(app, row),
        Sheet::Attendees => String::new(),
    }
}

/// The names of a booking's show and zone.
fn place(app: &App, row: &SalesRow) -> [String; 2] {
    let (snapshot, booking) = (app.catalogue.current(), &row.booking);
    let show = snapshot.show(booking.show).map(|show| show.fields.starts_at.rfc3339());
    let zone = snapshot.zone(booking.zone).map(|zone| zone.fields.name.clone());
    [show.unwrap_or_default(), zone.unwrap_or_default()]
}

fn order(app: &App, row: &SalesRow) -> String {
    let (booking, [show, zone]) = (&row.booking, place(app, row));
    let (name, email) =
        row.buyer.as_ref().map(|user| (user.name.clone(), user.email.clone())).unwrap_or_default();
    csv::line([
        app.public.encode(booking.id),
        booking.confirmation_code.clone().unwrap_or_default(),
        booking.status.as_str().to_owned(),
        booking.reserved_at.rfc3339(),
        booking.confirmed_at.map(Timestamp::rfc3339).unwrap_or_default(),
        name,
        email,
        show,
        zone,
        booking.quantity.to_string(),
        booking.unit_price_minor.to_string(),
        booking.total_minor.to_string(),
        booking.currency.code.to_owned(),
        booking.returned_quantity.to_string(),
        row.given_back_minor.to_string(),
    ])
}

fn attendees(app: &App, row: &SalesRow) -> String {
    let (booking, [show, zone]) = (&row.booking, place(app, row));
    let one = |(ticket, holder): &(crate::domain::ticket::Ticket, Option<identity::User>)| {
        let (holder, email) =
            holder.as_ref().map(|user| (user.name.clone(), user.email.clone())).unwrap_or_default();
        let check_in = ticket.check_in.as_ref();
        csv::line([
            app.public.encode(booking.id),
            booking.confirmation_code.clone().unwrap_or_default(),
            ticket.seat.to_string(),
            ticket.name.clone().unwrap_or_default(),
            holder,
            email,
            show.clone(),
            zone.clone(),
            if ticket.generation > 0 { "yes" } else { "no" }.to_owned(),
            check_in.map(|check_in| check_in.scanned_at.rfc3339()).unwrap_or_default(),
            check_in.map(|check_in| check_in.gate.clone()).unwrap_or_default(),
        ])
    };
    row.tickets.iter().filter(|(ticket, _)| !ticket.is_returned).map(one).collect()
}

/// What one zone sold: by its bookings and by its account.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
struct ZoneMoney {
    bookings: i64,
    seats: i64,
    money: i64,
    given_back: i64,
}

/// Money by zone, and beside it the seats that left the zone's account for good: both columns are the same, or something is wrong.
/// The accounts are read after the bookings, so that a sale that runs shows a seat more there at most.
pub async fn money(app: &App, actor: Actor, event: EventId) -> Result<String, Refusal> {
    sales_rows::may(app, actor, event)?;
    let mut zones: BTreeMap<i64, ZoneMoney> = BTreeMap::new();
    let mut after = None;
    loop {
        let page = sales_rows::page(app, event, after).await?;
        page.rows.iter().for_each(|row| add(&mut zones, row));
        match page.next {
            Some(next) => after = Some(next),
            None => break,
        }
    }
    let snapshot = app.catalogue.current();
    let shows = snapshot.shows(event).iter();
    let listed: Vec<_> = shows.flat_map(|show| snapshot.zones(show.id)).cloned().collect();
    let mut text = csv::line([
        "show",
        "zone",
        "currency",
        "orders",
        "seats_by_bookings",
        "seats_by_ledger",
        "taken_minor",
        "given_back_minor",
    ]);
    let mut all = ZoneMoney::default();
    let mut all_by_ledger = 0;
    for zone in listed {
        let account = app.store.read({
            let id = zone.id.0;
            move |tx| Book::peek(tx, id)
        });
        let sold = account.await?.map_or(0, |account| zone.fields.total_seats - account.balances.posted());
        let sum = zones.get(&zone.id.0).copied().unwrap_or_default();
        let show = snapshot.show(zone.show).map(|show| show.fields.starts_at.rfc3339()).unwrap_or_default();
        text += &money_line(&show, &zone.fields.name, zone.fields.currency.code, sum, sold);
        all = all.plus(sum);
        all_by_ledger += sold;
    }
    Ok(text + &money_line("all", "", "", all, all_by_ledger))
}

fn add(zones: &mut BTreeMap<i64, ZoneMoney>, row: &SalesRow) {
    let zone = zones.entry(row.booking.zone.0).or_default();
    zone.bookings += 1;
    zone.seats += row.booking.seats_owned();
    zone.money += row.booking.total_minor;
    zone.given_back += row.given_back_minor;
}

impl ZoneMoney {
    const fn plus(self, other: Self) -> Self {
        Self {
            bookings: self.bookings + other.bookings,
            seats: self.seats + other.seats,
            money: self.money + other.money,
            given_back: self.given_back + other.given_back,
        }
    }
}

fn money_line(show: &str, zone: &str, currency: &str, sum: ZoneMoney, by_ledger: i64) -> String {
    let figures =
        [sum.bookings, sum.seats, by_ledger, sum.money, sum.given_back].map(|figure| figure.to_string());
    csv::line([show, zone, currency].into_iter().map(str::to_owned).chain(figures))
}
