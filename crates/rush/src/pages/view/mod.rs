//! What each page shows, as plain values. Everything is written out already (money, times, counts): templates only place it.
//!
//! To add a page: a struct here with `shell: Shell` and its template's path, a sample of each of its states in
//! `samples/`, then a handler beside this folder.

mod account;
mod booking;
mod bookings;
mod card;
mod checkout;
mod door;
mod event;
mod landing;
mod leave;
mod list;
mod notice;
mod organizer;
mod outbox;
mod people;
mod profile;
mod queue;
mod refund;
mod refusal;
#[cfg(test)]
mod samples;
mod seats;
mod stall;
mod static_pages;
mod ticket;
mod when;

pub use account::{Field, ForgotPage, LoginPage, RegisterPage, ResetPage};
pub use booking::{BookingPage, Step};
pub use bookings::{BookingRow, BookingsPage, PassedTicket, PendingHold, State, Tab};
pub use card::{CardSale, EventCard};
pub use checkout::{CheckoutPage, Decline, Hold, Order, PayForm, PayStage, TestCard};
pub use door::{DoorCount, DoorOpenPage, DoorPage, DoorResult, DoorRow};
pub use event::{BuyForm, EventHead, EventPage, Preview, ShowLink, Stage};
pub use landing::{LandingPage, Topic};
pub use leave::LeavePage;
pub use list::{Choice, Filters, ListPage, Pager};
pub use notice::Notice;
pub use organizer::{
    AttendeeRow, AttendeesPage, EditorPage, EditorShow, EditorZone, EventForm, GateRow, NewGate,
    OrganizerPage, OrganizerRow, SalesPage, SalesZone,
};
pub use outbox::{Mail, OutboxPage};
pub use people::{PeoplePage, PersonRow};
pub use profile::ProfilePage;
pub use queue::{JoinForm, QueuePage, QueueStage, Spot};
pub use refund::{RefundCase, RefundChoice, RefundPage, RefundRow, RefundsPage};
pub use refusal::RefusalPage;
pub use seats::{LiveSeats, ZoneRow, ZoneSeats, thousands};
pub use stall::RUSH;
pub use static_pages::{AboutPage, FaqPage};
pub use ticket::{SeatCard, Ticket, TicketPage, qr_svg};
pub use when::{When, left_text};
