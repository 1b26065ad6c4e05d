//! How often each kind of request is sent: weights, how they are read, and a pure draw.
//! What does not live here: a stall's words for its kinds, and its usual weights.

/// Largest single weight, so that their sum cannot overflow.
const WEIGHT_MAX: u32 = 1_000_000;

/// Weights of `N` kinds, by their places. Their sum need not be 100.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Weights<const N: usize>(pub [u32; N]);

impl<const N: usize> Weights<N> {
    /// Reads `reserve=88,replay=2,...`; `words` are the kinds, and one left out weighs nothing.
    /// Errors: a sentence naming the bad part.
    pub fn parse(text: &str, words: [&str; N]) -> Result<Self, String> {
        let mut weights = Self([0; N]);
        for part in text.split(',') {
            let (word, weight) =
                part.split_once('=').ok_or_else(|| format!("'{part}' is not KIND=WEIGHT"))?;
            weights.0[place_of(word, &words)?] = read_weight(weight)?;
        }
        if weights.total() == 0 {
            return Err(String::from("at least one weight must be above 0"));
        }
        Ok(weights)
    }

    /// The sum of the weights: `pick` takes rolls below it.
    #[must_use]
    pub fn total(&self) -> u32 {
        self.0.iter().sum()
    }

    /// The place of the kind that `roll` (0 to `total()` - 1) falls on.
    #[must_use]
    pub fn pick(&self, roll: u32) -> usize {
        let mut left = roll;
        for (at, weight) in self.0.into_iter().enumerate() {
            if left < weight {
                return at;
            }
            left -= weight;
        }
        0
    }
}

fn place_of(word: &str, words: &[&str]) -> Result<usize, String> {
    let at = words.iter().position(|known| *known == word.trim());
    at.ok_or_else(|| format!("'{word}' is no kind of request; there are {}", words.join(", ")))
}

fn read_weight(text: &str) -> Result<u32, String> {
    match text.trim().parse() {
        Ok(weight) if weight <= WEIGHT_MAX => Ok(weight),
        _ => Err(format!("'{text}' is no weight from 0 to {WEIGHT_MAX}")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_bad_part_is_named() {
        let fault = |text| Weights::parse(text, ["tea", "cake"]).unwrap_err();
        assert_eq!(fault("tea=1,cake"), "'cake' is not KIND=WEIGHT");
        assert_eq!(fault("tea=1, rum=2"), "' rum' is no kind of request; there are tea, cake");
        assert_eq!(fault("tea=-1"), "'-1' is no weight from 0 to 1000000");
        assert_eq!(fault("tea=0"), "at least one weight must be above 0");
    }

    #[test]
    fn every_roll_falls_on_the_kind_whose_share_it_is_in() {
        let weights = Weights::parse(" cake = 2 ,tea=1", ["tea", "rum", "cake"]).unwrap();
        let picked: Vec<usize> = (0..weights.total()).map(|roll| weights.pick(roll)).collect();
        assert_eq!((weights, picked), (Weights([1, 0, 2]), vec![0, 2, 2]));
    }
}
