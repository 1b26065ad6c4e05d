//! The shuffle of a waiting room: `docs/waiting-room.md` says what the file holds and what is hashed.

#[cfg(test)]
mod tests;

use crate::claim::{Claim, Finding, RuleResult, ensure};
use crate::{Claims, ProofKind, hex};
use serde::Deserialize;
use sha2::{Digest, Sha256};
use std::collections::HashSet;

/// How a shuffle names its kind.
const FORMAT: &str = "fairground-rush-shuffle-1";
/// Three million people.
const BYTES_MAX: usize = 256 << 20;

/// The row of this kind.
pub(crate) const SHUFFLE: ProofKind = ProofKind { format: FORMAT, bytes_max: BYTES_MAX, claims };

/// A file. Places are numbers in the order of joining, from 1; nobody has a name.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Shuffle {
    #[allow(dead_code, reason = "it chose this kind")]
    format: String,
    /// Which sale.
    event: String,
    /// When the room opened.
    opened_at: String,
    /// Shown before anybody joined.
    commitment: String,
    /// What it commits to.
    secret: String,
    /// Of places 1, 2, 3 … in turn, those who came before the opening.
    contributions: Vec<String>,
    /// The last head of the contributions.
    head: String,
    /// What the order follows from.
    seed: String,
    /// The early places as they were shuffled.
    order: Vec<u64>,
    /// The number of the last place of all, early or late.
    places: u64,
    /// Whose turn came, in turn.
    released: Vec<u64>,
    /// Who left before their turn.
    left: Vec<u64>,
}

fn claims<'a>(text: &'a str, published: Option<&'a str>) -> Claims<'a> {
    let read: Result<Shuffle, String> = serde_json::from_str(text).map_err(|error| error.to_string());
    let found = |shuffle: &Shuffle| {
        let (early, event, at) = (shuffle.contributions.len(), &shuffle.event, &shuffle.opened_at);
        Finding::Proven(format!("the file is the shuffle of {early} people for {event} at {at}"))
    };
    let first = Claim::new("text", read.as_ref().map(found).map_err(String::clone));
    let rest = read.ok().map(|shuffle| {
        [
            Claim::new("secret", shuffle.secret(published)),
            Claim::new("head", shuffle.head()),
            Claim::new("seed", shuffle.seed()),
            Claim::new("order", shuffle.order()),
            Claim::new("followed", shuffle.followed()),
        ]
    });
    Box::new(std::iter::once(first).chain(rest.into_iter().flatten()))
}

impl Shuffle {
    fn secret(&self, published: Option<&str>) -> RuleResult {
        let secret: [u8; 32] = digits("secret", &self.secret)?;
        let again = hex::print(&hash(&[b"fairground shuffle secret 1\n", &secret]));
        ensure(again == self.commitment, || format!("the secret belongs to the commitment {again}"))?;
        let Some(published) = published else {
            let sentence =
                format!("it was committed to as {again}: compare it with what the page showed before");
            return Ok(Finding::Given(sentence));
        };
        ensure(published == again, || "another commitment than the published one".to_owned())?;
        Ok(Finding::Proven("the secret is the one that was committed to".to_owned()))
    }

    fn head(&self) -> RuleResult {
        let commitment: [u8; 32] = digits("commitment", &self.commitment)?;
        let mut head = hash(&[b"fairground shuffle contributions 1\n", &commitment]);
        for (place, contribution) in (1_u64..).zip(&self.contributions) {
            let contribution: [u8; 16] = digits("a contribution", contribution)?;
            head = hash(&[&head, &place.to_be_bytes(), &contribution]);
        }
        let again = hex::print(&head);
        ensure(again == self.head, || format!("the contributions end in {again}"))?;
        Ok(Finding::Proven(format!("{} contributions end in {again}", self.contributions.len())))
    }

    fn seed(&self) -> RuleResult {
        let (secret, head): ([u8; 32], [u8; 32]) =
            (digits("secret", &self.secret)?, digits("head", &self.head)?);
        let again = hex::print(&hash(&[b"fairground shuffle seed 1\n", &secret, &head]));
        ensure(again == self.seed, || format!("secret and contributions make {again}"))?;
        Ok(Finding::Proven("it is made of the secret and every contribution".to_owned()))
    }

    fn order(&self) -> RuleResult {
        let seed: [u8; 32] = digits("seed", &self.seed)?;
        let mut keyed: Vec<([u8; 32], u64)> = (1_u64..)
            .zip(&self.contributions)
            .map(|(place, _)| (hash(&[b"fairground shuffle key 1\n", &seed, &place.to_be_bytes()]), place))
            .collect();
        keyed.sort_unstable();
        let differs = keyed.iter().zip(&self.order).position(|((_, place), shown)| place != shown);
        ensure(self.order.len() == keyed.len(), || format!("{} people are in the order", self.order.len()))?;
        ensure(differs.is_none(), || format!("it differs at position {}", differs.unwrap_or(0) + 1))?;
        Ok(Finding::Proven(format!("{} people stand where the seed puts them", keyed.len())))
    }

    /// Turns came in the order of the shuffle, then by place; only who left was passed over.
    fn followed(&self) -> RuleResult {
        let (left, released): (HashSet<_>, HashSet<_>) =
            (self.left.iter().copied().collect(), self.released.iter().copied().collect());
        ensure(released.len() == self.released.len(), || "a place had two turns".to_owned())?;
        let early = self.contributions.len() as u64;
        let due = self.order.iter().copied().chain(early + 1..=self.places);
        let mut due = due.filter(|place| released.contains(place) || !left.contains(place));
        for (at, place) in self.released.iter().enumerate() {
            let next = due.next();
            let expected = || format!("turn {} was {place}'s, due was {}", at + 1, next.unwrap_or(0));
            ensure(next == Some(*place), expected)?;
        }
        Ok(Finding::Proven(format!(
            "{} turns came in order, {} people left before theirs",
            released.len(),
            left.len()
        )))
    }
}

fn digits<const N: usize>(name: &str, text: &str) -> Result<[u8; N], String> {
    hex::bytes(text).ok_or_else(|| format!("{name} is not {N} bytes of hexadecimal"))
}

fn hash(parts: &[&[u8]]) -> [u8; 32] {
    let mut hasher = Sha256::new();
    parts.iter().for_each(|part| hasher.update(part));
    hasher.finalize().into()
}
