//! Files for spreadsheets (RFC 4180), whose cells nobody's name can turn into a formula.

/// A line of `cells`.
#[must_use]
pub fn line<C: AsRef<str>>(cells: impl IntoIterator<Item = C>) -> String {
    let cells: Vec<String> = cells.into_iter().map(|cell| quoted(cell.as_ref())).collect();
    cells.join(",") + "\r\n"
}

/// A cell. What a spreadsheet would compute gets an apostrophe in front, as spreadsheets themselves write it.
fn quoted(cell: &str) -> String {
    let is_formula = cell.starts_with(['=', '+', '-', '@', '\t', '\r']) && cell.parse::<f64>().is_err();
    let apart = if is_formula { format!("'{cell}") } else { cell.to_owned() };
    if apart.contains([',', '"', '\n', '\r']) { format!("\"{}\"", apart.replace('"', "\"\"")) } else { apart }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn commas_and_quotes_are_quoted_and_formulas_are_text() {
        assert_eq!(line(["a", "b,c", "d\"e"]), "a,\"b,c\",\"d\"\"e\"\r\n");
        assert_eq!(line(["=1+1", "@x", "-5", "+66812345678"]), "'=1+1,'@x,-5,+66812345678\r\n");
    }
}
