//! Soft lights out of focus, with one sharp ring in front.

use super::{Chance, Palette, SIDE, grain, ground};
use std::fmt::Write;

/// Draws it.
pub fn draw(chance: &mut Chance, palette: &Palette) -> String {
    let mut svg = ground(palette.deep);
    svg.push_str("<filter id=\"soft\" x=\"-50%\" y=\"-50%\" width=\"200%\" height=\"200%\"><feGaussianBlur stdDeviation=\"62\"/></filter><g filter=\"url(#soft)\">");
    let colours = [palette.mid, palette.main, palette.second, palette.main, palette.mid, palette.light];
    for colour in colours {
        let (x, y) = (chance.between(0.0, SIDE), chance.between(0.0, SIDE));
        let (wide, high) = (chance.between(90.0, 210.0), chance.between(80.0, 190.0));
        let _ = write!(
            svg,
            "<ellipse cx=\"{x:.0}\" cy=\"{y:.0}\" rx=\"{wide:.0}\" ry=\"{high:.0}\" fill=\"{colour}\"/>"
        );
    }
    svg.push_str("</g>");
    svg.push_str(&rings(chance, palette));
    svg.push_str(&grain(0.2));
    svg
}

fn rings(chance: &mut Chance, palette: &Palette) -> String {
    let (x, y) = (chance.between(220.0, 380.0), chance.between(220.0, 380.0));
    let size = chance.between(120.0, 190.0);
    let count = 1 + chance.below(5);
    let mut svg = format!("<g fill=\"none\" stroke=\"{}\" stroke-width=\"3\">", palette.light);
    for ring in 0..count {
        let step = u32::try_from(ring).map_or(0.0, f64::from);
        let _ = write!(
            svg,
            "<circle cx=\"{:.0}\" cy=\"{y:.0}\" r=\"{:.0}\"/>",
            x + step * 22.0,
            size - step * 14.0
        );
    }
    svg + "</g>"
}
