//! What a receipt says of an event's money, and the split computed again.

use crate::claim::{Finding, RuleResult, ensure};
use serde_json::Value;
use std::collections::BTreeMap;

/// A receipt's body.
pub(super) struct Receipt {
    cost: i128,
    totals: BTreeMap<String, (i128, i128)>,
    option: Option<String>,
    is_voided: bool,
    is_poll: bool,
    reason: Option<String>,
    decided_at: String,
    rake_bps: i128,
    pool: i128,
    rake: i128,
    rounding: i128,
    pub(super) votes: Vec<Vote>,
}

/// A vote of a receipt.
pub(super) struct Vote {
    id: String,
    option: String,
    stake: i128,
    accepted_at: String,
    payout: i128,
}

/// What the split comes to.
struct Shares {
    winning: i128,
    losing: i128,
    rake: i128,
    is_refund: bool,
}

impl Receipt {
    /// Reads a body. Errors: a sentence about what is missing.
    pub(super) fn read(body: &Value) -> Result<Self, String> {
        let votes = body["votes"].as_array().ok_or("votes are missing")?;
        let totals = body["totals"].as_object().ok_or("totals are missing")?;
        let totals = totals
            .iter()
            .map(|(option, total)| Ok((option.clone(), (whole(total, "votes")?, whole(total, "stake")?))));
        let (result, terms) = (&body["result"], &body["terms"]);
        Ok(Self {
            cost: whole(terms, "costPerVote")?,
            totals: totals.collect::<Result<_, String>>()?,
            option: result["optionId"].as_str().map(str::to_owned),
            is_voided: word(result, "outcome")? == "voided",
            is_poll: word(terms, "kind")? == "poll",
            reason: result["reason"].as_str().map(str::to_owned),
            decided_at: moment(word(result, "decidedAt")?)?,
            rake_bps: whole(&body["parameters"], "rakeBps")?,
            pool: whole(body, "pool")?,
            rake: whole(body, "rake")?,
            rounding: whole(body, "rounding")?,
            votes: votes.iter().map(Vote::read).collect::<Result<_, String>>()?,
        })
    }

    /// The totals are those of the votes.
    pub(super) fn totals(&self) -> RuleResult {
        let mut counted: BTreeMap<&str, (i128, i128)> =
            self.totals.keys().map(|option| (option.as_str(), (0, 0))).collect();
        for vote in &self.votes {
            let total = counted.get_mut(vote.option.as_str());
            let total = total.ok_or_else(|| format!("vote {} is for no option of the event", vote.id))?;
            *total = (total.0 + 1, total.1 + vote.stake);
            ensure(vote.stake == self.cost, || {
                format!("vote {} has another stake than the event's", vote.id)
            })?;
        }
        let same = counted.iter().all(|(option, total)| self.totals.get(*option) == Some(total));
        ensure(same, || "the totals are not those of the votes".to_owned())?;
        Ok(Finding::Proven(format!("{} votes are what the totals say", self.votes.len())))
    }

    /// The outcome and the rake follow from the votes and the result.
    pub(super) fn split(&self) -> RuleResult {
        let shares = self.shares();
        ensure(shares.is_refund == self.is_voided, || "the outcome is another".to_owned())?;
        ensure(shares.rake == self.rake, || format!("the rake is {}", shares.rake))?;
        let Shares { winning, losing, rake, .. } = shares;
        Ok(Finding::Proven(match self.is_voided {
            true => format!("every stake goes back: {}", self.reason.as_deref().unwrap_or("no reason")),
            false => format!("{winning} won, {losing} lost, {rake} of that is the rake"),
        }))
    }

    /// Each vote gets what the split gives it.
    pub(super) fn payouts(&self) -> RuleResult {
        let shares = self.shares();
        for vote in &self.votes {
            let due = self.due(vote, &shares);
            ensure(due == vote.payout, || format!("vote {} is due {due} and got {}", vote.id, vote.payout))?;
        }
        Ok(Finding::Proven(format!("{} payouts are what the split gives", self.votes.len())))
    }

