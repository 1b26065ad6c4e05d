//! The e-ticket: code, QR, calendar, print.

use super::{Order, When};
use qrcode::render::svg;
use qrcode::{EcLevel, QrCode};
use web::shell::Shell;

/// A paid booking as something to show at the door.
#[derive(Debug, Clone)]
pub struct Ticket {
    /// What was bought.
    pub order: Order,
    /// `BK-20261121-7F3K9Q`.
    pub code: String,
    /// Name of the holder.
    pub holder: String,
    /// Doors.
    pub doors: Option<When>,
    /// Street and city.
    pub address: String,
    /// Path of the calendar file; none for somebody to whom a ticket was passed on.
    pub calendar_href: Option<String>,
}

/// One ticket of the booking.
#[derive(Debug, Clone)]
pub struct SeatCard {
    /// Which one, from 1.
    pub seat: i64,
    /// The name on it.
    pub name: String,
    /// The QR picture, from `qr_svg`, and the short code; none: somebody else holds it.
    pub codes: Option<(String, String)>,
    /// Whether its seat was given back.
    pub is_returned: bool,
    /// When somebody came in with it.
    pub used: Option<String>,
    /// The path of its forms.
    pub href: String,
    /// The attempt of passing it on.
    pub attempt: String,
}

/// The confirmation, and the ticket whenever it is opened again.
#[derive(Debug, Clone, askama::Template)]
#[template(path = "ticket.html")]
pub struct TicketPage {
    /// The layout's values.
    pub shell: Shell,
    /// What they are for.
    pub ticket: Ticket,
    /// Each ticket.
    pub seats: Vec<SeatCard>,
    /// Whether it was paid just now.
    pub fresh: bool,
    /// Where the mail went.
    pub mailed_to: Option<String>,
}

/// `text` as a QR picture: an SVG element in black on white, with the four modules of white around it that scanners need; `None` when the text is too long for one (over 1,600 bytes).
#[must_use]
pub fn qr_svg(text: &str) -> Option<String> {
    let code = QrCode::with_error_correction_level(text, EcLevel::M).ok()?;
    let svg = code.render::<svg::Color<'_>>().min_dimensions(200, 200).quiet_zone(true).build();
    let start = svg.find("<svg")?;
    Some(svg[start..].replacen("<svg", "<svg role=\"img\" aria-label=\"QR code of your ticket\"", 1))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_qr_picture_is_one_svg_element_without_style() {
        let svg = qr_svg("rush:1:BK-20261121-7F3K9Q").expect("short enough");
        assert!(svg.starts_with("<svg role=") && svg.ends_with("</svg>") && !svg.contains("style="));
        assert!(qr_svg(&"x".repeat(5000)).is_none());
    }

    #[test]
    fn four_white_modules_lie_around_the_code() {
        let text = "rush:1:BK-20261121-7F3K9Q";
        let modules = QrCode::with_error_correction_level(text, EcLevel::M).expect("short enough").width();
        let svg = qr_svg(text).expect("short enough");
        let number = |name: &str| -> usize {
            let (_, rest) = svg.split_once(&format!("{name}=\"")).expect(name);
            rest.split('"').next().and_then(|value| value.parse().ok()).expect(name)
        };
        let module = number("width") / (modules + 8);
        assert_eq!(number("width"), module * (modules + 8));
        // The first dark module, the corner of a finder, is four modules from the left and from the top.
        assert!(svg.contains(&format!("M{0} {0}h", 4 * module)), "{svg:.400}");
    }
}
