//! Events and votes as clients read them.

use crate::domain::event::{Choice, PotEvent, Tally};
use crate::domain::receipt::{json_of, salt};
use crate::domain::result::EventResult;
use crate::domain::vote::Vote;
use crate::live::LiveEvent;
use crate::usecase::event_view::EventSource;
use kernel::{PublicIds, Timestamp};
use serde::Serialize;
use serde_json::Value;
use std::collections::BTreeMap;
use utoipa::ToSchema;

/// One choice.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct OptionData {
    /// Its name in its event.
    id: String,
    /// As viewers read it.
    label: String,
}

/// What a user voted for.
#[derive(Debug, Clone, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct UserVoteData {
    /// The choice.
    option_id: String,
}

/// An event that takes votes.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct LiveEventData {
    id: String,
    streamer_id: String,
    game_id: Option<String>,
    title: String,
    kind: &'static str,
    options: Vec<OptionData>,
    opens_at: String,
    closes_at: String,
    /// Votes by option; none while they are hidden.
    totals: BTreeMap<String, i64>,
    /// Credit by option.
    pools: BTreeMap<String, i64>,
    /// All stakes.
    pool: i64,
    /// Whether totals are hidden until it closes.
    is_blind: bool,
    cost_per_vote: i64,
    #[serde(skip_serializing_if = "Option::is_none")]
    user_vote: Option<UserVoteData>,
}

/// An event, wherever it stands.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct EventData {
    #[serde(flatten)]
    event: LiveEventData,
    external_id: String,
    state: &'static str,
    settlement: &'static str,
    closed_at: Option<String>,
    decided_at: Option<String>,
    /// How it ended.
    result: Option<ResultData>,
    /// When the proposed verdict is carried out.
    settle_at: Option<String>,
    /// What was reported of its end, with what shows it.
    #[serde(skip_serializing_if = "Option::is_none")]
    verdict: Option<VerdictData>,
    rake_bps: i64,
    /// Which prompts opened it.
    #[schema(value_type = Object)]
    prompt_versions: Value,
    /// How sure its reporter was, 0 to 1.
    confidence: Option<f64>,
    source_clip_id: Option<String>,
    schema_version: Option<String>,
}

/// A reported result that is proposed or was carried out.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct VerdictData {
    /// The choice that won; none: the event is void.
    option_id: Option<String>,
    /// 0 to 1.
    confidence: f64,
    decided_at: String,
    /// The clip, the moment in it, and the hash of the frame.
    #[schema(value_type = Object)]
    evidence: Value,
    llm_model: Option<String>,
    #[schema(value_type = Object)]
    prompt_versions: Value,
}

impl EventData {
    /// The same with what was reported of its end.
    #[must_use]
    pub fn with_verdict(self, event: &PotEvent, result: Option<&EventResult>) -> Self {
        let verdict = result.map(|result| VerdictData {
            option_id: result.option.and_then(|option| event.option_id(option)).map(str::to_owned),
            confidence: result.confidence_bp as f64 / 10_000.0,
            decided_at: result.decided_at.rfc3339(),
            evidence: json_of(&result.evidence),
            llm_model: result.llm_model.clone(),
            prompt_versions: json_of(&result.prompt_versions),
        });
        Self { verdict, ..self }
    }
}

/// How an event ended.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct ResultData {
    /// The choice that won.
    option_id: Option<String>,
    /// `settled`, or why every stake went back.
    outcome: String,
}

/// A vote of the caller.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct VoteData {
    vote_id: String,
    event_id: String,
    event_title: String,
    option_id: String,
    option_label: String,
    cost: i64,
    accepted_at: String,
    /// `won`, `lost`, `refunded` or `none`.
    outcome: &'static str,
    payout: Option<i64>,
    /// Payout less cost, once it is settled.
    net: Option<i64>,
    /// With which the caller finds the own row in the receipt.
    salt: String,
    /// Where the receipt is, once there is one.
    receipt: Option<String>,
}

