//! Broken rings around one point, each turning its own way, with moons.

use super::{Chance, Palette, ground};
use std::f64::consts::TAU;
use std::fmt::Write;

/// Draws it.
pub fn draw(chance: &mut Chance, palette: &Palette) -> String {
    let (x, y) = (chance.between(150.0, 450.0), chance.between(170.0, 430.0));
    let mut svg = ground(if chance.once_in(2) { palette.deep } else { palette.mid });
    let _ = write!(svg, "<g fill=\"none\">");
    let mut radius = chance.between(46.0, 70.0);
    while radius < 560.0 {
        let width = *chance.pick(&[4.0, 10.0, 18.0, 30.0]);
        svg.push_str(&ring(chance, palette, (x, y), radius, width));
        radius += width + chance.between(8.0, 22.0);
    }
    let _ = write!(svg, "</g><circle cx=\"{x:.0}\" cy=\"{y:.0}\" r=\"28\" fill=\"{}\"/>", palette.light);
    svg + &moons(chance, palette, (x, y))
}

fn ring(chance: &mut Chance, palette: &Palette, hub: (f64, f64), radius: f64, width: f64) -> String {
    let round = TAU * radius;
    let drawn = round * chance.between(0.25, 0.8);
    let rest = round - drawn;
    let turn = chance.between(0.0, 360.0);
    let colour = *chance.pick(&[palette.main, palette.main, palette.second, palette.light]);
    let (x, y) = hub;
    format!(
        "<circle cx=\"{x:.0}\" cy=\"{y:.0}\" r=\"{radius:.0}\" stroke=\"{colour}\" stroke-width=\"{width}\" stroke-linecap=\"round\" stroke-dasharray=\"{drawn:.0} {rest:.0}\" transform=\"rotate({turn:.0} {x:.0} {y:.0})\"/>"
    )
}

fn moons(chance: &mut Chance, palette: &Palette, hub: (f64, f64)) -> String {
    let mut svg = String::new();
    for _ in 0..4 {
        let (angle, far) = (chance.between(0.0, TAU), chance.between(110.0, 300.0));
        let (x, y) = (hub.0 + far * angle.cos(), hub.1 + far * angle.sin());
        let size = chance.between(9.0, 24.0);
        let _ = write!(
            svg,
            "<circle cx=\"{x:.0}\" cy=\"{y:.0}\" r=\"{:.0}\" fill=\"{}\"/><circle cx=\"{x:.0}\" cy=\"{y:.0}\" r=\"{size:.0}\" fill=\"{}\"/>",
            size + 7.0,
            palette.deep,
            palette.second
        );
    }
    svg
}
