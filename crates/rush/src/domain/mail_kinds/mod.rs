//! Every kind of mail of the stall: what its texts may say, and what they say in English and Thai. An operator may write others.

mod account;
mod booking;
mod money;
mod news;

pub use account::PASSWORD_RESET;
pub use booking::{BOOKING_CANCELLED, BOOKING_CONFIRMATION, BOOKING_EXPIRED};
pub use money::{PAYMENT_FAILED, PAYMENT_RECEIPT, REFUND_PROCESSED};
pub use news::{EVENT_CANCELLED, EVENT_REMINDER, SHOW_MOVED, WAITLIST_ALERT};

use mail::{Kind, Variable};

/// Every kind.
pub static ALL: &[&Kind] = &[
    &BOOKING_CONFIRMATION,
    &PAYMENT_RECEIPT,
    &PAYMENT_FAILED,
    &BOOKING_EXPIRED,
    &BOOKING_CANCELLED,
    &REFUND_PROCESSED,
    &SHOW_MOVED,
    &EVENT_CANCELLED,
    &EVENT_REMINDER,
    &WAITLIST_ALERT,
    &PASSWORD_RESET,
];

/// The languages of mails.
pub const LOCALES: [&str; 2] = ["en", "th"];

/// The kind of that name.
#[must_use]
pub fn named(name: &str) -> Option<&'static Kind> {
    ALL.iter().find(|kind| kind.name == name).copied()
}

const fn variable(name: &'static str, about: &'static str, sample: &'static str) -> Variable {
    Variable { name, about, sample }
}

/// What mails about a booking may say.
const OF_BOOKING: &[Variable] = &[
    variable("name", "what to call the buyer", "Mali"),
    variable("shop", "the shop's name", "Demo Hall"),
    variable("event_name", "the event", "Fairground at Dusk"),
    variable("show_date", "when the show is, at the venue", "Fri 1 Feb 2030, 20:00"),
    variable("venue_name", "the venue; empty where it is not told", "Neon Hall"),
    variable("venue_address", "where the venue is; empty where it is not told", "1 River Road, Bangkok"),
    variable("zone_name", "the zone", "Floor"),
    variable("quantity", "how many seats", "2"),
    variable("unit_price", "the price of one seat", "฿1,500.00"),
    variable("total_price", "the price of all", "฿3,000.00"),
    variable("currency", "the currency", "THB"),
    variable("confirmation_code", "the booking's code; empty before it is paid", "BK-20300101-7F3K9Q"),
    variable("ticket_url", "the ticket's page", "https://tickets.example/rush/my-bookings/b-1/ticket"),
    variable("booking_url", "the booking's page", "https://tickets.example/rush/my-bookings/b-1"),
    variable("rebook_url", "the event's page", "https://tickets.example/rush/events/dusk"),
    variable("reason", "why; empty where there is nothing to say", "the card was declined"),
    variable("refund_amount", "what goes back; empty where nothing does", "฿1,500.00"),
    variable("booking", "the booking's id", "b-1"),
];

#[cfg(test)]
mod tests {
    use super::*;
    use mail::template::check;
    use std::collections::BTreeSet;

    #[test]
    fn every_kind_has_its_own_name_and_sound_texts_in_both_languages() {
        let names: BTreeSet<_> = ALL.iter().map(|kind| kind.name).collect();
        assert_eq!(names.len(), ALL.len());
        for kind in ALL {
            for locale in LOCALES {
                let text = kind.texts.iter().find(|text| text.locale == locale);
                let text = text.unwrap_or_else(|| panic!("{} has no text in {locale}", kind.name));
                check(kind, text.subject, text.body)
                    .unwrap_or_else(|fault| panic!("{} {locale}: {fault}", kind.name));
                let is_thai = text.body.chars().any(|letter| ('\u{e01}'..='\u{e5b}').contains(&letter));
                assert_eq!(is_thai, locale == "th", "{} {locale}", kind.name);
            }
            assert_eq!(named(kind.name), Some(*kind));
        }
    }

    #[test]
    fn what_must_arrive_belongs_to_no_list() {
        let lists: Vec<_> = ALL.iter().filter_map(|kind| Some((kind.name, kind.list?))).collect();
        assert_eq!(lists, [("event_reminder", "reminders"), ("waitlist_alert", "waitlist")]);
    }
}
