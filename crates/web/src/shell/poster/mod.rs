//! Posters: pictures for events that bring none, drawn as SVG from a seed and from nothing else.
//!
//! The same seed gives the same picture on every node and in every release that keeps the styles' order.
//! A style is one file with one `draw` function; to add one, add its file and its line in `STYLES`.
//! No style sets text: a title belongs beside the picture, where it can be read, selected and translated.

mod blocks;
mod chance;
mod dusk;
mod mesh;
mod orbits;
mod palette;
mod pulse;
mod rays;
mod ridges;
mod wheel;

use chance::Chance;
use palette::Palette;

/// The side of the square every style draws on, in user units.
const SIDE: f64 = 600.0;

/// The longest seed we draw for; seeds are event ids and slugs, and a slug has at most 100 characters.
pub const SEED_LENGTH_MAX: usize = 100;

/// Stands before every seed. Chosen by eye, so that neighbours in the demo's lists draw different styles.
const SHUFFLE: &str = "11977 ";

type Style = fn(&mut Chance, &Palette) -> String;

const STYLES: [Style; 8] =
    [dusk::draw, blocks::draw, ridges::draw, wheel::draw, mesh::draw, orbits::draw, rays::draw, pulse::draw];

/// The picture of `seed`: a square SVG document of 3 to 20 kB without script, style sheet, text or outside reference.
#[must_use]
pub fn poster(seed: &str) -> String {
    let mut chance = Chance::from_seed(&format!("{SHUFFLE}{seed}"));
    let style = STYLES[chance.below(STYLES.len())];
    let palette = &palette::PALETTES[chance.below(palette::PALETTES.len())];
    document(&style(&mut chance, palette))
}

fn document(body: &str) -> String {
    format!(
        "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 {SIDE} {SIDE}\" width=\"{SIDE}\" height=\"{SIDE}\" preserveAspectRatio=\"xMidYMid slice\">{body}</svg>"
    )
}

/// A rectangle over the whole picture.
fn ground(fill: &str) -> String {
    format!("<rect width=\"{SIDE}\" height=\"{SIDE}\" fill=\"{fill}\"/>")
}

/// A top-to-bottom gradient named `sky` with evenly spaced stops.
fn sky(stops: &[&str]) -> String {
    let last = stops.len().saturating_sub(1).max(1);
    let marks: String = stops
        .iter()
        .enumerate()
        .map(|(at, colour)| format!("<stop offset=\"{}%\" stop-color=\"{colour}\"/>", at * 100 / last))
        .collect();
    format!("<linearGradient id=\"sky\" x1=\"0\" y1=\"0\" x2=\"0\" y2=\"1\">{marks}</linearGradient>")
}

/// A film grain over the whole picture, as strong as `opacity` (0..1).
fn grain(opacity: f64) -> String {
    format!(
        "<filter id=\"grain\" x=\"0\" y=\"0\" width=\"100%\" height=\"100%\"><feTurbulence type=\"fractalNoise\" baseFrequency=\"0.9\" numOctaves=\"2\"/><feColorMatrix type=\"saturate\" values=\"0\"/></filter><rect width=\"{SIDE}\" height=\"{SIDE}\" filter=\"url(#grain)\" opacity=\"{opacity}\"/>"
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_same_seed_draws_the_same_picture() {
        assert_eq!(poster("neon-tide"), poster("neon-tide"));
        assert_ne!(poster("neon-tide"), poster("paper-lanterns"));
    }

    #[test]
    fn every_style_is_small_closed_and_refers_to_nothing_outside() {
        for (at, style) in STYLES.iter().enumerate() {
            for palette in &palette::PALETTES {
                let svg = document(&style(&mut Chance::from_seed("a"), palette));
                assert!(svg.len() < 24_000, "style {at} drew {} bytes", svg.len());
                assert!(svg.ends_with("</svg>") && !svg.contains("NaN"));
                let outside = svg.replacen("http://www.w3.org/2000/svg", "", 1);
                for word in ["http", "<script", "<style", "style=", "href"] {
                    assert!(!outside.contains(word), "style {at} holds {word}");
                }
            }
        }
    }

    /// Writes a contact sheet where `FAIRGROUND_SHOTS` says, for eyes.
    #[test]
    fn a_contact_sheet_can_be_drawn() {
        let Some(folder) = std::env::var_os("FAIRGROUND_SHOTS") else { return };
        for seed in 0..48 {
            let path = std::path::Path::new(&folder).join(format!("poster-{seed}.svg"));
            std::fs::write(path, poster(&format!("event-{seed}"))).expect("the folder is there");
        }
    }

    #[test]
    fn many_seeds_reach_every_style() {
        let mut seen = std::collections::HashSet::new();
        for seed in 0..400 {
            seen.insert(Chance::from_seed(&format!("event-{seed}")).below(STYLES.len()));
        }
        assert_eq!(seen.len(), STYLES.len());
    }
}
