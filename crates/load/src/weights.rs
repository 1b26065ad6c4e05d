//! How often each kind of request is sent: weights, how they are read, named mixes of them, and a pure draw.
//! What does not live here: a stall's words for its kinds, and its usual weights.

use super::results::Kind;
use std::fmt;
use std::marker::PhantomData;

/// Largest single weight, so that their sum cannot overflow.
const WEIGHT_MAX: u32 = 1_000_000;
/// Most kinds of one stall: twice as many as any has.
const KINDS_MAX: usize = 20;

/// Weights of kinds, by their places. Their sum need not be 100.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Weights(pub [u32; KINDS_MAX]);

impl Weights {
    /// These weights; the kinds behind them weigh nothing.
    #[must_use]
    pub fn of(weights: &[u32]) -> Self {
        let mut all = [0; KINDS_MAX];
        all.iter_mut().zip(weights).for_each(|(place, weight)| *place = *weight);
        Self(all)
    }

    /// Reads `reserve=88,replay=2,...`; `words` are the kinds, and one left out weighs nothing.
    /// Errors: a sentence naming the bad part.
    pub fn parse(text: &str, words: &[&str]) -> Result<Self, String> {
        let mut weights = Self::of(&[]);
        for part in text.split(',') {
            let (word, weight) =
                part.split_once('=').ok_or_else(|| format!("'{part}' is not KIND=WEIGHT"))?;
            weights.0[place_of(word, words)?] = read_weight(weight)?;
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

/// Kinds of requests that are drawn by their own names, all but the ceiling.
pub trait DrawnKind: Kind {
    /// Named mixes, the usual one first: a weight for each kind of `ALL`, in their order.
    const NAMED: &'static [(&'static str, &'static [u32])];
}

/// How often each kind is sent: a named mix, or weights.
#[derive(Debug)]
pub struct KindMix<K>(Weights, PhantomData<fn() -> K>);

impl<K> Clone for KindMix<K> {
    fn clone(&self) -> Self {
        *self
    }
}

impl<K> Copy for KindMix<K> {}

impl<K: DrawnKind> Default for KindMix<K> {
    fn default() -> Self {
        Self(Weights::of(K::NAMED.first().map_or(&[], |(_, weights)| *weights)), PhantomData)
    }
}

impl<K: DrawnKind> fmt::Display for KindMix<K> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if let Some((name, _)) = K::NAMED.iter().find(|(_, weights)| Weights::of(weights) == self.0) {
            return f.write_str(name);
        }
        let weighed = K::ALL.iter().zip(self.0.0).filter(|(_, weight)| *weight > 0);
        let words: Vec<_> = weighed.map(|(kind, weight)| format!("{}={weight}", kind.name())).collect();
        f.write_str(&words.join(","))
    }
}

impl<K: DrawnKind> KindMix<K> {
    /// Reads a mix's name, or `vote=94,replay=2,...`. Errors: a sentence naming the bad part.
    pub fn parse(text: &str) -> Result<Self, String> {
        if let Some((_, weights)) = K::NAMED.iter().find(|(name, _)| *name == text) {
            return Ok(Self(Weights::of(weights), PhantomData));
        }
        let drawn = K::ALL.iter().filter(|kind| !kind.is_ceiling());
        let words: Vec<&str> = drawn.map(|kind| kind.name()).collect();
        Ok(Self(Weights::parse(text, &words)?, PhantomData))
    }

    /// The mix of one kind alone.
    #[must_use]
    pub fn only(kind: K) -> Self {
        let mut weights = Weights::of(&[]);
        weights.0[kind.index()] = 1;
        Self(weights, PhantomData)
    }

    /// The sum of the weights: `pick` takes rolls below it.
    #[must_use]
    pub fn total(&self) -> u32 {
        self.0.total()
    }

    /// The kind that `roll` (0 to `total()` - 1) falls on.
    #[must_use]
    pub fn pick(&self, roll: u32) -> K {
        K::ALL[self.0.pick(roll)]
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
        let fault = |text| Weights::parse(text, &["tea", "cake"]).unwrap_err();
        assert_eq!(fault("tea=1,cake"), "'cake' is not KIND=WEIGHT");
        assert_eq!(fault("tea=1, rum=2"), "' rum' is no kind of request; there are tea, cake");
        assert_eq!(fault("tea=-1"), "'-1' is no weight from 0 to 1000000");
        assert_eq!(fault("tea=0"), "at least one weight must be above 0");
    }

    #[test]
    fn every_roll_falls_on_the_kind_whose_share_it_is_in() {
        let weights = Weights::parse(" cake = 2 ,tea=1", &["tea", "rum", "cake"]).unwrap();
        let picked: Vec<usize> = (0..weights.total()).map(|roll| weights.pick(roll)).collect();
        assert_eq!((weights, picked), (Weights::of(&[1, 0, 2]), vec![0, 2, 2]));
    }
}
