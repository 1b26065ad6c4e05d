//! Ticket, bookings, one booking.

use super::super::{
    BookingPage, BookingRow, BookingsPage, Notice, Pager, PassedTicket, PendingHold, RefundCase,
    RefundChoice, RefundPage, RefundRow, RefundsPage, SeatCard, State, Step, Tab, Ticket, TicketPage, qr_svg,
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
        drawn("refund", &refund(true)),
        drawn("refund-late", &refund(false)),
        drawn("refunds", &refunds(true)),
        drawn("refunds-none", &refunds(false)),
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
        seats: (1..=4).map(seat).collect(),
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
        is_returned: seat == 4,
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
        refund_href: confirmed.then(|| "/rush/my-bookings/b/refund".into()),
        refunds: if confirmed { vec![refund_row()] } else { vec![] },
        ending: ended.then(|| {
            Notice::new(Tone::Warn, state.word(), "The seats are back on sale. Nothing was charged.")
        }),
        steps: vec![
            Step { when: bangkok(0, 0), text: "2 seats held".into() },
            Step { when: bangkok(0, 1), text: "Paid ฿4,800.00".into() },
        ],
    }
}

fn refund_row() -> RefundRow {
    RefundRow {
        word: "Asked for",
        class: "tag tag-warn",
        seats: "1 seat".into(),
        amount: "฿1,200.00".into(),
        when: bangkok(0, 2),
        note: Some("We look at it on Monday.".into()),
    }
}

fn refund(in_time: bool) -> RefundPage {
    let choice = |quantity, label: &str| RefundChoice { quantity, label: label.into() };
    let late = Notice::new(Tone::Plain, "It is too late", "Nothing is given back any more for this show.");
    RefundPage {
        shell: shell_of_mali("Give tickets back"),
        order: order(),
        percent: in_time.then(|| "50 %".into()),
        holds_until: in_time.then(|| bangkok(2, 0)),
        choices: vec![choice(2, "2 seats: ฿2,400.00 back"), choice(1, "1 seat: ฿1,200.00 back")],
        notice: (!in_time).then_some(late),
        attempt: "sample-attempt".into(),
        refunds: vec![refund_row()],
    }
}

fn refunds(any: bool) -> RefundsPage {
    let case = |is_open, is_failed| RefundCase {
        id: "r".into(),
        row: refund_row(),
        title: "Neon Tide: The Last Summer Tour".into(),
        why: "50 % of what they cost".into(),
        reason: Some("I am ill <b>and</b> sorry".into()),
        is_open,
        is_failed,
    };
    RefundsPage {
        shell: shell_of_mali("Money back"),
        tabs: vec![Tab { href: "/rush/refunds?tab=open".into(), label: "To decide", open: true }],
        cases: if any { vec![case(true, false), case(false, true), case(false, false)] } else { vec![] },
        pager: Pager { page: 1, pages: 2, previous: None, next: Some("?page=2".into()) },
    }
}