fn options(choices: &[Choice]) -> Vec<OptionData> {
    choices.iter().map(|choice| OptionData { id: choice.id.clone(), label: choice.label.clone() }).collect()
}

/// Totals by the names of choices.
#[must_use]
pub fn totals(event: &PotEvent, tallies: &[Tally], value: fn(&Tally) -> i64) -> BTreeMap<String, i64> {
    event.options.iter().zip(tallies).map(|(choice, tally)| (choice.id.clone(), value(tally))).collect()
}

/// The shared part, with what the caller voted for.
#[must_use]
pub fn shown(
    public: &PublicIds,
    event: &PotEvent,
    tallies: &[Tally],
    vote: Option<usize>,
    now: Timestamp,
) -> LiveEventData {
    let is_blind = event.is_blind(now);
    let tallies = if is_blind { &[] } else { tallies };
    LiveEventData {
        id: public.encode(event.id),
        streamer_id: public.encode(event.streamer),
        game_id: event.game.map(|game| public.encode(game)),
        title: event.title.clone(),
        kind: event.kind.as_str(),
        options: options(&event.options),
        opens_at: event.opens_at.rfc3339(),
        closes_at: event.closes_at.rfc3339(),
        totals: totals(event, tallies, |tally| tally.votes),
        pools: totals(event, tallies, |tally| tally.stake),
        pool: tallies.iter().map(|tally| tally.stake).sum(),
        is_blind,
        cost_per_vote: event.cost,
        user_vote: vote
            .and_then(|option| event.option_id(option))
            .map(|id| UserVoteData { option_id: id.to_owned() }),
    }
}

/// A live event from memory.
#[must_use]
pub fn live(public: &PublicIds, live: &LiveEvent, user: i64, now: Timestamp) -> LiveEventData {
    shown(public, &live.event, &live.counts().tallies, live.vote_of(user), now)
}

/// An event from its row.
#[must_use]
pub fn event(
    public: &PublicIds,
    event: &PotEvent,
    source: Option<&EventSource>,
    vote: Option<usize>,
    now: Timestamp,
) -> EventData {
    let result = event.outcome.clone().map(|outcome| ResultData {
        option_id: event.result_option.and_then(|option| event.option_id(option)).map(str::to_owned),
        outcome,
    });
    EventData {
        event: shown(public, event, &event.tallies, vote, now),
        external_id: event.external_id.clone(),
        state: event.state.as_str(),
        settlement: event.settlement.as_str(),
        closed_at: event.closed_at.map(Timestamp::rfc3339),
        decided_at: event.decided_at.map(Timestamp::rfc3339),
        result,
        settle_at: event.settle_at.map(Timestamp::rfc3339),
        verdict: None,
        rake_bps: event.rake_bps,
        prompt_versions: source.map_or_else(|| json_of("{}"), |source| json_of(&source.prompt_versions)),
        confidence: source.and_then(|source| source.confidence_bp).map(|bp| bp as f64 / 10_000.0),
        source_clip_id: source.and_then(|source| source.clip_id.clone()),
        schema_version: source.and_then(|source| source.schema_version.clone()),
    }
}

/// A vote of the caller with its event.
#[must_use]
pub fn vote(public: &PublicIds, vote: &Vote, event: &PotEvent) -> VoteData {
    let choice = event.options.get(vote.option);
    let id = public.encode(event.id);
    VoteData {
        vote_id: public.encode(vote.id),
        event_title: event.title.clone(),
        option_id: choice.map_or_else(String::new, |choice| choice.id.clone()),
        option_label: choice.map_or_else(String::new, |choice| choice.label.clone()),
        cost: vote.cost,
        accepted_at: vote.accepted_at.rfc3339(),
        outcome: vote.outcome.map_or("none", crate::domain::split::VoteOutcome::as_str),
        payout: vote.payout,
        net: vote.payout.map(|payout| payout - vote.cost),
        salt: salt(&event.salt, vote.seq),
        receipt: event.settlement.is_final().then(|| format!("/funpot/api/events/{id}/receipt")),
        event_id: id,
    }
}
