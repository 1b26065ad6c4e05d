//! What mails about a booking say: the values of their texts. Who gets them and how they leave is elsewhere.

use super::booking::Booking;
use super::catalogue::Snapshot;
use super::show_time;
use serde_json::{Map, Value};

/// What a mail about a booking needs beside it.
#[derive(Debug, Clone, Copy)]
pub struct Addressee<'m> {
    /// What to call the buyer.
    pub name: &'m str,
    /// `en` or `th`.
    pub locale: &'m str,
    /// Where the shop's pages are, without a slash at the end.
    pub pages: &'m str,
    /// The booking's id outside.
    pub booking: &'m str,
}

/// The values of a mail about `booking`. `None`: what it is for is gone from the catalogue.
#[must_use]
pub fn values(catalogue: &Snapshot, booking: &Booking, to: Addressee<'_>) -> Option<Map<String, Value>> {
    let event = &catalogue.event(booking.event)?.fields;
    let show = &catalogue.show(booking.show)?.fields;
    let zone = &catalogue.zone(booking.zone)?.fields.name;
    let shop = catalogue.tenant(booking.tenant).map_or("", |tenant| tenant.fields.name.as_str());
    let money = |minor| booking.currency.write(minor);
    let page = format!("{}/my-bookings/{}", to.pages, to.booking);
    let text = [
        ("name", to.name.to_owned()),
        ("shop", shop.to_owned()),
        ("event_name", event.name.clone()),
        ("show_date", show_time::in_words_of(show.starts_at, &event.venue.timezone, to.locale)),
        ("venue_name", event.venue.name.clone().unwrap_or_default()),
        ("venue_address", event.venue.address.clone().unwrap_or_default()),
        ("zone_name", zone.clone()),
        ("quantity", booking.quantity.to_string()),
        ("unit_price", money(booking.unit_price_minor)),
        ("total_price", money(booking.total_minor)),
        ("currency", booking.currency.code.to_owned()),
        ("confirmation_code", booking.confirmation_code.clone().unwrap_or_default()),
        ("ticket_url", format!("{page}/ticket")),
        ("booking_url", page),
        ("rebook_url", format!("{}/events/{}", to.pages, event.slug)),
        ("reason", String::new()),
        ("refund_amount", String::new()),
        ("booking", to.booking.to_owned()),
    ];
    Some(text.into_iter().map(|(name, text)| (name.to_owned(), Value::String(text))).collect())
}

/// A reason of ours in the buyer's language; none: it says nothing to a buyer.
#[must_use]
pub fn reason(word: &str, locale: &str) -> Option<&'static str> {
    let (en, th) = match word {
        "insufficient_funds" => ("the card has too little money", "ยอดเงินในบัตรไม่พอ"),
        "card_declined" => ("the card was declined", "บัตรถูกปฏิเสธ"),
        "expired_card" => ("the card has expired", "บัตรหมดอายุ"),
        "processing_error" => ("the bank did not answer", "ธนาคารไม่ตอบกลับ"),
        "payment_declined" => ("the payment was declined three times", "การชำระเงินถูกปฏิเสธสามครั้ง"),
        "user_cancelled" => ("as you asked", "ตามที่คุณขอ"),
        "seats_gone" => ("the money came after the seats were gone", "เงินมาถึงหลังจากที่นั่งหมดแล้ว"),
        "booking_cancelled" => ("the booking had been cancelled", "การจองถูกยกเลิกไปแล้ว"),
        "already_paid" => ("the booking was paid already", "การจองนี้ชำระเงินแล้ว"),
        "gateway_timeout" => ("the payment could not be confirmed in time", "ยืนยันการชำระเงินไม่ทันเวลา"),
        "event_cancelled" => ("the event was cancelled", "งานถูกยกเลิก"),
        "show_cancelled" => ("the show was cancelled", "รอบการแสดงถูกยกเลิก"),
        _ => return None,
    };
    Some(if locale == "th" { th } else { en })
}