    /// Nothing of the pot is left over or came from nowhere.
    pub(super) fn pot(&self) -> RuleResult {
        let staked: i128 = self.votes.iter().map(|vote| vote.stake).sum();
        ensure(staked == self.pool, || format!("the stakes are {staked}, the pool says {}", self.pool))?;
        let paid: i128 = self.votes.iter().map(|vote| vote.payout).sum();
        let all = paid + self.rake + self.rounding;
        ensure(all == self.pool && self.rounding >= 0, || {
            format!("payouts, rake and rounding are {all}, the pool is {}", self.pool)
        })?;
        Ok(Finding::Proven(format!(
            "{paid} paid, {} rake and {} rounding are the pool",
            self.rake, self.rounding
        )))
    }

    fn counts(&self, vote: &Vote) -> bool {
        vote.accepted_at <= self.decided_at
    }

    fn shares(&self) -> Shares {
        let counted = || self.votes.iter().filter(|vote| self.counts(vote));
        let is_on_winner = |vote: &&Vote| self.option.as_deref() == Some(vote.option.as_str());
        let all: i128 = counted().map(|vote| vote.stake).sum();
        let winning: i128 = counted().filter(is_on_winner).map(|vote| vote.stake).sum();
        let losing = all - winning;
        let refund = Shares { winning, losing, rake: 0, is_refund: true };
        let must_go_back = match self.reason.as_deref() {
            // What only the operator or the clock can say is taken as it is given.
            Some("void" | "cancelled" | "unresolved") => true,
            Some("tie") => self.is_poll && self.is_tied(),
            _ => {
                self.option.is_none()
                    || (self.cost > 0 && (winning == 0 || losing == 0))
                    || counted().count() == 0 && !self.is_poll
            }
        };
        if must_go_back {
            return refund;
        }
        Shares { winning, losing, rake: losing * self.rake_bps / 10_000, is_refund: false }
    }

    /// Whether two options have the most votes that count.
    fn is_tied(&self) -> bool {
        let mut counts: BTreeMap<&str, usize> =
            self.totals.keys().map(|option| (option.as_str(), 0)).collect();
        for vote in self.votes.iter().filter(|vote| self.counts(vote)) {
            *counts.entry(vote.option.as_str()).or_default() += 1;
        }
        let most = counts.values().max().copied().unwrap_or(0);
        counts.values().filter(|count| **count == most).count() > 1
    }

    fn due(&self, vote: &Vote, shares: &Shares) -> i128 {
        if shares.is_refund || !self.counts(vote) {
            return vote.stake;
        }
        if self.option.as_deref() != Some(vote.option.as_str()) {
            return 0;
        }
        if shares.winning == 0 {
            return vote.stake;
        }
        vote.stake + vote.stake * (shares.losing - shares.rake) / shares.winning
    }
}

impl Vote {
    fn read(vote: &Value) -> Result<Self, String> {
        Ok(Self {
            id: word(vote, "voteId")?.to_owned(),
            option: word(vote, "optionId")?.to_owned(),
            stake: whole(vote, "stake")?,
            accepted_at: moment(word(vote, "acceptedAt")?)?,
            payout: whole(vote, "payout")?,
        })
    }
}

fn word<'v>(value: &'v Value, name: &str) -> Result<&'v str, String> {
    value[name].as_str().ok_or_else(|| format!("{name} is missing"))
}

fn whole(value: &Value, name: &str) -> Result<i128, String> {
    let number = value[name].as_i64().filter(|number| *number >= 0);
    number.map(i128::from).ok_or_else(|| format!("{name} is no whole number"))
}

/// A moment of UTC so that later ones are greater texts: nineteen signs to the second, then six digits of its fraction.
fn moment(text: &str) -> Result<String, String> {
    let wrong = || format!("{text:?} is no moment of UTC");
    let text = text.strip_suffix('Z').ok_or_else(wrong)?;
    let (second, fraction) = text.split_once('.').unwrap_or((text, ""));
    let is_right =
        second.len() == 19 && fraction.len() <= 6 && fraction.bytes().all(|byte| byte.is_ascii_digit());
    is_right.then(|| format!("{second}{fraction:0<6}")).ok_or_else(wrong)
}
