//! From the domain's values to what pages show. Pure: no verb, no table, no clock.

mod card;
mod event;
mod order;
mod payment;
mod preview;
mod refund;
mod seats;

pub use card::card;
pub use event::{Buyer, Offering, Selection, event_head, show_links, stage};
pub use order::{held, hold, order, state};
pub use payment::pay_stage;
pub use preview::{description, preview};
pub use refund::refund_row;
pub use seats::{live_seats, zone_rows};
