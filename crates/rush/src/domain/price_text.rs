//! Prices as organizers type and read them: whole units with as many digits after the point as the currency has.

/// `1500`, `1,500.5`, `1500.00` in minor units of a currency with `scale` digits. `None`: it is no price of that currency.
#[must_use]
pub fn minor_of(text: &str, scale: u8) -> Option<i64> {
    let plain: String = text.trim().chars().filter(|letter| *letter != ',' && *letter != ' ').collect();
    let (whole, part) = plain.split_once('.').unwrap_or((&plain, ""));
    let digits = |text: &str| text.bytes().all(|byte| byte.is_ascii_digit());
    let scale = usize::from(scale);
    if whole.is_empty() || !digits(whole) || !digits(part) || part.len() > scale {
        return None;
    }
    format!("{whole}{part:0<scale$}").parse().ok()
}

/// The same the other way: `1500.00`.
#[must_use]
pub fn text_of(minor: i64, scale: u8) -> String {
    let unit = 10_i64.pow(u32::from(scale));
    match scale {
        0 => minor.to_string(),
        _ => format!("{}.{:0width$}", minor / unit, minor % unit, width = usize::from(scale)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn prices_are_read_as_they_are_written() {
        for (text, minor) in [("1500", 150_000), ("1,500.5", 150_050), (" 0.07 ", 7), ("1500.00", 150_000)] {
            assert_eq!(minor_of(text, 2), Some(minor), "{text}");
        }
        for text in ["", ".5", "-1", "1.234", "1e3", "a"] {
            assert_eq!(minor_of(text, 2), None, "{text}");
        }
        assert_eq!((minor_of("1500", 0), minor_of("1.5", 0)), (Some(1500), None));
        assert_eq!((text_of(150_007, 2), text_of(1500, 0)), ("1500.07".to_owned(), "1500".to_owned()));
    }
}
