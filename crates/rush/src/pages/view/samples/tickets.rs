//! Ticket, bookings, one booking.

use super::super::{
    BookingPage, BookingRow, BookingsPage, Notice, Pager, PassedTicket, PendingHold, SeatCard, State, Step,
    Tab, Ticket, TicketPage, qr_svg,
};
use super::parts::{bangkok, hold, order, shell_of_mali};
use super::{Drawn, drawn};
use web::shell::Tone;

pub fn all() -> Vec<Drawn> {
    vec![
        drawn("ticket-fresh", &ticket(true)),
        drawn("ticket", &ticket(false)),
        drawn("bookings", &bookings(true)),
        drawn("bookings-empty", &bookings(false)),
        drawn("booking-held", &booking(State::Held)),
        drawn("booking-confirmed", &booking(State::Confirmed)),
        drawn("booking-expired", &booking(State::Expired)),
        drawn("booking-cancelled", &booking(State::Cancelled)),
        drawn("booking-refunded", &booking(State::Refunded)),
    ]
}

fn ticket(fresh: bool) -> TicketPage {
    TicketPage {
        shell: shell_of_mali("Your ticket"),
        ticket: Ticket {
            order: order(),
            code: "BK-20261121-7F3K9Q".into(),
            holder: "Mali Srisai".into(),
            doors: Some(bangkok(28, 1)),
            address: "Popular 3 Road, Nonthaburi".into(),
            calendar_href: Some("/rush/my-bookings/b/calendar.ics".into()),
        },
        seats: (1..=3).map(seat).collect(),
        fresh,
        mailed_to: fresh.then(|| "mali@example.test".into()),
    }
}

/// The first is good, the second was used, the third was passed on.
fn seat(seat: i64) -> SeatCard {
    let qr = qr_svg("rush:1:BK-20261121-7F3K9Q:3f7a9c52d1").expect("short");
    SeatCard {
        seat,
        name: if seat == 1 { "Mali Srisai".into() } else { String::new() },
        codes: (seat < 3).then(|| (qr, format!("BK-20261121-7F3K9Q-{seat}-K4TZ"))),
        used: (seat == 2).then(|| "21:04".into()),
        href: format!("/rush/tickets/b/{seat}"),
        attempt: "sample-attempt".into(),
    }
}

fn bookings(any: bool) -> BookingsPage {
    let row = |state, code: Option<&str>| BookingRow {
        order: order(),
        state,
        href: "/rush/my-bookings/b".into(),
        code: code.map(Into::into),
    };
    let tab = |label, open| Tab { href: "/rush/my-bookings".into(), label, open };
    let hold = PendingHold {
        order: order(),
        href: "/rush/checkout/b".into(),
        until_ms: hold().until_ms,
        left: "9:42".into(),
    };
    let passed = PassedTicket { order: order(), href: "/rush/tickets/b/1".into() };
    BookingsPage {
        shell: shell_of_mali("My tickets").at("/rush/my-bookings"),
        pending: if any { vec![hold] } else { vec![] },
        passed: if any { vec![passed] } else { vec![] },
        tabs: vec![tab("Upcoming", true), tab("Past", false), tab("All", false)],
        bookings: if any {
            vec![
                row(State::Confirmed, Some("BK-20261121-7F3K9Q")),
                row(State::Expired, None),
                row(State::Cancelled, None),
            ]
        } else {
            vec![]
        },
        pager: Pager { page: 1, pages: 2, previous: None, next: Some("?page=2".into()) },
    }
}

fn booking(state: State) -> BookingPage {
    let confirmed = state == State::Confirmed;
    let ended = matches!(state, State::Expired | State::Cancelled | State::Refunded);
    BookingPage {
        shell: shell_of_mali("Booking"),
        order: order(),
        state,
        code: confirmed.then(|| "BK-20261121-7F3K9Q".into()),
        hold: (state == State::Held).then(|| ("/rush/checkout/b".into(), hold().until_ms, "9:42".into())),
        ticket_href: confirmed.then(|| "/rush/my-bookings/b/ticket".into()),
        ending: ended.then(|| {
            Notice::new(Tone::Warn, state.word(), "The seats are back on sale. Nothing was charged.")
        }),
        steps: vec![
            Step { when: bangkok(0, 0), text: "2 seats held".into() },
            Step { when: bangkok(0, 1), text: "Paid ฿4,800.00".into() },
        ],
    }
}
