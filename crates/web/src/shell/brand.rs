//! A tenant's colours as a style sheet, bent as little as needed to stay readable on our paper, light and dark.

use std::fmt;

/// Lowest contrast of text we accept (WCAG 2.1 AA).
const CONTRAST_MIN: f64 = 4.5;
/// The papers of `fairground.css`; a test there keeps them equal.
const PAPER_LIGHT: Colour = Colour { red: 0xfb, green: 0xf8, blue: 0xf3 };
const PAPER_DARK: Colour = Colour { red: 0x13, green: 0x11, blue: 0x19 };
const WHITE: Colour = Colour { red: 255, green: 255, blue: 255 };
const BLACK: Colour = Colour { red: 0, green: 0, blue: 0 };
const INK: Colour = Colour { red: 0x1b, green: 0x18, blue: 0x23 };
/// How far one step moves towards black or white; 40 steps reach it for certain.
const STEP: f64 = 0.025;

/// An opaque sRGB colour.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Colour {
    red: u8,
    green: u8,
    blue: u8,
}

/// The text is not `#RRGGBB`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("a colour is written #RRGGBB")]
pub struct BadColour;

impl std::str::FromStr for Colour {
    type Err = BadColour;

    fn from_str(text: &str) -> Result<Self, BadColour> {
        let digits =
            text.strip_prefix('#').filter(|d| d.len() == 6 && d.bytes().all(|b| b.is_ascii_hexdigit()));
        let all = u32::from_str_radix(digits.ok_or(BadColour)?, 16).map_err(|_| BadColour)?;
        let [_, red, green, blue] = all.to_be_bytes();
        Ok(Self { red, green, blue })
    }
}

impl fmt::Display for Colour {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "#{:02x}{:02x}{:02x}", self.red, self.green, self.blue)
    }
}

impl Colour {
    /// Contrast with `other`, 1..=21 (WCAG 2.1).
    #[must_use]
    pub fn contrast(self, other: Self) -> f64 {
        let (a, b) = (self.luminance(), other.luminance());
        (a.max(b) + 0.05) / (a.min(b) + 0.05)
    }

    fn luminance(self) -> f64 {
        let part = |channel: u8| {
            let value = f64::from(channel) / 255.0;
            if value <= 0.03928 { value / 12.92 } else { ((value + 0.055) / 1.055).powf(2.4) }
        };
        0.2126 * part(self.red) + 0.7152 * part(self.green) + 0.0722 * part(self.blue)
    }

    /// `share` (0..=1) of the way to `other`.
    fn towards(self, other: Self, share: f64) -> Self {
        let mix = |from: u8, to: u8| {
            let value = (f64::from(to) - f64::from(from)).mul_add(share, f64::from(from));
            value.round().clamp(0.0, 255.0) as u8
        };
        Self {
            red: mix(self.red, other.red),
            green: mix(self.green, other.green),
            blue: mix(self.blue, other.blue),
        }
    }

    /// This colour, moved towards `pole` only until it can be read on `paper`.
    fn readable_on(self, paper: Self, pole: Self) -> Self {
        let steps = (0..=40_u8).map(|step| self.towards(pole, f64::from(step) * STEP));
        steps.into_iter().find(|colour| colour.contrast(paper) >= CONTRAST_MIN).unwrap_or(pole)
    }

    /// White or black, whichever is easier to read on this colour; one of them always has contrast 4.58.
    fn text_on(self) -> Self {
        if self.contrast(WHITE) >= self.contrast(BLACK) { WHITE } else { BLACK }
    }
}

/// What a tenant chose. Missing ones keep the stall's.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct BrandColours {
    /// Buttons, links and marks.
    pub primary: Option<Colour>,
    /// The dark panel behind heroes and tickets.
    pub secondary: Option<Colour>,
    /// Lamps and small lights on that panel.
    pub accent: Option<Colour>,
}

impl BrandColours {
    /// A style sheet that overrides the stall's accent; empty when nothing was chosen.
    #[must_use]
    pub fn stylesheet(&self) -> String {
        let dusk = self.secondary.map_or(INK, |colour| colour.readable_on(WHITE, BLACK));
        let mut both = String::new();
        if self.secondary.is_some() {
            both += &format!("--dusk:{dusk};");
        }
        if let Some(accent) = self.accent {
            both += &format!("--lamp:{};", accent.readable_on(dusk, WHITE));
        }
        let light =
            self.primary.map_or_else(String::new, |colour| accent_on(colour.readable_on(PAPER_LIGHT, INK)));
        let dark =
            self.primary.map_or_else(String::new, |colour| accent_on(colour.readable_on(PAPER_DARK, WHITE)));
        if both.is_empty() && light.is_empty() {
            return String::new();
        }
        format!(
            ":root[data-stall]{{{both}{light}}}\n@media (prefers-color-scheme:dark){{:root[data-stall]{{{dark}}}}}\n"
        )
    }
}

fn accent_on(colour: Colour) -> String {
    let Colour { red, green, blue } = colour;
    format!("--accent:{colour};--on-accent:{};--tint:rgb({red} {green} {blue} / .1);", colour.text_on())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn colour(text: &str) -> Colour {
        text.parse().expect("a colour")
    }

    #[test]
    fn only_six_hex_digits_are_a_colour() {
        assert_eq!(colour("#CC3c24").to_string(), "#cc3c24");
        for bad in ["", "cc3c24", "#fff", "#cc3c2g", "#cc3c24;}", "#cc3c2é"] {
            assert!(bad.parse::<Colour>().is_err(), "{bad}");
        }
    }

    #[test]
    fn any_brand_colour_becomes_readable_on_both_papers() {
        for text in ["#ffff00", "#000000", "#ffffff", "#808080", "#cc3c24", "#00ff88", "#0000ff"] {
            let light = colour(text).readable_on(PAPER_LIGHT, INK);
            let dark = colour(text).readable_on(PAPER_DARK, WHITE);
            assert!(light.contrast(PAPER_LIGHT) >= CONTRAST_MIN, "{text} became {light}");
            assert!(dark.contrast(PAPER_DARK) >= CONTRAST_MIN, "{text} became {dark}");
            assert!(
                light.contrast(light.text_on()) >= CONTRAST_MIN
                    && dark.contrast(dark.text_on()) >= CONTRAST_MIN
            );
        }
    }

    #[test]
    fn a_colour_that_is_readable_already_is_kept() {
        assert_eq!(colour("#1f5fc4").readable_on(PAPER_LIGHT, INK), colour("#1f5fc4"));
    }

    #[test]
    fn nothing_chosen_changes_nothing() {
        assert_eq!(BrandColours::default().stylesheet(), "");
        let one = BrandColours { primary: Some(colour("#0a7d5a")), ..BrandColours::default() };
        assert!(one.stylesheet().contains("--accent:#0a7d5a;--on-accent:#ffffff;"));
    }

    #[test]
    fn the_papers_are_those_of_the_style_sheet() {
        let css = include_str!("../../assets/fairground.css");
        for paper in [PAPER_LIGHT, PAPER_DARK] {
            assert!(css.contains(&format!("--paper: {paper}")), "{paper}");
        }
    }
}
