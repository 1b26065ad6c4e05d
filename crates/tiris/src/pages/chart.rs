//! Curves as SVG paths, drawn on the server in whole numbers: no float touches money, and no script is needed to see it.

/// A curve of one width and height.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Chart {
    /// Units of the picture.
    pub width: i64,
    /// Units of the picture.
    pub height: i64,
    /// The line.
    pub line: String,
    /// The same, closed at the bottom.
    pub area: String,
    /// A second line on the same scale; empty where there is none.
    pub other: String,
    /// The largest value.
    pub high: i64,
    /// The smallest.
    pub low: i64,
    /// Whether the last value is less than the first.
    pub falls: bool,
}

/// Draws values at equal steps; gaps are passed over. None where there is nothing to draw.
#[must_use]
pub fn chart(values: &[Option<i64>], other: &[Option<i64>], (width, height): (i64, i64)) -> Option<Chart> {
    let known: Vec<i64> = values.iter().chain(other).flatten().copied().collect();
    let (low, high) = (*known.iter().min()?, *known.iter().max()?);
    let first = values.iter().flatten().next()?;
    let last = values.iter().flatten().next_back()?;
    let scale = Scale { low, high, width, height, steps: values.len().max(2) };
    let line = scale.line(values);
    let (from, to) = (
        scale.x(values.iter().position(Option::is_some)?),
        scale.x(values.iter().rposition(Option::is_some)?),
    );
    let area = format!("{line}L{to} {height}L{from} {height}Z");
    Some(Chart { width, height, area, other: scale.line(other), line, high, low, falls: last < first })
}

struct Scale {
    low: i64,
    high: i64,
    width: i64,
    height: i64,
    steps: usize,
}

impl Scale {
    fn x(&self, at: usize) -> i64 {
        let (at, last) = (i64::try_from(at).unwrap_or(0), i64::try_from(self.steps - 1).unwrap_or(1));
        at * self.width / last
    }

    fn y(&self, value: i64) -> i64 {
        let span = i128::from(self.high) - i128::from(self.low);
        // A curve that never moves lies in the middle.
        if span == 0 {
            return self.height / 2;
        }
        let down = (i128::from(self.high) - i128::from(value)) * i128::from(self.height - 4) / span;
        2 + i64::try_from(down).unwrap_or(0)
    }

    fn line(&self, values: &[Option<i64>]) -> String {
        let mut path = String::new();
        for (at, value) in values.iter().enumerate() {
            let Some(value) = value else { continue };
            path.push(if path.is_empty() { 'M' } else { 'L' });
            path += &format!("{} {}", self.x(at), self.y(*value));
        }
        path
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_curve_fills_its_picture_and_nothing_draws_nothing() {
        let drawn = chart(&[Some(0), None, Some(50), Some(100)], &[], (300, 104)).expect("a curve");
        assert_eq!(drawn.line, "M0 102L200 52L300 2");
        assert_eq!(drawn.area, "M0 102L200 52L300 2L300 104L0 104Z");
        assert_eq!((drawn.low, drawn.high, drawn.falls), (0, 100, false));
        assert!(chart(&[None, None], &[], (10, 10)).is_none());
        let flat = chart(&[Some(7), Some(7)], &[], (10, 10)).expect("a curve");
        assert_eq!(flat.line, "M0 5L10 5");
        let huge = chart(&[Some(i64::MIN), Some(i64::MAX)], &[], (10, 10)).expect("a curve");
        assert_eq!(huge.line, "M0 8L10 2");
    }
}
