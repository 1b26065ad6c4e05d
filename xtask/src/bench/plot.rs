//! The picture of the record: the share of the ceiling and the pages a write, run after run, as one SVG. Pure.

/// Of the picture, pixels.
const WIDTH: f64 = 900.0;
/// Of one panel.
const HEIGHT: f64 = 220.0;
/// Around a panel.
const MARGIN: f64 = 40.0;
/// What the lines look like, one a series.
const COLOURS: [&str; 6] = ["#1f6feb", "#cf222e", "#1a7f37", "#9a6700", "#8250df", "#57606a"];

/// A column of the record, and how far its panel reaches.
const PANELS: [(&str, &str, f64); 2] =
    [("ratio", "share of the ceiling", 0.6), ("pages_per_write", "database pages a write", 3.5)];

/// Points of one series: (number of the run, figure, commit).
type Series<'t> = (String, Vec<(usize, f64, &'t str)>);

/// Draws the record, a CSV text with its header.
pub(super) fn draw(csv: &str) -> String {
    let mut lines = csv.lines();
    let names: Vec<_> = lines.next().unwrap_or_default().split(',').collect();
    let rows: Vec<Vec<_>> = lines.map(|line| line.split(',').collect()).collect();
    let height = (HEIGHT + MARGIN) * PANELS.len() as f64 + MARGIN;
    let mut svg = format!(
        "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 {WIDTH} {height}\" font-family=\"sans-serif\" font-size=\"11\">\n\
         <rect width=\"100%\" height=\"100%\" fill=\"#ffffff\"/>\n"
    );
    for (at, (column, title, top)) in PANELS.into_iter().enumerate() {
        let y = MARGIN + (HEIGHT + MARGIN) * at as f64;
        svg.push_str(&panel(&series(&names, &rows, column), title, top, (y, rows.len())));
    }
    svg.push_str("</svg>\n");
    svg
}

fn series<'t>(names: &[&str], rows: &[Vec<&'t str>], column: &str) -> Vec<Series<'t>> {
    let at = |name: &str| names.iter().position(|known| *known == name);
    let cell = |row: &[&'t str], name: &str| at(name).and_then(|at| row.get(at).copied()).unwrap_or_default();
    let mut all: Vec<Series<'t>> = Vec::new();
    for (number, row) in rows.iter().enumerate() {
        let Ok(figure) = cell(row, column).parse::<f64>() else { continue };
        let name = format!(
            "{} at {} connections, {} filled {}",
            cell(row, "stall"),
            cell(row, "connections"),
            cell(row, "fill"),
            cell(row, "options")
        );
        let point = (number, figure, cell(row, "commit"));
        match all.iter_mut().find(|(known, _)| *known == name) {
            Some((_, points)) => points.push(point),
            None => all.push((name, vec![point])),
        }
    }
    all
}

fn panel(all: &[Series<'_>], title: &str, top: f64, (y, runs): (f64, usize)) -> String {
    let x_of = |run: usize| MARGIN + (WIDTH - 2.0 * MARGIN) * (run as f64 + 0.5) / runs.max(1) as f64;
    let y_of = |figure: f64| y + HEIGHT - HEIGHT * (figure / top).clamp(0.0, 1.0);
    let mut svg = format!("<text x=\"{MARGIN}\" y=\"{}\" font-weight=\"bold\">{title}</text>\n", y - 8.0);
    for step in 0..=4 {
        let figure = top * f64::from(step) / 4.0;
        svg.push_str(&format!(
            "<line x1=\"{MARGIN}\" x2=\"{}\" y1=\"{1:.1}\" y2=\"{1:.1}\" stroke=\"#d0d7de\"/>\
             <text x=\"4\" y=\"{1:.1}\">{figure:.2}</text>\n",
            WIDTH - MARGIN,
            y_of(figure)
        ));
    }
    for ((name, points), (at, colour)) in all.iter().zip(COLOURS.into_iter().cycle().enumerate()) {
        let path: Vec<_> =
            points.iter().map(|(run, figure, _)| format!("{:.1},{:.1}", x_of(*run), y_of(*figure))).collect();
        svg.push_str(&format!(
            "<polyline points=\"{}\" fill=\"none\" stroke=\"{colour}\" stroke-width=\"2\"/>\n",
            path.join(" ")
        ));
        for (run, figure, commit) in points {
            svg.push_str(&format!(
                "<circle cx=\"{:.1}\" cy=\"{:.1}\" r=\"3\" fill=\"{colour}\"><title>{commit}: {figure}</title></circle>\n",
                x_of(*run),
                y_of(*figure)
            ));
        }
        let label = y + 12.0 + 13.0 * at as f64;
        svg.push_str(&format!(
            "<text x=\"{}\" y=\"{label}\" fill=\"{colour}\" text-anchor=\"end\">{}</text>\n",
            WIDTH - MARGIN,
            name.trim()
        ));
    }
    svg
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_kind_of_run_is_a_line_in_both_panels() {
        let csv = "commit,stall,connections,fill,options,ratio,pages_per_write\n\
                   aaa,novel,64,0,,0.29,2.2\nbbb,novel,64,0,,0.31,1.1\nccc,other,128,0,,0.28,2.8\n";
        let svg = draw(csv);
        assert_eq!(svg.matches("<polyline").count(), 4);
        assert_eq!(svg.matches("<circle").count(), 6);
        assert!(svg.contains("bbb: 0.31") && svg.contains("novel at 64 connections"));
        assert!(draw("").starts_with("<svg"));
    }
}
