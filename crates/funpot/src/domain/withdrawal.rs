//! Taking money out: who may ask, and what can become of a request. Pure.

use super::ids::WithdrawalId;
use super::payment::Charge;
use kernel::{Timestamp, UserId};

/// Seconds of a day.
const DAY_S: i64 = 86_400;
/// Charges among which a refund is looked for: every choice of them is tried.
pub const CHARGES_MAX: usize = 16;

/// Where a request stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum WithdrawalStatus {
    /// Held; nobody has decided.
    Pending,
    /// Approved; the money is on its way.
    Processing,
    /// It arrived.
    Done,
    /// Refused; it is the user's again.
    Rejected,
}

impl WithdrawalStatus {
    /// As written in tables and answers.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Pending => "pending",
            Self::Processing => "processing",
            Self::Done => "done",
            Self::Rejected => "rejected",
        }
    }

    /// The status of this word.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        let all = [Self::Pending, Self::Processing, Self::Done, Self::Rejected];
        all.into_iter().find(|status| status.as_str() == text)
    }
}

/// On which way money leaves.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Rail {
    /// Somebody pays it by hand and writes down how.
    Manual,
    /// The user's own purchases are refunded in Stars.
    StarsRefund,
}

impl Rail {
    /// As written in tables and answers.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Manual => "manual",
            Self::StarsRefund => "stars_refund",
        }
    }

    /// The rail of this word.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        [Self::Manual, Self::StarsRefund].into_iter().find(|rail| rail.as_str() == text)
    }
}

/// A request as it is stored; its number is that of the pending transfer that holds the money.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Withdrawal {
    /// Its number.
    pub id: WithdrawalId,
    /// Whose.
    pub user: UserId,
    /// Units.
    pub amount: i64,
    /// Where it stands.
    pub status: WithdrawalStatus,
    /// On which way it leaves, once that is decided.
    pub rail: Option<Rail>,
    /// Why it was refused.
    pub reason: Option<String>,
    /// What the payer calls it.
    pub external_ref: Option<String>,
    /// Who decided.
    pub decided_by: Option<String>,
    /// When it was asked for.
    pub created_at: Timestamp,
    /// When it last changed.
    pub updated_at: Timestamp,
}

/// What a request is judged by.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Standing {
    /// Units that can be spent.
    pub available: i64,
    /// Units that are owed.
    pub debt: i64,
    /// Units that were bought too lately to leave.
    pub fresh: i64,
    /// Since when there is the account.
    pub since: Timestamp,
}

/// What operators allow.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct WithdrawalTerms {
    /// The least that leaves.
    pub least: i64,
    /// Days before a new account may ask.
    pub account_days: i64,
}

/// Why nothing is held, or nothing is decided.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum WithdrawalRefusal {
    /// Less than is ever sent.
    AmountIsTooSmall {
        /// The least.
        least: i64,
    },
    /// The account is too young.
    AccountIsTooYoung {
        /// When it is old enough.
        from: Timestamp,
    },
    /// Something is owed.
    DebtIsOpen {
        /// How much.
        debt: i64,
    },
    /// More than there is.
    InsufficientFunds {
        /// What there is.
        available: i64,
    },
    /// What was bought lately stays for a while.
    CreditIsTooFresh {
        /// What could leave.
        withdrawable: i64,
    },
    /// The key was used for another amount.
    KeyWasUsed,
    /// It cannot go from where it is to there.
    WasDecided {
        /// Where it is.
        status: WithdrawalStatus,
    },
    /// No choice of the user's purchases is worth exactly this.
    NoChargesMatch,
    /// What was refunded in Stars completes itself.
    CompletesItself,
}

/// Whether `amount` may be held.
pub fn check(
    amount: i64,
    standing: &Standing,
    terms: &WithdrawalTerms,
    now: Timestamp,
) -> Result<(), WithdrawalRefusal> {
    if amount < terms.least {
        return Err(WithdrawalRefusal::AmountIsTooSmall { least: terms.least });
    }
    let from = standing.since.plus_secs(terms.account_days.saturating_mul(DAY_S));
    if now < from {
        return Err(WithdrawalRefusal::AccountIsTooYoung { from });
    }
    if standing.debt > 0 {
        return Err(WithdrawalRefusal::DebtIsOpen { debt: standing.debt });
    }
    if amount > standing.available {
        return Err(WithdrawalRefusal::InsufficientFunds { available: standing.available });
    }
    let withdrawable = (standing.available - standing.fresh).max(0);
    if amount > withdrawable {
        return Err(WithdrawalRefusal::CreditIsTooFresh { withdrawable });
    }
    Ok(())
}

/// What an operator decides.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Decision {
    /// It shall leave.
    Approve,
    /// It shall not.
    Reject,
    /// It has left.
    Complete,
}

