//! How the mock gateway answers: decided by the card, else by the seed. Pure: the same request has the same answers in
//! every process, so a gateway that lost its memory in a crash still tells the same story.

use crate::domain::gateway_answer::{ChargeAnswer, ChargeRequest, DeclineReason, RefundAnswer};
use crate::domain::payment_card::CardToken;
use siphasher::sip::SipHasher24;
use std::hash::Hasher;

/// Reasons that chance draws from.
const REASONS: [DeclineReason; 5] = [
    DeclineReason::InsufficientFunds,
    DeclineReason::CardDeclined,
    DeclineReason::ExpiredCard,
    DeclineReason::ProcessingError,
    DeclineReason::FraudDetected,
];

/// Everything the mock will ever say of one charge.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Script {
    /// To the charge itself.
    pub charge: ChargeAnswer,
    /// To every question about it.
    pub find: ChargeAnswer,
    /// To taking it back.
    pub refund: RefundAnswer,
    /// How often a webhook tells that it was made.
    pub webhooks: usize,
}

/// The script of `request`, where `success_percent` of the charges without a test card succeed.
pub(super) fn script(request: &ChargeRequest, seed: u64, success_percent: u8) -> Script {
    let charged = || ChargeAnswer::Charged(charge_id(&request.key));
    match request.card.unwrap_or(CardToken::Any) {
        CardToken::Approve => answering(charged(), charged(), RefundAnswer::Refunded),
        CardToken::ApproveToldTwice => {
            Script { webhooks: 2, ..answering(charged(), charged(), RefundAnswer::Refunded) }
        }
        CardToken::Decline => declined(DeclineReason::CardDeclined),
        CardToken::InsufficientFunds => declined(DeclineReason::InsufficientFunds),
        CardToken::Expired => declined(DeclineReason::ExpiredCard),
        CardToken::Fraud => declined(DeclineReason::FraudDetected),
        CardToken::StumbleOnce if request.attempt == 1 => declined(DeclineReason::ProcessingError),
        CardToken::StumbleOnce => answering(charged(), charged(), RefundAnswer::Refunded),
        CardToken::TimeOutCharged => answering(ChargeAnswer::NoAnswer, charged(), RefundAnswer::Refunded),
        CardToken::TimeOutNotCharged => {
            let not_charged = ChargeAnswer::Declined(DeclineReason::GatewayTimeout);
            answering(ChargeAnswer::NoAnswer, not_charged, RefundAnswer::NothingWasTaken)
        }
        CardToken::TimeOutSilent => {
            answering(ChargeAnswer::NoAnswer, ChargeAnswer::NoAnswer, RefundAnswer::Refunded)
        }
        CardToken::Any => by_chance(request, seed, success_percent),
    }
}

fn by_chance(request: &ChargeRequest, seed: u64, success_percent: u8) -> Script {
    let mut hasher = SipHasher24::new_with_keys(seed, 0);
    hasher.write(request.key.as_bytes());
    let draw = hasher.finish();
    if draw % 100 < u64::from(success_percent) {
        let charged = ChargeAnswer::Charged(charge_id(&request.key));
        return answering(charged.clone(), charged, RefundAnswer::Refunded);
    }
    // The low part was used up; the high part is as good as a second draw.
    let at = usize::try_from((draw >> 32) % REASONS.len() as u64).unwrap_or_default();
    declined(REASONS[at])
}

fn answering(charge: ChargeAnswer, find: ChargeAnswer, refund: RefundAnswer) -> Script {
    Script { charge, find, refund, webhooks: 0 }
}

fn declined(reason: DeclineReason) -> Script {
    let answer = ChargeAnswer::Declined(reason);
    answering(answer.clone(), answer, RefundAnswer::NothingWasTaken)
}

/// The mock's name for the charge of `key`.
pub(super) fn charge_id(key: &str) -> String {
    format!("ch_mock_{}", key.replace(':', "_"))
}

/// The key that `charge` was made under, if the mock made it.
pub(super) fn key_of(charge: &str) -> Option<String> {
    let (payment, attempt) = charge.strip_prefix("ch_mock_")?.rsplit_once('_')?;
    Some(format!("{payment}:{attempt}"))
}

#[cfg(test)]
mod tests {
    use super::*;
    use kernel::Currency;

    fn request(key: u32, card: Option<CardToken>) -> ChargeRequest {
        ChargeRequest {
            key: format!("{key}:1"),
            attempt: 1,
            reference: String::new(),
            amount_minor: 100,
            currency: Currency::find("THB").expect("known"),
            card,
        }
    }

    #[test]
    fn chance_keeps_to_its_percentage_and_gives_every_reason() {
        let answers: Vec<_> = (0..10_000).map(|key| script(&request(key, None), 7, 95).charge).collect();
        let charged = answers.iter().filter(|answer| matches!(answer, ChargeAnswer::Charged(_))).count();
        assert!((9_350..9_650).contains(&charged), "{charged}");
        for reason in REASONS {
            assert!(answers.contains(&ChargeAnswer::Declined(reason)), "{reason:?}");
        }
        let all = |percent| {
            (0..200)
                .all(|key| matches!(script(&request(key, None), 7, percent).charge, ChargeAnswer::Charged(_)))
        };
        assert!(all(100) && !all(99) && !all(0));
    }

    #[test]
    fn the_same_seed_tells_the_same_story_and_another_one_another() {
        let story = |seed| (0..500).map(|key| script(&request(key, None), seed, 50)).collect::<Vec<_>>();
        assert_eq!(story(1), story(1));
        assert_ne!(story(1), story(2));
    }

    #[test]
    fn what_was_declined_can_never_be_refunded() {
        for card in crate::domain::payment_card::TEST_CARDS {
            let script = script(&request(1, Some(card.token)), 0, 0);
            let declined = matches!(script.find, ChargeAnswer::Declined(_));
            assert_eq!(declined, script.refund == RefundAnswer::NothingWasTaken, "{card:?}");
        }
    }
}
