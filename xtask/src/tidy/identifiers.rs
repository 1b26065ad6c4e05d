//! Words of a text and the parts of a name: `bet_batch`, `BetBatch` and `BET_BATCH` are *bet* and *batch*.

/// Identifiers and words of a line, in order.
pub fn words(line: &str) -> impl Iterator<Item = &str> {
    line.split(|letter: char| !letter.is_alphanumeric() && letter != '_').filter(|word| !word.is_empty())
}

/// The parts of a name, as they are written.
pub fn parts(name: &str) -> Vec<&str> {
    name.split('_').flat_map(humps).filter(|part| !part.is_empty()).collect()
}

/// Cuts before each capital that follows a small letter or a digit.
fn humps(name: &str) -> Vec<&str> {
    let mut cuts = vec![0];
    let mut before_is_small = false;
    for (at, letter) in name.char_indices() {
        if letter.is_uppercase() && before_is_small {
            cuts.push(at);
        }
        before_is_small = letter.is_lowercase() || letter.is_numeric();
    }
    cuts.push(name.len());
    cuts.windows(2).map(|pair| &name[pair[0]..pair[1]]).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_is_taken_apart_in_every_style() {
        assert_eq!(parts("bet_batch"), ["bet", "batch"]);
        assert_eq!(parts("BetBatch2Load"), ["Bet", "Batch2", "Load"]);
        assert_eq!(parts("_BET_BATCH"), ["BET", "BATCH"]);
        assert_eq!(words("fn a(b: C)").collect::<Vec<_>>(), ["fn", "a", "b", "C"]);
    }
}