/// Where a decision leads; `None`: it is there already.
pub fn decide(
    status: WithdrawalStatus,
    decision: Decision,
) -> Result<Option<WithdrawalStatus>, WithdrawalRefusal> {
    use WithdrawalStatus::{Done, Pending, Processing, Rejected};
    match (status, decision) {
        (Pending, Decision::Approve) => Ok(Some(Processing)),
        (Pending | Processing, Decision::Reject) => Ok(Some(Rejected)),
        (Processing, Decision::Complete) => Ok(Some(Done)),
        (Processing, Decision::Approve) | (Rejected, Decision::Reject) | (Done, Decision::Complete) => {
            Ok(None)
        }
        (Done | Rejected, Decision::Approve)
        | (Done, Decision::Reject)
        | (Pending | Rejected, Decision::Complete) => Err(WithdrawalRefusal::WasDecided { status }),
    }
}

/// The fewest of these charges that are worth exactly `amount`; at most [`CHARGES_MAX`] are looked at.
#[must_use]
pub fn matching(charges: &[Charge], amount: i64) -> Option<Vec<Charge>> {
    let looked_at = &charges[..charges.len().min(CHARGES_MAX)];
    let chosen = |mask: u32| looked_at.iter().enumerate().filter(move |(at, _)| mask & (1 << at) != 0);
    let worth = |mask: &u32| chosen(*mask).map(|(_, charge)| charge.amount).sum::<i64>() == amount;
    let best = (1..1_u32 << looked_at.len()).filter(worth).min_by_key(|mask| mask.count_ones())?;
    Some(chosen(best).map(|(_, charge)| charge.clone()).collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    const NOW: Timestamp = Timestamp::from_secs(100 * DAY_S);

    fn standing() -> Standing {
        Standing { available: 1_000, debt: 0, fresh: 0, since: Timestamp::from_secs(0) }
    }

    #[test]
    fn each_reason_not_to_hold_has_its_name() {
        let terms = WithdrawalTerms { least: 100, account_days: 7 };
        let judged = |amount, standing: Standing| check(amount, &standing, &terms, NOW);
        assert_eq!(judged(1_000, standing()), Ok(()));
        assert_eq!(judged(100, standing()), Ok(()));
        assert_eq!(judged(99, standing()), Err(WithdrawalRefusal::AmountIsTooSmall { least: 100 }));
        let (old, young) = (NOW.plus_secs(-7 * DAY_S), NOW.plus_secs(-7 * DAY_S + 1));
        assert_eq!(judged(100, Standing { since: old, ..standing() }), Ok(()));
        let refused = judged(100, Standing { since: young, ..standing() });
        assert_eq!(refused, Err(WithdrawalRefusal::AccountIsTooYoung { from: NOW.plus_secs(1) }));
        let refused = judged(100, Standing { debt: 1, ..standing() });
        assert_eq!(refused, Err(WithdrawalRefusal::DebtIsOpen { debt: 1 }));
        assert_eq!(judged(1_001, standing()), Err(WithdrawalRefusal::InsufficientFunds { available: 1_000 }));
        let fresh = Standing { fresh: 600, ..standing() };
        assert_eq!(judged(400, fresh), Ok(()));
        assert_eq!(judged(401, fresh), Err(WithdrawalRefusal::CreditIsTooFresh { withdrawable: 400 }));
    }

    #[test]
    fn a_decision_is_made_once_and_repeating_it_changes_nothing() {
        use WithdrawalStatus::{Done, Pending, Processing, Rejected};
        for (status, decision, expected) in [
            (Pending, Decision::Approve, Ok(Some(Processing))),
            (Pending, Decision::Reject, Ok(Some(Rejected))),
            (Processing, Decision::Reject, Ok(Some(Rejected))),
            (Processing, Decision::Complete, Ok(Some(Done))),
            (Processing, Decision::Approve, Ok(None)),
            (Done, Decision::Complete, Ok(None)),
            (Rejected, Decision::Reject, Ok(None)),
            (Pending, Decision::Complete, Err(WithdrawalRefusal::WasDecided { status: Pending })),
            (Done, Decision::Reject, Err(WithdrawalRefusal::WasDecided { status: Done })),
            (Rejected, Decision::Approve, Err(WithdrawalRefusal::WasDecided { status: Rejected })),
        ] {
            assert_eq!(decide(status, decision), expected, "{status:?} {decision:?}");
        }
    }

    #[test]
    fn the_fewest_charges_that_match_exactly_are_chosen() {
        let charges: Vec<Charge> = [100, 200, 300, 50]
            .iter()
            .map(|amount| Charge {
                id: amount.to_string(),
                payment: None,
                user: None,
                tg_user_id: 1,
                stars: *amount,
                amount: *amount,
                transfer: None,
                paid_at: NOW,
                refunded_at: None,
            })
            .collect();
        let ids = |amount| {
            matching(&charges, amount)
                .map(|found| found.into_iter().map(|charge| charge.id).collect::<Vec<_>>())
        };
        assert_eq!(ids(300), Some(vec!["300".to_owned()]));
        assert_eq!(ids(350), Some(vec!["300".to_owned(), "50".to_owned()]));
        assert_eq!(ids(650).map(|found| found.len()), Some(4));
        assert_eq!(ids(75), None);
        assert_eq!(matching(&[], 1), None);
    }
}
