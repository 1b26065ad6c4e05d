//! Seats of zones, as drawn and as sent to open pages.

/// The seats of one zone at one moment.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize)]
pub struct ZoneSeats {
    /// Public id of the zone.
    pub id: String,
    /// In all.
    pub total: i64,
    /// Paid.
    pub sold: i64,
    /// Held while somebody pays.
    pub held: i64,
    /// Free now.
    pub available: i64,
}

/// The seats of a show's zones, the payload of the live stream.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize)]
pub struct LiveSeats {
    /// Each zone.
    pub zones: Vec<ZoneSeats>,
}

/// A zone to choose.
#[derive(Debug, Clone)]
pub struct ZoneRow {
    /// Its seats.
    pub seats: ZoneSeats,
    /// Name.
    pub name: String,
    /// `#RRGGBB` on the venue's plan.
    pub colour: Option<String>,
    /// One sentence.
    pub description: Option<String>,
    /// Minor units.
    pub price_minor: i64,
    /// As people read it.
    pub price: String,
    /// Fewest per order.
    pub min: i64,
    /// Most per order.
    pub max: i64,
    /// Whether its sale window is open.
    pub open: bool,
    /// Whether it is chosen already.
    pub chosen: bool,
}

impl ZoneRow {
    /// Whether it can be chosen.
    #[must_use]
    pub fn choosable(&self) -> bool {
        self.open && self.seats.available >= self.min
    }

    /// Whether at most a tenth is left.
    #[must_use]
    pub fn low(&self) -> bool {
        self.seats.available > 0 && self.seats.available.saturating_mul(10) <= self.seats.total
    }

    /// Part of the bar that is sold, as SVG writes it.
    #[must_use]
    pub fn sold_share(&self) -> String {
        self.share(self.seats.sold)
    }

    /// Part of the bar that is held.
    #[must_use]
    pub fn held_share(&self) -> String {
        self.share(self.seats.held)
    }

    /// What is left, in words.
    #[must_use]
    pub fn left(&self) -> String {
        match self.seats.available {
            0 => String::from("Sold out"),
            left => format!("{} left", thousands(left)),
        }
    }

    /// All seats of the zone, in words.
    #[must_use]
    pub fn total_text(&self) -> String {
        thousands(self.seats.total)
    }

    fn share(&self, part: i64) -> String {
        let permille = part.clamp(0, self.seats.total).saturating_mul(1000) / self.seats.total.max(1);
        format!("{}.{}%", permille / 10, permille % 10)
    }
}

/// `12,500`.
#[must_use]
pub fn thousands(count: i64) -> String {
    kernel::grouped(count)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn row(total: i64, sold: i64, held: i64) -> ZoneRow {
        ZoneRow {
            seats: ZoneSeats { id: "z".into(), total, sold, held, available: total - sold - held },
            name: "Floor".into(),
            colour: None,
            description: None,
            price_minor: 100,
            price: "฿1.00".into(),
            min: 1,
            max: 4,
            open: true,
            chosen: false,
        }
    }

    #[test]
    fn the_bar_shows_what_is_sold_and_held() {
        let zone = row(400, 150, 50);
        assert_eq!((zone.sold_share().as_str(), zone.held_share().as_str()), ("37.5%", "12.5%"));
        assert_eq!(row(0, 0, 0).sold_share(), "0.0%");
    }

    #[test]
    fn few_left_and_none_left_are_told_apart() {
        assert!(row(100, 90, 0).low() && !row(100, 89, 0).low() && !row(100, 100, 0).low());
        assert_eq!(row(100, 100, 0).left(), "Sold out");
        assert_eq!(row(20_000, 0, 1).left(), "19,999 left");
        assert!(!row(100, 100, 0).choosable());
    }
}
