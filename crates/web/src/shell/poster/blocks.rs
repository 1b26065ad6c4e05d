//! A grid of plain shapes after the Bauhaus: discs, quarters, leaves, stripes.

use super::{Chance, Palette, ground};
use std::fmt::Write;

/// Draws it.
pub fn draw(chance: &mut Chance, palette: &Palette) -> String {
    let cells = 3 + chance.below(3);
    let side = 600.0 / u32::try_from(cells).map_or(1.0, f64::from);
    let mut svg = ground(palette.deep);
    for row in 0..cells {
        for column in 0..cells {
            let (x, y) = (offset(column, side), offset(row, side));
            let turn = chance.below(4) * 90;
            let _ = write!(
                svg,
                "<g transform=\"translate({x:.1} {y:.1}) scale({:.4}) rotate({turn} 50 50)\">{}</g>",
                side / 100.0,
                cell(chance, palette)
            );
        }
    }
    svg
}

fn offset(at: usize, side: f64) -> f64 {
    u32::try_from(at).map_or(0.0, f64::from) * side
}

fn cell(chance: &mut Chance, palette: &Palette) -> String {
    let grounds = [palette.deep, palette.deep, palette.mid, palette.mid, palette.light, palette.main];
    let back = *chance.pick(&grounds);
    let fore = other_than(chance, palette, back);
    format!("<rect width=\"100.5\" height=\"100.5\" fill=\"{back}\"/>{}", shape(chance, palette, fore))
}

fn other_than(chance: &mut Chance, palette: &Palette, back: &str) -> &'static str {
    let voices = [palette.main, palette.second, palette.light, palette.main, palette.second];
    let first = chance.below(voices.len());
    (0..voices.len())
        .map(|step| voices[(first + step) % voices.len()])
        .find(|voice| *voice != back)
        .unwrap_or(palette.light)
}

fn shape(chance: &mut Chance, palette: &Palette, fore: &str) -> String {
    match chance.below(8) {
        0 => format!("<circle cx=\"50\" cy=\"50\" r=\"50\" fill=\"{fore}\"/>"),
        1 => format!("<path d=\"M0 0H100A100 100 0 0 1 0 100Z\" fill=\"{fore}\"/>"),
        2 => format!("<path d=\"M0 0A100 100 0 0 1 100 100A100 100 0 0 1 0 0\" fill=\"{fore}\"/>"),
        3 => format!("<path d=\"M0 100L100 0V100Z\" fill=\"{fore}\"/>"),
        4 => format!(
            "<path d=\"M0 0H100A50 50 0 0 1 0 0Z\" fill=\"{fore}\"/><path d=\"M0 50H100A50 50 0 0 1 0 50Z\" fill=\"{fore}\"/>"
        ),
        5 => stripes(fore),
        6 => format!(
            "<circle cx=\"50\" cy=\"50\" r=\"50\" fill=\"{fore}\"/><circle cx=\"50\" cy=\"50\" r=\"22\" fill=\"{}\"/>",
            palette.deep
        ),
        _ => dots(fore),
    }
}

fn stripes(fore: &str) -> String {
    let mut svg = String::new();
    for line in 0..5_u8 {
        let _ = write!(svg, "<rect y=\"{}\" width=\"100.5\" height=\"10\" fill=\"{fore}\"/>", line * 20 + 5);
    }
    svg
}

fn dots(fore: &str) -> String {
    let mut svg = format!("<g fill=\"{fore}\">");
    for at in 0..9_u8 {
        let _ = write!(svg, "<circle cx=\"{}\" cy=\"{}\" r=\"9\"/>", 20 + at % 3 * 30, 20 + at / 3 * 30);
    }
    svg + "</g>"
}
