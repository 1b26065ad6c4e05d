//! A game that events belong to: its catalogue entry, and which status may follow which.

use super::ids::{GameId, StreamerId};
use kernel::Timestamp;
use serde::{Deserialize, Serialize};

/// Where a game stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum GameStatus {
    /// Is being written.
    Draft,
    /// Takes events.
    Active,
    /// Takes none for now.
    Paused,
    /// Takes none any more.
    Closed,
    /// Is history.
    Archived,
}

impl GameStatus {
    /// As written in tables and answers.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Draft => "draft",
            Self::Active => "active",
            Self::Paused => "paused",
            Self::Closed => "closed",
            Self::Archived => "archived",
        }
    }

    /// The status of this word.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        [Self::Draft, Self::Active, Self::Paused, Self::Closed, Self::Archived]
            .into_iter()
            .find(|status| status.as_str() == text)
    }

    /// Whether `next` may follow.
    #[must_use]
    pub fn may_become(self, next: Self) -> bool {
        use GameStatus::{Active, Archived, Closed, Draft, Paused};
        self == next
            || matches!(
                (self, next),
                (Draft, Active | Archived)
                    | (Active, Paused | Closed)
                    | (Paused, Active | Closed)
                    | (Closed, Archived)
            )
    }
}

/// What events of a game have where their reporter does not say.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct GameDefaults {
    /// What a vote costs.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub cost_per_vote: Option<i64>,
    /// Seconds for which an event is open.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub valid_for_sec: Option<i64>,
    /// The house's share, basis points.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub rake_bps: Option<i64>,
    /// Live events of a streamer.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub max_live: Option<i64>,
    /// Seconds before closing in which totals are hidden.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub blind_sec: Option<i64>,
}

/// A game.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Game {
    /// Its number.
    pub id: GameId,
    /// Of one streamer alone, or of all.
    pub streamer: Option<StreamerId>,
    /// Its name in addresses; unique.
    pub slug: String,
    /// As viewers read it.
    pub title: String,
    /// More about it.
    pub description: String,
    /// What is agreed.
    pub rules: Vec<String>,
    /// What its events have.
    pub defaults: GameDefaults,
    /// Where it stands.
    pub status: GameStatus,
    /// From when on it takes events.
    pub start_at: Option<Timestamp>,
    /// Until when.
    pub end_at: Option<Timestamp>,
    /// When it was added.
    pub created_at: Timestamp,
    /// When it was last changed.
    pub updated_at: Timestamp,
}

impl Game {
    /// Whether it takes events of `streamer` at `now`.
    #[must_use]
    pub fn takes_events(&self, streamer: StreamerId, now: Timestamp) -> bool {
        self.status == GameStatus::Active
            && self.streamer.is_none_or(|own| own == streamer)
            && self.start_at.is_none_or(|start| start <= now)
            && self.end_at.is_none_or(|end| now < end)
    }

    /// The status as it is shown: an active game that has not begun is upcoming.
    #[must_use]
    pub fn shown_status(&self, now: Timestamp) -> &'static str {
        let upcoming = self.status == GameStatus::Active && self.start_at.is_some_and(|start| start > now);
        if upcoming { "upcoming" } else { self.status.as_str() }
    }
}

/// A game as an operator writes it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct GameDraft {
    /// Of one streamer alone, or of all.
    pub streamer: Option<StreamerId>,
    /// Its name in addresses, as typed.
    pub slug: String,
    /// As viewers read it, as typed.
    pub title: String,
    /// More about it.
    pub description: String,
    /// What is agreed; blank ones are dropped.
    pub rules: Vec<String>,
    /// What its events have.
    pub defaults: GameDefaults,
    /// Where it shall stand.
    pub status: GameStatus,
    /// From when on it takes events.
    pub start_at: Option<Timestamp>,
    /// Until when.
    pub end_at: Option<Timestamp>,
}

/// Characters of a description at most.
const DESCRIPTION_CHARS_MAX: usize = 4_000;
/// Rules of a game at most, and characters of one.
const RULES_MAX: (usize, usize) = (50, 500);

