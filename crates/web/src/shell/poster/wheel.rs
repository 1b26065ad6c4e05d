//! A Ferris wheel at night: rims, spokes, cabins and their lamps.

use super::{Chance, Palette, grain, sky};
use std::f64::consts::TAU;
use std::fmt::Write;

/// Draws it.
pub fn draw(chance: &mut Chance, palette: &Palette) -> String {
    let (x, y) = (chance.between(230.0, 370.0), chance.between(270.0, 320.0));
    let rim = chance.between(200.0, 250.0);
    let cabins = 12 + chance.below(4) * 2;
    let turn = chance.between(0.0, TAU);
    let mut svg = sky(&[palette.deep, palette.deep, palette.mid, palette.main]);
    svg.push_str("<rect width=\"600\" height=\"600\" fill=\"url(#sky)\"/>");
    svg.push_str(&legs(palette, x, y));
    svg.push_str(&rims(palette, x, y, rim));
    for cabin in 0..cabins {
        let angle = turn + TAU * number(cabin) / number(cabins);
        svg.push_str(&spoke(palette, (x, y), rim, angle, cabin));
    }
    let _ = write!(
        svg,
        "<circle cx=\"{x:.0}\" cy=\"{y:.0}\" r=\"26\" fill=\"{}\"/><circle cx=\"{x:.0}\" cy=\"{y:.0}\" r=\"12\" fill=\"{}\"/>",
        palette.light, palette.main
    );
    svg.push_str(&crowd(chance, palette));
    svg.push_str(&grain(0.1));
    svg
}

fn number(count: usize) -> f64 {
    u32::try_from(count).map_or(0.0, f64::from)
}

fn legs(palette: &Palette, x: f64, y: f64) -> String {
    format!(
        "<path d=\"M{x:.0} {y:.0}L{:.0} 600M{x:.0} {y:.0}L{:.0} 600\" stroke=\"{}\" stroke-width=\"12\" stroke-linecap=\"round\"/>",
        x - 120.0,
        x + 120.0,
        palette.light
    )
}

fn rims(palette: &Palette, x: f64, y: f64, rim: f64) -> String {
    let mut svg = format!("<g fill=\"none\" stroke=\"{}\">", palette.light);
    for (part, width) in [(1.0, 5.0), (0.94, 1.5), (0.62, 2.0), (0.3, 3.0)] {
        let _ = write!(
            svg,
            "<circle cx=\"{x:.0}\" cy=\"{y:.0}\" r=\"{:.0}\" stroke-width=\"{width}\"/>",
            rim * part
        );
    }
    svg + "</g>"
}

fn spoke(palette: &Palette, hub: (f64, f64), rim: f64, angle: f64, at: usize) -> String {
    let (x, y) = (hub.0 + rim * angle.cos(), hub.1 + rim * angle.sin());
    let cabin = palette.voices()[at % 3];
    let mut svg = format!(
        "<path d=\"M{:.0} {:.0}L{x:.0} {y:.0}\" stroke=\"{}\" stroke-opacity=\".55\" stroke-width=\"2\"/>",
        hub.0, hub.1, palette.light
    );
    for part in [0.45, 0.62, 0.78] {
        let (lx, ly) = (hub.0 + rim * part * angle.cos(), hub.1 + rim * part * angle.sin());
        let _ = write!(svg, "<circle cx=\"{lx:.0}\" cy=\"{ly:.0}\" r=\"4\" fill=\"{}\"/>", palette.second);
    }
    let _ = write!(
        svg,
        "<circle cx=\"{x:.0}\" cy=\"{:.0}\" r=\"34\" fill=\"{cabin}\" opacity=\".16\"/><path d=\"M{:.0} {y:.0}h36v10a18 18 0 0 1-36 0z\" fill=\"{cabin}\"/>",
        y + 12.0,
        x - 18.0
    );
    svg
}

fn crowd(chance: &mut Chance, palette: &Palette) -> String {
    let mut svg = format!("<g fill=\"{}\"><rect y=\"572\" width=\"600\" height=\"28\"/>", palette.deep);
    for head in 0..26_u8 {
        let x = f64::from(head) * 24.0 + chance.between(-6.0, 6.0);
        let size = chance.between(13.0, 20.0);
        let _ = write!(
            svg,
            "<circle cx=\"{x:.0}\" cy=\"{:.0}\" r=\"{size:.0}\"/>",
            574.0 - chance.between(0.0, 16.0)
        );
    }
    svg + "</g>"
}
