//! The ticket that goes with a mail: one file that any phone opens without a network, and that prints on one page. It is HTML, because
//! Thai needs a font that a PDF would have to carry.

use qrcode::render::svg;
use qrcode::{EcLevel, QrCode};

/// What stands on it.
#[derive(Debug, Clone, Copy)]
pub struct TicketFile<'t> {
    /// `en` or `th`.
    pub locale: &'t str,
    /// The event.
    pub event: &'t str,
    /// When, in words.
    pub when: &'t str,
    /// Venue and address; empty ones are left out.
    pub place: &'t [&'t str],
    /// The zone.
    pub zone: &'t str,
    /// How many it admits.
    pub admits: i64,
    /// Who bought it.
    pub holder: &'t str,
    /// `BK-20261121-7F3K9Q`.
    pub code: &'t str,
    /// The text of the QR code.
    pub signed: &'t str,
}

/// The file. `None`: the code is too long for a QR picture.
#[must_use]
pub fn html(ticket: &TicketFile<'_>) -> Option<String> {
    let code = QrCode::with_error_correction_level(ticket.signed, EcLevel::M).ok()?;
    let picture = code.render::<svg::Color<'_>>().min_dimensions(260, 260).quiet_zone(true).build();
    let picture = &picture[picture.find("<svg")?..];
    let is_thai = ticket.locale == "th";
    let [title, zone, admits, holder, show] = if is_thai {
        ["ตั๋ว", "โซน", "จำนวนที่นั่ง", "ชื่อ", "แสดงรหัสนี้ที่ประตู บนกระดาษหรือบนโทรศัพท์"]
    } else {
        ["Ticket", "Zone", "Admits", "Name", "Show this at the door, on paper or on your phone."]
    };
    let place: Vec<_> =
        ticket.place.iter().filter(|part| !part.is_empty()).map(|part| escaped(part)).collect();
    Some(format!(
        "<!doctype html><html lang=\"{lang}\"><head><meta charset=\"utf-8\"><meta name=\"viewport\" content=\"width=device-width\">\
         <title>{title} {code}</title><style>body{{font:16px/1.5 system-ui,'Noto Sans Thai',sans-serif;margin:0;padding:24px;color:#111}}\
         main{{max-width:420px;margin:0 auto;border:1px solid #999;border-radius:12px;padding:20px;text-align:center}}\
         svg{{width:260px;height:260px;max-width:100%}}.code{{font:700 20px monospace}}</style></head><body><main>\
         <h1>{event}</h1><p><b>{when}</b><br>{place}</p><p>{zone}: {zone_name}<br>{admits}: {number}<br>{holder}: {name}</p>\
         {picture}<p class=\"code\">{code}</p><p>{show}</p></main></body></html>\n",
        lang = if is_thai { "th" } else { "en" },
        event = escaped(ticket.event),
        when = escaped(ticket.when),
        place = place.join(", "),
        zone_name = escaped(ticket.zone),
        number = ticket.admits,
        name = escaped(ticket.holder),
        code = escaped(ticket.code),
    ))
}

fn escaped(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;").replace('"', "&quot;")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_file_holds_picture_and_code_and_nothing_of_it_is_markup_of_others() {
        let ticket = TicketFile {
            locale: "th",
            event: "<script>x</script>",
            when: "ศุกร์",
            place: &["", "Hall & Co"],
            zone: "Floor",
            admits: 2,
            holder: "Mali",
            code: "BK-20261121-7F3K9Q",
            signed: "b-1:BK-20261121-7F3K9Q:2:signature",
        };
        let file = html(&ticket).expect("short enough");
        assert!(file.contains("<svg") && file.contains("BK-20261121-7F3K9Q") && file.contains("lang=\"th\""));
        assert!(
            file.contains("&lt;script&gt;") && file.contains("Hall &amp; Co") && !file.contains("<script>")
        );
        assert_eq!(html(&TicketFile { signed: &"x".repeat(5_000), ..ticket }), None);
    }
}
