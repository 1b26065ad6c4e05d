//! A burst of rays behind a disc, with printed dots.

use super::{Chance, Palette, ground};
use std::f64::consts::TAU;
use std::fmt::Write;

/// Draws it.
pub fn draw(chance: &mut Chance, palette: &Palette) -> String {
    let hub = (chance.between(200.0, 400.0), chance.between(300.0, 460.0));
    let rays = 14 + chance.below(5) * 2;
    let turn = chance.between(0.0, 1.0);
    let mut svg = ground(palette.mid);
    for ray in (0..rays).step_by(2) {
        let colour = if ray % 4 == 0 { palette.main } else { palette.deep };
        svg.push_str(&wedge(hub, turn, (ray, rays), colour));
    }
    svg.push_str(&disc(chance, palette, hub));
    svg.push_str(&dots(palette));
    svg
}

fn wedge(hub: (f64, f64), turn: f64, part: (usize, usize), colour: &str) -> String {
    let whole = u32::try_from(part.1).map_or(1.0, f64::from);
    let angle = |at: usize| turn + TAU * u32::try_from(at).map_or(0.0, f64::from) / whole;
    let end = |at: usize| (hub.0 + 900.0 * angle(at).cos(), hub.1 + 900.0 * angle(at).sin());
    let ((ax, ay), (bx, by)) = (end(part.0), end(part.0 + 1));
    format!("<path d=\"M{:.0} {:.0}L{ax:.0} {ay:.0}L{bx:.0} {by:.0}Z\" fill=\"{colour}\"/>", hub.0, hub.1)
}

fn disc(chance: &mut Chance, palette: &Palette, hub: (f64, f64)) -> String {
    let size = chance.between(110.0, 165.0);
    let mut svg = String::new();
    for (part, colour) in [
        (1.28, palette.deep),
        (1.14, palette.light),
        (1.0, palette.second),
        (0.62, palette.light),
        (0.34, palette.main),
    ] {
        let _ = write!(
            svg,
            "<circle cx=\"{:.0}\" cy=\"{:.0}\" r=\"{:.0}\" fill=\"{colour}\"/>",
            hub.0,
            hub.1,
            size * part
        );
    }
    svg
}

fn dots(palette: &Palette) -> String {
    let mut svg = format!("<g fill=\"{}\">", palette.light);
    for row in 0..7_u8 {
        let size = 9.0 - f64::from(row) * 1.2;
        for column in 0..16_u8 {
            let x = f64::from(column) * 40.0 + f64::from(row % 2) * 20.0;
            let _ = write!(svg, "<circle cx=\"{x:.0}\" cy=\"{}\" r=\"{size:.1}\"/>", 14 + row * 20);
        }
    }
    svg + "</g>"
}
