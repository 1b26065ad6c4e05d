//! Versions of prompts: what they may say, which of them is used for whom, and when a new one is taken back. Pure.

use super::ids::PromptId;
use super::stage::Stage;
use kernel::Timestamp;
use serde::{Deserialize, Serialize};

/// What a prompt is for: a stage or a scope, of one streamer or all (0), of one game or all (0).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PromptKey {
    /// `stage_a` to `stage_d`, or `session`, `game`, `per_clip`.
    pub purpose: String,
    /// Of one streamer; 0: of all.
    pub streamer: i64,
    /// Of one game; 0: of all.
    pub game: i64,
}

/// Purposes that are no stages.
const SCOPES: [&str; 3] = ["session", "game", "per_clip"];

impl PromptKey {
    /// Whether the purpose is a stage.
    #[must_use]
    pub fn is_stage(&self) -> bool {
        Stage::parse(&self.purpose).is_some()
    }
}

/// How a prompt is run.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PromptTerms {
    /// The text.
    pub template: String,
    /// Of what shape the answer is.
    pub schema_version: Option<String>,
    /// Which model.
    pub model: String,
    /// Thousandths, 0..=2000.
    pub temperature_milli: i64,
    /// At least 1.
    pub max_tokens: i64,
    /// At least 1.
    pub timeout_ms: i64,
    /// Tries after the first, 0..=10.
    pub retry_count: i64,
    /// Before the second try; twice as long before each further one.
    pub backoff_ms: i64,
    /// After a stream that shows something else.
    pub cooldown_ms: i64,
    /// Basis points; less sure answers count as none.
    pub min_confidence_bp: i64,
}

/// For whom a version is tried before it is everybody's.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Rollout {
    /// Of this share of streamers, 0..=100.
    #[serde(default)]
    pub percent: i64,
    /// And of these.
    #[serde(default)]
    pub streamers: Vec<i64>,
}

/// A version of a prompt.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Prompt {
    /// Its number.
    pub id: PromptId,
    /// What it is for.
    pub key: PromptKey,
    /// 1, 2, 3 … of its key.
    pub version: i64,
    /// How it is run.
    pub terms: PromptTerms,
    /// Whether it is its key's.
    pub is_active: bool,
    /// Whether what it says is compared and moves no money.
    pub is_shadow: bool,
    /// For whom it is tried.
    pub rollout: Option<Rollout>,
    /// Who wrote it.
    pub created_by: String,
    /// Who made it its key's.
    pub activated_by: Option<String>,
    /// When it was written.
    pub created_at: Timestamp,
    /// When it became its key's.
    pub activated_at: Option<Timestamp>,
}

/// What is wrong with a prompt: the field, and why. None: nothing.
#[must_use]
pub fn fault(key: &PromptKey, terms: &PromptTerms) -> Option<(&'static str, &'static str)> {
    let numbers = [
        (terms.temperature_milli, 0, 2_000, "temperature", "must be from 0 to 2"),
        (terms.max_tokens, 1, 1_000_000, "maxTokens", "must be 1 or more"),
        (terms.timeout_ms, 1, 600_000, "timeoutMs", "must be 1 or more"),
        (terms.retry_count, 0, 10, "retryCount", "must be from 0 to 10"),
        (terms.backoff_ms, 0, 600_000, "backoffMs", "must be 0 or more"),
        (terms.cooldown_ms, 0, 86_400_000, "cooldownMs", "must be 0 or more"),
        (terms.min_confidence_bp, 0, 10_000, "minConfidence", "must be from 0 to 1"),
    ];
    if !key.is_stage() && !SCOPES.contains(&key.purpose.as_str()) {
        return Some(("stage", "must be stage_a to stage_d, or a scope: session, game, per_clip"));
    }
    if terms.template.trim().is_empty() || terms.template.chars().count() > 20_000 {
        return Some(("template", "must be 1 to 20000 characters"));
    }
    if terms.model.trim().is_empty() || terms.model.chars().count() > 200 {
        return Some(("model", "must be 1 to 200 characters"));
    }
    let is_out = |(value, least, most, ..): &(i64, i64, i64, &str, &str)| !(*least..=*most).contains(value);
    numbers.into_iter().find(is_out).map(|(_, _, _, field, problem)| (field, problem))
}

impl Rollout {
    /// Whether a version that is tried so is a streamer's. The same streamer is always answered the same.
    #[must_use]
    pub fn is_for(&self, streamer: i64) -> bool {
        self.streamers.contains(&streamer) || bucket(streamer) < self.percent
    }
}

/// One of a hundred, by the number alone.
fn bucket(streamer: i64) -> i64 {
    let mixed = streamer.cast_unsigned().wrapping_mul(0x9e37_79b9_7f4a_7c15);
    ((mixed >> 33) % 100).cast_signed()
}

/// The version for a streamer among those of one purpose that are active or tried: the game's before the streamer's before everybody's,
/// and of each the one that is tried where it is tried for them.
#[must_use]
pub fn choose(candidates: &[Prompt], streamer: i64, game: i64) -> Option<&Prompt> {
    let keys = [(streamer, game), (0, game), (streamer, 0), (0, 0)];
    keys.into_iter().find_map(|(streamer_of, game_of)| {
        let mut of_key = candidates
            .iter()
            .filter(|prompt| (prompt.key.streamer, prompt.key.game) == (streamer_of, game_of));
        let is_tried = |prompt: &&Prompt| prompt.rollout.as_ref().is_some_and(|tried| tried.is_for(streamer));
        of_key.clone().find(is_tried).or_else(|| of_key.find(|prompt| prompt.is_active))
    })
}