impl GameDraft {
    /// The game that is kept, new as `id` or in the place of `before`. Errors: what is wrong with a field.
    pub fn into_game(self, before: Option<&Game>, id: GameId, now: Timestamp) -> Result<Game, GameFault> {
        let is_allowed = match before {
            Some(before) => before.status.may_become(self.status),
            None => matches!(self.status, GameStatus::Draft | GameStatus::Active),
        };
        if !is_allowed {
            return Err(("status", "cannot follow the status the game has"));
        }
        if self.start_at.zip(self.end_at).is_some_and(|(start, end)| end <= start) {
            return Err(("endAt", "must be later than startAt"));
        }
        self.defaults.check()?;
        Ok(Game {
            id: before.map_or(id, |before| before.id),
            streamer: self.streamer,
            slug: slug(&self.slug)?,
            title: title(&self.title)?,
            description: within("description", &self.description, DESCRIPTION_CHARS_MAX)?,
            rules: rules(&self.rules)?,
            defaults: self.defaults,
            status: self.status,
            start_at: self.start_at,
            end_at: self.end_at,
            created_at: before.map_or(now, |before| before.created_at),
            updated_at: now,
        })
    }
}

impl GameDefaults {
    /// Errors: a number that no event could have.
    fn check(&self) -> Result<(), GameFault> {
        let bounds = [
            (self.cost_per_vote, 0, 1_000_000_000),
            (self.valid_for_sec, 1, 3_600),
            (self.rake_bps, 0, 10_000),
            (self.max_live, 1, 100),
            (self.blind_sec, 0, 3_600),
        ];
        let is_within = |(value, least, most): (Option<i64>, i64, i64)| {
            value.is_none_or(|value| (least..=most).contains(&value))
        };
        let problem = ("defaults", "a number is out of bounds");
        if bounds.into_iter().all(is_within) { Ok(()) } else { Err(problem) }
    }
}

fn rules(typed: &[String]) -> Result<Vec<String>, GameFault> {
    let kept: Vec<String> =
        typed.iter().map(|rule| rule.trim().to_owned()).filter(|rule| !rule.is_empty()).collect();
    let is_short = kept.len() <= RULES_MAX.0 && kept.iter().all(|rule| rule.chars().count() <= RULES_MAX.1);
    if is_short { Ok(kept) } else { Err(("rules", "at most 50 rules of 500 characters")) }
}

fn within(field: &'static str, text: &str, most: usize) -> Result<String, GameFault> {
    let text = text.trim();
    if text.chars().count() > most { Err((field, "is too long")) } else { Ok(text.to_owned()) }
}

/// Why a game is not kept as it was sent: the field, and what is wrong with it.
pub type GameFault = (&'static str, &'static str);

/// A slug as it is stored. Errors: it is blank, or no part of an address.
pub fn slug(text: &str) -> Result<String, GameFault> {
    let slug = text.trim().to_lowercase();
    let is_slug = slug.chars().all(|sign| sign.is_ascii_alphanumeric() || sign == '-' || sign == '_');
    if slug.is_empty() || slug.len() > 100 || !is_slug {
        return Err(("slug", "must be 1 to 100 letters, digits, - and _"));
    }
    Ok(slug)
}

/// A title as it is stored. Errors: it is blank or long.
pub fn title(text: &str) -> Result<String, GameFault> {
    let title = text.trim();
    if title.is_empty() || title.chars().count() > 200 {
        return Err(("title", "must be 1 to 200 characters"));
    }
    Ok(title.to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_game_goes_forward_and_may_pause() {
        use GameStatus::{Active, Archived, Closed, Draft, Paused};
        let allowed = [
            (Draft, Active),
            (Active, Paused),
            (Paused, Active),
            (Active, Closed),
            (Paused, Closed),
            (Closed, Archived),
        ];
        assert!(allowed.iter().all(|(one, next)| one.may_become(*next)));
        for (one, next) in
            [(Closed, Active), (Archived, Draft), (Active, Draft), (Draft, Paused), (Active, Archived)]
        {
            assert!(!one.may_become(next), "{one:?} {next:?}");
        }
    }

    #[test]
    fn slugs_are_trimmed_and_in_lower_case() {
        assert_eq!(slug("  CS-2 ").as_deref(), Ok("cs-2"));
        assert!(slug("  ").is_err() && slug("a b").is_err() && title(" ").is_err());
    }
}
