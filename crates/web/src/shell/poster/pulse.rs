//! Sound around a circle: bars as long as a made-up song is loud.

use super::{Chance, Palette, ground};
use std::f64::consts::TAU;
use std::fmt::Write;

const BARS: u8 = 96;

/// Draws it.
pub fn draw(chance: &mut Chance, palette: &Palette) -> String {
    let inner = chance.between(92.0, 130.0);
    let mut svg = ground(palette.deep);
    let _ = write!(
        svg,
        "<radialGradient id=\"glow\"><stop offset=\".2\" stop-color=\"{0}\" stop-opacity=\".9\"/><stop offset=\"1\" stop-color=\"{0}\" stop-opacity=\"0\"/></radialGradient><circle cx=\"300\" cy=\"300\" r=\"330\" fill=\"url(#glow)\"/>",
        palette.mid
    );
    svg.push_str(&bars(chance, palette, inner));
    for (part, colour) in [(0.86, palette.main), (0.52, palette.deep), (0.18, palette.light)] {
        let _ = write!(svg, "<circle cx=\"300\" cy=\"300\" r=\"{:.0}\" fill=\"{colour}\"/>", inner * part);
    }
    svg
}

fn bars(chance: &mut Chance, palette: &Palette, inner: f64) -> String {
    let waves: [(f64, f64); 3] = [3.0, 5.0, 9.0].map(|turns| (turns, chance.between(0.0, TAU)));
    let mut svg = String::from("<g stroke-width=\"7\" stroke-linecap=\"round\">");
    for bar in 0..BARS {
        let angle = TAU * f64::from(bar) / f64::from(BARS);
        let loud: f64 =
            waves.iter().map(|(turns, shift)| (angle * turns + shift).sin()).sum::<f64>().abs() / 3.0;
        let outer = inner + 22.0 + loud * 150.0 + chance.between(0.0, 26.0);
        let colour = if loud > 0.52 {
            palette.second
        } else if loud > 0.28 {
            palette.main
        } else {
            palette.light
        };
        let _ = write!(
            svg,
            "<path d=\"M{:.0} {:.0}L{:.0} {:.0}\" stroke=\"{colour}\"/>",
            300.0 + inner * angle.cos(),
            300.0 + inner * angle.sin(),
            300.0 + outer * angle.cos(),
            300.0 + outer * angle.sin()
        );
    }
    svg + "</g>"
}
