//! A fairground at dusk: a low sun, hills, stars and a string of lamps.

use super::{Chance, Palette, SIDE, grain, sky};
use std::fmt::Write;

/// Draws it.
pub fn draw(chance: &mut Chance, palette: &Palette) -> String {
    let horizon = chance.between(360.0, 420.0);
    let mut svg = sky(&[palette.deep, palette.mid, palette.main, palette.second]);
    svg.push_str("<rect width=\"600\" height=\"600\" fill=\"url(#sky)\"/>");
    svg.push_str(&stars(chance, palette));
    svg.push_str(&sun(chance, palette, horizon));
    for layer in 0..4_u8 {
        svg.push_str(&hill(
            chance,
            palette.deep,
            horizon + f64::from(layer) * 48.0,
            0.7 + f64::from(layer) * 0.1,
        ));
    }
    svg.push_str(&lamps(chance, palette, 70.0));
    svg.push_str(&lamps(chance, palette, 128.0));
    svg.push_str(&grain(0.12));
    svg
}

fn stars(chance: &mut Chance, palette: &Palette) -> String {
    let mut svg = format!("<g fill=\"{}\">", palette.light);
    for _ in 0..38 {
        let (x, y) = (chance.between(0.0, SIDE), chance.between(0.0, 260.0));
        let (size, strength) = (chance.between(0.6, 2.0), chance.between(0.25, 0.9));
        let _ =
            write!(svg, "<circle cx=\"{x:.0}\" cy=\"{y:.0}\" r=\"{size:.1}\" opacity=\"{strength:.2}\"/>");
    }
    svg + "</g>"
}

fn sun(chance: &mut Chance, palette: &Palette, horizon: f64) -> String {
    let (x, size) = (chance.between(180.0, 420.0), chance.between(84.0, 140.0));
    let y = horizon - size * 0.35;
    format!(
        "<radialGradient id=\"glow\"><stop offset=\"0\" stop-color=\"{light}\" stop-opacity=\".7\"/><stop offset=\"1\" stop-color=\"{light}\" stop-opacity=\"0\"/></radialGradient><circle cx=\"{x:.0}\" cy=\"{y:.0}\" r=\"{halo:.0}\" fill=\"url(#glow)\"/><circle cx=\"{x:.0}\" cy=\"{y:.0}\" r=\"{size:.0}\" fill=\"{light}\"/>",
        light = palette.light,
        halo = size * 2.3,
    )
}

fn hill(chance: &mut Chance, fill: &str, base: f64, opacity: f64) -> String {
    let (long, short) = (chance.between(0.006, 0.012), chance.between(0.02, 0.035));
    let (turn, lift) = (chance.between(0.0, 6.3), chance.between(18.0, 42.0));
    let mut path = String::from("M0 600");
    for step in 0..=30_u8 {
        let x = f64::from(step) * 20.0;
        let y = base - lift * (x * long + turn).sin() - lift * 0.3 * (x * short + turn).cos();
        let _ = write!(path, "L{x:.0} {y:.0}");
    }
    format!("<path d=\"{path}L600 600Z\" fill=\"{fill}\" opacity=\"{opacity:.2}\"/>")
}

fn lamps(chance: &mut Chance, palette: &Palette, top: f64) -> String {
    let (left, right) = (top + chance.between(-50.0, 20.0), top + chance.between(-50.0, 20.0));
    let sag = chance.between(90.0, 150.0);
    let at = |part: f64| left * (1.0 - part) + right * part + sag * 4.0 * part * (1.0 - part) * 0.5;
    let mut svg = format!(
        "<path d=\"M0 {left:.0}Q300 {:.0} 600 {right:.0}\" fill=\"none\" stroke=\"{}\" stroke-opacity=\".55\" stroke-width=\"2\"/>",
        (left + right) / 2.0 + sag,
        palette.light
    );
    for lamp in 1..14_u8 {
        let part = f64::from(lamp) / 14.0;
        let (x, y) = (part * SIDE, at(part) + 7.0);
        let colour = if lamp % 3 == 0 { palette.second } else { palette.light };
        let _ = write!(
            svg,
            "<circle cx=\"{x:.0}\" cy=\"{y:.0}\" r=\"15\" fill=\"{colour}\" opacity=\".22\"/><circle cx=\"{x:.0}\" cy=\"{y:.0}\" r=\"5.5\" fill=\"{colour}\"/>"
        );
    }
    svg
}