/// How a version did.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Figures {
    /// What it said.
    pub decisions: i64,
    /// Of them those that could tell.
    pub successes: i64,
    /// Milliseconds within which 95 of a hundred came.
    pub p95_ms: i64,
}

/// Decisions that are needed before anything is concluded.
const DECISIONS_MIN: i64 = 50;
/// Points of a hundred by which successes may fall.
const DROP_MAX: i64 = 10;

/// Whether a tried version is taken back: it could tell less often by more than ten points, or took more than twice as long.
#[must_use]
pub fn is_worse(tried: Figures, incumbent: Figures) -> bool {
    if tried.decisions < DECISIONS_MIN || incumbent.decisions == 0 {
        return false;
    }
    // tried/n < incumbent/m - 10/100, in whole numbers.
    let ratio_of_tried = tried.successes * incumbent.decisions * 100;
    let ratio_of_incumbent = incumbent.successes * tried.decisions * 100;
    let drop = DROP_MAX * tried.decisions * incumbent.decisions;
    ratio_of_incumbent - ratio_of_tried > drop
        || (incumbent.p95_ms > 0 && tried.p95_ms >= 2 * incumbent.p95_ms)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn prompt(id: i64, (streamer, game): (i64, i64), is_active: bool, rollout: Option<Rollout>) -> Prompt {
        let terms = PromptTerms {
            template: "Which game?".to_owned(),
            schema_version: None,
            model: "m".to_owned(),
            temperature_milli: 0,
            max_tokens: 10,
            timeout_ms: 1_000,
            retry_count: 0,
            backoff_ms: 0,
            cooldown_ms: 0,
            min_confidence_bp: 5_000,
        };
        let at = Timestamp::from_secs(1);
        Prompt {
            id: PromptId(id),
            key: PromptKey { purpose: "stage_a".to_owned(), streamer, game },
            version: id,
            terms,
            is_active,
            is_shadow: false,
            rollout,
            created_by: "user:1".to_owned(),
            activated_by: None,
            created_at: at,
            activated_at: None,
        }
    }

    #[test]
    fn each_number_has_its_bounds() {
        let sound = prompt(1, (0, 0), true, None);
        assert_eq!(fault(&sound.key, &sound.terms), None);
        let with = |change: fn(&mut PromptTerms)| {
            let mut terms = sound.terms.clone();
            change(&mut terms);
            fault(&sound.key, &terms).map(|fault| fault.0)
        };
        assert_eq!(with(|terms| terms.temperature_milli = 2_001), Some("temperature"));
        assert_eq!(with(|terms| terms.max_tokens = 0), Some("maxTokens"));
        assert_eq!(with(|terms| terms.timeout_ms = 0), Some("timeoutMs"));
        assert_eq!(with(|terms| terms.retry_count = 11), Some("retryCount"));
        assert_eq!(with(|terms| terms.backoff_ms = -1), Some("backoffMs"));
        assert_eq!(with(|terms| terms.cooldown_ms = -1), Some("cooldownMs"));
        assert_eq!(with(|terms| terms.min_confidence_bp = 10_001), Some("minConfidence"));
        assert_eq!(with(|terms| terms.template = "  ".to_owned()), Some("template"));
        assert_eq!(with(|terms| terms.model = String::new()), Some("model"));
    }

    #[test]
    fn the_game_s_prompt_comes_before_the_streamer_s_before_everybody_s() {
        let all =
            [prompt(1, (0, 0), true, None), prompt(2, (7, 0), true, None), prompt(3, (0, 9), true, None)];
        let chosen = |streamer, game| choose(&all, streamer, game).map(|prompt| prompt.id.0);
        assert_eq!(
            [chosen(7, 9), chosen(7, 1), chosen(8, 1), chosen(8, 9)],
            [Some(3), Some(2), Some(1), Some(3)]
        );
    }

    #[test]
    fn a_tried_version_is_a_share_s_and_always_the_same_one_s() {
        let tried = Rollout { percent: 20, streamers: vec![4_000_000_000_000_001] };
        let share = (1..=1_000).filter(|streamer| tried.is_for(*streamer * 1_000_003)).count();
        assert!((120..=280).contains(&share), "{share}");
        assert!(tried.is_for(4_000_000_000_000_001));
        let none = Rollout { percent: 0, streamers: Vec::new() };
        let all = Rollout { percent: 100, streamers: Vec::new() };
        assert!((1..100).all(|streamer| !none.is_for(streamer) && all.is_for(streamer)));
        let two = [prompt(1, (0, 0), true, None), prompt(2, (0, 0), false, Some(all))];
        assert_eq!(choose(&two, 5, 0).map(|prompt| prompt.id.0), Some(2));
    }

    #[test]
    fn a_tried_version_that_is_worse_is_seen_after_fifty_decisions() {
        let of = |decisions, successes, p95_ms| Figures { decisions, successes, p95_ms };
        let incumbent = of(100, 90, 400);
        assert!(!is_worse(of(49, 0, 9_000), incumbent), "too few");
        assert!(!is_worse(of(50, 40, 400), incumbent), "80 of 100 are ten points less, not more");
        assert!(is_worse(of(50, 39, 400), incumbent));
        assert!(is_worse(of(50, 50, 800), incumbent) && !is_worse(of(50, 50, 799), incumbent));
        assert!(!is_worse(of(50, 0, 1), of(0, 0, 0)), "nothing to compare with");
    }
}
