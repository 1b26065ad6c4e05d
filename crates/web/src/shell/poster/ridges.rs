//! Stacked ridge lines, like a signal from far away.

use super::{Chance, Palette, ground};
use std::fmt::Write;

const LINES: u8 = 19;
const POINTS: u8 = 60;

/// Draws it.
pub fn draw(chance: &mut Chance, palette: &Palette) -> String {
    let back = if chance.once_in(3) { palette.mid } else { palette.deep };
    let mut svg = ground(back);
    let peaks: [f64; 3] =
        [chance.between(190.0, 290.0), chance.between(280.0, 360.0), chance.between(330.0, 420.0)];
    let _ = write!(svg, "<g fill=\"{}\" stroke-width=\"4\" stroke-linejoin=\"round\">", back);
    let warm = u8::try_from(5 + chance.below(9)).unwrap_or(8);
    for line in 0..LINES {
        let colour = match line.abs_diff(warm) {
            0 | 1 => palette.main,
            2 | 3 => palette.second,
            _ => palette.light,
        };
        svg.push_str(&ridge(chance, &peaks, 150.0 + f64::from(line) * 24.0, colour));
    }
    svg + "</g>"
}

fn ridge(chance: &mut Chance, peaks: &[f64; 3], base: f64, colour: &str) -> String {
    let heights = peaks.map(|_| chance.between(20.0, 120.0));
    let shifts = peaks.map(|_| chance.between(-34.0, 34.0));
    let mut path = String::new();
    for point in 0..=POINTS {
        let x = -10.0 + f64::from(point) * 620.0 / f64::from(POINTS);
        let mut lift = chance.between(0.0, 3.5);
        for at in 0..peaks.len() {
            let far = (x - peaks[at] - shifts[at]) / 42.0;
            lift += heights[at] * (-far * far).exp() * chance.between(0.82, 1.0);
        }
        let _ = write!(path, "{}{x:.0} {:.1}", if point == 0 { 'M' } else { 'L' }, base - lift);
    }
    format!("<path d=\"{path}\" stroke=\"{colour}\"/>")
}
